"""A throw-away Dovecot 2.3 on 127.0.0.1: own configuration, own temporary folder, as root or as an ordinary user."""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from tests.simulators.certificates import ServerCertificate
from tests.simulators.imap_server import PASSWORD, USER, ImapProcess
from tests.simulators.process import ServerProcess, free_port

LIKE_EXCHANGE = "IMAP4rev1 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"
"""The capabilities that Exchange Online shows."""
WITHOUT_IDLE = "IMAP4rev1 SASL-IR UIDPLUS"

# Failed logins: without auth_failure_delay and the closed anvil listener each one doubles the wait of the next.
_CONFIGURATION = """
base_dir = {root}/run
log_path = {root}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
ssl = {ssl}
disable_plaintext_auth = no
auth_mechanisms = plain login {mechanisms}
auth_verbose = yes
auth_failure_delay = 0
mail_location = maildir:{root}/mail/%u
first_valid_uid = 1
mail_max_userip_connections = 50
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {root}/passwd
  mechanisms = plain login
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
_CAPABILITIES = """
protocol imap {{
  imap_capability = {capabilities}
}}
"""
_OAUTH2 = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/oauth2.conf.ext
}}
"""


def _command() -> str:
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.skip("no Dovecot on this machine (apt-get install dovecot-imapd)")
    return found


class Dovecot(ImapProcess):
    """One server with one user. `with` starts and removes it; skips the test where Dovecot is not installed.

    `capabilities` is what it shows after login, `certificate` turns TLS on, `oauth2` is the content of Dovecot's oauth2.conf.ext.
    """

    def __init__(
        self, *, capabilities: str = "", certificate: ServerCertificate | None = None, oauth2: str = ""
    ) -> None:
        command = _command()
        # Not pytest's tmp_path: the names of unix sockets must stay under 108 bytes.
        self.root = Path(tempfile.mkdtemp(prefix="dc"))
        self.root.chmod(0o755)
        self.port = free_port()
        self.tls_port = free_port() if certificate else 0
        for name in ("run", "mail"):
            (self.root / name).mkdir()
        (self.root / "passwd").write_text(f"{USER}:{{PLAIN}}{PASSWORD}:::::\n", encoding="utf-8")
        (self.root / "oauth2.conf.ext").write_text(oauth2, encoding="utf-8")
        self._write_configuration(capabilities, certificate, oauth2)
        arguments = [command, "-F", "-c", str(self.root / "dovecot.conf")]
        self.process = ServerProcess(arguments, self.port, b"* OK", self.root / "stderr")

    def maildir(self, folder: str = "INBOX") -> Path:
        """Where Dovecot keeps the folder (Maildir++)."""
        box = self.root / "mail" / USER
        return box if folder == "INBOX" else box / f".{folder}"

    def drop(self, raw: bytes, folder: str = "INBOX") -> None:
        """Deliver as a mail server does: write into tmp, rename into new."""
        box = self.maildir(folder)
        for part in (self.root / "mail" / USER, box, box / "tmp", box / "new", box / "cur"):
            part.mkdir(exist_ok=True)
            self._own(part)
        path = box / "tmp" / f"{time.time_ns()}.P{os.getpid()}.test"
        path.write_bytes(raw)
        self._own(path)
        path.rename(box / "new" / path.name)

    def forget_uids(self, folder: str = "INBOX") -> None:
        """Lose the index, as after a restore: the folder gets another UIDVALIDITY."""
        for path in self.maildir(folder).glob("dovecot*"):
            path.unlink()

    def worker(self) -> int:
        """The process id of the worker behind the last login."""
        log = (self.root / "dovecot.log").read_text(encoding="utf-8", errors="replace")
        return int(re.findall(r"Login: .*mpid=(\d+)", log)[-1])

    def _write_configuration(self, capabilities: str, certificate: ServerCertificate | None, oauth2: str) -> None:
        me = pwd.getpwuid(os.getuid()).pw_name
        internal, login, owner = ("dovecot", "dovenull", "mail") if os.getuid() == 0 else (me, me, me)
        self._uid, self._gid = pwd.getpwnam(owner)[2:4]
        self._own(self.root / "mail")
        text = _CONFIGURATION.format(
            root=self.root,
            port=self.port,
            tls_port=self.tls_port,
            ssl="yes" if certificate else "no",
            uid=self._uid,
            gid=self._gid,
            login=login,
            internal=internal,
            group=grp.getgrgid(pwd.getpwnam(internal).pw_gid).gr_name,
            mechanisms="xoauth2" if oauth2 else "",
        )
        if certificate:
            text += f"ssl_cert = <{certificate.certificate}\nssl_key = <{certificate.key}\n"
        if capabilities:
            text += _CAPABILITIES.format(capabilities=capabilities)
        if oauth2:
            text += _OAUTH2.format(root=self.root)
        (self.root / "dovecot.conf").write_text(text, encoding="utf-8")

    def _own(self, path: Path) -> None:
        if os.getuid() == 0:
            os.chown(path, self._uid, self._gid)
