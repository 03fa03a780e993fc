"""Recognisers of personal data: patterns and contexts as data (`formats/persoonsgegevens.toml`), tests of numbers as code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_DEFAULT_REACH = 60
_MIN_CASE_DIGITS = 4
_MIN_PLATE, _MAX_PLATE = 4, 8
_PHONE_DIGITS = 10
_PLATE = 6
_KAMER_DIGITS = 5
_SIDECODE = re.compile(r"99XX99|99XXXX|XXXX99|99XXX9|9XXX99|XX999X|X999XX|XXX99X|X99XXX|9XX999|999XX9")
_PIECE = re.compile(r"\{([a-z]+)\}")
_YEAR_OR_DATE = re.compile(
    r"(?:19|20)\d\d(?:-(?:19|20)\d\d)?|\d{1,2}[-./]\d{1,2}[-./](?:\d{2}|\d{4})|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}"
)
_RULING = re.compile(
    r"[CTF]-\d+/\d+|\d{9}/\d/[A-Z]\d|(?:19|20)\d\d/\d{2,3}(?:/E[UG])?"
)  # of the EU's courts, of the Raad van State; a directive
_CORPORATE = ("0800", "0900", "0906", "0909", "088", "085", "084", "087", "14")


@dataclass(frozen=True, slots=True)
class Span:
    """A datum found in a text: its type and where it stands."""

    type: str
    start: int
    end: int
    own_in_letterhead: bool = False


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One line of the data file: a pattern, what must or must not stand around it, and a test of the number itself.

    `figures`: whether it can only be found where a figure stands.
    """

    type: str
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None
    refuses: re.Pattern[str] | None
    follows: re.Pattern[str] | None
    near: re.Pattern[str] | None
    figures: bool
    within: int
    check: str
    own_in_letterhead: bool

    def spans(self, text: str, labels: Sequence[str]) -> Iterator[Span]:
        """Every datum of this kind in `text`; `labels` are what may stand before the text (a table's row and column head)."""
        for match in self.pattern.finditer(text):
            group = "datum" if "datum" in self.pattern.groupindex else 0
            start, end = match.span(group)
            near = text[max(0, start - self.within) : start]
            befores = [f"{label} {near}"[-self.within :] for label in labels or ("",)]
            if self.needs and not any(map(self.needs.search, befores)):
                continue
            if self.refuses and any(map(self.refuses.search, befores)):
                continue
            if self.follows and self.follows.match(text, end):
                continue
            around = f"{' '.join(labels)} {text[max(0, start - self.within) : end + self.within]}"
            if self.near and not self.near.search(around):
                continue
            if self.check and not CHECKS[self.check](match.group(group)):
                continue
            yield Span(self.type, start, end, self.own_in_letterhead)


@cache
def data() -> Mapping[str, dict[str, str]]:
    """The cues and pieces of the data file."""
    return tomllib.loads(_source())


@cache
def recognisers() -> tuple[Recogniser, ...]:
    """All recognisers in their order of precedence."""
    return tuple(_recogniser(entry) for entry in tomllib.loads(_source())["recogniser"])


def expanded(pattern: str) -> str:
    """A pattern of the data file with its pieces filled in; a piece may hold pieces."""
    pieces = data()["pieces"]
    while _PIECE.search(pattern):
        pattern = _PIECE.sub(lambda m: pieces[m.group(1)], pattern)
    return pattern


def _source() -> str:
    return files("intake.formats").joinpath("persoonsgegevens.toml").read_text(encoding="utf-8")


def _recogniser(entry: Mapping[str, str]) -> Recogniser:
    def compiled(key: str) -> re.Pattern[str] | None:
        return re.compile(expanded(entry[key])) if key in entry else None

    return Recogniser(
        type=entry["type"],
        pattern=re.compile(expanded(entry["pattern"])),
        needs=compiled("needs"),
        refuses=compiled("refuses"),
        follows=compiled("follows"),
        near=compiled("near"),
        figures=bool(entry.get("figures", True)),
        within=int(entry.get("within", _DEFAULT_REACH)),
        check=entry.get("check", ""),
        own_in_letterhead=bool(entry.get("own_in_letterhead")),
    )


@cache
def _spoken(name: str) -> re.Pattern[str]:
    return re.compile(expanded(data()["spoken"][name]), re.IGNORECASE)


def recognised(text: str, labels: Sequence[str] = ()) -> list[Span]:
    """All data in a text by pattern, in order; where two recognisers claim the same words the first in the file wins."""
    taken: list[Span] = []
    figures = re.search(r"\d", text) is not None
    for recogniser in recognisers():
        if recogniser.figures and not figures:
            continue
        for span in recogniser.spans(text, labels):
            if not any(span.start < other.end and other.start < span.end for other in taken):
                taken.append(span)
    return sorted(taken, key=lambda s: s.start)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _eleven(text: str) -> bool:
    from stdnum.nl import bsn

    number = _digits(text)
    return bool(bsn.is_valid(number)) and len(set(number)) > 2  # noqa: PLR2004 - 111111110 is an example


def _iban(text: str) -> bool:
    from stdnum import iban

    number = re.sub(r"[ .-]", "", text)
    return bool(iban.is_valid(number, check_country=False))


def _phone(text: str) -> bool:
    number = re.sub(r"^(?:\+|00)31", "0", re.sub(r"[^\d+]", "", text.replace("(0)", "")))
    spaced = bool(re.search(r"\D", text.lstrip("+"))) or number.startswith("06")
    return spaced and not number.startswith(_CORPORATE)


def _foreign_phone(text: str) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(text)))
    except phonenumbers.NumberParseException:
        return False


def _spoken_phone(text: str) -> bool:
    """Ten digits when what is spoken is written out ("nul zes", "vijfenvijftig"); figures alone are the rule above."""
    digits = _spoken("digit").sub("0", _spoken("pair").sub(_two_digits, text))
    return digits != text and len(_digits(digits)) == _PHONE_DIGITS


def _two_digits(match: re.Match[str]) -> str:
    return "0" if _spoken("digit").fullmatch(match.group()) else "00"


def _plate_like(text: str) -> bool:
    plain = re.sub(r"[^\w]", "", _spoken("separator").sub("", text))
    mixed = bool(re.search(r"\d", plain)) and bool(re.search(r"[^\W\d_]", plain))
    return mixed and _MIN_PLATE <= len(plain) <= _MAX_PLATE and not _placeholder(plain)


def _placeholder(plain: str) -> bool:
    """A form to be filled in, XX-00-XX, or the first letters and figures there are, AB-12-CD."""
    letters, figures = re.sub(r"\d", "", plain), _digits(plain)
    return (set(letters) <= {"X"} and set(figures) <= {"0", "9"}) or (letters, figures) == ("ABCD", "12")


def _dutch_plate(text: str) -> bool:
    """Six signs in a sidecode of the RDW, whatever stands between them."""
    plain = re.sub(r"[ .-]", "", text)
    return len(plain) == _PLATE and bool(_SIDECODE.fullmatch(re.sub(r"[A-Z]", "X", re.sub(r"\d", "9", plain))))


def _case_number(text: str) -> bool:
    """Figures enough for a number of a case, and no year, date, ruling or directive."""
    return len(_digits(text)) >= _MIN_CASE_DIGITS and not _YEAR_OR_DATE.fullmatch(text) and not _RULING.match(text)


def _filed_number(text: str) -> bool:
    """As above, but a few bare figures behind "dossier" are a file of the Tweede Kamer."""
    return _case_number(text) and (not text.isdigit() or len(text) > _KAMER_DIGITS)


def _no_public_mailbox(text: str) -> bool:
    """Not one of a public body: those belong to no subject."""
    contact, domain = data()["contact"], text.rpartition("@")[2]
    return not re.search(contact["public"], domain) and not re.search(contact["official"], domain)


def _private_mailbox(text: str) -> bool:
    """Neither a desk's mailbox nor one of a public body."""
    return not re.search(data()["contact"]["functional"], text) and _no_public_mailbox(text)


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "eleven": _eleven,
    "iban": _iban,
    "phone": _phone,
    "foreign_phone": _foreign_phone,
    "plate_like": _plate_like,
    "dutch_plate": _dutch_plate,
    "case_number": _case_number,
    "filed_number": _filed_number,
    "spoken_phone": _spoken_phone,
    "private_mailbox": _private_mailbox,
    "no_public_mailbox": _no_public_mailbox,
}
