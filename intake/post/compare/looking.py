"""The differences of two sequences of words, each looked at on paper: ink measured, crops read again, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from intake.errors import OcrError, SandboxError
from intake.post.compare.added import printed
from intake.post.compare.align import Aligned, Hunk
from intake.post.compare.bench import Bench
from intake.post.compare.differing import context_of, equal_probes, is_long, moved, probe_of
from intake.post.compare.ink import Ink
from intake.post.compare.laying import Laid, Laying, Probe, Probed
from intake.post.compare.pairs import Pair
from intake.post.compare.residue import Mark
from intake.post.compare.spots import Outcome, Spot
from intake.post.compare.stamped import under_stamp
from intake.post.compare.telling import Told, told_of
from intake.post.pages import Rect

_PRINT = 0.55  # confidence: what a pen wrote is read less surely
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Files:
    """The two files laid beside each other."""

    frozen: bytes
    scan: bytes


@dataclass(frozen=True, slots=True)
class _Asked:
    """A hunk and where to look for it."""

    hunk: Hunk
    probe: Probe


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was seen on the sheets: the differences, and the loose ink of each pair."""

    told: tuple[Told, ...]
    marks: tuple[tuple[Pair, tuple[Mark, ...]], ...]


def differences(files: Files, bench: Bench, pairs: Sequence[Pair], aligned: Aligned) -> Seen:
    """Every difference with its evidence and what became of it. Raises `Refused` or `SandboxError` when a page cannot be laid."""
    by_place = {(p.frozen.page, p.sheet.page): p for p in pairs}
    asked = _asked(by_place, aligned)
    with ThreadPoolExecutor(max(1, bench.reader.limits.workers)) as pool:
        jobs = [
            (p, pool.submit(_look, files, bench, by_place[p], [a.probe for a in some])) for p, some in asked.items()
        ]
        found = [(place, job.result()) for place, job in jobs]
    told = tuple(
        told
        for place, laid in found
        for told in _judged(
            bench, aligned, by_place[place], laid.noise, [(asked[place][p.number], p) for p in laid.probed]
        )
    )
    return Seen(told, tuple((by_place[place], laid.marks) for place, laid in found))


def _asked(by_place: dict[Place, Pair], aligned: Aligned) -> dict[Place, list[_Asked]]:
    """What to look at on each pair: what differs, and in passing the words that were read as they should be."""
    asked: dict[Place, list[_Asked]] = {place: [] for place in by_place}
    sheets = {p.page: p.sheet for p in aligned.scan}
    for hunk in aligned.hunks:
        page = aligned.frozen[hunk.frozen[0]].page if hunk.frozen else aligned.scan[hunk.scan[0]].page
        place = page, _sheet(hunk, aligned, page, sheets.get(page, 0))
        if place in asked:
            asked[place].append(_Asked(hunk, probe_of(hunk, aligned, page)))
    for place, some in asked.items():
        if by_place[place].registered:
            some += [
                _Asked(Hunk((i,), (j,), (i, j)), probe)
                for i, j, probe in equal_probes(aligned, place[0])
                if aligned.scan[j].sheet == place[1]
            ]
    return asked


def _sheet(hunk: Hunk, aligned: Aligned, page: int, otherwise: int) -> int:
    """The sheet a hunk is on; where words are missing from it, that of the scanned word next to them."""
    if hunk.scan:
        return aligned.scan[hunk.scan[0]].sheet
    for j in (hunk.at[1] - 1, hunk.at[1]):
        if 0 <= j < len(aligned.scan) and aligned.scan[j].page == page:
            return aligned.scan[j].sheet
    return otherwise


def _look(files: Files, bench: Bench, pair: Pair, probes: Sequence[Probe]) -> Laid:
    frozen = (pair.frozen.side or pair.frozen.page) if pair.registered else None
    return bench.laid(
        files.frozen, files.scan, Laying(frozen, pair.frozen.size, pair.side, tuple(probes), read=_explained(pair))
    )


def _judged(
    bench: Bench, aligned: Aligned, pair: Pair, noise: Ink, found: Sequence[tuple[_Asked, Probed]]
) -> Iterator[Told]:
    """The spots of one pair, those that ink does not settle read again by the second engine."""
    spots = [replace(_spot(asked.hunk, asked.probe, aligned, pair, probed), noise=noise) for asked, probed in found]
    wanted = [n for n, s in enumerate(spots) if found[n][1].crops and (s.settled is None or found[n][0].probe.equal)]
    read = _read(bench, [found[n][1].crops for n in wanted])
    for n, text in zip(wanted, read, strict=False):
        spots[n] = replace(spots[n], readings=((bench.second, text),))
    doubtful = [n for n, s in enumerate(spots) if found[n][1].region and s.doubtful]
    for n, text in zip(doubtful, _regions(bench, [found[n][1].region for n in doubtful]), strict=False):
        spots[n] = replace(spots[n], region=text)
    for spot, (asked, _) in zip(spots, found, strict=True):
        # a word that was read as it should be is another one only when its ink lacks and the second engine reads it otherwise
        as_read = asked.probe.equal and not (spot.otherwise and spot.gone and spot.outcome is Outcome.DEVIATION)
        outcome = Outcome.NOISE if as_read else spot.outcome
        yield told_of(asked.hunk, aligned, pair, spot, outcome, equal=asked.probe.equal)


def _spot(hunk: Hunk, probe: Probe, aligned: Aligned, pair: Pair, probed: Probed) -> Spot:
    context = context_of(hunk, aligned, pair.frozen.page)
    return Spot(
        context,
        probed.ink,
        probed.added,
        moved(hunk) if pair.registered else 0.0,
        registered=pair.registered,
        printed=printed(hunk, aligned),
        long=is_long(hunk),
        rivals=probed.rivals,
        stamped=not pair.registered and under_stamp(probe.region, pair.sheet),
    )


def _read(bench: Bench, spots: Sequence[tuple[bytes, ...]]) -> list[str]:
    """What the second engine reads at each spot, its lines joined; nothing where it fails, since the ink is evidence of its own."""
    crops = [crop for spot in spots for crop in spot]
    if not crops or not bench.second:
        return []
    try:
        lines = iter(bench.lines(crops))
    except (OcrError, SandboxError):
        return []
    return [" ".join(next(lines) for _ in spot) for spot in spots]


def _regions(bench: Bench, pngs: Sequence[bytes]) -> list[str]:
    """All that the second engine reads in each region; nothing where it fails."""
    if not pngs or not bench.second:
        return []
    try:
        return list(bench.regions(pngs))
    except (OcrError, SandboxError):
        return []


def _explained(pair: Pair) -> tuple[Rect, ...]:
    """The boxes of the words whose ink is explained: they were read surely enough to be print, or are words of the page."""
    known = {token.key for token in pair.frozen.tokens}
    return tuple(r for t in pair.tokens if t.confidence >= _PRINT or t.key in known for r in t.rects)
