"""Which letters are in one scan: a post room scans a stack, and each letter goes to its own dossier. Pure.

A cover sheet's code begins a letter. Within what stands between two codes, pages that are alike to one frozen document are one
letter; others are another when the top of their own document is among them, so that a leaflet in two signals makes no letter.
Every page ends up in exactly one letter: what is no page of a document lies with the letter that it came with, under its role.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Protocol

from intake.post.codes import Code
from intake.post.match import ALIKE, Match
from intake.text import words

_SALUTATION = re.compile(r"\b(?:geachte|beste (?:collega|mevrouw|heer)|l\.s\.|mijne heren)", re.IGNORECASE)
_HEAD = re.compile(
    r"\b(?:bestuurlijk signaal|kenmerk|betreft|onderwerp|datum|indieners?|uw brief|ons nummer|bijlagen?)\b",
    re.IGNORECASE,
)
_HEAD_CHARS, _HEAD_CUES = 500, 2  # at the top of a page: so many different cues begin a document
_FEW_LETTERS = 20  # on a page: nothing but specks and a page number
_FEW_WORDS = 40  # on a page: the front of an envelope
_NEARER = 0.1  # of likeness: by so much a page must be more alike to another dossier's document to be one of its pages
_COPY = 0.5  # of the pages of the longest copy, that another needs to be one
_UNSURE = frozenset({"runner_up_as_like", "code_unfit"})


@dataclass(frozen=True, slots=True)
class ScanPage:
    """A page of a scan: its text as read, None where it could not be, and the codes of our cover sheets on it."""

    said: str | None
    codes: tuple[Code, ...] = ()

    @property
    def text(self) -> str:
        """Its text, as far as there is any."""
        return self.said or ""

    @property
    def blank(self) -> bool:
        """Whether nothing stands on it; a page that could not be read is not blank."""
        return self.said is not None and not self.codes and sum(map(len, words(self.text))) < _FEW_LETTERS


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: all pages of the scan (from 1) that lie with it, and the dossier it was found to belong to.

    `match.pages` are those of them that are pages of that dossier's document.
    """

    pages: tuple[int, ...]
    match: Match


@dataclass(frozen=True)
class Post:
    """What is in a scan: its letters in their order, and what each page is that is no page of a document."""

    letters: tuple[Letter, ...]
    roles: Mapping[int, str] = field(default_factory=dict)


class Finder(Protocol):
    """Knows the frozen documents."""

    def find(self, pages: Sequence[str], codes: Collection[Code], *, whole: bool) -> Match:
        """Where pages belong; see `Index.match`."""
        ...

    def tops(self, ref: str, page: str) -> frozenset[int]:
        """Which documents of a dossier, by any number of their own, have their top on a page."""
        ...


def sort_out(pages: Sequence[ScanPage], finder: Finder, taken: Collection[int] = ()) -> Post:
    """The letters among the pages of a scan. `taken` are pages (from 1) whose letter is known already."""
    sheets = {n: page for n, page in enumerate(pages, 1) if n not in taken}
    found = [letter for stretch in _stretches(sheets) for letter in _Stretch(sheets, stretch, finder).letters()]
    letters = tuple(_with_blanks(found, sheets))
    return Post(letters, {n: role for letter in letters for n, role in _roles(letter, sheets)})


def _stretches(sheets: Mapping[int, ScanPage]) -> list[tuple[int, ...]]:
    """The pages from one code to the next; a cover sheet with nothing behind it belongs to what lies before it."""
    parts: list[list[int]] = []
    for n, page in sheets.items():
        follows = parts and parts[-1][-1] == n - 1
        if follows and not (page.codes and page.codes != _codes(sheets, parts[-1])):
            parts[-1].append(n)
        else:
            parts.append([n])
    for before, part in reversed(list(pairwise(parts))):
        alone = _codes(sheets, part) and all(sheets[n].codes or sheets[n].blank for n in part)
        if alone and before[-1] == part[0] - 1 and not _codes(sheets, before):
            before.extend(part)
            part.clear()
    return [tuple(part) for part in parts if part]


def _codes(sheets: Mapping[int, ScanPage], pages: Sequence[int]) -> tuple[Code, ...]:
    return tuple(dict.fromkeys(code for n in pages for code in sheets[n].codes))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Pages under one code or none, and what finds their documents."""

    sheets: Mapping[int, ScanPage]
    pages: tuple[int, ...]
    finder: Finder

    def letters(self) -> Iterator[Letter]:
        """The letters of this stretch, every page in one of them; none when all is blank."""
        codes = _codes(self.sheets, self.pages)
        said = [n for n in self.pages if not self.sheets[n].blank and not self.sheets[n].codes]
        if not said and not codes:
            return
        whole = self._find(said, codes, whole=True)
        groups = [self._own(whole)] if whole.ref and whole.reason not in _UNSURE and whole.pages else []
        held = {n for group in groups for n in group.pages}
        for run in _runs(said, held):
            groups += self._others(run)
        groups = [copy for group in self._in_order(self._merged(groups)) for copy in self._copies(group)]
        groups.sort(key=lambda match: match.pages)
        if not groups:
            yield Letter(self.pages, whole)
            return
        yield from self._spread(groups)

    def _find(self, pages: Sequence[int], codes: Collection[Code] = (), *, whole: bool) -> Match:
        found = self.finder.find([self.sheets[n].text for n in pages], codes, whole=whole)
        return replace(found, pages=tuple(pages[n - 1] for n in found.pages))

    def _tops(self, match: Match, n: int) -> frozenset[int]:
        return self.finder.tops(match.ref or "", self.sheets[n].text)

    def _own(self, match: Match) -> Match:
        """A match without the pages that are much more alike to another dossier's: signals share phrases, and last pages."""
        own = [n for n in match.pages if not self._nearer_elsewhere(match, n)]
        if len(own) == len(match.pages) or not own:
            return match
        return replace(self._find(own, whole=True), reason=match.reason, ref=match.ref)

    def _nearer_elsewhere(self, match: Match, n: int) -> bool:
        alone = self._find([n], whole=False)
        here = alone.runner_up.score if alone.runner_up and alone.runner_up.ref == match.ref else 0.0
        return alone.ref not in {None, match.ref} and alone.score >= here + _NEARER

    def _merged(self, groups: Sequence[Match]) -> list[Match]:
        """One group for each dossier: its documents may have been found one after the other."""
        pages: dict[str, list[int]] = {}
        for group in groups:
            pages.setdefault(group.ref or "", []).extend(group.pages)
        first = {group.ref or "": group for group in reversed(groups)}
        return [
            first[ref] if tuple(own) == first[ref].pages else self._again(first[ref], sorted(own))
            for ref, own in pages.items()
        ]

    def _in_order(self, groups: Sequence[Match]) -> list[Match]:
        """The groups with every page in the letter that began last before it, where it can be a page of that one as well."""
        starts = {min((n for n in g.pages if self._tops(g, n)), default=g.pages[0]): i for i, g in enumerate(groups)}
        own: list[list[int]] = [[] for _ in groups]
        for i, group in enumerate(groups):
            for n in group.pages:
                begun = starts[max((s for s in starts if s <= n), default=min(starts))]
                own[begun if begun == i or self._fits(groups[begun], n) else i].append(n)
        return [
            g if sorted(p) == list(g.pages) else self._again(g, sorted(p)) for g, p in zip(groups, own, strict=True)
        ]

    def _again(self, match: Match, pages: Sequence[int]) -> Match:
        return replace(self._find(pages, whole=False), reason=match.reason, ref=match.ref, pages=tuple(pages))

    def _fits(self, match: Match, n: int) -> bool:
        """Whether a page may be one of a dossier's, by itself."""
        alone = self._find([n], whole=False)
        second = alone.runner_up
        return alone.ref == match.ref or bool(second and second.ref == match.ref and second.score >= ALIKE)

    def _others(self, run: Sequence[int]) -> Iterator[Match]:
        """The documents whose top is among pages that go together, the likeliest first."""
        left = list(run)
        while left:
            found = self._find(left, whole=False)
            if not found.ref or found.reason in _UNSURE or not found.pages:
                return
            found = self._own(found)
            if any(self._tops(found, n) for n in found.pages):
                yield found if found.pages == tuple(left) else self._find(found.pages, whole=True)
            left = [n for n in left if n not in found.pages]

    def _copies(self, group: Match) -> list[Match]:
        """The same document twice in a stack, signed by two parties: two letters. A page that went twice through is none."""
        parts: list[list[int]] = [[]]
        seen = set[int]()
        for n in group.pages:
            tops = self._tops(group, n)
            if tops & seen:
                parts.append([])
                seen = set()
            parts[-1].append(n)
            seen |= tops
        if len(parts) < 2 or min(map(len, parts)) < _COPY * max(map(len, parts)):  # noqa: PLR2004 - one is no copy
            return [group]
        return [replace(self._find(part, whole=True), reason=group.reason) for part in parts]

    def _spread(self, groups: Sequence[Match]) -> Iterator[Letter]:
        """Each letter with the pages that came with it; a covering letter lies on top, a blank back below."""
        pages: list[list[int]] = [[] for _ in groups]
        behind: list[int] = []
        for n in self.pages:
            own = next((i for i, group in enumerate(groups) if n in group.pages), None)
            before = max((i for i, group in enumerate(groups) if group.pages[0] < n), default=None)
            after = next((i for i, group in enumerate(groups) if group.pages[0] > n), None)
            if own is not None:
                pages[own].append(n)
            elif before is None or (after is not None and n > groups[before].pages[-1] and self._opens(n)):
                pages[after or 0].append(n)
            elif after is None and n > groups[before].pages[-1] and (behind or self._greets(n) or self._heads(n)):
                behind.append(n)
            else:
                pages[before].append(n)
        yield from (Letter(tuple(own), match) for own, match in zip(pages, groups, strict=True))
        if behind:
            yield Letter(tuple(behind), self._find([n for n in behind if not self.sheets[n].blank], whole=True))

    def _greets(self, n: int) -> bool:
        return bool(_SALUTATION.search(self.sheets[n].text))

    def _heads(self, n: int) -> bool:
        """Whether a page begins as a letter or a signal does."""
        cues = {cue.lower() for cue in _HEAD.findall(self.sheets[n].text[:_HEAD_CHARS])}
        return len(cues) >= _HEAD_CUES

    def _opens(self, n: int) -> bool:
        """Whether a page lies on top of a letter: a cover sheet, a covering letter, an envelope."""
        page = self.sheets[n]
        return bool(page.codes) or (not page.blank and (self._greets(n) or len(words(page.text)) <= _FEW_WORDS))


def _runs(pages: Sequence[int], held: Collection[int]) -> Iterator[list[int]]:
    """The pages that are not held, in runs that no held page breaks."""
    run: list[int] = []
    for n in pages:
        if n in held:
            if run:
                yield run
            run = []
        else:
            run.append(n)
    if run:
        yield run


def _with_blanks(letters: Sequence[Letter], sheets: Mapping[int, ScanPage]) -> Iterator[Letter]:
    """The letters with the blank pages that no stretch wanted; a scan of nothing but blanks is one letter."""
    told = {n for letter in letters for n in letter.pages}
    loose = [n for n in sheets if n not in told]
    if not letters:
        if loose:
            yield Letter(tuple(loose), Match(None, 0.0, "nothing_read"))
        return
    ordered = sorted(letters, key=lambda letter: letter.pages)
    for place, letter in enumerate(ordered):
        begin = letter.pages[0] if place else 0
        end = ordered[place + 1].pages[0] if place + 1 < len(ordered) else max(sheets) + 1
        more = [n for n in loose if begin <= n < end]
        yield replace(letter, pages=tuple(sorted((*letter.pages, *more))))


def _roles(letter: Letter, sheets: Mapping[int, ScanPage]) -> Iterator[tuple[int, str]]:
    """What the pages of a letter are that are no page of its document."""
    own = letter.match.pages if letter.match.ref else ()
    for n in letter.pages:
        page = sheets[n]
        if page.codes:
            yield n, "cover_sheet"
        elif page.said is None:
            yield n, "not_read"
        elif page.blank:
            yield n, "blank"
        elif own and n not in own:
            greets = bool(_SALUTATION.search(page.text))
            on_top = n < own[0]
            yield n, "cover_letter" if on_top and greets else "envelope" if on_top and _short(page) else "foreign"


def _short(page: ScanPage) -> bool:
    return len(words(page.text)) <= _FEW_WORDS
