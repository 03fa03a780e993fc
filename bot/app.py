"""The composition root: settings in, a working house out. Every adapter is chosen here and nowhere else."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from bot import samples_of
from bot.config import MailboxSettings, Settings, secret
from bot.dossier.views import MailboxState
from bot.errors import SettingsError
from bot.register import load_register, load_trust, merged_authserv_ids
from bot.texts.moments import ZONE
from intake.model import Register, Trust
from intake.outgoing.tidying import AT_THE_MAILBOX
from intake.paper.post import COMPARE
from intake.ports import Desk, Mailbox, MalwareScanner, ScanResult, Sender
from intake.post.pages import OcrLimits
from intake.sandbox import Sandbox, SandboxLimits
from intake.service import CARD, NEWS, TOO_LARGE, UNREADABLE, VERIFY, Performer, Service
from intake.watch import Drained, Watch
from storage.backends.local import LocalVault
from storage.database import open_database
from storage.dossiers import Records
from storage.errors import StorageError
from storage.rebuild import Rebuilt
from storage.signs import VERIFIED
from storage.verify import Check
from storage.workers import Worker, dead_workers, forget

if TYPE_CHECKING:
    from bot.channel import CardPerformer, VerifyPerformer
    from bot.teams.door import Answer
    from bot.teams.front import Front
    from bot.teams.line import Activity, Line
    from bot.teams.wiring import Peers
    from intake.assess import Context
    from intake.mailboxes.graph_subscription import Subscription
    from intake.mailboxes.imap_line import ImapServer
    from intake.post.comparison import Comparison

log = logging.getLogger(__name__)
_MOST_READERS = 4  # pages of scans read at a time; more would starve the rest of the house


class SystemClock:
    """The port `Clock` on this machine's clock."""

    def now(self) -> dt.datetime:
        """The present moment, in the desk's zone."""
        return dt.datetime.now(ZONE)


class NoScanner:
    """The port `MalwareScanner` where none is configured; `doctor` says so."""

    def scan(self, parts: Iterable[bytes]) -> ScanResult:
        """Nothing is scanned, and that is what it says."""
        del parts
        return ScanResult(scanned=False)


class App:
    """The house, wired. Parts are made when first asked for; `close`, or leaving the context, gives them back."""

    def __init__(self, settings: Settings, peers: Peers | None = None) -> None:
        self.settings = settings
        self._peers = peers
        self.clock = SystemClock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop child processes, close mailbox and database; safe to call twice."""
        worker: Worker | None = self.__dict__.get("worker")
        if worker:  # what it was busy with is free at once, and not when its lease ends
            with suppress(StorageError):
                self.records.work.free([worker.name])
        for name in (
            "teams_line",
            "bot_line",
            "subscription",
            "sender",
            "tidied",
            "mailbox",
            "scans",
            "sandbox",
            "worker",
            "line",
            "records",
        ):
            if part := self.__dict__.pop(name, None):
                part.close()

    @property
    def database(self) -> Path:
        """The file of the database; there once the archive was made."""
        return self.settings.storage.data_dir / "loketbs.sqlite"

    @cached_property
    def records(self) -> Records:
        """The archive: vault and database, opened and migrated."""
        return Records(open_database(f"sqlite:///{self.database}"), LocalVault(self.database.parent / "vault"))

    @cached_property
    def worker(self) -> Worker:
        """Our name as a holder of leases; the work of workers that died on this machine is free again."""
        folder = self.settings.storage.data_dir / "workers"
        gone = dead_workers(folder)
        self.records.work.free(gone)
        forget(folder, gone)
        return Worker(folder)

    @cached_property
    def sandbox(self) -> Sandbox:
        """The child processes that open untrusted bytes."""
        limits = self.settings.limits
        reading = OcrLimits(limits.scan_pages, limits.scan_seconds, workers=min(_MOST_READERS, os.cpu_count() or 1))
        bounds = SandboxLimits(memory_bytes=limits.child_megabytes << 20, wall_seconds=limits.child_seconds)
        return Sandbox(bounds, reading=reading)

    @cached_property
    def mailbox(self) -> Mailbox:
        """The mailbox of the settings."""
        if self.settings.mailbox.kind == "graph":
            from bot.microsoft import graph_mailbox

            return graph_mailbox(self.settings)
        return open_mailbox(self.settings.mailbox, self.settings.limits.mail_megabytes << 20)

    @cached_property
    def tidied(self) -> Mailbox:
        """The mailbox for marking and moving: over IMAP on a line of its own, since the other one waits in IDLE."""
        return open_mailbox(self.settings.mailbox, 0) if self.settings.mailbox.kind == "imap" else self.mailbox

    @cached_property
    def sender(self) -> Sender:
        """The way out for mail."""
        from bot.outlook.wiring import sender_of

        return sender_of(self)

    @cached_property
    def scans(self) -> Mailbox | None:
        """The folder of scans, where one is set."""
        settings = self.settings.scans
        if settings.folder is None:
            return None
        from intake.mailboxes.scans import ScanFolder

        settings.folder.mkdir(parents=True, exist_ok=True)
        return ScanFolder(settings.folder, settle_seconds=settings.settle_seconds, max_bytes=settings.megabytes << 20)

    @cached_property
    def subscription(self) -> Subscription | None:
        """What keeps Graph telling us of new mail; None for another mailbox, or when that is off."""
        if self.settings.mailbox.kind != "graph" or not self.settings.graph.notification_url:
            return None
        from bot.microsoft import subscription
        from intake.mailboxes.graph import GraphMailbox

        assert isinstance(self.mailbox, GraphMailbox)
        return subscription(self.settings.graph, self.mailbox, self.clock)

    @cached_property
    def context(self) -> Context:
        """Whom we know and trust."""
        from intake.assess import Context

        desk = self.settings.desk
        register = load_register(desk.register_file) if desk.register_file else Register()
        trust = load_trust(desk.trust_dir) if desk.trust_dir else Trust()
        return Context(register, trust, merged_authserv_ids(register, desk.authserv_ids))

    @cached_property
    def desk(self) -> Desk:
        """The desk's channel: Teams by bot, Teams by a Workflows address, or the local page."""
        if self.settings.teams.kind == "bot":
            from bot.teams.desk import TeamsDesk
            from bot.teams.mention import mentioning

            mention = mentioning(self.settings.teams.mention_id, self.settings.teams.mention_name)
            return TeamsDesk(self.teams_line, self.records.channel, self.clock, mention=mention)
        if self.settings.teams.kind == "workflows":
            from bot.teams.webhook import WorkflowDesk
            from bot.teams.wiring import workflow_address

            return WorkflowDesk(workflow_address(), self.records.channel, self.clock)
        from bot.desk import LocalDesk

        return LocalDesk(self.records, self.clock)

    @cached_property
    def peers(self) -> Peers:
        """Whom the bot talks with: Microsoft, unless a test gave stand-ins."""
        from bot.teams.wiring import Peers

        return self._peers or Peers()

    @cached_property
    def teams_line(self) -> Line:
        """The bot's line to Teams; it loads Microsoft's library when first used."""
        from bot.teams.wiring import line_of

        def receive(activity: Activity) -> Answer:
            return self.front.receive(activity)  # made only now: it needs this line itself

        return line_of(self.settings.teams, receive, self.peers)

    @cached_property
    def front(self) -> Front:
        """What is done with what Teams sends."""
        from bot.teams.front import Front
        from bot.teams.wiring import house_of

        return Front(house_of(self.settings.teams), self.cards, lambda: self.teams_line)

    @cached_property
    def bot_line(self) -> socket.socket:
        """The line on which Teams' activities come in. Raises SettingsError when the port is taken."""
        from bot.teams.wiring import listener

        return listener(self.settings.teams.port)

    @cached_property
    def cards(self) -> CardPerformer:
        """Makes and posts the cards."""
        from bot.channel import CardPerformer

        pressable = self.settings.teams.kind == "bot"
        return CardPerformer(self.records, self.desk, self.clock, self.page_address, pressable=pressable)

    @cached_property
    def verifier(self) -> VerifyPerformer:
        """Compares what was frozen with the ledger, and the ledger with itself and the tables."""
        from bot.channel import VerifyPerformer

        return VerifyPerformer(self.records, self.desk, self.clock, self.page_address)

    @cached_property
    def service(self) -> Service:
        """The stages of a mail, with the performers of the outbox."""
        from bot.channel import NewsPerformer, NoticePerformer
        from bot.digest.wiring import performers_of as digests_of
        from bot.outlook.wiring import performers_of
        from bot.teams.cards import Notice

        too_large = NoticePerformer(self.records, self.desk, self.clock, self.page_address, Notice.TOO_LARGE)
        unreadable = replace(too_large, notice=Notice.UNREADABLE)
        news = NewsPerformer(self.records, self.desk, self.clock, self.page_address)
        performers: dict[str, Performer] = {CARD: self.cards, NEWS: news, VERIFY: self.verifier}
        performers |= {TOO_LARGE: too_large, UNREADABLE: unreadable, **performers_of(self), **digests_of(self)}
        return Service(self.records, self.sandbox, self.context, self.scanner, self.clock, performers, _report)

    @cached_property
    def scanner(self) -> MalwareScanner:
        """The malware scanner of the settings."""
        from intake.clamd import Clamd

        address = self.settings.malware.clamd
        return Clamd(address) if address else NoScanner()

    @property
    def page_address(self) -> str:
        """Where the desk's pages are."""
        settings, line = self.settings.pages, self.__dict__.get("line")
        if settings.address:
            return settings.address
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        return f"http://{host}:{line.getsockname()[1] if line else settings.port}"

    @cached_property
    def line(self) -> socket.socket:
        """The line on which the pages are asked for. Raises SettingsError when the port is taken."""
        from bot.dossier.server import listen

        return listen(self.settings.pages.host, self.settings.pages.port)

    def listen(self) -> None:
        """Take the port of the pages, before anything is started that would have to stop for want of it."""
        self.line.listen()

    def watch(self, *, with_mailbox: bool = True) -> Watch:
        """The loops over this house's mailbox."""
        from bot.digest.wiring import chores_of

        limits = self.settings.limits
        watch = Watch(
            self.service,
            self.mailbox if with_mailbox else None,
            self.worker.name,
            lease=dt.timedelta(seconds=limits.lease_seconds),
            wait=self.settings.mailbox.poll_seconds,
        )
        watch.chores = chores_of(self, watch)
        return watch

    def scan_watch(self, watch: Watch) -> Watch | None:
        """Brings scans in from their folder, for `watch` to work on; None where there is no folder."""
        if self.scans is None:
            return None
        wait = self.settings.scans.poll_seconds
        return Watch(self.service, self.scans, self.worker.name, watch.lease, wait, scans=True, wakes=watch)

    def drain(self) -> Drained:
        """One sweep of mailbox and folder of scans, and all work that is due."""
        watch = self.watch()
        scans = self.scan_watch(watch)
        swept = scans.sweep() if scans else 0
        done = watch.drain()
        return replace(done, received=done.received + swept)

    def verify(self, ref: str | None = None) -> tuple[Check, ...]:
        """Packages against the ledger, the ledger against itself, tables against the ledger."""
        from storage.verify import verify

        return verify(self.records, ref) if ref else self.verifier.verify(f"{VERIFY}:{self.clock.now().date()}")

    def rebuild(self, *, replace: bool = False) -> Rebuilt:
        """Recreate the tables from the ledger and compare."""
        from storage.rebuild import rebuild

        return rebuild(self.records.engine, self.records.vault, replace=replace)

    def serve(self) -> None:
        """The service until SIGTERM or Ctrl-C: watch, work, pages."""
        self.listen()
        watch = self.watch()
        if self.settings.teams.kind == "bot":
            self.front.wake = watch.wake
            self.teams_line.serve(self.bot_line)
        comparing = self.watch(with_mailbox=False)  # minutes of work, beside which mail must not wait
        comparing.chores = ()
        comparing.kinds, watch.kinds = (COMPARE,), tuple(k for k in self.service.kinds if k != COMPARE)
        threads = [threading.Thread(target=self._warm_up, name="warm-up", daemon=True), *watch.threads()]
        threads += comparing.threads()
        if scans := self.scan_watch(watch):
            threads.append(threading.Thread(target=scans.receive, name="scans", daemon=True))
        if self.subscription:
            threads.append(threading.Thread(target=self.subscription.run, name="notifications", daemon=True))
        for thread in threads:
            thread.start()
        try:
            self.pages(lambda: MailboxState(watch.read_at, watch.lost_since), watch.wake)
        finally:
            for one in filter(None, (watch, comparing, scans)):
                one.end()
            if self.subscription:
                self.subscription.close()
            for thread in threads:
                thread.join(timeout=30)

    def _warm_up(self) -> None:
        """Judge a sample, so that rules and readers are loaded before the first mail comes; nothing of it is kept."""
        from intake.assess import assess_mail

        sample = next(samples_of("mails").glob("*.eml"))
        assess_mail(sample.read_bytes(), self.sandbox, self.context)

    def work(self) -> None:
        """A further worker: no mailbox, no pages, until SIGTERM or Ctrl-C."""
        watch = self.watch(with_mailbox=False)
        watch.kinds = tuple(kind for kind in self.service.kinds if kind not in AT_THE_MAILBOX)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: watch.end())
        watch.work()

    def pages(
        self, mailbox: Callable[[], MailboxState] = MailboxState, wake: Callable[[], object] = lambda: None
    ) -> None:
        """Serve the desk's pages until a signal says stop; `wake` is called when they brought work."""
        from bot.digest.wiring import overview_of
        from bot.dossier.app import LOCAL_HOSTS, pages
        from bot.dossier.post.stored import StoredPaper, StoredPost
        from bot.dossier.security import TEAMS
        from bot.dossier.server import serve
        from bot.dossier.stored import StoredArchive

        self.listen()
        log.info("pages", extra={"action": "pages", "port": self.line.getsockname()[1]})
        archive = StoredArchive(self.records, mailbox, lambda: self.records.signs.all().get(VERIFIED))
        named = urlsplit(self.settings.pages.address).hostname
        hosts = (*LOCAL_HOSTS, named) if named else LOCAL_HOSTS
        frames = TEAMS if named and self.settings.teams.kind == "bot" else ""
        post = StoredPost(self.service, self.settings.scans.megabytes << 20, wake)
        shown = pages(archive, hosts, StoredPaper(self.records), frames, post=post, weeks=overview_of(self))
        if subscription := self.__dict__.get("subscription"):
            from bot.notifications import with_notifications

            shown = with_notifications(shown, subscription)
        serve(shown, self.line)


def _report(found: Comparison, number: str) -> str:
    from bot.dossier.post.report import render_report

    return render_report(found, number=number)


def open_mailbox(settings: MailboxSettings, limit: int) -> Mailbox:
    """The adapter that the settings name; `limit` is the largest mail in bytes. Secrets come from the environment."""
    if settings.kind == "imap":
        return _imap(settings, limit)
    folders = [settings.path] if settings.kind == "folder" else [settings.path / name for name in ("cur", "new", "tmp")]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    if settings.kind == "maildir":
        from intake.mailboxes.maildir import MaildirMailbox

        return MaildirMailbox(settings.path, max_bytes=limit)
    from intake.mailboxes.folder import FolderMailbox

    return FolderMailbox(settings.path, max_bytes=limit)


def _imap(settings: MailboxSettings, limit: int) -> Mailbox:
    from intake.mailboxes.imap import ImapMailbox

    return ImapMailbox(
        imap_server(settings),
        idle_seconds=settings.idle_seconds,
        poll_seconds=settings.poll_seconds,
        max_bytes=limit,
    )


def imap_server(settings: MailboxSettings) -> ImapServer:
    """How the IMAP mailbox is reached. Raises SettingsError for a secret that is not set."""
    from intake.mailboxes.imap_line import Encryption, ImapServer, Password, XOAuth2

    credentials: Password | XOAuth2
    if settings.auth == "xoauth2":
        from bot.tokens import imap_token

        credentials = XOAuth2(settings.user, imap_token(settings.tenant, settings.client_id))
    elif password := secret("IMAP_PASSWORD"):
        credentials = Password(settings.user, password)
    else:
        raise SettingsError(
            "LOKETBS_IMAP_PASSWORD: the IMAP password is not set; set it, or LOKETBS_IMAP_PASSWORD_FILE"
        )
    return ImapServer(
        settings.host,
        credentials,
        folder=settings.folder,
        port=settings.port,
        encryption=Encryption(settings.tls),
        ca_file=settings.ca_file,
    )
