"""What Graph's refusals mean, and how long it wants to be left alone; links that lead elsewhere."""

from __future__ import annotations

import pytest

from intake.errors import FolderMissing, LoginRefused, MailboxError, MessageGone, MessageUnreadable, PersonNeeded
from intake.mailboxes.graph_calls import is_ours
from intake.mailboxes.graph_errors import Refusal, rest_of, told

DATE = "Mon, 23 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": {"120"}}, 120.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "Mon, 23 Nov 2026 10:00:30 GMT", "Date": DATE}, 30.0),
        ({"Retry-After": "Mon, 23 Nov 2026 09:00:00 GMT", "Date": DATE}, 0.0),
        ({"Retry-After": "Mon, 23 Nov 2026 10:00:30 GMT"}, None),
        ({"Retry-After": "straks", "Date": DATE}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "²"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(headers: dict[str, object], seconds: float | None) -> None:
    """RFC 9110 §10.2.3; a date counts from the server's own Date, for clocks differ; nonsense asks nothing."""
    assert rest_of(headers, None) == seconds


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "InvalidAuthenticationToken", LoginRefused),
        (403, "ErrorAccessDenied", LoginRefused),
        (404, "ErrorInvalidUser", FolderMissing),
        (404, "MailboxNotEnabledForRESTAPI", FolderMissing),
        (404, "ErrorFolderNotFound", FolderMissing),
        (404, "ErrorItemNotFound", MessageGone),
        (400, "ErrorInvalidIdMalformed", MessageGone),
        (500, "ErrorMimeContentConversionFailed", MessageUnreadable),
    ],
)
def test_each_refusal_is_told_as_what_it_is(status: int, code: str, error: type[MailboxError]) -> None:
    """Who must act is told apart: the administrator, a person with the mailbox open, nobody."""
    assert type(told(Refusal(status, code), "graph:loket", "inbox")) is error


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599])
def test_trouble_of_the_server_needs_nobody(status: int) -> None:
    """It passes; and a code of Graph's that is more than a word does not stand in a log."""
    refusal = Refusal(status, "Onderwerp: geheim")
    assert refusal.passes
    error = told(refusal, "graph:loket", "inbox")
    assert not isinstance(error, PersonNeeded)
    assert "geheim" not in str(error)


@pytest.mark.parametrize(
    ("link", "ours"),
    [
        ("https://graph.microsoft.com/v1.0/users/x/mailFolders/y/messages/delta?$deltatoken=1", True),
        ("https://graph.microsoft.com/v1.0/users", True),
        ("http://graph.microsoft.com/v1.0/users/x", False),
        ("https://graph.microsoft.com.evil.example/v1.0/users/x", False),
        ("https://graph.microsoft.com@evil.example/v1.0/users/x", False),
        ("https://user@graph.microsoft.com/v1.0/users/x", False),
        ("https://graph.microsoft.com:444/v1.0/users/x", False),
        ("https://graph.microsoft.com/beta/users/x", False),
        ("1234:99", False),
        ("all", False),
    ],
)
def test_only_links_to_our_own_graph_are_followed(link: str, ours: bool) -> None:
    """A bookmark of another kind of mailbox, or a link that would carry the token away."""
    assert is_ours(link, "https://graph.microsoft.com/v1.0") == ours
