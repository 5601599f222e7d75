"""Compares the features of IBSI 1 with all of its reference values.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/ibsi_reference_values.py``.
With ``--out Resources/Documentation/ibsi.md`` it also writes the page of the documentation. Exit
status 1 if any value is not agreed.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI")]

from CardioAILib.errors import CardioAIError  # noqa: E402
from CardioAILib.verbs.features.ibsipage import write_ibsi_page  # noqa: E402
from CardioAILib.verbs.features.ibsitable import (  # noqa: E402
    NOT_AGREED,
    Line,
    compare_with_ibsi,
    count_verdicts,
)

DATA = ROOT.parent / "shared" / "data" / "ibsi"


def tell(title: str, lines: list[Line]) -> None:
    """Print how many values of each verdict there are."""
    counts = count_verdicts(lines).items()
    print(f"{title:20s}" + "".join(f"{count:6d} {verdict}" for verdict, count in counts))


def main() -> None:
    """Compare, print, and write where asked to."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--data", type=Path, default=DATA, help="folder of phantoms and references")
    given.add_argument("--out", type=Path, help="the page to write")
    own = given.parse_args()
    if not own.data.is_dir():
        print("IBSI reference values: skipped, no folder of phantoms (--data FOLDER)")
        return
    begin = time.perf_counter()
    try:
        tables = compare_with_ibsi(own.data)
    except CardioAIError as error:
        sys.exit(str(error))
    for title, lines in tables.items():
        tell(title, lines)
        for line in (line for line in lines if line.verdict == NOT_AGREED):
            print(f"  {line.tag}: {line.ours:g}, reference {line.reference:g} ± {line.tolerance:g}")
    everything = [line for lines in tables.values() for line in lines]
    tell("all", everything)
    print(f"{len(tables)} cases in {time.perf_counter() - begin:.1f} s")
    if own.out:
        write_ibsi_page(tables, own.out)
    sys.exit(int(count_verdicts(everything)[NOT_AGREED] > 0))


if __name__ == "__main__":
    main()
