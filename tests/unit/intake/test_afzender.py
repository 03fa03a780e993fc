"""Who sent this: forged, foreign and unclear authentication results never count; imitated domains are seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.checks.afzender import authenticate, imitated_domain, partner_of, representative
from intake.model import Address, Mail
from tests.unit.intake.building import PASSED, REGISTER, mail

IDS = REGISTER.authserv_ids
GOOD = PASSED.format(domain="wolfsdal.example")
BAD = "mx.desk.example; spf=softfail smtp.mailfrom=b@bulk.example; dmarc=fail header.from=wolfsdal.example"


def with_headers(*headers: tuple[str, str]) -> Mail:
    return mail(sender="i.brandenburg@wolfsdal.example", headers=headers, passed=False)


def test_our_own_server_says_pass() -> None:
    """The plain good case."""
    found = authenticate(with_headers(("Authentication-Results", GOOD)), IDS)
    assert (found.state, found.spf, found.dkim, found.dmarc) == ("authenticated", "pass", "pass", "pass")


@pytest.mark.parametrize(
    ("headers", "state", "reason"),
    [
        ([], "unknown", "no_trusted_result"),
        ([("Authentication-Results", GOOD.replace("mx.desk", "mx.elsewhere"))], "unknown", "no_trusted_result"),
        ([("Authentication-Results", BAD)], "failed", "dmarc_fail"),
        ([("Authentication-Results", BAD), ("Authentication-Results", GOOD)], "failed", "dmarc_fail"),
        ([("Authentication-Results", "mx.desk.example; none")], "unknown", "dmarc_undecided"),
        ([("Authentication-Results", GOOD.replace("dmarc=pass", "dmarc=none"))], "unknown", "dmarc_undecided"),
        ([("Authentication-Results", GOOD.replace("dmarc=pass", "dmarc=temperror"))], "unknown", "dmarc_undecided"),
        ([("Authentication-Results", GOOD.replace("from=wolfsdal", "from=bulk"))], "unknown", "not_aligned"),
        ([("Authentication-Results", "mx.desk.example; spf=fail; dkim=fail")], "failed", "dmarc_fail"),
        ([("X-Authentication-Results", GOOD)], "unknown", "no_trusted_result"),
        ([("Authentication-Results", "")], "unknown", "no_trusted_result"),
    ],
)
def test_what_does_not_prove_the_sender(headers: list[tuple[str, str]], state: str, reason: str) -> None:
    """A missing, foreign, failing, undecided or unaligned result never authenticates, and a lower one never counts."""
    found = authenticate(with_headers(*headers), IDS)
    assert (found.state, found.reason) == (state, reason)


def test_a_comment_or_a_quoted_string_can_not_pose_as_a_result() -> None:
    """The comment after spf= repeats what the sender wrote."""
    forged = (
        'mx.desk.example; spf=softfail (domain of "x; dmarc=pass header.from=wolfsdal.example" (nested; dmarc=pass)) '
        'smtp.mailfrom="a; dmarc=pass header.from=wolfsdal.example"@bulk.example'
    )
    assert authenticate(with_headers(("Authentication-Results", forged)), IDS).dmarc is None


def test_a_result_below_a_foreign_hop_was_in_the_message_already() -> None:
    """Our server's name in a header that lies below the hop of another server is a forgery (RFC 8601 §1.2)."""
    ours = ("Received", "from relay.example by mx.desk.example (Postfix) id 1")
    theirs = ("Received", "from laptop by relay.example id 2")
    result = ("Authentication-Results", GOOD)
    assert authenticate(with_headers(ours, result, theirs), IDS).state == "authenticated"
    assert authenticate(with_headers(ours, theirs, result), IDS).state == "unknown"


def test_two_from_addresses_prove_nobody() -> None:
    """DMARC speaks of one From domain."""
    two = replace(
        with_headers(("Authentication-Results", GOOD)), senders=(Address("", "a@b.example"), Address("", "c@d.example"))
    )
    assert authenticate(two, IDS).reason == "several_senders"
    assert representative(two, authenticate(two, IDS), REGISTER) is None


def test_versions_comments_and_folding_are_read() -> None:
    """RFC 8601 allows a version, comments before anything, and folded lines."""
    header = "(x) mx.desk.example 1;\r\n\tdmarc=pass (p=NONE)\r\n\theader.from=WOLFSDAL.example"
    assert authenticate(with_headers(("Authentication-Results", header)), IDS).state == "authenticated"


@pytest.mark.parametrize(("header", "state"), [(GOOD, "authenticated"), (BAD, "failed"), ("mx.x; none", "unknown")])
def test_a_representative_carries_how_sure_it_is(header: str, state: str) -> None:
    """The address alone is a claim; the state says whether it may count as a signature."""
    sent = with_headers(("Authentication-Results", header))
    found = representative(sent, authenticate(sent, IDS), REGISTER)
    assert found is not None
    assert (found.person.name, found.organisation.id, found.state) == ("Ilse Brandenburg", "wolfsdal", state)


def test_a_display_name_makes_nobody_a_representative() -> None:
    """Anyone can write a name before the address."""
    sent = mail(sender="ilse@webmail.example", name="Ilse Brandenburg")
    assert representative(sent, authenticate(sent, IDS), REGISTER) is None


@pytest.mark.parametrize(
    "domain",
    [
        "wo1fsdal.example",
        "wolfsdal-gemeente.example",
        "politie-kustland-nl.example",
        "politiekustland.example",
        "politie-kust1and.example",
        "odmerenplasen.example",
        "wolfsdal.test",
        "xn--wlfsdal-9ig.example",
    ],
)
def test_an_imitated_domain_is_seen(domain: str) -> None:
    """Confusable letters, slips, affixes, another TLD and Cyrillic letters."""
    assert imitated_domain(domain, REGISTER)


@pytest.mark.parametrize(
    "domain",
    [
        "wolfsdal.example",
        "post.wolfsdal.example",
        "wolvega.example",
        "politie-zeeland.example",
        "webmail.example",
        "minbzk.example",
    ],
)
def test_another_domain_is_no_imitation(domain: str) -> None:
    """Partners, their subdomains, and names that merely share a word."""
    assert imitated_domain(domain, REGISTER) is None


def test_partner_of_takes_subdomains_but_no_suffix_tricks() -> None:
    """`evilwolfsdal.example` is not under `wolfsdal.example`."""
    assert partner_of("mail.wolfsdal.example", REGISTER.organisations) is not None
    assert partner_of("evilwolfsdal.example", REGISTER.organisations) is None
