"""Pictures of pages on their way to a browser: named by their bytes, never opened here.

They are made of untrusted scans in a child process; only the browser, itself a sandbox, decodes them.
"""

from __future__ import annotations

from base64 import b64encode

_PNG = b"\x89PNG\r\n\x1a\n"
_WEBP = (b"RIFF", b"WEBP")


def media_type(picture: bytes) -> str | None:
    """image/png or image/webp by the first bytes; None for anything else, which is not to be shown."""
    if picture.startswith(_PNG):
        return "image/png"
    return "image/webp" if (picture[:4], picture[8:12]) == _WEBP else None


def data_uri(picture: bytes) -> str:
    """The picture inside its own address (RFC 2397). Raises ValueError for what is no PNG or WebP."""
    kind = media_type(picture)
    if kind is None:
        raise ValueError("neither PNG nor WebP")
    return f"data:{kind};base64,{b64encode(picture).decode('ascii')}"
