"""Measures resident memory while a model of clips predicts a batch: it must stay flat.

Run from anywhere with CardioAI's environment: ``python Testing/benchmarks/echo_memory.py`` for 30
clips, ``--clips 1000 --width 1`` for the whole run with the published network. Clips are simulated
once and read from disk again and again, each time as another patient's. A clip is read, prepared,
judged, written and forgotten, so the memory after the last must be that after the first few.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI")]

import numpy as np  # noqa: E402
from CardioAILib.io import read_cohort, save_cohort  # noqa: E402
from CardioAILib.learning.ensemble import FittedEnsemble  # noqa: E402
from CardioAILib.learning.network import FittedNetwork  # noqa: E402
from CardioAILib.phantoms.echo import echo_cohort  # noqa: E402
from CardioAILib.results import Provenance  # noqa: E402
from CardioAILib.study import Cohort  # noqa: E402
from CardioAILib.systems.sahashi2024 import SAHASHI_2024  # noqa: E402
from CardioAILib.verbs.adapt import adapt  # noqa: E402
from CardioAILib.verbs.batch import predict_cohort  # noqa: E402
from CardioAILib.verbs.model import Model  # noqa: E402

VIEW = "A4C"
DISTINCT = 8
"""Clips that are simulated; more would test the disk and nothing else."""
WARM = 0.2
"""Share of the batch after which the memory must not grow: libraries have loaded by then."""
MIB = 2**20


def resident() -> float:
    """Return the memory that the process holds now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def untrained(width: float) -> Model:
    """Return a model with random weights: memory and time do not depend on what they are."""
    system = adapt(SAHASHI_2024, width=width)
    arm = system.arms["views"]
    networks = {
        name: FittedNetwork(part, part.fresh(seed=1).eval(), (), "cpu")
        for name, part in arm.parts.items()
    }
    member = {"views": FittedEnsemble(arm, networks)}
    told = Provenance(system.name, "sound", "", "random", 1, {})
    return Model(system, "sound", ("views",), (member,), {"views": 0.5}, {}, told)


def batch(folder: Path, clips: int, size: tuple[int, int]) -> Cohort:
    """Return a cohort of as many patients as clips, which share a few files."""
    drawn = echo_cohort(DISTINCT, seed=1, views=(VIEW,), size=size)
    # Masks would be read as well, and are not there where a batch is predicted.
    bare = [
        replace(s, images={r: s.images[r] for r in s.images if r.kind == "echo"}) for s in drawn
    ]
    table = save_cohort(Cohort(tuple(bare)), folder, ".nrrd")
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for number in range(clips):
            writer.writerow({**rows[number % DISTINCT], "subject": f"P{number:05d}"})
    return read_cohort(table)


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--clips", type=int, default=30)
    given.add_argument("--width", type=float, default=0.125, help="of the network; 1 is published")
    given.add_argument("--size", type=int, nargs=2, default=(480, 640), help="rows and columns")
    given.add_argument("--explain", action="store_true", help="make heatmaps too")
    own = given.parse_args()
    if not Path("/proc/self/statm").exists():
        print("skipped: this system does not tell a process's resident memory")
        return
    held: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        cohort = batch(Path(name) / "clips", own.clips, tuple(own.size))
        model = untrained(own.width)

        def sample(share: float, _: str) -> None:
            if share * own.clips >= len(held):
                held.append(resident())

        begin = time.perf_counter()
        results, failures = predict_cohort(
            model, cohort, Path(name) / "out", explain=own.explain, progress=sample
        )
        seconds = time.perf_counter() - begin
    report(held, len(results), len(failures), seconds, own.width)


def report(held: list[float], done: int, failed: int, seconds: float, width: float) -> None:
    """Print the memory over the batch, and what each clip after the first few adds."""
    first = max(1, round(WARM * len(held)))
    grown = np.polyfit(np.arange(len(held) - first), held[first:], 1)[0]
    print(f"network of width {width:g}, {done} clips predicted, {failed} failed, {seconds:.1f} s")
    print(f"resident MiB: at the beginning {held[0]:.0f}")
    for share in (WARM, 0.4, 0.6, 0.8, 1.0):
        index = min(len(held) - 1, round(share * len(held)))
        print(f"  after {share:4.0%} {held[index]:7.0f}")
    print(f"a clip after the first {WARM:.0%} adds {1024 * grown:.1f} KiB")


if __name__ == "__main__":
    main()
