"""Measures the memory and the time of `cardioai radiomics` on N and on 4N simulated studies.

Run from anywhere with CardioAI's environment: ``python Testing/benchmarks/radiomics_memory.py``.
The peak of the process must not grow with the cohort, since a study is read, measured, written
and forgotten. The peer in the same run is a process that measures a single study.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI")]

from CardioAILib.io import save_cohort  # noqa: E402
from CardioAILib.phantoms import hcm_cohort  # noqa: E402

CHILD = """
import resource, sys
sys.path[:0] = [sys.argv[1]]
from CardioAILib.cli import main
status = main(sys.argv[2:])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
# macOS counts bytes, Linux KiB.
print(peak / 1024 ** (2 if sys.platform == "darwin" else 1))
sys.exit(status)
"""


def measured(table: Path, out: Path, preset: str) -> tuple[float, float, int]:
    """Return the peak of memory in MiB, the seconds and the rows of one call."""
    words = ["radiomics", table, "--out", out, "--preset", preset]
    begin = time.perf_counter()
    command = [sys.executable, "-c", CHILD, ROOT / "CardioAI", *words]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    with out.open(newline="", encoding="utf-8") as file:
        rows = sum(1 for _ in csv.reader(file)) - 1
    return float(done.stdout.splitlines()[-1]), time.perf_counter() - begin, rows


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--studies", type=int, default=8, help="N")
    given.add_argument("--preset", default="fahmy2022")
    own = given.parse_args()
    if sys.platform == "win32":
        print("skipped: this system does not tell the peak of a process's memory")
        return
    sizes = (1, own.studies, 4 * own.studies)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = {n: save_cohort(hcm_cohort(n, seed=1), folder / f"{n}") for n in sizes}
        measured(tables[1], folder / "first.csv", own.preset)
        print(f"preset {own.preset}, one process, kernels compiled before")
        print(f"{'studies':>8} {'rows':>6} {'peak MiB':>9} {'seconds':>8} {'table MB':>9}")
        for size, table in tables.items():
            out = folder / f"{size}.csv"
            peak, seconds, rows = measured(table, out, own.preset)
            megabytes = out.stat().st_size / 1e6
            print(f"{size:8d} {rows:6d} {peak:9.0f} {seconds:8.1f} {megabytes:9.1f}")


if __name__ == "__main__":
    main()
