"""Acts of persons: what the table allows, who did it, and what is refused; every refusal changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.acts import HAS_POST, Act, Deed, Person, Refusal, Refused, act, initials, possible, state_of
from intake.service import CARD, NEWS
from intake.states import Status, following
from storage.dossiers import Records
from storage.rebuild import rebuild
from storage.values import SOFTWARE
from tests.unit.storage.house import NOW, claimed, opened, opening, receive, submit

ANNA = Person("33333333-3333-4333-8333-333333333333", "Anna de Vries")
BRAM = Person("44444444-4444-4444-8444-444444444444", "Bram Jansen")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as fresh:
        yield fresh


@pytest.fixture
def number(records: Records) -> str:
    found = submit(records, b"mail").dossier
    assert found is not None
    return found


def refusal(records: Records, deed: Deed, **allowed: frozenset[str]) -> Refusal:
    """Why it is refused; nothing was written."""
    before = records.timeline(deed.reference)
    with pytest.raises(Refused) as refused:
        act(records, deed, NOW, **allowed)
    assert records.timeline(deed.reference) == before
    return refused.value.why


def test_an_act_is_an_event_with_the_persons_id_and_name(records: Records, number: str) -> None:
    """Who decided stands in the ledger, and the card and its news follow from the same transaction."""
    assert act(records, Deed(Act.TAKE_UP, number, ANNA), NOW) == number
    event = records.timeline(number)[-1]
    assert (event.actor, event.details["actor_name"]) == (ANNA.id, ANNA.name)
    assert (event.details["before"], event.details["status"]) == ("ontvangen", "in_beoordeling")
    jobs = [records.work.claim("one", NOW, [kind]) for kind in (CARD, CARD, NEWS)]
    assert all(job and job.payload["dossier"] == number for job in jobs)
    assert jobs[-1] is not None
    assert dict(jobs[-1].payload) == {"act": "take_up", "initials": "AV", "record": number, "dossier": number}
    assert rebuild(records.engine, records.vault).differences == ()


def test_the_whole_way_of_a_dossier_can_be_gone_by_acts(records: Records, number: str) -> None:
    """From received to closed, with a supplement on the way."""
    way = [
        Act.TAKE_UP,
        Act.ASK_SUPPLEMENT,
        Act.TAKE_UP,
        Act.CONFIRM,
        Act.OFFER,
        Act.RESPONSE_IN,
        Act.FED_BACK,
        Act.CLOSE,
    ]
    for what in way:
        act(records, Deed(what, number, ANNA), NOW)
    assert records.dossier(number).status == Status.AFGEROND
    assert possible(Status.AFGEROND, {}) == ()


@pytest.mark.parametrize("status", Status)
def test_what_is_possible_is_what_the_table_says(status: Status) -> None:
    """No act leads where the table does not; and every way of the table that persons set has its act."""
    targets = {Act.TAKE_UP: "in_beoordeling", Act.YET_A_SIGNAL: "in_beoordeling", Act.NO_SIGNAL: "geen_signaal"}
    targets |= {Act.CONFIRM: "formeel_ingediend", Act.ASK_SUPPLEMENT: "onvolledig", Act.OFFER: "aangeboden"}
    targets |= {Act.RESPONSE_IN: "reactie_ontvangen", Act.FED_BACK: "teruggekoppeld", Act.CLOSE: "afgerond"}
    targets |= {Act.WITHDRAW: "ingetrokken"}
    reached = {targets[what] for what in possible(status, {})}
    assert reached == {s.value for s in following(status)} - {"ontvangen"}


def test_a_state_that_moved_on_is_refused(records: Records, number: str) -> None:
    """Two people press the same button: the second reads that the state is another by now."""
    seen = state_of("ontvangen", records.dossier(number).tracks)
    act(records, Deed(Act.TAKE_UP, number, ANNA, seen), NOW)
    assert refusal(records, Deed(Act.TAKE_UP, number, BRAM, seen)) is Refusal.MOVED_ON
    assert refusal(records, Deed(Act.NO_SIGNAL, number, BRAM, seen)) is Refusal.MOVED_ON


def test_news_about_the_post_makes_no_button_about_the_status_stale(records: Records, number: str) -> None:
    """What the act depends on is compared, and nothing else."""
    seen = state_of("ontvangen", records.dossier(number).tracks)
    records.set_tracks(number, {"post": "komt_overeen"}, actor=SOFTWARE, at=NOW)
    act(records, Deed(Act.TAKE_UP, number, ANNA, seen), NOW)


@pytest.mark.parametrize("what", [Act.CONFIRM, Act.OFFER, Act.YET_A_SIGNAL, Act.POST_BELONGS, Act.CLOSE])
def test_what_the_table_does_not_allow_is_refused(records: Records, number: str, what: Act) -> None:
    """From received nothing leads there, and there is no post to speak of."""
    assert refusal(records, Deed(what, number, ANNA)) is Refusal.NOT_POSSIBLE


def test_who_may_not_is_refused(records: Records, number: str) -> None:
    """Not in the list, or without an account; an unknown dossier is said to be so."""
    only_bram = frozenset({BRAM.id})
    assert refusal(records, Deed(Act.TAKE_UP, number, ANNA), allowed=only_bram) is Refusal.NOT_ALLOWED
    assert refusal(records, Deed(Act.TAKE_UP, number, Person("", "Anna"))) is Refusal.NOT_ALLOWED
    assert refusal(records, Deed(Act.TAKE_UP, "BS-2026-9999", ANNA)) is Refusal.UNKNOWN
    act(records, Deed(Act.TAKE_UP, number, BRAM), NOW, only_bram)


@pytest.mark.parametrize(("what", "said"), [(Act.POST_BELONGS, "bevestigd"), (Act.POST_FOREIGN, "verworpen")])
@pytest.mark.parametrize("post", sorted(HAS_POST))
def test_what_a_person_says_of_the_post_is_kept(records: Records, number: str, post: str, what: Act, said: str) -> None:
    """Once, and the other way round when it was a mistake; where other post came since the card was made, the button is stale."""
    records.set_tracks(number, {"post": post}, actor=SOFTWARE, at=NOW)
    old = state_of("ontvangen", {"post": "nog_niet"})
    assert refusal(records, Deed(what, number, ANNA, old)) is Refusal.MOVED_ON
    act(records, Deed(what, number, ANNA, state_of("ontvangen", records.dossier(number).tracks)), NOW)
    assert records.dossier(number).tracks["koppeling"] == said
    assert records.timeline(number)[-1].details["actor_name"] == ANNA.name
    assert refusal(records, Deed(what, number, BRAM)) is Refusal.NOT_POSSIBLE
    other = Act.POST_FOREIGN if what is Act.POST_BELONGS else Act.POST_BELONGS
    act(records, Deed(other, number, BRAM), NOW)
    assert records.dossier(number).tracks["koppeling"] != said


def test_a_mail_without_a_dossier_is_a_signal_after_all(records: Records) -> None:
    """The software took it for something else; a person opens the dossier, once."""
    record = receive(records, b"mail").record
    plain = opening(record, None)
    from dataclasses import replace

    kept = replace(plain, kind="question", opens_dossier=False, statuses=(), tracks={}, jobs=())
    records.register(claimed(records), kept)
    number = act(records, Deed(Act.YET_A_SIGNAL, record, ANNA), NOW)
    dossier = records.dossier(number)
    assert (dossier.status, dossier.opened_with, dossier.attention) == ("ontvangen", record, ())
    assert [e.details.get("actor_name") for e in records.timeline(number)][-1] == ANNA.name
    assert refusal(records, Deed(Act.YET_A_SIGNAL, record, BRAM)) is Refusal.MOVED_ON
    assert refusal(records, Deed(Act.YET_A_SIGNAL, "M-2026-999999", BRAM)) is Refusal.UNKNOWN
    assert rebuild(records.engine, records.vault).differences == ()


def test_of_two_at_the_same_moment_one_is_done(records: Records, number: str) -> None:
    """The state is looked at again under the lock in which it is changed."""
    act(records, Deed(Act.TAKE_UP, number, ANNA), NOW)
    answers: list[str] = []
    start = threading.Barrier(8)

    def press(what: Act) -> None:
        start.wait()
        try:
            answers.append(act(records, Deed(what, number, ANNA, "in_beoordeling//"), NOW))
        except Refused as refused:
            answers.append(refused.why.value)

    threads = [threading.Thread(target=press, args=(w,)) for w in (Act.CONFIRM, Act.ASK_SUPPLEMENT) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers).count(number) == 1
    assert set(answers) <= {number, "moved_on", "not_possible"}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Anna de Vries", "AV"),
        ("Bram Jansen-Smit", "BJS"),
        ("anna", ""),
        ("Ömer Kaya", "K"),
        ("", ""),
        ("A B C D E F", "ABCD"),
    ],
)
def test_initials_are_those_of_the_words_with_capitals(name: str, short: str) -> None:
    """What a card may show of a person."""
    assert initials(name) == short
