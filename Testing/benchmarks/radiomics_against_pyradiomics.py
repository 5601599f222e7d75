"""Compares speed and values of the radiomics room with stock pyradiomics 3.0.1.

``python3 run.py benchmark radiomics_against_pyradiomics``, or this file with CardioAI's
environment. Two tables for drawn slices, and for slices of real hearts where the ACDC data set
is (``--acdc FOLDER``). Ours and stock alternate, so that what else the machine does falls on both.
The first run builds an environment for pyradiomics under ``.cache``, which needs a C compiler.
Exit status 1 if any feature is out of tolerance.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI"), str(ROOT / "Testing" / "Python")]

import numba  # noqa: E402
from _radiomics_reference import Reference, reference_python  # noqa: E402
from _radiomics_slices import SIDE, draw_phantoms, read_acdc  # noqa: E402
from CardioAILib.radiomics import PAPER, RELEASED, SOUND, Settings, extract, feature_names  # noqa: E402
from golden.radiomics_tolerance import ABSOLUTE, RELATIVE, deviation  # noqa: E402

SPEED = {
    "bin width 25": Settings(scale=255.0, bin_width=25.0),
    "32 bins": SOUND,
    "64 bins": Settings(bin_count=64),
    "128 bins": Settings(bin_count=128),
}
AGREEMENT = {
    "bin width 25": SPEED["bin width 25"],
    "32 bins": SOUND,
    "paper": PAPER,
    "released": RELEASED,
}
OURS = 64
"""Slices in one measurement of ours: stock's, over and over, so many that it weighs little how
long one thread waits for the last slice of another."""


def measure_speed(
    slices: dict[str, np.ndarray], reference: Reference, block: int, repeats: int
) -> dict[str, np.ndarray]:
    """Time all four ways in turn, again and again.

    Returns:
        Milliseconds a slice by setting, shape (6, repeats): stock in one process and in as many
        as cores, ours on one thread and on as many; and of bare arithmetic on one thread and on
        as many, which tells what the machine allows.
    """
    cores = len(reference.children)
    share = list(range(block))
    turns = np.resize(np.arange(block), OURS)
    ours = tuple(slices[name][turns] for name in ("images", "masks", "spacing"))
    figures = {}
    for title, settings in SPEED.items():
        extract(*(array[:2] for array in ours), settings)
        add_up(1)
        reference.seconds(title, [share[:1]] * cores)
        rows = [
            (
                reference.seconds(title, [share]) / block,
                reference.seconds(title, [share] * cores) / block / cores,
                seconds_of_ours(1, ours, settings) / OURS,
                seconds_of_ours(cores, ours, settings) / OURS,
                seconds_of_arithmetic(1, cores),
                seconds_of_arithmetic(cores, cores),
            )
            for _ in range(repeats)
        ]
        figures[title] = 1e3 * np.array(rows).T
    return figures


def seconds_of_ours(threads: int, slices: tuple[np.ndarray, ...], settings: Settings) -> float:
    """Time one batch."""
    numba.config.NUMBA_NUM_THREADS = threads
    start = time.perf_counter()
    extract(*slices, settings)
    return time.perf_counter() - start


def seconds_of_arithmetic(threads: int, parts: int) -> float:
    """Time sums that share nothing, on so many threads."""
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(add_up, [4_000_000] * parts))
    return time.perf_counter() - start


@numba.njit(nogil=True)
def add_up(terms: int) -> float:
    """Add up sixteen sums at once, which keeps the units of a core busy.

    A single sum would wait for itself, and not notice that a virtual core is half a real one.
    """
    totals = np.ones(16)
    for _ in range(terms):
        for k in range(totals.size):
            totals[k] = totals[k] * 0.9999 + 0.1
    return totals.sum()


def speed_table(figures: dict[str, np.ndarray], cores: int) -> str:
    """Write medians and, in brackets, lowest and highest."""
    heads = (
        "ms a slice",
        "stock, 1 process",
        f"stock, {cores} processes",
        "ours, 1 thread",
        f"ours, {cores} threads",
        "ours to stock, one each",
        f"ours to stock, {cores} each",
        f"ours, {cores} to 1",
        f"bare arithmetic, {cores} to 1",
    )
    rows = []
    for title, figure in figures.items():
        stock, stocks, one, many, bare, bares = figure
        times = [f"{spread(row)} ms" for row in figure[:4]]
        pairs = (stock, one), (stocks, many), (one, many), (bare, bares)
        ratios = [f"{spread(slow / fast)} x" for slow, fast in pairs]
        rows.append((title, *times, *ratios))
    return table(heads, rows)


def spread(values: np.ndarray) -> str:
    """Write median, lowest and highest in three digits."""
    return f"{np.median(values):.3g} ({values.min():.3g}-{values.max():.3g})"


def measure_agreement(slices: dict[str, np.ndarray], reference: Reference) -> list[dict]:
    """Compare every feature of every slice under every setting."""
    count, out = len(slices["images"]), []
    for title, settings in AGREEMENT.items():
        names, theirs = reference.features(title, count)
        if names != feature_names(settings):
            sys.exit(f"{title}: the feature names differ from pyradiomics'")
        ours = extract(slices["images"], slices["masks"], slices["spacing"], settings)
        off = deviation(names, ours, theirs)
        _, worst = np.unravel_index(off.argmax(), off.shape)
        out.append(
            {
                "setting": title,
                "features": len(names),
                "slices": count,
                "worst": float(off.max()),
                "worst_feature": names[worst],
                "out_of_tolerance": int((off > 1).sum()),
            }
        )
    return out


def agreement_table(figures: list[dict]) -> str:
    """Write how many features agree, and the worst in units of the tolerance."""
    heads = ("setting", "features x slices", "worst, in tolerances", "of", "out of tolerance")
    rows = [
        (
            figure["setting"],
            f"{figure['features']} x {figure['slices']}",
            f"{figure['worst']:.2g}",
            figure["worst_feature"],
            str(figure["out_of_tolerance"]),
        )
        for figure in figures
    ]
    return table(heads, rows)


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Write a Markdown table with columns of even width."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = [heads, tuple("-" * width for width in widths), *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
        for line in lines
    )


def compare(title: str, slices: dict[str, np.ndarray], options: argparse.Namespace) -> dict:
    """Print both tables for one set of slices."""
    pixels = slices["masks"].sum(axis=(1, 2))
    print(
        f"\n{title}: {len(pixels)} slices of {SIDE} x {SIDE}, 944 features, regions of "
        f"{pixels.min()} to {pixels.max()} pixels, median {np.median(pixels):.0f}\n",
        flush=True,
    )
    wanted = {name: asdict(settings) for name, settings in (SPEED | AGREEMENT).items()}
    cores = os.cpu_count() or 1
    with (
        tempfile.TemporaryDirectory() as folder,
        Reference(cores, slices, wanted, Path(folder)) as reference,
    ):
        block = min(options.block, len(pixels))
        speed = measure_speed(slices, reference, block, options.repeats)
        print(speed_table(speed, cores), flush=True)
        agreement = measure_agreement(slices, reference)
        print(f"\nTolerance {RELATIVE:g} relative and {ABSOLUTE:g} absolute:\n")
        print(agreement_table(agreement), flush=True)
    return {
        "slices": title,
        "milliseconds": {name: figure.tolist() for name, figure in speed.items()},
        "agreement": agreement,
    }


def main() -> int:
    """Run the comparison; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acdc", type=Path, default=ROOT.parent / "shared" / "data" / "acdc")
    parser.add_argument("--slices", type=int, default=40, help="slices of each kind to compare")
    parser.add_argument("--block", type=int, default=4, help="slices in a measurement of stock")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    options = parser.parse_args()
    reference_python()
    figures = [compare("Drawn rings", draw_phantoms(options.slices), options)]
    if options.acdc.is_dir():
        figures.append(compare("ACDC", read_acdc(options.acdc, options.slices), options))
    else:
        print(f"\nno ACDC at {options.acdc}: real hearts are left out")
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1))
    return int(any(row["out_of_tolerance"] for part in figures for row in part["agreement"]))


if __name__ == "__main__":
    sys.exit(main())
