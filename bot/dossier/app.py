"""The pages as a Starlette application: the pages of the desk, one download, the pictures of scans, style and script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot import texts
from bot.digest.pages import WeekPages, Weeks
from bot.dossier.findings import by_rule
from bot.dossier.post.desk import PostDesk, PostPages
from bot.dossier.post.pictures import media_type
from bot.dossier.post.view import FROZEN, SIDES, view_of
from bot.dossier.security import POLICY_WITH_SCRIPT, Headers
from bot.dossier.templating import STATIC, environment
from bot.dossier.views import Archive, NoPaper, Overview, Paper, Row
from bot.dossier.visible import disposition, download_name
from bot.texts import pages as words
from intake.states import Status

_SHA256 = re.compile(r"[0-9a-f]{64}")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def pages(
    archive: Archive,
    hosts: Sequence[str] = LOCAL_HOSTS,
    paper: Paper | None = None,
    frames: str = "",
    *,
    post: PostDesk | None = None,
    weeks: Weeks | None = None,
) -> ASGIApp:
    """The pages over `archive` and the scans of `paper`; with `post` also the page where scans are added and linked.

    With `weeks` also the weekly overviews.

    `hosts` are the names they may be asked by, which stops DNS rebinding.

    `frames` are the places that may show them in a frame, such as a tab in Teams.

    The caller serves the application on 127.0.0.1; it has no sign-in of its own.
    """
    shown = _Pages(archive, paper or NoPaper(), has_post=post is not None, has_weeks=weeks is not None)
    application = Starlette(
        routes=[
            Route("/", shown.overview, name="overview"),
            Route("/dossier/{number}", shown.dossier, name="dossier"),
            Route("/dossier/{number}/post", shown.post, name="post"),
            Route("/dossier/{number}/post/{row:int}/{side}", shown.picture, name="picture"),
            Route("/berichten", shown.messages, name="messages"),
            Route("/bestand/{sha256}", shown.original, name="original"),
            *(PostPages(post, shown.page).routes() if post else []),
            *(WeekPages(weeks, shown.page).routes() if weeks else []),
            Mount("/stijl", StaticFiles(directory=STATIC), name="static"),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        exception_handlers={HTTPException: shown.refused, Exception: shown.failed},
    )
    return Headers(application, frames)


class _Pages:
    """The five pages; storage is asked in a thread, because it blocks."""

    def __init__(self, archive: Archive, paper: Paper, *, has_post: bool = False, has_weeks: bool = False) -> None:
        self._archive = archive
        self._paper = paper
        self._templates = environment()
        self._templates.globals |= {"has_post": has_post, "has_weeks": has_weeks}

    async def overview(self, request: Request) -> Response:
        found = await run_in_threadpool(self._archive.overview)
        chosen = request.query_params.get("status", "")
        return self.page(
            "overview.html", overview=found, chosen=chosen, rows=_chosen(found, chosen), filters=_filters(found)
        )

    async def dossier(self, request: Request) -> Response:
        found = await run_in_threadpool(self._archive.dossier, request.path_params["number"])
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return self.page("dossier.html", dossier=found, groups=by_rule(found.findings))

    async def post(self, request: Request) -> Response:
        number = request.path_params["number"]
        if await run_in_threadpool(self._archive.dossier, number) is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        found = await run_in_threadpool(self._paper.comparison, number)
        view = view_of(found, lambda row, side, _: f"/dossier/{number}/post/{row}/{side}") if found else None
        answer = self.page("post.html", number=number, view=view)
        answer.headers["Content-Security-Policy"] = POLICY_WITH_SCRIPT
        return answer

    async def picture(self, request: Request) -> Response:
        number, row, side = (request.path_params[name] for name in ("number", "row", "side"))
        found = await run_in_threadpool(self._paper.comparison, number) if side in SIDES else None
        faces = found.faces[row] if found and row < len(found.faces) else None
        picture = None if faces is None else faces.frozen if side == FROZEN else faces.scan
        kind = media_type(picture) if picture is not None else None
        if picture is None or kind is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return Response(picture, media_type=kind)

    async def messages(self, request: Request) -> Response:
        del request
        return self.page("messages.html", messages=await run_in_threadpool(self._archive.loose_messages))

    async def original(self, request: Request) -> Response:
        sha256 = request.path_params["sha256"]
        found = await run_in_threadpool(self._archive.original, sha256) if _SHA256.fullmatch(sha256) else None
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        name = download_name(found.name, dangerous=found.dangerous)
        headers = {"Content-Disposition": disposition(name), "Content-Length": str(found.size)}
        return StreamingResponse(iter(found.chunks), media_type="application/octet-stream", headers=headers)

    async def refused(self, request: Request, error: Exception) -> Response:
        del request
        code = error.status_code if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
        if code == HTTPStatus.NOT_FOUND:
            return self.page("error.html", code, heading=words.NOT_FOUND, explanation=words.NOT_FOUND_TEXT)
        return self.page("error.html", code, heading=words.REFUSED, explanation=words.REFUSED_TEXT)

    async def failed(self, request: Request, error: Exception) -> Response:
        del request, error
        code = HTTPStatus.INTERNAL_SERVER_ERROR
        return self.page("error.html", code, heading=words.FAILED, explanation=words.FAILED_TEXT)

    def page(self, template: str, code: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(**values), code)


def _chosen(overview: Overview, chosen: str) -> tuple[Row, ...]:
    if chosen == "aandacht":
        return tuple(row for row in overview.dossiers if row.attention)
    return tuple(row for row in overview.dossiers if chosen in {"", row.status})


def _filters(overview: Overview) -> list[tuple[str, str, int]]:
    """Query value, label and count of each filter that has dossiers."""
    rows = overview.dossiers
    counted = [
        ("", words.FILTER_ALL, len(rows)),
        ("aandacht", words.FILTER_ATTENTION, sum(bool(r.attention) for r in rows)),
    ]
    counted += [(status, texts.status(status), sum(r.status is status for r in rows)) for status in Status]
    return [(value, label, count) for value, label, count in counted if count or not value]
