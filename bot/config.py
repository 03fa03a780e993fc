"""Settings: `loketbs.toml`, every key with a default that works; unknown keys are refused and all problems are told at once.

Secrets never stand in the file: they come from the environment (`LOKETBS_IMAP_PASSWORD`, …) or from a file that only the
service can read, named by `LOKETBS_…_FILE`. `loketbs.example.toml` is made from these classes and checked by a test.
"""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import SettingsError

FILE = "loketbs.toml"
PREFIX = "LOKETBS_"

Seconds = Annotated[float, Field(gt=0)]
Megabytes = Annotated[int, Field(gt=0)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class DeskSettings(_Section):
    """Who the desk is and whom it trusts."""

    register_file: Path | None = None
    """Register of partners and representatives (TOML). Without it no sender counts as a representative."""
    trust_dir: Path | None = None
    """Folder with trust roots (PEM, also in trust/) and intermediates (intermediate/). Without it no digital signature is valid."""
    authserv_ids: tuple[str, ...] = ()
    """Names of our own mail server in Authentication-Results (RFC 8601), besides those in the register."""


class MailboxSettings(_Section):
    """The mailbox that is watched."""

    kind: Literal["folder", "maildir", "imap", "graph"] = "folder"
    """folder = a directory of .eml files; maildir; imap; graph = Microsoft 365, set up in [graph]."""
    path: Path = Path("postvak")
    """Directory of a folder or Maildir; made when absent."""
    host: str = ""
    """IMAP server."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0 = 993 for implicit TLS, 143 else."""
    tls: Literal["implicit", "starttls", "none_only_for_loopback"] = "implicit"
    """How the line is encrypted; 'none_only_for_loopback' is refused for any other host."""
    ca_file: Path | None = None
    """Own certificate authorities for the IMAP server; default: those of the system."""
    user: str = ""
    """IMAP login; the password comes from LOKETBS_IMAP_PASSWORD."""
    folder: str = "INBOX"
    """IMAP folder."""
    auth: Literal["password", "xoauth2"] = "password"
    """xoauth2 takes tenant and client_id below and LOKETBS_IMAP_CLIENT_SECRET."""
    tenant: str = ""
    """Entra tenant id, for xoauth2."""
    client_id: str = ""
    """Entra application id, for xoauth2."""
    poll_seconds: Seconds = 30
    """How often a mailbox without IDLE is looked at; of Graph also when it sends notifications, for those can be lost."""
    idle_seconds: Annotated[float, Field(gt=0, le=60)] = 50
    """Longest wait in one IDLE (a dead line is noticed at the latest then)."""

    @model_validator(mode="after")
    def _complete(self) -> MailboxSettings:
        if self.kind != "imap":
            return self
        missing = [name for name in ("host", "user") if not getattr(self, name)]
        if self.auth == "xoauth2":
            missing += [name for name in ("tenant", "client_id") if not getattr(self, name)]
        if missing:
            raise ValueError(f"kind = 'imap' needs {', '.join(missing)}")
        if self.tls == "none_only_for_loopback" and self.host not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError(
                "tls = 'none_only_for_loopback' would send mail and password in the clear to another machine"
            )
        return self


class GraphSettings(_Section):
    """The mailbox in Microsoft 365, for mailbox.kind = "graph"; docs/microsoft365.md leads through it."""

    mailbox: str = ""
    """Address of the mailbox."""
    folder: str = "inbox"
    """Folder: a well-known name, the name of a folder at the top of the mailbox, or an id."""
    login: Literal["certificate", "managed_identity", "client_secret"] = "certificate"
    """client_secret takes LOKETBS_GRAPH_CLIENT_SECRET; managed_identity needs a machine in Azure."""
    tenant: str = ""
    """Entra tenant id."""
    client_id: str = ""
    """Entra application id; of a managed identity only where the machine has several."""
    certificate_file: Path | None = None
    """Certificate with its private key (PEM, or PFX); its password comes from LOKETBS_GRAPH_CERTIFICATE_PASSWORD."""
    url: str = "https://graph.microsoft.com/v1.0"
    """Address of Graph; only Microsoft's own clouds and this machine are accepted."""
    authority: str = "https://login.microsoftonline.com"
    """Address of Entra; likewise."""
    ca_file: Path | None = None
    """Own certificate authorities, for a proxy that opens TLS; default: those of the system."""
    notification_url: str = ""
    """Public https address whose /graph/ a reverse proxy leads to our pages. Empty = off: only mailbox.poll_seconds counts."""
    other_mailbox: str = ""
    """A mailbox that the application must not be able to open; `doctor` tries it."""

    @model_validator(mode="after")
    def _reachable(self) -> GraphSettings:
        from intake.mailboxes.graph_hosts import AUTHORITIES, HOSTS, check_host, is_loopback

        check_host(self.url, HOSTS, "Microsoft Graph")
        check_host(self.authority, AUTHORITIES, "Entra")
        told = self.notification_url
        if told and not told.startswith("https://") and not is_loopback(told):
            raise ValueError("notification_url must be https: Graph tells nothing over an open line")
        return self

    def missing(self) -> list[str]:
        """The settings that this login needs and that are empty."""
        needed = ["mailbox"] if self.login == "managed_identity" else ["mailbox", "tenant", "client_id"]
        needed += ["certificate_file"] if self.login == "certificate" else []
        return [f"graph.{name}" for name in needed if not getattr(self, name)]


class ScanSettings(_Section):
    """Post that was scanned, beside what a scanner mails to the mailbox."""

    folder: Path | None = None
    """Folder into which scanners put files (PDF, TIFF, JPEG, PNG); made when absent, nothing in it is changed. Empty = off."""
    settle_seconds: Seconds = 5
    """A file that changed less than this ago is looked at again before it is taken."""
    poll_seconds: Seconds = 30
    """How often the folder is looked at when it does not seem to change."""
    megabytes: Megabytes = 128
    """Largest scan, from the folder, by `loketbs scan` or by the page; a larger one stays where it is, and a person is told."""


class StorageSettings(_Section):
    """Where everything is kept."""

    data_dir: Path = Path("loketbs-data")
    """Holds vault/ (frozen copies) and the database."""


class MalwareSettings(_Section):
    """The scanner that looks at every mail before it is opened (BIO2 8.07.04)."""

    clamd: str = ""
    """ClamAV's daemon: a unix socket such as /run/clamav/clamd.ctl, or host:port. Empty = off, and `doctor` says so."""


class PageSettings(_Section):
    """The desk's local pages."""

    host: Literal["127.0.0.1", "::1", "localhost"] = "127.0.0.1"
    """Pages listen on this machine only; a reverse proxy with sign-in stands before them."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8765
    """0 = any free port."""
    address: str = ""
    """Where staff reach the pages (https://… without a path): for links on cards and the tab in Teams. Empty = this machine."""

    @model_validator(mode="after")
    def _plain_address(self) -> PageSettings:
        parts = urlsplit(self.address)
        if self.address and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query):
            raise ValueError("address must be https://name or http://name, with a port if needed and nothing after it")
        return self


class TeamsSettings(_Section):
    """The desk's channel: the local page, a bot in Microsoft Teams, or a Workflows address."""

    kind: Literal["page", "bot", "workflows"] = "page"
    """page = cards on the local page; bot = in Teams, with buttons; workflows = posts only, to LOKETBS_TEAMS_WORKFLOW_URL."""
    tenant: str = ""
    """Entra tenant id; the bot answers to no other."""
    client_id: str = ""
    """Entra application id of the bot, which is also the id of the Azure Bot."""
    auth: Literal["secret", "certificate", "managed_identity"] = "secret"
    """secret comes from LOKETBS_TEAMS_CLIENT_SECRET; certificate is the file below; managed_identity needs neither."""
    certificate_file: Path | None = None
    """Certificate and private key of the application (PEM), for auth = "certificate"."""
    team: str = ""
    """The team: its group id in Entra, or Teams' own id (19:…@thread.tacv2). The bot answers in no other."""
    channel: str = ""
    """The channel (19:…@thread.tacv2); empty = the one that was chosen when the app was installed."""
    persons: tuple[str, ...] = ()
    """Entra object ids of those who may press buttons; empty = every member of the team."""
    mention_id: str = ""
    """Entra object id of the duty officer, who is mentioned in what is posted anew; empty = nobody."""
    mention_name: str = ""
    """The duty officer's name, as Teams shows it."""
    port: Annotated[int, Field(ge=0, le=65535)] = 3978
    """Port of /api/messages on this machine; a reverse proxy with https stands before it. 0 = any free port."""
    website: str = "https://www.riec.nl/loket-bestuurlijke-signalen"
    """Page about the desk, for the app package."""

    @model_validator(mode="after")
    def _complete(self) -> TeamsSettings:
        if self.kind == "bot":
            missing = [name for name in ("tenant", "client_id", "team") if not getattr(self, name)]
            missing += ["certificate_file"] if self.auth == "certificate" and not self.certificate_file else []
            if missing:
                raise ValueError(f"kind = 'bot' needs {', '.join(missing)}")
        if bool(self.mention_id) != bool(self.mention_name):
            raise ValueError("mention_id and mention_name belong together")
        return self


class OutgoingSettings(_Section):
    """Mail that goes out: receipts, and drafts for staff."""

    receipt: Literal["off", "draft", "send"] = "off"
    """off, draft (a person sends it) or send. Off until somebody decides that partners are written to."""
    kind: Literal["folder", "smtp", "graph"] = "folder"
    """The way out: folder = files only, nothing leaves this machine; smtp; graph = as the mailbox in Microsoft 365."""
    path: Path = Path("uitgaand")
    """Directory of kind = "folder"."""
    sender: str = ""
    """Address that mail comes from; default: loket.mailbox of the register."""
    sender_name: str = ""
    """Name beside it; default: loket.name of the register."""
    most_a_day: Annotated[int, Field(ge=1)] = 10
    """Receipts to one address within a day; further ones are withheld, so that two robots cannot write to each other for ever."""
    host: str = ""
    """SMTP server."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0 = 465 for implicit TLS, 587 else."""
    tls: Literal["implicit", "starttls", "none_only_for_loopback"] = "starttls"
    """How the line is encrypted; 'none_only_for_loopback' is refused for any other host."""
    ca_file: Path | None = None
    """Own certificate authorities for the SMTP server; default: those of the system."""
    user: str = ""
    """SMTP login; the password comes from LOKETBS_SMTP_PASSWORD. Empty = no login."""
    drafts_folder: str = "Drafts"
    """IMAP folder of drafts, for kind = "smtp" beside mailbox.kind = "imap"."""
    sent_folder: str = "Sent"
    """IMAP folder of sent mail, likewise."""

    @model_validator(mode="after")
    def _sendable(self) -> OutgoingSettings:
        if self.kind == "smtp" and not self.host:
            raise ValueError("kind = 'smtp' needs host")
        if self.tls == "none_only_for_loopback" and self.host not in {"", "127.0.0.1", "::1", "localhost"}:
            raise ValueError(
                "tls = 'none_only_for_loopback' would send mail and password in the clear to another machine"
            )
        plain = self.sender.isascii() and self.sender.isprintable() and " " not in self.sender
        if self.sender and (self.sender.count("@") != 1 or not plain):
            raise ValueError("sender must be one plain address, such as loket@example.nl")
        return self


class TidySettings(_Section):
    """What the mailbox itself shows of each mail; the records stay the truth, and what a person changed is put right."""

    labels: bool = True
    """Categories in Outlook, keywords in IMAP, where the mailbox keeps them."""
    folder: str = ""
    """Folder that mail of a dossier is moved to, made when absent. Empty = mail stays where it is."""

    @model_validator(mode="after")
    def _plain_folder(self) -> TidySettings:
        if "/" in self.folder or self.folder.startswith("."):
            raise ValueError("folder must be the name of one folder")
        return self


class DigestSettings(_Section):
    """The weekly overview of the ISO week that ended: a card in the channel, and a mail where somebody is to get it."""

    send: bool = True
    """Post it every week. `loketbs digest` and the pages show it either way."""
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    """The first such day after the week ended."""
    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "08:30"
    """Dutch time, winter and summer."""
    recipients: tuple[str, ...] = ()
    """Addresses that get it as mail, by the way of [outgoing]. Empty = no mail."""

    @model_validator(mode="after")
    def _plain_addresses(self) -> DigestSettings:
        if any(a.count("@") != 1 or not a.isascii() or " " in a for a in self.recipients):
            raise ValueError("recipients must be plain addresses, such as team@example.nl")
        return self


class LimitSettings(_Section):
    """Bounds on what one mail may cost; past them a person looks."""

    mail_megabytes: Megabytes = 512
    """A larger mail stays in the mailbox, and a person is told."""
    child_megabytes: Annotated[int, Field(ge=512)] = 2048
    """Memory of the child process that opens mail and files."""
    child_seconds: Seconds = 60
    """Longest time for one mail or file."""
    scan_pages: Annotated[int, Field(ge=0)] = 40
    """Pages of scans that are read by OCR per mail; further ones are kept, and a person is told."""
    scan_seconds: Seconds = 180
    """Longest time for reading all scans of one mail; keep it below lease_seconds."""
    lease_seconds: Annotated[float, Field(ge=30)] = 300
    """A worker that is silent for so long has lost its work to another."""


class Settings(_Section):
    """All settings. Paths are relative to the settings file."""

    desk: DeskSettings = DeskSettings()
    mailbox: MailboxSettings = MailboxSettings()
    graph: GraphSettings = GraphSettings()
    scans: ScanSettings = ScanSettings()
    storage: StorageSettings = StorageSettings()
    malware: MalwareSettings = MalwareSettings()
    pages: PageSettings = PageSettings()
    teams: TeamsSettings = TeamsSettings()
    outgoing: OutgoingSettings = OutgoingSettings()
    tidy: TidySettings = TidySettings()
    digest: DigestSettings = DigestSettings()
    limits: LimitSettings = LimitSettings()

    @model_validator(mode="after")
    def _graph_complete(self) -> Settings:
        if self.mailbox.kind == "graph" and (missing := self.graph.missing()):
            raise ValueError(f"mailbox.kind = 'graph' needs {', '.join(missing)}")
        if self.outgoing.kind == "graph" and self.mailbox.kind != "graph":
            raise ValueError("outgoing.kind = 'graph' needs mailbox.kind = 'graph'")
        return self


def load(path: Path | None = None) -> Settings:
    """Read `path`, or `loketbs.toml` here when it exists, or the defaults.

    Raises SettingsError with every problem at once.
    """
    named = path is not None or bool(os.environ.get(f"{PREFIX}CONFIG"))
    path = path or Path(os.environ.get(f"{PREFIX}CONFIG") or FILE)
    if not os.path.lexists(path):
        if named:
            raise SettingsError(f"{path}: there is no such settings file")
        return Settings()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: the settings cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: this is no TOML in UTF-8 ({error})") from error
    return parse(found, path.parent, str(path))


def parse(found: dict[str, Any], base: Path, where: str = FILE) -> Settings:
    """Settings from a parsed file; relative paths are taken from `base`."""
    try:
        settings = Settings.model_validate(found)
    except ValidationError as error:
        problems = [f"{where}: {_key(p['loc'])}: {_told(p)}" for p in error.errors()]
        raise SettingsError("\n".join(problems)) from error
    return _anchored(settings, base)


def secret(name: str) -> str | None:
    """The secret LOKETBS_<name>, or the content of the file named by LOKETBS_<name>_FILE; None when neither is set.

    Raises SettingsError when others than its owner may read that file.
    """
    if value := os.environ.get(f"{PREFIX}{name}"):
        return value
    if not (named := os.environ.get(f"{PREFIX}{name}_FILE")):
        return None
    file = Path(named)
    try:
        mode = file.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SettingsError(f"{PREFIX}{name}_FILE: {file} may be read by others; chmod 600 it")
        return file.read_text(encoding="utf-8").rstrip("\n")
    except OSError as error:
        raise SettingsError(f"{PREFIX}{name}_FILE: {file} cannot be read: {error.strerror}") from error


def example() -> str:
    """The text of `loketbs.example.toml`: every key with its default and what it is for."""
    lines = [
        "# Every setting of loketbs with its default; made by `make docs`. Copy what you change to loketbs.toml;",
        "# paths are relative to that file.",
        "",
    ]
    for name, section in Settings.model_fields.items():
        model = section.annotation
        assert isinstance(model, type)
        assert issubclass(model, _Section)
        lines += [f"# {model.__doc__}", f"[{name}]"]
        for key, field in model.model_fields.items():
            value = field.get_default()
            shown = f"{key} = {_toml(value)}" if value is not None else f"# {key} ="
            lines += [f"# {field.description}", shown]
        lines.append("")
    return "\n".join(lines)


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "settings"


def _told(problem: Any) -> str:
    if problem["type"] == "extra_forbidden":
        return "unknown key; see loketbs.example.toml for those that exist"
    return str(problem["msg"]).removeprefix("Value error, ")


def _anchored(settings: Settings, base: Path) -> Settings:
    """Relative paths made relative to the settings file, not to where the command was started."""

    def sections() -> dict[str, _Section]:
        return {name: getattr(settings, name) for name in Settings.model_fields}

    def moved(section: _Section) -> _Section:
        paths = {k: base / v for k, v in section if isinstance(v, Path) and not v.is_absolute()}
        return section.model_copy(update=paths)

    return settings.model_copy(update={name: moved(section) for name, section in sections().items()})


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
