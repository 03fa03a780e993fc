"""What mail bears in the mailbox, for every state of a dossier; whose labels stay; and nothing that says too much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.outlook.tidy import labels_of
from bot.texts.outgoing import LABELS
from intake.model import Kind
from intake.states import Status
from storage.values import DossierView, MessageView
from storage.vault import FrozenCopy

MESSAGE = MessageView(
    record="M-2026-000001",
    mailbox="postvak",
    key="1",
    received_at="",
    recorded_at="",
    raw=FrozenCopy("raw", "00", 1),
    registered_at="",
    kind="submission",
    possibly_formal=True,
    sender="jan@politie.example",
    package_key=None,
    package_sha256=None,
    dossier="BS-2026-0001",
    relation="opened",
    attention=(),
)
DOSSIER = DossierView(
    number="BS-2026-0001",
    status="ontvangen",
    status_since="",
    opened_at="",
    opened_with="M-2026-000001",
    changed_at="",
    title="Geheime titel",
    organisations=("Politie",),
    ministers=(),
    tracks={"post": "nog_niet"},
    messages=("M-2026-000001",),
    attention=(),
)


@pytest.mark.parametrize(
    ("status", "post", "wanted"),
    [
        (Status.ONTVANGEN, "nog_niet", {"Mogelijk formeel signaal", "Wacht op post"}),
        (Status.IN_BEOORDELING, "komt_overeen", {"Mogelijk formeel signaal"}),
        (Status.ONVOLLEDIG, "nog_niet", {"Mogelijk formeel signaal", "Wacht op post", "Wacht op aanvulling"}),
        (Status.FORMEEL_INGEDIEND, "wijkt_af", {"Formeel signaal"}),
        (Status.AANGEBODEN, "nog_niet", {"Formeel signaal", "Wacht op post"}),
        (Status.AFGEROND, "komt_overeen", {"Afgerond"}),
        (Status.INGETROKKEN, "nog_niet", {"Afgerond"}),
        (Status.GEEN_SIGNAAL, "nog_niet", {"Geen signaal"}),
    ],
)
def test_labels_follow_the_state_that_persons_set(status: Status, post: str, wanted: set[str]) -> None:
    """ "Formeel signaal" only once a person said so; nothing waits in a dossier that ended."""
    assert labels_of(MESSAGE, replace(DOSSIER, status=status.value, tracks={"post": post})) == wanted


def test_every_kind_has_labels_and_all_are_ours_to_take_away() -> None:
    """A label that was set and is not in the list would stay for ever."""
    for kind in Kind:
        for dossier in (None, replace(DOSSIER, opened_with="M-2026-000009")):
            found = labels_of(replace(MESSAGE, kind=kind.value, attention=("defects",)), dossier)
            assert found
            assert found <= LABELS


def test_a_case_report_says_no_more_than_that_somebody_must_look() -> None:
    """The list of a mailbox is seen by many."""
    assert labels_of(replace(MESSAGE, kind="case_report"), None) == {"Vraagt aandacht"}
