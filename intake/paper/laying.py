"""Which letter goes to which dossier, and when a person must say so. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from intake.decide import Decision
from intake.paper.forms import OTHER, form_of
from intake.post.letters import Letter
from intake.post.match import Match
from storage.letters import LetterView, SheetView, Slip, Why

WAITS, TO_LINK, UNLINKED, TO_CONFIRM, NOT_READ, NO_SCAN = (
    "scan_waits_for_its_mail",
    "scan_to_link",
    "scan_unlinked",
    "scan_link_to_confirm",
    "scan_not_readable",
    "not_a_scan",
)
"""Points of attention about a scan."""
WAITING = (WAITS, TO_LINK, UNLINKED)
"""Those that end when every letter of the scan lies in a dossier."""
_SURE = frozenset({"text_alike", "some_pages_alike", "code_and_text"})
_LIKELY = frozenset({"code_alone", "mark_of_closed_document", "number_in_mail"})


def for_paper(decision: Decision, data: bytes | None) -> Decision:
    """The decision about a scan: its letters find their dossiers later, by a job of their own. `data` are the bytes of a file."""
    threats = tuple(code for code in decision.attention if code.startswith("threat_"))
    strange = (NO_SCAN,) if data is not None and form_of(data) == OTHER else ()
    return replace(decision, attention=(*threats, *strange))


@dataclass(frozen=True, slots=True)
class Lot:
    """What becomes of a letter: its dossier or None, why, and the point of attention that this raises, if any."""

    number: str | None
    why: Why
    point: str = ""


def lot_of(match: Match, named: Collection[str], refused: Collection[str]) -> Lot:
    """What becomes of a letter that was matched. `named` are dossiers that the mail it came in names, `refused` those of which a
    person said that it does not belong there.
    """
    if match.ref is None and len(named) == 1:
        match = Match(next(iter(named)), 0.0, "number_in_mail", match.runner_up)
    other = match.runner_up
    why = Why(match.reason, match.score, other.ref if other else "", other.score if other else 0.0)
    if match.ref is None:
        return Lot(None, why, UNLINKED if refused else WAITS)
    if match.ref in refused:
        return Lot(None, why, UNLINKED)
    if match.reason in _SURE:
        return Lot(match.ref, why)
    return Lot(match.ref, why, TO_CONFIRM) if match.reason in _LIKELY else Lot(None, why, TO_LINK)


def numbered(
    standing: Sequence[LetterView], fixed: Sequence[LetterView], found: Mapping[int, Sequence[Letter]]
) -> tuple[tuple[Slip, ...], Mapping[int, Match]]:
    """The letters of a scan with their numbers, and what those that are not `fixed` were matched with, by number.

    `found` are the letters found in each file. One that stands keeps its number, also with a page less at its end; new ones take
    those that follow.
    """
    kept = {letter.part: letter.slip for letter in fixed}
    known = {(v.file, v.pages[0]): v.part for v in standing if v not in fixed}
    used = {v.part for v in standing}
    free = (n for n in range(1, 1 + len(standing) + sum(map(len, found.values()))) if n not in used)
    slips, matches = dict(kept), dict[int, Match]()
    for file, letters in sorted(found.items()):
        for letter in letters:
            part = known.get((file, letter.pages[0])) or next(free)
            slips[part], matches[part] = Slip(part, file, letter.pages), letter.match
    return tuple(slips[part] for part in sorted(slips)), matches


def roles_kept(
    before: Sequence[SheetView], roles: Mapping[tuple[int, int], str], taken: Collection[tuple[int, int]]
) -> tuple[SheetView, ...]:
    """What the sheets are that are no page of a document, those of letters that stand (`taken`: file and page) as before."""
    old = {(s.file, s.page): s.role for s in before if (s.file, s.page) in taken}
    return tuple(SheetView(file, page, role) for (file, page), role in sorted((old | dict(roles)).items()))
