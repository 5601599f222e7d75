"""Times the three networks of Martini 2020 on 42 studies, beside the paper's 1.4 s.

``python3 run.py benchmark amyloid_inference``, or this file with CardioAI's environment. Drawn
images of the paper's matrix, untrained weights, float32, two threads. Each way is timed in turn
with the machine's fastest 3x3 convolution, so that what else the machine does falls on both.

The paper does not say how many images a study had, nor its hardware: its 1.4 s is a scale, not a
race. One image a view is the fewest that 42 x 3 networks can mean; ten short-axis slices are what
a stack has.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI")]

import torch  # noqa: E402
from CardioAILib.examples import Examples, concatenate  # noqa: E402
from CardioAILib.io import read_cohort, save_cohort  # noqa: E402
from CardioAILib.learning.ensemble import FittedEnsemble  # noqa: E402
from CardioAILib.learning.network import FittedNetwork  # noqa: E402
from CardioAILib.results import Provenance  # noqa: E402
from CardioAILib.study import Cohort, Image, Role, Study  # noqa: E402
from CardioAILib.systems import MARTINI_2020  # noqa: E402
from CardioAILib.verbs import Model, predict  # noqa: E402
from CardioAILib.verbs.prepared import prepare_study  # noqa: E402

PAPER_SECONDS = 1.4
STUDIES = 42
MATRIX, PIXEL_MM = (256, 192), 1.56
SLICES = 10
PEAK_SHAPES = ((64, 56), (128, 56), (256, 28), (512, 14))
"""Channels and side of the convolutions among which the machine's fastest is looked for."""
BATCH = 8
HEADER = f"{'':42}images  median s (range)      best img/s  to paper  of peak"


@dataclass
class Timed:
    """Seconds of a way, repeated, and of the fastest convolution beside it, in GFLOP/s."""

    seconds: list[float]
    peaks: list[float]


def drawn_cohort(studies: int) -> Cohort:
    """Draw studies of 2C, 4C and a short-axis stack; their content does not change the time."""
    random = np.random.default_rng(0)

    def image(count: int) -> Image:
        pixels = random.gamma(2.0, 100.0, (1, count, *MATRIX)).astype(np.int16)
        return Image(pixels, np.diag([PIXEL_MM, PIXEL_MM, 8.0, 1.0]))

    counts = {"2C": 1, "4C": 1, "SAX": SLICES}
    roles = {view: Role("MR", "LGE", view) for view in counts}
    return Cohort(
        tuple(
            Study(f"s{index:02d}", "1", {roles[view]: image(n) for view, n in counts.items()})
            for index in range(studies)
        )
    )


def untrained() -> Model:
    """Return a model of the paper's networks at their full width, with random weights."""
    arm = MARTINI_2020.arms["dl"]
    torch.manual_seed(0)
    networks = {
        name: FittedNetwork(part, part.architecture.build().eval(), (), "cpu")
        for name, part in arm.parts.items()
    }
    members = ({"dl": FittedEnsemble(arm, networks)},)
    origin = Provenance(MARTINI_2020.name, "sound", "", "", 0, {})
    return Model(MARTINI_2020, "sound", ("dl",), members, {"dl": 0.5}, {}, origin)


def flop_an_image(side: int) -> float:
    """Return the floating-point operations of one network's convolutions on one image."""
    filters, total = (1, 64, 128, 256, 512), 0.0
    for before, after in pairwise(filters):
        side = -(-side // 2)
        total += 2.0 * before * after * 9 * side**2
    return total


def peak() -> float:
    """Return the GFLOP/s of the fastest 3x3 convolution."""
    found = []
    for channels, side in PEAK_SHAPES:
        convolution = torch.nn.Conv2d(channels, channels, 3, padding=1)
        convolution = convolution.to(memory_format=torch.channels_last)
        images = torch.randn(BATCH, channels, side, side)
        images = images.contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            convolution(images)
            took = min(seconds_of(lambda c=convolution, i=images: c(i)) for _ in range(3))
        found.append(2.0 * channels**2 * 9 * side**2 * BATCH / took / 1e9)
    return max(found)


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def timed(work: Callable[[], object], repeats: int) -> Timed:
    """Time a piece of work and the machine's peak in turn."""
    work()
    found = Timed([], [])
    for _ in range(repeats):
        found.peaks.append(peak())
        found.seconds.append(seconds_of(work))
    return found


def prepared_examples(cohort: Cohort) -> Examples:
    """Return the examples of all studies, prepared."""
    return concatenate([prepare_study(MARTINI_2020, study, ("dl",)).examples for study in cohort])


def one_a_view(examples: Examples) -> Examples:
    """Return the middle slice of each view alone."""
    return examples.take((examples.inputs != "SAX") | (examples.slices == SLICES // 2))


def row(name: str, images: int, studies: int, side: int, found: Timed) -> str:
    """Return one line: time, rate, ratio to the paper's, share of the peak."""
    seconds, top = min(found.seconds), max(found.peaks)
    rate = images / seconds
    share = rate * flop_an_image(side) / 1e9 / top
    between = f"({min(found.seconds):.2f} to {max(found.seconds):.2f})"
    return (
        f"{name:42}{images:6}{statistics.median(found.seconds):8.2f} {between:16}{rate:9.1f}"
        f"{seconds * STUDIES / studies / PAPER_SECONDS:9.2f}x{100 * share:8.0f} %"
    )


def main() -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=STUDIES)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model = untrained()
    side = MARTINI_2020.prepare[1].size
    print(
        f"{options.studies} studies, {options.threads} threads of {os.cpu_count()} cores, float32, "
        f"{flop_an_image(side) / 1e9:.2f} GFLOP an image of {side} x {side}"
    )
    print(f"paper: {PAPER_SECONDS} s for {STUDIES} studies, images and hardware not stated\n")
    print(f"{'':42}images  median s (range)          best/s  to paper  of peak convolution")
    with tempfile.TemporaryDirectory() as folder:
        cohort = read_cohort(save_cohort(drawn_cohort(options.studies), Path(folder)))
        arm, examples = model.members[0]["dl"], prepared_examples(cohort)
        for told, own in (
            ("one image a view, prepared in memory", one_a_view(examples)),
            ("2C, 4C and ten slices, prepared in memory", examples),
        ):
            found = timed(lambda own=own: arm.predict(own, {}), options.repeats)
            print(row(told, len(own), len(cohort), side, found), flush=True)
        found = timed(lambda: [predict(model, study) for study in cohort], options.repeats)
        name = "2C, 4C and ten slices, from files on disk"
        print(row(name, len(examples), len(cohort), side, found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
