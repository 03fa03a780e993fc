"""The page of a week: the overview as it goes into card and mail, with its chart, for every week that can be counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.digest import words
from bot.digest.chart import WIDTH, chart
from bot.digest.counting import Digest
from bot.digest.weeks import Week

Page = Callable[..., HTMLResponse]
"""Renders a template with values."""


class Weeks(Protocol):
    """The overviews as the page needs them."""

    def now(self) -> dt.datetime:
        """The present moment."""
        ...

    def of(self, week: Week) -> Digest:
        """The overview of a week that has begun."""
        ...


class WeekPages:
    """The routes of the weekly overview."""

    def __init__(self, weeks: Weeks, page: Page) -> None:
        self._weeks, self._page = weeks, page

    def routes(self) -> list[Route]:
        """What is answered, and how."""
        return [
            Route("/weekoverzicht", self.latest, name="latest_week"),
            Route("/weekoverzicht/{week}", self.show, name="week"),
            Route("/weekoverzicht/{week}/grafiek.png", self.picture),
        ]

    async def latest(self, request: Request) -> Response:
        """The last week that ended."""
        del request
        return RedirectResponse(f"/weekoverzicht/{Week.of(self._weeks.now()).moved(-1)}", HTTPStatus.SEE_OTHER)

    async def show(self, request: Request) -> Response:
        digest = await self._found(request)
        later = digest.week.moved(1)
        links: dict[str, Any] = {"earlier": digest.week.moved(-1), "later": later if self._begun(later) else None}
        return self._page("week.html", digest=digest, words=words, width=WIDTH, **links)

    async def picture(self, request: Request) -> Response:
        digest = await self._found(request)
        return Response(await run_in_threadpool(chart, digest), media_type="image/png")

    async def _found(self, request: Request) -> Digest:
        try:
            week = Week.parse(request.path_params["week"])
        except ValueError as error:
            raise HTTPException(HTTPStatus.NOT_FOUND) from error
        if not self._begun(week):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return await run_in_threadpool(self._weeks.of, week)

    def _begun(self, week: Week) -> bool:
        return week <= Week.of(self._weeks.now())
