"""`python -m tests.evaluation.post --changes 300 --pages 300`: pages with one changed word or none, in four qualities."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from intake.post.compare.bench import BenchHere
from intake.post.compare.engine import compare
from intake.post.comparison import Comparison, PostVerdict
from tests.evaluation.post.printing import FONTS, Style, printed
from tests.evaluation.post.scanning import QUALITIES, scanned
from tests.evaluation.post.texts import Change, changed, page
from tests.paths import ROOT

CHOSEN, REPORTED = 1_000_000, 2_000_000
"""Seeds on which thresholds were chosen, and those of the figures that are reported."""
_EQUAL = {PostVerdict.IDENTICAL, PostVerdict.SIGNATURE_PAGE_ONLY}


@dataclass
class Tally:
    """What became of the pages of one quality."""

    changed: int = 0
    detected: int = 0
    located: int = 0
    undetermined: int = 0
    unchanged: int = 0
    called_equal: int = 0
    false_pages: int = 0
    false_deviations: int = 0
    seconds: float = 0.0
    misses: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """One page to compare: the frozen PDF, its scan, and the change, if any."""

    number: int
    quality: str
    frozen: bytes
    scan: bytes
    change: Change | None


def cases(changes: int, pages: int, seed: int, only: str = "", numbers: Collection[int] = ()) -> Iterator[Case]:
    """The pages, changed ones first; qualities and styles take turns. `only` one quality, or only some `numbers`."""
    numbered = [*range(changes), *range(changes, changes + pages)]
    for number in sorted(
        numbered, key=lambda n: n - changes * (n >= changes)
    ):  # both in turn: a run that stops tells of both
        quality = QUALITIES[number % len(QUALITIES)]
        if (only and quality != only) or (numbers and number not in numbers):
            continue
        draw = random.Random(seed + number)
        text = page(draw)
        style = Style(
            draw.choice(FONTS[:2]),
            draw.choice((9.5, 10, 10.5, 11)),
            justified=draw.random() < 0.4,
            width=draw.choice((430.0, 450.0)),
        )
        other, change = changed(text, draw) if number < changes else (text, None)
        yield Case(
            number, quality, printed(text, style), scanned(printed(other, style), quality, seed + number), change
        )


def judge(case: Case, bench: BenchHere, tally: Tally) -> Comparison:
    """Compare one page and count what came of it."""
    began = time.process_time()
    found = compare(case.frozen, case.scan, bench)
    tally.seconds += time.process_time() - began
    readings = [f"{d.kind}: {d.frozen!r} -> {d.scan!r}" for d in found.deviations]
    unread = [f"unreadable {d.frozen!r} -> {d.scan!r}" for d in found.unreadable]
    if case.change is None:
        tally.unchanged += 1
        tally.called_equal += found.verdict in _EQUAL
        tally.undetermined += found.verdict is PostVerdict.UNDETERMINED
        tally.false_pages += bool(found.deviations)
        tally.false_deviations += len(found.deviations)
        if found.verdict not in _EQUAL:
            tally.alarms.append(f"{case.number} {case.quality} {found.verdict}: {readings} {unread}")
        return found
    tally.changed += 1
    tally.detected += bool(found.deviations)
    tally.undetermined += found.verdict is PostVerdict.UNDETERMINED
    hit = any(_is(case.change, d.frozen, d.scan) for d in found.deviations)
    tally.located += hit
    if not hit:
        tally.misses.append(f"{case.number} {case.quality} {found.verdict} {case.change}: {readings} {unread}")
    return found


def _is(change: Change, frozen: str, scan: str) -> bool:
    """Whether a deviation is the change: its own words on either side."""
    gone, came = (set(_plain(text).split()) for text in (change.frozen, change.scan))
    gone, came = gone - came, came - gone
    return gone <= set(_plain(frozen).split()) and came <= set(_plain(scan).split())


def _plain(text: str) -> str:
    return text.lower().replace(",", "").strip(". ;")


def main() -> int:
    """Run, print, and write build/post.json."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.post", description=__doc__)
    parser.add_argument("--changes", type=int, default=300)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--only", default="", help="one of the qualities")
    parser.add_argument("--seed", type=int, default=REPORTED)
    parser.add_argument("--minutes", type=float, default=240.0, help="stop after so long, and tell of what was done")
    arguments = parser.parse_args()
    deadline = time.monotonic() + 60 * arguments.minutes
    tallies = {quality: Tally() for quality in QUALITIES}
    for case in cases(arguments.changes, arguments.pages, arguments.seed, arguments.only):
        judge(case, BenchHere(), tallies[case.quality])
        if time.monotonic() >= deadline:
            break
        if case.number % 20 == 19:
            print(f"… {case.number + 1}", file=sys.stderr, flush=True)
    for quality, tally in tallies.items():
        print(_told(quality, tally))
        for line in (*tally.misses, *tally.alarms):
            print("   ", line[:300])
    build: Path = ROOT / "build"
    build.mkdir(exist_ok=True)
    (build / "post.json").write_text(
        json.dumps({q: asdict(t) for q, t in tallies.items()}, ensure_ascii=False, indent=1)
    )
    return 0


def _told(quality: str, t: Tally) -> str:
    count = t.changed + t.unchanged
    return (
        f"{quality}: detected {t.detected}/{t.changed}, located {t.located}/{t.changed}, "
        f"called equal {t.called_equal}/{t.unchanged}, false deviations {t.false_deviations} on {t.false_pages} pages, "
        f"undetermined {t.undetermined}/{count}, {t.seconds / max(1, count):.2f} CPU s a page in this process"
    )


if __name__ == "__main__":
    sys.exit(main())
