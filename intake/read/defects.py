"""Every defect code of reading and unpacking, with its meaning; `bot/texts.py` has the sentence a person reads for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from intake.model import Defect

DEFECTS: dict[str, str] = {
    # the frame
    "mail_empty": "there is nothing in it: no header and no body",
    "mail_too_large": "the mail exceeds the size limit; only its header was read",
    "header_too_long": "a header block exceeds the limit; the rest of it was not read",
    "illegal_header_line": "a line among the headers is no header; it was skipped",
    "blank_line_missing": "no blank line parts the headers from the body; the body starts at the first line that is no header",
    "byte_order_mark": "a byte order mark stands before the first header",
    "line_ends_cr_only": "lines end in a bare carriage return; they were read as line ends",
    "header_doubled": "a header that may occur once occurs more often; the topmost counts",
    "several_from": "there is more than one From header: a sign of forgery",
    "from_missing": "there is no sender",
    "raw_8bit_header": "a header holds raw bytes that are not UTF-8; they were read as Windows-1252",
    "encoded_word_broken": "an encoded word (RFC 2047) cannot be decoded as declared",
    "unstorable_characters": "NUL or surrogate characters were replaced",
    "date_unreadable": "the Date header is no date",
    "address_unreadable": "an address header holds something that is no address",
    # structure
    "boundary_missing": "a multipart names no boundary; it was guessed where possible",
    "boundary_never_seen": "the boundary of a multipart does not occur; another was guessed where possible",
    "closing_boundary_missing": "a multipart does not end: the mail may be cut off",
    "part_after_end": "a part follows after the end of its multipart",
    "text_outside_parts": "there is text before or after the parts of a multipart, which mail programs do not show",
    "content_type_unreadable": "a Content-Type header cannot be read",
    "too_many_parts": "the mail has more parts than the limit; the rest is kept in one piece",
    "nested_too_deep": "parts or mails are nested deeper than the limit; the innermost is kept unread",
    "partial_message": "this is a fragment of a mail (message/partial); the rest is elsewhere",
    "external_body": "a file is only referred to (message/external-body), not sent",
    # content
    "transfer_encoding_unknown": "a transfer encoding is unknown; the bytes are kept as they came",
    "transfer_encoding_lies": "a file is still encoded: its transfer encoding is declared wrongly",
    "encoded_file_in_text": "the body text holds what looks like an encoded file or part; it was left in the text",
    "base64_broken": "base64 is damaged or cut off; what could be decoded is kept",
    "quoted_printable_broken": "quoted-printable is damaged; what could be decoded is kept",
    "embedded_file_broken": "a file written into the text (uuencode, yEnc) is damaged or cut off",
    "charset_unknown": "a character set is unknown; the text was read as UTF-8 or Windows-1252",
    "charset_wrong": "the text does not fit its declared character set; it was read as UTF-8 or Windows-1252",
    "text_too_long": "the body text exceeds the limit and was cut off; the mail itself is whole",
    "alternatives_differ": "the plain text and the HTML of the mail do not say the same",
    "html_hidden_text": "the HTML body holds text that is not shown",
    "html_unreadable": "the HTML body cannot be parsed",
    # names
    "name_ambiguous": "a file is given two different names; the other one stands in the detail",
    "name_is_path": "a file name holds a path; it is never used as one",
    "name_direction_override": "a file name holds characters that turn the reading direction, which hides the true extension",
    "name_control_characters": "a file name holds control characters; they were replaced",
    "name_too_long": "a file name is longer than 255 characters",
    "name_doubled": "two attachments have the same name",
    # cryptography
    "smime_encrypted": "the mail is encrypted; its content cannot be read here",
    "smime_unreadable": "the S/MIME shell cannot be opened; what is in it is unknown",
    "smime_not_whole_mail": "the S/MIME signature covers a part of the mail only",
    # containers
    "archive_not_opened": "an archive of this type is not opened",
    "archive_broken": "an archive is damaged or cut off; what could be read was unpacked",
    "archive_encrypted": "a file in an archive is encrypted",
    "archive_too_deep": "archives are nested deeper than the limit",
    "archive_too_many_files": "an archive holds more files than the limit; the rest was not unpacked",
    "archive_too_large": "the files in archives exceed the size limit; the rest was not unpacked",
    "archive_link": "an archive holds a link or device instead of a file; it was not followed",
    "archive_name_doubled": "an archive holds two files of the same name",
    "zip_bomb": "an archive claims to unpack to an absurd size; it was not unpacked",
    "outlook_broken": "an Outlook item (.msg) cannot be opened, or only in part",
    "outlook_not_mail": "an Outlook item is no mail (appointment, contact, task, note)",
    "tnef_broken": "a winmail.dat cannot be opened, or only in part",
    "file_by_reference": "an attachment is a reference to a file elsewhere, not the file itself",
}
"""What each stable code means, for developers; in the order in which the stages find them."""

_SHOWN_PER_CODE = 20
_LONGEST = 1000
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _storable(text: str) -> str:
    """Names and values from the mail, fit for records: one line of bounded length."""
    return _CONTROL.sub("\ufffd", text)[:_LONGEST]


class Notes:
    """Collects defects while reading: each once, in order, and at most twenty of a kind."""

    def __init__(self) -> None:
        self._found: dict[Defect, None] = {}
        self._counts: Counter[str] = Counter()

    def add(self, code: str, where: str = "", detail: str = "") -> None:
        """Note a defect; an empty code is none, so that decoders can pass on what they return."""
        if code:
            self.extend((Defect(code, where, detail),))

    def extend(self, defects: Iterable[Defect], inside: str = "") -> None:
        """Take over defects found elsewhere; `inside` names the container they were found in."""
        for defect in defects:
            where = f"{inside}/{defect.where}".rstrip("/") if inside else defect.where
            moved = replace(defect, where=_storable(where), detail=_storable(defect.detail))
            if moved in self._found:
                continue
            self._counts[moved.code] += 1
            if self._counts[moved.code] <= _SHOWN_PER_CODE:
                self._found[moved] = None

    def all(self) -> tuple[Defect, ...]:
        """What was found; where a kind was cut off, a last defect says how many more there are."""
        more = [
            Defect(code, detail=f"and {count - _SHOWN_PER_CODE} more")
            for code, count in self._counts.items()
            if count > _SHOWN_PER_CODE
        ]
        return (*self._found, *more)
