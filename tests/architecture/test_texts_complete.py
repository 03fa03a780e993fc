"""Every reason and defect code that the source can give has its Dutch sentence; a code without one fails here, by name."""

from __future__ import annotations

import ast
import tomllib

import pytest

from bot.texts.attention import ATTENTION
from bot.texts.defects import DEFECT
from bot.texts.events import EVENT, RELATION
from bot.texts.items import RULE, SECTION
from bot.texts.reasons import WHY
from intake.checks.bedreigingen import OF_DEFECT
from intake.formats.recognition import recognition_rules
from intake.model import Kind, Threat
from intake.read.defects import DEFECTS
from storage.ledger import EventType
from tests.architecture.codes import called, collect, constants
from tests.paths import ROOT

CODES = collect()


@pytest.mark.parametrize(("sort", "sentences"), [("reason", WHY), ("defect", DEFECT)])
def test_every_code_has_a_sentence(sort: str, sentences: dict[str, str]) -> None:
    """Nobody at the desk reads a snake_case word."""
    missing = {code: place for code, place in CODES.found[sort].items() if code not in sentences}
    assert missing == {}, f"write the sentence of each in bot/texts/{'reasons' if sort == 'reason' else 'defects'}.py"


def test_the_collector_sees_the_codes_we_know_of() -> None:
    """The check above can fail: it finds codes given directly, through a helper, through a table and through a tuple."""
    assert {"password_needed", "reader_died", "tracked_changes", "external_frame", "zip_bomb"} <= set(
        CODES.found["defect"]
    )
    assert {"signature_unreadable", "certificate_revoked", "not_covering", "weak_algorithm"} <= set(
        CODES.found["reason"]
    )


def test_every_defect_of_reading_has_a_sentence() -> None:
    """The readers' own list and ours are equal in what they cover."""
    assert set(DEFECTS) - set(DEFECT) == set()


def test_every_event_of_the_ledger_can_be_told() -> None:
    """The timeline knows every event type."""
    assert {event.value for event in EventType} == set(EVENT)


def test_every_attention_code_of_the_decision_has_a_sentence() -> None:
    """What waits for a person is said in Dutch, whichever way it came about."""
    source = ast.parse((ROOT / "intake" / "decide.py").read_text(encoding="utf-8"))
    given: set[str] = set()
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and called(node) == "append" and node.args:
            given |= set(constants(node.args[0], {}))
    given |= {f"threat_{threat.value}" for threat in Threat}
    given |= {
        f"{kind.value}_to_confirm"
        for kind in (Kind.WITHDRAWAL, Kind.CORRECTION, Kind.MINISTER_RESPONSE, Kind.SUPPLEMENT)
    }
    assert len(given) > 12
    assert given - set(ATTENTION) == set()
    assert {kind.value for kind in Kind} - set(RELATION) == {"submission"}


def test_every_item_of_the_format_has_a_label() -> None:
    """The format file and the pages speak of the same items."""
    format_ = tomllib.loads((ROOT / "intake" / "formats" / "bestuurlijk_signaal.toml").read_text(encoding="utf-8"))
    ids = {entry["id"] for table in ("section", "item") for entry in format_.get(table, [])}
    assert len(ids) > 4
    assert ids - set(RULE) - set(SECTION) == set()


def test_every_piece_of_evidence_has_a_sentence() -> None:
    """What decided the kind of a mail can be told, cue by cue."""
    given = {name for rule in recognition_rules().mail_rules for name in (*rule.when, *rule.any)}
    assert len(given) > 40
    assert given - set(WHY) == set()


def test_every_threat_finding_has_a_sentence() -> None:
    """Threats reach the page by the code of their defect or document."""
    said = set(WHY) | set(DEFECT)
    assert {f"document_{threat.value}" for threat in Threat} - said == set()
    assert set(OF_DEFECT) - said == set()


def test_no_sentence_is_left_over() -> None:
    """A sentence whose code nobody gives any more is removed."""
    assert set(DEFECT) - set(CODES.found["defect"]) - set(DEFECTS) == set()
