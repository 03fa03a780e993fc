"""What a browser sends with a form: who may send it, how much, and its fields (RFC 7578)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

_BOUNDARY = re.compile(r"""boundary=(?:"([^"]+)"|([^;\s]+))""", re.IGNORECASE)
_NAME = re.compile(rb'\bname="([^"]*)"')
_FILENAME = re.compile(rb'\bfilename="([^"]*)"')
_MOST_PARTS = 100
_FIELDS = 64 << 10  # bytes beside the files


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a form by name, and the bytes of its files that are not empty."""

    fields: dict[str, str] = field(default_factory=dict)
    files: tuple[bytes, ...] = ()


def assert_same_origin(request: Request) -> None:
    """Refuse a form of another site (CSRF): browsers say where it comes from, and who does not say it is no browser of ours.

    Sec-Fetch-Site (Fetch Metadata) is told by every browser of today; Origin by older ones.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    ours = site == "same-origin" if site else bool(origin) and urlsplit(origin).netloc == request.headers.get("host")
    if not ours:
        raise HTTPException(HTTPStatus.FORBIDDEN)


async def sent(request: Request, most_bytes: int = 0) -> Sent:
    """The form of a request whose files have at most `most_bytes`. Raises HTTPException 413 and 400."""
    limit = most_bytes + _FIELDS
    if int(request.headers.get("content-length") or 0) > limit:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        told = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_PARTS)
        return Sent({name: values[-1] for name, values in told.items()})
    return parts_of(bytes(body), kind)


def parts_of(body: bytes, content_type: str) -> Sent:
    """The parts of a multipart/form-data body. Raises HTTPException 400 for what is none."""
    found = _BOUNDARY.search(content_type)
    if not content_type.startswith("multipart/form-data") or not found:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    mark = b"\r\n--" + (found[1] or found[2]).encode("latin-1")
    pieces = (b"\r\n" + body).split(mark)
    if len(pieces) > _MOST_PARTS or pieces[-1].strip() != b"--":
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    fields: dict[str, str] = {}
    files: list[bytes] = []
    for piece in pieces[1:-1]:
        head, blank, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not blank or not name:
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        if _FILENAME.search(head) is None:
            fields[name[1].decode("utf-8", "replace")] = content.decode("utf-8", "replace")
        elif content:
            files.append(content)
    return Sent(fields, tuple(files))
