"""What every answer of the pages carries: nothing from elsewhere may load, run, frame or remember it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SOURCES = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
POLICY = "; ".join(f"{name} {allowed}" for name, allowed in _SOURCES.items())
_NO_FRAMES = "frame-ancestors 'none'"
POLICY_WITH_SCRIPT = f"{POLICY}; script-src 'self'"
"""For the one page that has a script; the others stay without."""
POLICY_WITH_FORM = POLICY.replace("form-action 'none'", "form-action 'self'")
"""For the page that has forms."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


TEAMS = "https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft"
"""Who shows a tab of Teams."""


class Headers:
    """ASGI middleware: sets HEADERS on every answer, also on errors and downloads, but leaves the policy that a page has set.

    `frames` are the places that may show the pages in a frame; "" is nowhere.
    """

    def __init__(self, app: ASGIApp, frames: str = "") -> None:
        self._app = app
        self._frames = frames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update({**HEADERS, "Content-Security-Policy": headers.get("Content-Security-Policy", POLICY)})
                if self._frames:  # two headers say who may frame a page; the older one knows no list
                    allowed = headers["Content-Security-Policy"].replace(_NO_FRAMES, f"frame-ancestors {self._frames}")
                    headers["Content-Security-Policy"] = allowed
                    del headers["X-Frame-Options"]
            await send(message)

        await self._app(scope, receive, guarded)
