"""The cryptographic shell of a mail (RFC 8551): what is signed, exactly, and what an opaque signature wraps."""

from __future__ import annotations

import re
from dataclasses import dataclass

OPAQUE_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
SIGNATURE_TYPES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_ENTITY = re.compile(
    rb"\s*(?:content-[a-z-]+|mime-version|from|to|subject|date|message-id|x-[\w-]+|received)[ \t]*:", re.IGNORECASE
)
_LINE_END = re.compile(rb"\r?\n")


@dataclass(frozen=True, slots=True)
class Envelope:
    """An opened pkcs7-mime part: `form` is "opaque", "enveloped" or "unknown", `content` what an opaque one wraps."""

    form: str
    content: bytes = b""


def signed_octets(part: bytes) -> bytes:
    """What a detached signature signs: the first part with its own headers, every line end as CRLF (RFC 8551 §3.1.1)."""
    return _LINE_END.sub(b"\r\n", part)


def looks_like_entity(content: bytes) -> bool:
    """Whether wrapped content is a MIME entity, as in a mail, rather than a bare file."""
    return _ENTITY.match(content) is not None


def open_envelope(cms: bytes) -> Envelope:
    """Look into a pkcs7-mime part without any key. Never raises; "unknown" is what is no CMS or of another type."""
    from asn1crypto import cms as asn1_cms

    try:
        info = asn1_cms.ContentInfo.load(cms)
        kind = info["content_type"].native
        if kind == "signed_data":
            content = info["content"]["encap_content_info"]["content"].native
            return Envelope("opaque", content) if isinstance(content, bytes) and content else Envelope("unknown")
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError, AttributeError, IndexError):
        return Envelope("unknown")
    return Envelope("enveloped" if kind in {"enveloped_data", "authenticated_enveloped_data"} else "unknown")
