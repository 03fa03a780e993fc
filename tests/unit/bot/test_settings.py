"""Settings and register: everything wrong is told at once, secrets never stand in the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot import samples_of
from bot.config import Settings, load, parse, secret
from bot.errors import SettingsError
from bot.register import load_register, load_trust


def test_without_a_file_the_defaults_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first start needs no settings."""
    monkeypatch.chdir(tmp_path)
    assert load() == Settings()


def test_every_problem_is_told_at_once_with_its_key() -> None:
    """Unknown keys are refused, not ignored."""
    wrong = {"mailbox": {"kind": "pop3", "colour": 1}, "pages": {"port": 70000}, "unknown": {}}
    with pytest.raises(SettingsError) as caught:
        parse(wrong, Path())
    told = str(caught.value)
    assert all(key in told for key in ("mailbox.kind", "mailbox.colour", "pages.port", "unknown"))


def test_imap_needs_host_and_user() -> None:
    """What belongs together is asked together."""
    with pytest.raises(SettingsError, match="needs host, user"):
        parse({"mailbox": {"kind": "imap"}}, Path())


def test_an_unencrypted_line_to_another_machine_is_refused() -> None:
    """Mail and password in the clear."""
    mailbox = {"kind": "imap", "host": "mail.example", "user": "u", "tls": "none_only_for_loopback"}
    with pytest.raises(SettingsError, match="in the clear"):
        parse({"mailbox": mailbox}, Path())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"login": "client_secret"}, "needs graph.mailbox, graph.tenant, graph.client_id"),
        ({"mailbox": "m", "tenant": "t", "client_id": "c"}, "needs graph.certificate_file"),
        ({"login": "managed_identity"}, "needs graph.mailbox"),
        ({"url": "https://graph.example/v1.0"}, "nothing secret is sent there"),
        ({"url": "http://graph.microsoft.com/v1.0"}, "nothing secret is sent there"),
        ({"authority": "https://login.example"}, "nothing secret is sent there"),
        ({"notification_url": "http://loket.example"}, "must be https"),
    ],
)
def test_graph_asks_for_what_its_login_needs_and_for_known_addresses(changed: dict[str, str], said: str) -> None:
    """Each kind of login has its own settings; no token or secret goes to a host that is not Microsoft's."""
    with pytest.raises(SettingsError, match=said):
        parse({"mailbox": {"kind": "graph"}, "graph": changed}, Path())


def test_pages_listen_on_this_machine_only() -> None:
    """They have no sign-in of their own."""
    with pytest.raises(SettingsError, match=r"pages\.host"):
        parse({"pages": {"host": "0.0.0.0"}}, Path())


def test_relative_paths_are_taken_from_the_settings_file(tmp_path: Path) -> None:
    """Not from where the command was started."""
    (tmp_path / "loketbs.toml").write_text('[storage]\ndata_dir = "archief"\n', encoding="utf-8")
    assert load(tmp_path / "loketbs.toml").storage.data_dir == tmp_path / "archief"


def test_a_named_file_that_is_absent_is_an_error(tmp_path: Path) -> None:
    """A typing mistake must not fall back to the defaults."""
    with pytest.raises(SettingsError, match="no such settings file"):
        load(tmp_path / "loketbs.tom")


def test_a_secret_comes_from_the_environment_or_a_private_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that others may read is refused."""
    assert secret("IMAP_PASSWORD") is None
    file = tmp_path / "password"
    file.write_text("geheim\n", encoding="utf-8")
    monkeypatch.setenv("LOKETBS_IMAP_PASSWORD_FILE", str(file))
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="may be read by others"):
        secret("IMAP_PASSWORD")
    file.chmod(0o600)
    assert secret("IMAP_PASSWORD") == "geheim"
    monkeypatch.setenv("LOKETBS_IMAP_PASSWORD", "ander")
    assert secret("IMAP_PASSWORD") == "ander"


def test_the_sample_register_is_read_whole() -> None:
    """Organisations, representatives, ministries, our own mail server."""
    register = load_register(samples_of("partners.toml"))
    assert register.organisations
    assert all(o.representatives for o in register.organisations)
    assert all(r.email == r.email.lower() for o in register.organisations for r in o.representatives)
    assert register.ministries
    assert register.authserv_ids


def test_a_wrong_register_names_the_entry(tmp_path: Path) -> None:
    """Where it is, and what is wrong."""
    file = tmp_path / "partners.toml"
    file.write_text('[[organisation]]\nid = "a"\ncolour = "red"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"organisation\.0\.name"):
        load_register(file)


def test_a_trust_folder_without_roots_is_an_error(tmp_path: Path) -> None:
    """Nothing trusted must be a choice, not a typing mistake."""
    assert load_trust(samples_of("trust")).roots
    with pytest.raises(SettingsError, match="no trust root"):
        load_trust(tmp_path)
    (tmp_path / "root.pem").write_text("nonsense", encoding="utf-8")
    with pytest.raises(SettingsError, match="no PEM certificate"):
        load_trust(tmp_path)


def test_the_tests_run_without_settings_of_their_developer() -> None:
    """Else they would pass on one machine only."""
    assert [name for name in os.environ if name.startswith("LOKETBS_") and name != "LOKETBS_SHARED"] == []
