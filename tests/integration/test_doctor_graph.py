"""`loketbs doctor` on Microsoft 365: each single missing right or wrong setting is named, with its mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.app import App
from bot.config import load
from bot.doctor import Point, examine, examine_mailbox
from bot.errors import SettingsError
from tests.integration.test_graph_login import application_certificate
from tests.simulators.entra import CLIENT, SECRET, TENANT
from tests.simulators.graph_house import Microsoft
from tests.simulators.graph_server import MAILBOX

pytestmark = [pytest.mark.server]
OTHER = "ander@example.nl"


@dataclass
class Setup:
    """Everything as it should be; a case of the table spoils one thing."""

    microsoft: Microsoft
    folder: Path
    graph: dict[str, str] = field(default_factory=dict)
    secret: str = SECRET

    def __post_init__(self) -> None:
        self.graph |= {
            "mailbox": MAILBOX,
            "login": "client_secret",
            "tenant": TENANT,
            "client_id": CLIENT,
            "url": self.microsoft.graph.url,
            "authority": self.microsoft.entra.address,
            "ca_file": str(self.microsoft.tls.certificate),
            "other_mailbox": OTHER,
        }

    def points(self) -> dict[str, Point]:
        """What doctor says of settings and mailbox, by name."""
        keys = "\n".join(f'{name} = "{value}"' for name, value in self.graph.items())
        path = self.folder / "loketbs.toml"
        path.write_text(f'[mailbox]\nkind = "graph"\n[graph]\n{keys}\n', encoding="utf-8")
        try:
            settings = load(path)
        except SettingsError:
            return {point.name: point for point in examine(path)}
        with App(settings) as house:
            return {point.name: point for point in examine_mailbox(house)}

    def certificate(self, *, known: bool = True, days: int = 300) -> None:
        """Log in by certificate instead."""
        file = application_certificate(self.folder, "bekend" if known else "onbekend", days=days)
        self.graph |= {"login": "certificate", "certificate_file": str(file)}
        if known:
            from cryptography import x509

            self.microsoft.entra._registered.append(x509.load_pem_x509_certificate(file.read_bytes()))


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setup]:
    """Servers and settings of one test."""
    with Microsoft(tmp_path) as servers:
        monkeypatch.setenv("LOKETBS_GRAPH_CLIENT_SECRET", SECRET)
        yield Setup(servers, tmp_path)


def test_when_all_is_right_nothing_is_asked(setup: Setup) -> None:
    """Every point passes."""
    points = setup.points()
    ours = ["Entra", "reach in Entra", "marking mail", "other mailboxes", "notifications", "mailbox"]
    assert {name: points[name].verdict for name in ours} == dict.fromkeys(ours, "pass")
    assert setup.microsoft.graph.wrong == []


def _set(**changes: str) -> Callable[[Setup], None]:
    return lambda setup: setup.graph.update(changes)


def _tenant_wide(setup: Setup) -> None:
    setup.microsoft.entra.book.roles = ("Mail.ReadWrite",)


def _read_only(setup: Setup) -> None:
    setup.microsoft.graph.may_write = False


def _no_right(setup: Setup) -> None:
    setup.microsoft.graph.may_read = False


def _reaches_all(setup: Setup) -> None:
    setup.microsoft.graph.reach.add(OTHER)


def _refused(number: str) -> Callable[[Setup], None]:
    return lambda setup: setattr(setup.microsoft.entra, "refusing", number)


CASES: dict[str, tuple[Callable[[Setup], None], str, str, str]] = {
    "tenant": (_set(tenant="99999999-9999-4999-8999-999999999999"), "Entra", "fail", "graph.tenant"),
    "client_id": (_set(client_id="33333333-3333-4333-8333-333333333333"), "Entra", "fail", "graph.client_id"),
    "expired secret": (_refused("7000222"), "Entra", "fail", "has expired"),
    "switched off": (_refused("7000112"), "Entra", "fail", "switch it on"),
    "conditional access": (_refused("53003"), "Entra", "fail", "exempt this workload identity"),
    "certificate unknown": (lambda s: s.certificate(known=False), "Entra", "fail", "upload its public part"),
    "certificate absent": (
        _set(login="certificate", certificate_file="weg.pem"),
        "Entra",
        "fail",
        "certificate and private key",
    ),
    "certificate ended": (lambda s: s.certificate(days=-1), "certificate", "fail", "make a new one"),
    "certificate ends soon": (lambda s: s.certificate(days=10), "certificate", "undetermined", "in time"),
    "tenant-wide consent": (_tenant_wide, "reach in Entra", "fail", "remove this consent"),
    "no right to read": (_no_right, "mailbox", "fail", "RBAC for Applications"),
    "no right to write": (_read_only, "marking mail", "undetermined", "Application Mail.ReadWrite"),
    "scope too wide": (_reaches_all, "other mailboxes", "fail", "scope the role assignment"),
    "scope not tried": (_set(other_mailbox=""), "other mailboxes", "undetermined", "set graph.other_mailbox"),
    "other mailbox absent": (
        _set(other_mailbox="onbekend@example.nl"),
        "other mailboxes",
        "undetermined",
        "name one that does",
    ),
    "mailbox": (_set(mailbox="onbekend@example.nl"), "mailbox", "fail", "graph.mailbox"),
    "folder": (_set(folder="Bestaat niet"), "mailbox", "fail", "graph.folder"),
    "Graph cannot be reached": (_set(url="http://127.0.0.1:9/v1.0"), "mailbox", "fail", "tried again"),
    "notifications": (_set(notification_url="http://127.0.0.1:9"), "notifications", "fail", "lead the proxy"),
    "foreign address": (_set(url="https://graph.example/v1.0"), "settings", "fail", "nothing secret is sent there"),
    "open notifications": (_set(notification_url="http://loket.example"), "settings", "fail", "must be https"),
    "mailbox not named": (_set(mailbox=""), "settings", "fail", "needs graph.mailbox"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_wrong_thing_is_named_with_its_mend(setup: Setup, case: str) -> None:
    """One thing wrong at a time: its own point says so, and what to do."""
    spoil, name, verdict, mend = CASES[case]
    spoil(setup)
    point = setup.points()[name]
    assert point.verdict == verdict
    assert mend in f"{point.told}; {point.mend}"
    assert point.mend
    assert SECRET not in f"{point.told}; {point.mend}"


def test_a_secret_that_is_not_set_is_named(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment variable, not the value."""
    monkeypatch.delenv("LOKETBS_GRAPH_CLIENT_SECRET")
    point = setup.points()["Entra"]
    assert (point.verdict, "LOKETBS_GRAPH_CLIENT_SECRET" in point.told) == ("fail", True)


def test_a_secret_that_is_wrong_is_named(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """The classic mistake: the secret's id instead of its value."""
    monkeypatch.setenv("LOKETBS_GRAPH_CLIENT_SECRET", "fout")
    point = setup.points()["Entra"]
    assert (point.verdict, "not to its id" in point.told) == ("fail", True)
