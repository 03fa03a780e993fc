"""The rules file of recognition: mistakes in it are told, and every piece of evidence has a Dutch sentence."""

from __future__ import annotations

import pytest

from bot.texts.defects import DEFECT
from bot.texts.reasons import WHY
from intake.checks.bedreigingen import OF_DEFECT
from intake.formats.recognition import parse_rules, recognition_rules
from intake.model import Kind, Threat

SMALL = """
doubt = 1.0
facts = ["here"]
[words]
paper = 'brief|stuk'
[[cue]]
id = "sends"
in = ["own"]
says = ['\\bstuur\\b.*<paper>']
unless = ['niet']
[[paper]]
weights = { other = 1.0 }
[[mail]]
when = ["sends"]
unless = ["here"]
weights = { submission = 2.0 }
"""


def test_every_reason_has_a_sentence() -> None:
    """A code that staff would see as a code is a gap in the texts."""
    rules = recognition_rules()
    used = {name for rule in rules.mail_rules for name in (*rule.when, *rule.any)}
    assert used <= WHY.keys()
    assert {f"document_{threat}" for threat in Threat} <= WHY.keys()
    assert OF_DEFECT.keys() <= DEFECT.keys()


def test_rules_weigh_only_known_outcomes_and_know_every_cue() -> None:
    """A weight for a kind that does not exist would silently do nothing."""
    rules = recognition_rules()
    assert {kind for rule in rules.mail_rules for kind in rule.weights} <= {k.value for k in Kind}
    assert len({c.id for c in rules.cues}) == len(rules.cues)


def test_a_cue_is_taken_back_by_its_exception() -> None:
    """`unless` looks at the same sentence only."""
    cue = parse_rules(SMALL).cues[0]
    assert cue.found_in("ik stuur u een brief")
    assert not cue.found_in("ik stuur u geen brief en ook niet later")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('when = ["sends"]', 'when = ["sendz"]', "unknown evidence ['sendz']"),
        ('in = ["own"]', 'in = ["mind"]', "unknown scope ['mind']"),
    ],
)
def test_a_typing_error_in_the_rules_is_told(old: str, new: str, told: str) -> None:
    """A rule that can never hold is a mistake of the author."""
    with pytest.raises(ValueError, match="recognition rules") as caught:
        parse_rules(SMALL.replace(old, new))
    assert told in str(caught.value)


def test_a_rule_holds_only_without_its_exceptions() -> None:
    """`when` all, `any` one, `unless` none."""
    rule = parse_rules(SMALL).mail_rules[0]
    assert rule.holds({"sends": None})
    assert not rule.holds({"sends": None, "here": None})
    assert not rule.holds({})
