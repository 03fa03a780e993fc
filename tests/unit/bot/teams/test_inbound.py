"""What Teams sends, read as a stranger's: commands without mention and markup, names on one line, and nothing makes it fail."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.inbound import inbound, said, shown_name

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
NAMES = ("type", "from", "conversation", "channelData", "value", "text", "membersAdded", "recipient", "name", "action")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("<at>Loket</at> overzicht", "overzicht"),
        ("<at>Loket</at>&nbsp;Wacht  op\npost ", "wacht op post"),
        ('<p><at id="0">Loket BS</at>&nbsp;dossier BS-2026-0007</p>', "dossier bs-2026-0007"),
        ("OVERZICHT", "overzicht"),
        ("", ""),
        ("<at>Loket</at>", ""),
        ("<script>help</script>", "help"),
        ("a" * 500, "a" * 200),
    ],
)
def test_a_command_is_what_was_typed(text: str, command: str) -> None:
    """Mention, markup, capitals and odd spaces make no other command of it."""
    assert said(text) == command


def test_a_name_is_one_printable_line() -> None:
    """It goes into an event: no line breaks, no control characters, no endless name."""
    assert shown_name("Anna\r\n\x1b[31m de\u202e Vries") == "Anna [31m de Vries"
    assert len(shown_name("x" * 1000)) == 200


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_no_activity_makes_it_fail(activity: dict[str, Any]) -> None:
    """Whatever the form, the value is made; what is not understood is empty."""
    told = inbound(activity)
    assert isinstance(told.kind, str)
    assert isinstance(told.person.name, str)


def test_both_names_of_the_tenant_are_told() -> None:
    """An activity that names two tenants belongs to neither."""
    activity = {"conversation": {"tenantId": "a"}, "channelData": {"tenant": {"id": "b"}}}
    assert inbound(activity).tenants == {"a", "b"}
    assert inbound({}).tenants == frozenset()
