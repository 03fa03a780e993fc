"""The page of the post: scans that came in and where they lie, the form to add one, and the acts of linking and unlinking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.dossier.forms import assert_same_origin, sent
from bot.dossier.security import POLICY_WITH_FORM
from bot.dossier.visible import visible
from bot.texts import scans as words
from intake.paper.forms import OTHER, form_of
from storage.errors import NotKnown, StatusConflict
from storage.letters import LetterView, SheetView

_LONGEST_NAME, _LONGEST_REASON = 80, 500


@dataclass(frozen=True, slots=True)
class ScanView:
    """A scan on the page. `judged` is False while it was not read; `attention` are codes."""

    record: str
    received: dt.datetime
    sha256: str
    judged: bool
    letters: tuple[LetterView, ...] = ()
    sheets: tuple[SheetView, ...] = ()
    attention: tuple[str, ...] = ()


class PostDesk(Protocol):
    """The post as the page needs it. Acts are of a person, by name and with a reason; they raise `NotKnown`, `StatusConflict`."""

    @property
    def most_bytes(self) -> int:
        """Largest scan that the page takes."""
        ...

    def scans(self) -> tuple[ScanView, ...]:
        """Every scan, newest first."""
        ...

    def receive(self, data: bytes) -> str:
        """Receive a scan; returns its record."""
        ...

    def link(self, record: str, part: int, number: str, name: str, reason: str) -> None:
        """Put a letter into a dossier."""
        ...

    def unlink(self, record: str, part: int, name: str, reason: str) -> None:
        """Take a letter out of its dossier."""
        ...


Page = Callable[..., HTMLResponse]
"""Renders a template with values; the second argument is the status code."""


class PostPages:
    """The routes of the post."""

    def __init__(self, desk: PostDesk, page: Page) -> None:
        self._desk, self._page = desk, page

    def routes(self) -> list[Route]:
        """What is answered, and how."""
        return [
            Route("/post", self.show, name="scans"),
            Route("/post", self.add, methods=["POST"]),
            Route("/post/{record}/{part:int}/koppelen", self.link, methods=["POST"]),
            Route("/post/{record}/{part:int}/losmaken", self.unlink, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        del request
        return await self._shown()

    async def add(self, request: Request) -> Response:
        """Each file of the form is a scan; nothing is taken when one of them is none."""
        assert_same_origin(request)
        try:
            form = await sent(request, self._desk.most_bytes)
        except HTTPException as error:
            if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                return await self._shown(words.TOO_LARGE.format(limit=self._desk.most_bytes >> 20), error.status_code)
            raise
        if not form.files:
            return await self._shown(words.NO_FILE, HTTPStatus.BAD_REQUEST)
        if any(form_of(data) == OTHER for data in form.files):
            return await self._shown(words.NO_SCAN, HTTPStatus.BAD_REQUEST)
        records = [await run_in_threadpool(self._desk.receive, data) for data in form.files]
        return RedirectResponse(f"/post#{records[0]}", HTTPStatus.SEE_OTHER)

    async def link(self, request: Request) -> Response:
        """A person says where a letter belongs."""

        def act(record: str, part: int, form: Mapping[str, str]) -> None:
            self._desk.link(record, part, form["dossier"].strip().upper(), form["naam"], form["reden"])

        return await self._acted(request, act, ("dossier", "naam", "reden"))

    async def unlink(self, request: Request) -> Response:
        """A person says that a letter does not belong there."""

        def act(record: str, part: int, form: Mapping[str, str]) -> None:
            self._desk.unlink(record, part, form["naam"], form["reden"])

        return await self._acted(request, act, ("naam", "reden"))

    async def _acted(
        self, request: Request, act: Callable[[str, int, Mapping[str, str]], None], needed: tuple[str, ...]
    ) -> Response:
        assert_same_origin(request)
        told = (await sent(request)).fields
        form = {name: visible(told.get(name, "")).strip() for name in needed}
        if not all(form.values()):
            return await self._shown(words.INCOMPLETE, HTTPStatus.BAD_REQUEST)
        if len(form["naam"]) > _LONGEST_NAME or len(form["reden"]) > _LONGEST_REASON:
            return await self._shown(words.TOO_LONG, HTTPStatus.BAD_REQUEST)
        record, part = request.path_params["record"], request.path_params["part"]
        try:
            await run_in_threadpool(act, record, part, form)
        except NotKnown:
            return await self._shown(words.NOT_KNOWN, HTTPStatus.NOT_FOUND)
        except StatusConflict:
            return await self._shown(words.MOVED_ON, HTTPStatus.CONFLICT)
        return RedirectResponse(f"/post#{record}", HTTPStatus.SEE_OTHER)

    async def _shown(self, problem: str = "", code: int = HTTPStatus.OK) -> Response:
        scans = await run_in_threadpool(self._desk.scans)
        values: dict[str, Any] = {"scans": scans, "problem": problem, "limit": self._desk.most_bytes >> 20}
        answer = self._page("scans.html", code, **values)
        answer.headers["Content-Security-Policy"] = POLICY_WITH_FORM
        return answer
