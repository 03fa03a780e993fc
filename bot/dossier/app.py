"""The pages as a Starlette application: four pages, one download, one style sheet; it only reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
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
from bot.dossier import tones
from bot.dossier.findings import by_rule
from bot.dossier.render import render
from bot.dossier.security import Headers
from bot.dossier.views import Archive, Overview, Row
from bot.dossier.visible import disposition, download_name, visible
from bot.texts import pages as words
from intake.states import Status

_HERE = Path(__file__).parent
_SHA256 = re.compile(r"[0-9a-f]{64}")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def pages(archive: Archive, hosts: Sequence[str] = LOCAL_HOSTS) -> ASGIApp:
    """The pages over `archive`. `hosts` are the names by which they may be asked, which stops DNS rebinding.

    The caller serves the application on 127.0.0.1; it has no sign-in of its own.
    """
    shown = _Pages(archive)
    application = Starlette(
        routes=[
            Route("/", shown.overview, name="overview"),
            Route("/dossier/{number}", shown.dossier, name="dossier"),
            Route("/berichten", shown.messages, name="messages"),
            Route("/bestand/{sha256}", shown.original, name="original"),
            Mount("/stijl", StaticFiles(directory=_HERE / "static"), name="static"),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        exception_handlers={HTTPException: shown.refused, Exception: shown.failed},
    )
    return Headers(application)


class _Pages:
    """The four pages; storage is asked in a thread, because it blocks."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._templates = _templates()

    async def overview(self, request: Request) -> Response:
        found = await run_in_threadpool(self._archive.overview)
        chosen = request.query_params.get("status", "")
        return self._page(
            "overview.html", overview=found, chosen=chosen, rows=_chosen(found, chosen), filters=_filters(found)
        )

    async def dossier(self, request: Request) -> Response:
        found = await run_in_threadpool(self._archive.dossier, request.path_params["number"])
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return self._page("dossier.html", dossier=found, groups=by_rule(found.findings))

    async def messages(self, request: Request) -> Response:
        del request
        return self._page("messages.html", messages=await run_in_threadpool(self._archive.loose_messages))

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
            return self._page("error.html", code, heading=words.NOT_FOUND, explanation=words.NOT_FOUND_TEXT)
        return self._page("error.html", code, heading=words.REFUSED, explanation=words.REFUSED_TEXT)

    async def failed(self, request: Request, error: Exception) -> Response:
        del request, error
        code = HTTPStatus.INTERNAL_SERVER_ERROR
        return self._page("error.html", code, heading=words.FAILED, explanation=words.FAILED_TEXT)

    def _page(self, template: str, code: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(**values), code)


def _templates() -> Environment:
    """Templates that escape everything and fail on a name that does not exist; their words come from `bot.texts`."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "t": words,
        "say": texts,
        "tone": tones,
        "render_card": render,
    }
    environment.filters |= {"visible": visible}
    return environment


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
