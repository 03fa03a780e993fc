"""`python -m tests.evaluation.personal open --misses`: how well the data in the passages are found, per type."""

from __future__ import annotations

import argparse
import sys

from tests.evaluation.personal.passages import load, score


def main() -> int:
    """Print one line per type, and on request every miss with the passage it stands in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", help="names of files here, without .toml")
    parser.add_argument("--misses", action="store_true", help="also name what was missed and what was wrongly found")
    arguments = parser.parse_args()
    for name in arguments.sets:
        found = score(load(name))
        print(f"{name}: {found.passages} passages, {sum(t.hit + t.missed for t in found.types.values())} data")
        for kind, tally in sorted(found.types.items()):
            counts = f"hit {tally.hit:3} missed {tally.missed:3} false {tally.false:3}"
            print(f"  {kind:14} {counts}  recall {tally.recall:.3f} precision {tally.precision:.3f}")
        whole = found.whole
        print(f"  {'all':14} hit {whole.hit:3} missed {whole.missed:3} false {whole.false:3}", end="")
        print(f"  recall {whole.recall:.3f} precision {whole.precision:.3f}")
        print(f"  passages without data in which nothing was found: {found.quiet} of {found.without}")
        if arguments.misses:
            print(*(f"  {line}" for line in found.misses), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
