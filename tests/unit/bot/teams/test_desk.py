"""The desk in Teams when Teams says no: each refusal by its kind, with Microsoft's library over a real line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.app import SystemClock
from bot.teams.desk import TeamsDesk
from bot.teams.line import Line, Refusal
from bot.teams.mention import mentioning
from bot.teams.pace import Pace
from bot.teams.place import Place, keep_place
from intake.errors import DeskBusy, DeskError
from storage.dossiers import Records
from tests.contract.desk_places import line_to
from tests.simulators.connector import Connector, Fault
from tests.simulators.teams import CHANNEL, TEAM, words
from tests.unit.bot.test_cards import CARDS
from tests.unit.storage.house import opened

FIRST, SECOND = CARDS["dossier_ontvangen"], CARDS["dossier_in_beoordeling"]
KEY = "BS-2026-0007"


@dataclass
class Room:
    """A desk in a channel; `slept` are the pauses that it took."""

    connector: Connector
    records: Records
    line: Line
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = self.another()

    def another(self, **options: Any) -> TeamsDesk:
        """A desk over the same records, as after a restart."""
        return TeamsDesk(self.line, self.records.channel, SystemClock(), sleep=self.slept.append, **options)

    def words(self) -> list[str]:
        """What the channel shows."""
        return [words(m.card) for m in self.connector.shown(CHANNEL)]


@pytest.fixture(scope="module")
def line_and_connector() -> Iterator[tuple[Line, Connector]]:
    with Connector(most_a_second=1000).running() as connector, line_to(connector) as line:
        yield line, connector


@pytest.fixture
def room(tmp_path: Path, line_and_connector: tuple[Line, Connector]) -> Iterator[Room]:
    line, connector = line_and_connector
    connector.conversations.clear()
    connector.conversations |= {CHANNEL: [], TEAM: []}
    connector.faults.clear()
    connector.log.clear()
    with opened(tmp_path) as records:
        keep_place(records.channel, Place(connector.address, CHANNEL, TEAM))
        yield Room(connector, records, line)


@pytest.mark.parametrize("status", [412, 429, 500, 502, 503, 504])
def test_what_passes_is_asked_again_with_growing_pauses(room: Room, status: int) -> None:
    """Three refusals, then taken: one card, and each pause longer than the one before."""
    room.connector.faults.extend(Fault("POST", status) for _ in range(2))
    room.desk.post(KEY, FIRST)
    assert len(room.words()) == 1
    assert room.slept == sorted(room.slept)
    assert len(room.slept) == 2


def test_the_rest_that_teams_asks_for_is_kept(room: Room) -> None:
    """Retry-After of two seconds is waited; one of a minute is the outbox's."""
    room.connector.faults.append(Fault("POST", 429, retry_after="2"))
    room.desk.post(KEY, FIRST)
    assert room.slept[0] >= 2
    room.connector.faults.append(Fault("PUT", 429, retry_after="60"))
    with pytest.raises(DeskBusy) as busy:
        room.desk.update(room.desk.post(KEY, FIRST), SECOND)
    assert busy.value.rest == 60


def test_a_404_that_passes_edits_the_card_after_all(room: Room) -> None:
    """Teams now and then does not know a message that is there: asked again, it does, and nothing is posted twice."""
    reference = room.desk.post(KEY, FIRST)
    room.connector.faults.append(Fault("PUT", 404))
    assert room.desk.update(reference, SECOND) == reference
    assert len(room.words()) == 1
    assert room.slept == [1.0]


def test_a_card_that_is_gone_is_posted_anew_and_then_edited_there(room: Room) -> None:
    """Its new reference holds from then on, also for a desk that starts afresh."""
    reference = room.desk.post(KEY, FIRST)
    room.connector.remove(CHANNEL, reference.rpartition("=")[2])
    new = room.desk.update(reference, SECOND)
    assert new != reference
    assert room.another().post(KEY, FIRST) == new
    assert len(room.words()) == 1


def test_a_card_that_teams_finds_too_large_is_told_in_short(room: Room) -> None:
    """413: what is new still reaches the channel, with the link; posted and edited alike."""
    huge = {**FIRST, "body": [*FIRST["body"], {"type": "TextBlock", "text": "x" * 29_000, "wrap": True}]}
    reference = room.desk.post(KEY, huge)
    assert FIRST["fallbackText"] in room.words()[0]
    assert "Open dossier" in room.words()[0]
    room.desk.update(reference, FIRST)
    room.desk.update(reference, {**huge, "fallbackText": SECOND["fallbackText"]})
    assert SECOND["fallbackText"] in room.words()[0]


@pytest.mark.parametrize("status", [401, 403])
def test_a_bot_that_is_refused_waits_for_a_person_and_loses_nothing(room: Room, status: int) -> None:
    """No failure of the card: the outbox asks again in minutes."""
    room.connector.faults.append(Fault("POST", status))
    with pytest.raises(DeskBusy) as busy:
        room.desk.post(KEY, FIRST)
    assert busy.value.rest >= 60
    assert room.slept == []


def test_a_channel_that_is_gone_waits_for_a_person(room: Room) -> None:
    """404 on a post: the app was taken out of the team, or the channel was deleted."""
    room.connector.conversations.clear()
    with pytest.raises(DeskBusy, match="installed"):
        room.desk.post(KEY, FIRST)


def test_a_card_that_teams_calls_bad_is_a_failure(room: Room) -> None:
    """400 does not pass by itself: it counts, and at last a person sees it."""
    room.connector.faults.append(Fault("POST", 400))
    with pytest.raises(DeskError) as error:
        room.desk.post(KEY, FIRST)
    assert not isinstance(error.value, DeskBusy)


def test_a_line_that_is_down_is_no_failure(room: Room, tmp_path: Path) -> None:
    """Nobody listens: the outbox asks again soon."""
    keep_place(room.records.channel, Place("http://127.0.0.1:9", CHANNEL, TEAM))
    with pytest.raises(DeskBusy):
        room.desk.post(KEY, FIRST)


def test_the_same_state_again_asks_nothing_of_teams(room: Room) -> None:
    """Ten jobs about one dossier are one edit."""
    reference = room.desk.post(KEY, FIRST)
    asked = len(room.connector.log)
    for _ in range(10):
        room.desk.update(reference, FIRST)
    assert len(room.connector.log) == asked


def test_an_event_whose_card_is_gone_is_told_in_the_channel(room: Room) -> None:
    """Nothing is lost because somebody deleted a message."""
    reference = room.desk.post(KEY, FIRST)
    room.connector.remove(CHANNEL, reference.rpartition("=")[2])
    room.desk.reply("news:1", reference, SECOND)
    assert len(room.words()) == 1


def test_the_duty_officer_is_mentioned_when_a_card_is_new_and_not_again(room: Room) -> None:
    """A mention tells a person; an edit does not."""
    desk = room.another(mention=mentioning("33333333-3333-4333-8333-333333333333", "Anna de Vries"))
    reference = desk.post(KEY, FIRST)
    (message,) = room.connector.shown(CHANNEL)
    assert message.card["msteams"]["entities"][0]["mentioned"]["name"] == "Anna de Vries"
    assert "<at>Anna de Vries</at>" in room.words()[0]
    desk.update(reference, SECOND)
    desk.reply("news:1", reference, FIRST)
    assert all("msteams" not in m.card for m in room.connector.conversations[CHANNEL])


def test_we_stay_below_the_rate_of_a_thread(room: Room) -> None:
    """Seven in a second is Teams' bound: ours is six, and long waits are the outbox's."""
    time = [0.0]
    pace = Pace(now=lambda: time[0])
    assert [pace.take("a") for _ in range(6)] == [0.0] * 6
    assert pace.take("a") == pytest.approx(1.0)
    assert pace.take("b") == 0.0
    for second in range(1, 9):
        time[0] = float(second)
        assert [pace.take("a") for _ in range(5)] == [0.0] * 5
    time[0] = 10.0
    assert [pace.take("a") for _ in range(4)] == [0.0] * 4
    assert pace.take("a") > 15


def test_a_stray_env_file_and_variables_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line_and_connector: tuple[Line, Connector]
) -> None:
    """The library reads .env, SERVICE_URL, CLOUD and a switch that turns checking off: none of them reaches us."""
    import subprocess
    import sys

    (tmp_path / ".env").write_text(
        "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS=true\nSERVICE_URL=http://elders.example\n"
    )
    code = (
        "from bot.teams.line import *\n"
        "from bot.teams.door import Answer\n"
        "line = Line(Identity('a', 'b', lambda scope: ''), lambda activity: Answer())\n"
        "line.start()\n"
        "options = line._app.options\n"
        "print(options.dangerously_allow_unauthenticated_requests, line._app.api.service_url, line.door.issuer)\n"
        "line.close()\n"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[4]),
        "SERVICE_URL": "http://elders.example",
        "CLOUD": "China",
        "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["False", "https://smba.trafficmanager.net/teams", "https://api.botframework.com"]


def test_a_refusal_says_no_more_than_its_number() -> None:
    """Teams' own text may quote what was posted."""
    assert str(Refusal(404)) == "Teams answered 404"
