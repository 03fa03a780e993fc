"""`python -m tests.evaluation [--only m00]`: judge the labelled corpus and tell how well it went."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from bot.register import load_register, load_trust
from intake.assess import Context, DirectReader, assess_mail
from intake.model import Trust
from intake.report import to_json
from tests.evaluation.board import Board
from tests.evaluation.page import as_html
from tests.evaluation.plain import as_text
from tests.paths import ROOT, SHARED

CORPUS = SHARED / "corpus"
PROCESSES = 2


def main() -> int:
    """Run, print, and write build/eval.json and build/eval.html."""
    parser = argparse.ArgumentParser(prog="make eval", description=__doc__)
    parser.add_argument("--only", default="", help="judge only mails whose file name contains this")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="a folder as described in corpus/LABELS.md")
    arguments = parser.parse_args()
    if not (arguments.corpus / "labels.json").is_file():
        print(f"{arguments.corpus} holds no labelled corpus; the evaluation needs ../shared", file=sys.stderr)
        return 2
    found = evaluate(arguments.corpus, arguments.only).to_json()
    print(as_text(found))
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    (build / "eval.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    (build / "eval.html").write_text(as_html(found), encoding="utf-8")
    print(f"\nwritten: {(build / 'eval.json').relative_to(ROOT)}, {(build / 'eval.html').relative_to(ROOT)}")
    return 0


def evaluate(corpus: Path, only: str = "") -> Board:
    """Judge every labelled mail of a corpus in two processes."""
    labels = json.loads((corpus / "labels.json").read_text(encoding="utf-8"))["mails"]
    names = [name for name in sorted(labels) if only in name]
    board = Board()
    for name, judged, seconds in _judged(corpus, names):
        board.add(name, labels[name], judged, seconds)
    return board


def _judged(corpus: Path, names: list[str]) -> Iterator[tuple[str, Mapping[str, Any], float]]:
    with ProcessPoolExecutor(PROCESSES, initializer=_quiet) as pool:
        yield from pool.map(judge, [str(corpus)] * len(names), names, chunksize=4)


def _quiet() -> None:
    """Libraries log what a mail does wrong; here that is expected."""
    logging.disable(logging.CRITICAL)


def judge(corpus: str, name: str) -> tuple[str, Mapping[str, Any], float]:
    """One mail: its name, the JSON of its assessment, the seconds it took."""
    raw = (Path(corpus) / "mails" / name).read_bytes()
    context = _context(corpus)
    began = time.perf_counter()
    assessment = assess_mail(raw, DirectReader(), context)
    return name, to_json(assessment), time.perf_counter() - began


@cache
def _context(corpus: str) -> Context:
    register = load_register(Path(corpus) / "partners.toml")
    pki = Path(corpus) / "pki"
    return Context(register, load_trust(pki) if pki.is_dir() else Trust((), ()), register.authserv_ids)


if __name__ == "__main__":
    sys.exit(main())
