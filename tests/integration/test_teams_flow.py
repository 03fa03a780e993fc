"""The bot in Teams, whole: Microsoft's library, the real token client, our connector with Teams' limits; no browser."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import logs, samples_of
from bot.app import App
from bot.config import parse
from bot.teams.line import Cloud
from bot.teams.wiring import Peers
from bot.texts.teams import COMMANDS
from intake.watch import Watch
from storage.errors import LostClaim
from tests.acceptance.test_confidential import canaries
from tests.acceptance.test_confidential import words as said_words
from tests.paths import SHARED
from tests.simulators.certificates import server_certificate
from tests.simulators.connector import ISSUER, STRANGE_KEY, Connector, Fault, Message
from tests.simulators.entra import SECRET, Entra
from tests.simulators.teams import ANNA, BRAM, CHANNEL, CLIENT, GROUP, STRANGER, TEAM, TENANT, Team, button, words

SUBMISSION = "handelaarskenteken"


@dataclass
class Loket:
    """A desk with a folder as mailbox and a bot in a team."""

    app: App
    watch: Watch
    connector: Connector
    team: Team

    def submit(self, name: str = SUBMISSION) -> None:
        """A mail comes in and everything that is due is done."""
        mail = next(samples_of("mails").glob(f"*{name}*.eml"))
        shutil.copyfile(mail, self.app.settings.mailbox.path / mail.name)
        self.watch.drain()

    def cards(self) -> list[Message]:
        """What stands in the channel itself."""
        return self.connector.shown(CHANNEL)

    def news(self, message: str) -> list[str]:
        """What is told in a card's thread."""
        return [words(m.card) for m in self.connector.shown(CHANNEL, message)]

    def pressed(self, verb: str, card: dict[str, Any] | None = None, who: Any = ANNA) -> dict[str, Any]:
        """Press a button of the first card; gives the card that comes back."""
        (message, *_) = self.cards()
        answer = self.team.press(who, message.id, button(card or message.card, verb))
        assert answer.status_code == 200, answer.text
        assert answer.json()["type"] == "application/vnd.microsoft.card.adaptive"
        value: dict[str, Any] = answer.json()["value"]
        return value


@contextmanager
def loket(folder: Path, **teams: Any) -> Iterator[Loket]:
    """The whole house, with stand-ins for Entra and for Teams."""
    tls = server_certificate(folder / "tls")
    settings = {
        "desk": {"register_file": str(samples_of("partners.toml")), "trust_dir": str(samples_of("trust"))},
        "teams": {"kind": "bot", "tenant": TENANT, "client_id": CLIENT, "team": GROUP, "port": 0, **teams},
    }
    with Entra(tls) as entra, Connector(good=entra.book.use).running() as connector:
        connector.conversations |= {CHANNEL: [], TEAM: []}
        connector.members[TEAM] = {ANNA.account, BRAM.account}
        cloud = Cloud(keys=f"{connector.address}/keys", issuer=ISSUER)
        with App(parse(settings, folder), Peers(cloud, entra.address, tls.certificate)) as app:
            watch = app.watch()
            app.front.wake = watch.wake
            app.teams_line.serve(app.bot_line)
            team = Team(connector, f"http://127.0.0.1:{app.bot_line.getsockname()[1]}/api/messages")
            yield Loket(app, watch, connector, team)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loket]:
    monkeypatch.setenv("LOKETBS_TEAMS_CLIENT_SECRET", SECRET)
    with loket(tmp_path) as house:
        yield house


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Every line that our packages log, as the service writes it."""
    loggers = [logging.getLogger(name) for name in ("", "bot", "intake", "storage")]
    before = [(logger, logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    stream = io.StringIO()
    logs.configure(verbose=True, stream=stream)
    yield stream
    for logger, handlers, level, propagate in before:
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_a_submission_appears_is_edited_in_place_and_a_person_decides(desk: Loket) -> None:
    """The whole flow: card, edit, press, stale press, command; every act stands in the ledger with the person's id and name."""
    assert desk.team.install().status_code == 200
    desk.submit()
    (message,) = desk.cards()
    assert "BS-" in words(message.card)
    assert "Ontvangen" in words(message.card)
    first = message.card

    answer = desk.pressed("take_up")
    assert "In beoordeling" in words(answer)
    desk.watch.drain()
    (message,) = desk.cards()
    assert "In beoordeling" in words(message.card)
    assert message.edits >= 1
    assert any("In beoordeling genomen door AV" in told for told in desk.news(message.id))

    stale = desk.pressed("take_up", first, BRAM)
    assert "intussen veranderd" in words(stale)
    assert "In beoordeling" in words(stale)
    (dossier,) = desk.app.records.dossiers()
    assert dossier.status == "in_beoordeling"
    acts = [e for e in desk.app.records.timeline(dossier.number) if e.details.get("actor_name")]
    assert [(e.actor, e.details["actor_name"], e.details["status"]) for e in acts] == [
        (ANNA.id, ANNA.name, "in_beoordeling")
    ]

    assert desk.team.say(ANNA, "Overzicht").status_code == 200
    assert "Overzicht van de dossiers" in words(desk.cards()[-1].card)
    assert "In beoordeling\n1" in words(desk.cards()[-1].card)


def test_the_same_document_again_edits_the_card_and_tells_it_in_the_thread(desk: Loket) -> None:
    """One dossier, one card; what came to it is news in its thread."""
    desk.team.install()
    desk.submit()
    desk.submit("dubbel")
    (message,) = desk.cards()
    assert any("Nieuw bij dit dossier" in told for told in desk.news(message.id))


def test_a_person_who_may_not_decide_is_refused_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting names who may; another member reads why nothing happened, and nothing did."""
    monkeypatch.setenv("LOKETBS_TEAMS_CLIENT_SECRET", SECRET)
    with loket(tmp_path, persons=[ANNA.id]) as desk:
        desk.team.install()
        desk.submit()
        assert "U mag dit niet vaststellen" in words(desk.pressed("take_up", who=BRAM))
        assert desk.app.records.dossiers()[0].status == "ontvangen"
        assert "In beoordeling" in words(desk.pressed("take_up", who=ANNA))


def test_only_our_team_in_our_tenant_with_a_good_token_gets_in(desk: Loket) -> None:
    """Every other sender is refused: no token, a foreign key, audience, issuer or address, past its time, another tenant."""
    desk.team.install()
    desk.submit()
    press = {"title": "x", "verb": "take_up", "data": {"reference": desk.app.records.dossiers()[0].number}}
    connector, make = desk.connector, desk.connector.token
    activity = desk.team._activity(ANNA, CHANNEL, {}, type="invoke", name="adaptiveCard/action")
    activity["value"] = {"action": {"type": "Action.Execute", **press}, "trigger": "manual"}
    entra = f"https://login.microsoftonline.com/{TENANT}/v2.0"
    bad = {
        "none": "",
        "nonsense": "a.b.c",
        "foreign key": make(CLIENT, key=STRANGE_KEY),
        "audience": make("99999999-9999-4999-8999-999999999999"),
        "issuer": make(CLIENT, iss="https://elders.example"),
        "entra for another product": make(CLIENT, iss=entra, tid=TENANT, azp="5a807f24-c9de-44ee-a3a7-329e88a00ffc"),
        "past": make(CLIENT, exp=1),
        "service": make(CLIENT, serviceurl="https://elders.example"),
    }
    refused = {name: desk.team.deliver(activity, token).status_code for name, token in bad.items()}
    assert refused == dict.fromkeys(bad, 401)
    endpoint = desk.team.endpoint
    elsewhere = Team(connector, endpoint, tenant="99999999-9999-4999-8999-999999999999")
    other_team = Team(connector, endpoint, team="19:anders@thread.tacv2", group="99999999-9999-4999-8999-999999999999")
    for team in (elsewhere, other_team):
        assert team.press(ANNA, desk.cards()[0].id, press).status_code == 403
        assert team.install().status_code == 403
        assert team.say(ANNA, "overzicht").status_code == 403
    assert desk.app.records.dossiers()[0].status == "ontvangen"
    assert len(desk.cards()) == 1


def test_alone_with_the_bot_only_members_of_the_team_are_answered(desk: Loket) -> None:
    """Anybody in the tenant can write to a bot; numbers of dossiers are for the team."""
    desk.team.install()
    assert desk.team.whisper(ANNA, "wacht op post").status_code == 200
    (told,) = desk.connector.shown(f"a:{ANNA.id}")
    assert "Er wacht geen dossier op post" in words(told.card)
    assert desk.team.whisper(STRANGER, "overzicht").status_code == 403
    assert desk.connector.shown(f"a:{STRANGER.id}") == []


def test_what_is_no_activity_is_refused(desk: Loket) -> None:
    """Too large, no JSON, no object; the door stays open for the next."""
    import httpx

    post = desk.team.endpoint
    assert httpx.post(post, content=b"[" * 300_000).status_code == 413
    assert httpx.post(post, content=b"nonsense").status_code == 400
    assert httpx.post(post, json=[1]).status_code == 400
    assert desk.team.deliver({"type": "message"}).status_code in {401, 500}
    assert desk.team.install().status_code == 200


def test_a_card_that_somebody_deleted_is_posted_again(desk: Loket) -> None:
    """The old one is gone (404, asked twice): the state still reaches the channel, once, under its new message."""
    desk.team.install()
    desk.submit()
    (old,) = desk.cards()
    kept = old.card
    desk.connector.remove(CHANNEL, old.id)
    answer = desk.team.press(ANNA, old.id, button(kept, "take_up"))
    assert answer.status_code == 200
    desk.watch.drain()
    cards = [
        m for m in desk.cards() if "Dossier BS-" in words(m.card) and m.card["actions"][0]["type"] == "Action.Execute"
    ]
    assert len(cards) == 1
    assert cards[0].id != old.id


@pytest.mark.parametrize("status", [412, 429, 502, 504])
def test_a_refusal_that_passes_is_tried_again(desk: Loket, status: int) -> None:
    """Throttled or hiccuping: the same card comes a moment later, and once."""
    desk.team.install()
    desk.connector.faults.append(Fault("POST", status, retry_after="1" if status == 429 else ""))
    desk.submit()
    assert len(desk.cards()) == 1


def test_a_long_rest_is_the_outboxs_and_no_failure(desk: Loket) -> None:
    """Teams asks for ten minutes: the job waits so long, however often, and does not die."""
    desk.team.install()
    desk.connector.faults.extend(Fault("POST", 429, retry_after="600") for _ in range(3))
    desk.submit()
    assert desk.cards() == []
    due = desk.app.records.work.next_due()
    assert due is not None
    assert (due - desk.app.clock.now()).total_seconds() > 500
    assert not [p for p in desk.app.records.attention() if p.code == "job_dead"]


def test_before_the_app_is_installed_nothing_is_lost(desk: Loket) -> None:
    """The card waits for the channel to be known."""
    desk.submit()
    assert desk.cards() == []
    assert desk.watch.waiting() > 0
    assert not [p for p in desk.app.records.attention() if p.code == "job_dead"]


def test_a_worker_that_died_after_posting_leaves_one_card(desk: Loket) -> None:
    """The card is in Teams, its event is not in the ledger: another worker does the job again, and edits that very card."""
    desk.team.install()
    shutil.copyfile(
        next(samples_of("mails").glob(f"*{SUBMISSION}*.eml")), desk.app.settings.mailbox.path / f"{SUBMISSION}.eml"
    )
    desk.watch.sweep()
    assert desk.watch.step()  # judged; its card is due
    work, clock = desk.app.records.work, desk.app.clock
    job = work.claim("worker-that-dies", clock.now(), ["card"])
    assert job is not None
    desk.app.cards._post(str(job.payload["dossier"]))
    assert len(desk.cards()) == 1
    work.free(["worker-that-dies"])
    desk.watch.drain()
    assert len(desk.cards()) == 1
    sent = [e for e in desk.app.records.timeline(str(job.payload["dossier"])) if e.type == "Verzending"]
    assert len(sent) == 1
    with pytest.raises(LostClaim):
        desk.app.records.record_sent(
            str(job.payload["dossier"]), "channel", "teams:x", at=desk.app.clock.now(), claim=job
        )


def test_nothing_of_a_signal_reaches_teams_or_the_log(desk: Loket, logged: io.StringIO) -> None:
    """Every byte that Teams got, and every line logged, while mails came, were pressed and asked after: no word of a mail.

    With CANARY=all in the environment over every mail of samples and corpus, which takes minutes.
    """
    desk.team.install()
    every = os.environ.get("CANARY") == "all"
    mails = sorted(samples_of("mails").glob("*.eml"))[:: 1 if every else 3]
    corpus = SHARED / "corpus" / "mails"
    mails += sorted(corpus.glob("*.eml"))[:: 1 if every else 50] if corpus.is_dir() else []
    for n, mail in enumerate(mails):
        shutil.copyfile(mail, desk.app.settings.mailbox.path / f"{n}.eml")
    desk.connector.most_a_second = 10_000
    desk.watch.drain()
    desk.pressed("take_up")
    for command in COMMANDS:
        desk.team.say(ANNA, command)
    desk.watch.drain()
    told = json.dumps(
        [m.activity for messages in desk.connector.conversations.values() for m in messages], ensure_ascii=False
    )
    strings, foreign = canaries(mails)
    assert len(foreign) > len(mails)
    assert len(desk.cards()) > 3
    assert logged.getvalue().count('"Registratie"') == len(mails)
    for text in (told, logged.getvalue()):
        assert not {s for s in strings if s in text}
        assert not said_words(text) & foreign
