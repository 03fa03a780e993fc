"""File names as evidence: which of several counts, what is dangerous in it, and a name where none was given."""

from __future__ import annotations

import re
import unicodedata

from intake.read.charsets import clean
from intake.read.defects import Notes
from intake.read.parameters import Parameters

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PATH = re.compile(r"[/\\]|^[A-Za-z]:|^[a-z]{2,12}:")
_LONGEST = 255

_EXTENSIONS = {
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/msword": "doc",
    "application/vnd.ms-tnef": "dat",
    "application/vnd.ms-outlook": "msg",
    "message/rfc822": "eml",
    "text/html": "html",
    "text/calendar": "ics",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/tiff": "tif",
    "application/pkcs7-mime": "p7m",
}


def given_name(disposition: Parameters, kind: Parameters, notes: Notes) -> str:
    """The file name the mail gives: that of Content-Disposition, else of Content-Type; "" where there is none.

    A second, different name is a way to show a person one file and a filter another, so it is noted.
    """
    candidates = [disposition.get("filename"), kind.get("name"), disposition.get("name"), kind.get("filename")]
    others = [disposition.other.get("filename", ""), kind.other.get("name", "")]
    named = [c for c in candidates if c.strip()]
    name = named[0] if named else ""
    for other in dict.fromkeys([*others, *named[1:]]):
        if other and _same(other) != _same(name):
            notes.add("name_ambiguous", safe_name(name), safe_name(other))
    for code in (*disposition.defects, *kind.defects):
        notes.add(code, safe_name(name))
    return name


def check_name(name: str, notes: Notes) -> str:
    """The name for people and records: control characters replaced; what may deceive is noted, not removed."""
    shown = safe_name(name)
    if _CONTROL.search(name):
        notes.add("name_control_characters", shown)
    if _DIRECTION.search(name):
        notes.add("name_direction_override", shown)
    if _PATH.search(name):
        notes.add("name_is_path", shown)
    if len(name) > _LONGEST:
        notes.add("name_too_long", shown[:_LONGEST])
    return shown


def safe_name(name: str) -> str:
    """A name without control characters and surrogates, in one line, composed (NFC): macOS writes accents apart."""
    return unicodedata.normalize("NFC", _CONTROL.sub("\ufffd", clean(name))).strip()


def made_name(number: int, media_type: str) -> str:
    """A name for a file that has none, after its place among the parts: `part-3.pdf`."""
    default = "txt" if media_type.startswith(("text/", "message/")) else "bin"
    return f"part-{number}.{_EXTENSIONS.get(media_type, default)}"


def _same(name: str) -> str:
    return " ".join(name.split()).casefold()
