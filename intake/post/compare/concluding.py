"""From differences, sheets and pages to one verdict. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intake.post.compare.looking import Seen
from intake.post.compare.notes import noted
from intake.post.compare.pairs import Pair
from intake.post.compare.signed import signature_lines, unlaid_lines
from intake.post.compare.spots import Outcome
from intake.post.compare.stack import Stack
from intake.post.compare.telling import Told
from intake.post.compare.tokens import is_negation, is_number
from intake.post.comparison import Benign, Comparison, Deviation, DeviationKind, PostVerdict
from intake.post.pages import OcrPage

_MANY, _SPREAD = 3, 2  # changes of the text, on so many pages: another version, not a slip
_OF_TEXT = frozenset(
    {
        DeviationKind.WORD_CHANGED,
        DeviationKind.WORD_MISSING,
        DeviationKind.WORD_ADDED,
        DeviationKind.NUMBER_CHANGED,
        DeviationKind.PARAGRAPH_MISSING,
    }
)


def conclude(
    seen: Sequence[Seen], stack: Stack, pairs: Sequence[Pair], sheets: Sequence[OcrPage], least_dpi: int
) -> Comparison:
    """The verdict, and all that it rests on."""
    told = [t for one in seen for t in one.told]
    marked = [(pair, marks, noted(pair, marks)) for one in seen for pair, marks in one.marks]
    real = [t for t in told if not t.harmless]
    deviations = [t.deviation for t in real if t.outcome is Outcome.DEVIATION]
    doubts = [t for t in real if t.outcome is Outcome.UNREADABLE]
    under = [t for t in real if t.outcome is Outcome.ADDED_INK and t.spot.context.frozen]
    unreadable = [*sorted((t.deviation for t in doubts), key=_weight), *(t.deviation for t in under)]
    noise = [t for t in real if t.outcome is Outcome.NOISE and not t.equal]
    harmless = [
        Benign(t.harmless, t.deviation.sheet or 0, t.deviation.page, t.deviation.region) for t in told if t.harmless
    ]
    benign = [*stack.benign, *harmless, *(b for _, _, found in marked for b in _few(found.benign)), *_noise(noise)]
    reasons = []
    if not pairs:
        found = tuple(unlaid_lines(sheets))
        return Comparison(
            PostVerdict.UNKNOWN_DOCUMENT, benign=tuple(benign), signatures=found, reasons=("no_page_alike",)
        )
    notes = [d for _, _, found in marked for d in found.deviations]
    kept = [d for d in deviations if not _explained(d, notes)]
    whole = [*stack.deviations, *sorted([*kept, *notes], key=_order)]
    lines = tuple(line for pair, marks, found in marked for line in signature_lines(pair, marks, found.rects))
    coarse = [s for s in sheets if s.engine and s.scanned_dpi < least_dpi]
    verdict = _verdict(whole, [t.deviation for t in doubts])
    if verdict is PostVerdict.IDENTICAL and _other_block(told, pairs):
        verdict = PostVerdict.SIGNATURE_PAGE_ONLY
    if coarse:
        reasons.append("scan_too_coarse")
        verdict = PostVerdict.UNDETERMINED
    return Comparison(verdict, (), tuple(whole), tuple(unreadable), tuple(benign), lines, reasons=tuple(reasons))


def _few(benign: Sequence[Benign]) -> Iterator[Benign]:
    """Each kind of mark once for a sheet, the largest: a fax has specks without number."""
    told: set[str] = set()
    for one in benign:
        if one.kind not in told:
            told.add(one.kind)
            yield one


def _explained(deviation: Deviation, notes: Sequence[Deviation]) -> bool:
    """Whether a word differs because a hand went through it: the note says so already."""
    words = deviation.frozen.split()
    return any(
        note.page == deviation.page and words and set(words) <= {w for w in note.frozen.split() if w} for note in notes
    )


def _other_block(told: Sequence[Told], pairs: Sequence[Pair]) -> bool:
    """Whether the signature block differs: no typed name any more, or the face of a digital signature that paper lacks."""
    return any(t.harmless == "typed_signature" for t in told) or any(p.frozen.seals and not p.sealed for p in pairs)


def _verdict(deviations: Sequence[Deviation], unreadable: Sequence[Deviation]) -> PostVerdict:
    changes = [d for d in deviations if d.kind in _OF_TEXT]
    if len(changes) >= _MANY and len({d.page for d in changes}) >= _SPREAD:
        return PostVerdict.WRONG_VERSION
    if deviations:
        return PostVerdict.DEVIATES
    return PostVerdict.UNDETERMINED if any(matters(d) for d in unreadable) else PostVerdict.IDENTICAL


def matters(deviation: Deviation) -> bool:
    """Whether a spot that cannot be decided may turn the meaning round: a number or a negation."""
    both = f"{deviation.frozen} {deviation.scan}"
    return is_number(both) or is_negation(both)


def _weight(deviation: Deviation) -> tuple[bool, int]:
    """Numbers and negations first."""
    return not matters(deviation), deviation.page or 0


def _order(deviation: Deviation) -> tuple[int, float, float]:
    region = deviation.region
    return deviation.page or 0, region.y0 if region else 0.0, region.x0 if region else 0.0


def _noise(told: Sequence[Told]) -> list[Benign]:
    return [
        Benign("ocr_noise", t.deviation.sheet or 0, t.deviation.page, t.deviation.region, t.deviation.scan)
        for t in told
    ]
