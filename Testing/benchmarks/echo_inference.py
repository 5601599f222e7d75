"""Times R(2+1)D of 18 layers beside a plain PyTorch call of the same network.

``python3 run.py benchmark echo_inference``, or this file with CardioAI's environment. Random clips
of 16 frames of 112 x 112 pixels and untrained weights, float32. All ways take turns in every round,
so that what else the machine does falls on all; the fastest round of each counts. Plain is the
network of `nn.Conv3d` on three equal channels, in evaluation mode and channels first. Ours is how
a model predicts: batch normalization folded, gray in one channel, convolutions of images with
channels last, one clip at a time. On a busy machine ``--clock cpu`` counts processor time instead.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI")]

import torch  # noqa: E402
from _plain_video import colored, plain_network  # noqa: E402
from CardioAILib.learning.loop import in_micro_batches  # noqa: E402
from CardioAILib.networks import R2Plus1D  # noqa: E402
from CardioAILib.networks.folded import folded  # noqa: E402

CLIP = (1, 16, 112, 112)
BATCH = 4
TARGET = 1.6
"""Times that ours must be faster than plain on a batch."""
SAME = 3e-5
"""Largest difference of logits, as a share of the largest."""
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
PLAIN, OURS = f"plain, {BATCH} at once", f"ours, {BATCH} clips"
Ways = dict[str, tuple[Callable[[], torch.Tensor], int]]


def ways_of(width: float) -> Ways:
    """Return what is timed of the network, and its clips."""
    torch.manual_seed(0)
    network = R2Plus1D(width=width).build().eval()
    plain, ours, clips = plain_network(network), folded(network), torch.rand(BATCH, *CLIP)
    return {
        PLAIN: (partial(plain, colored(clips)), BATCH),
        "plain, 1 at once": (partial(plain, colored(clips[:1])), 1),
        OURS: (partial(in_micro_batches, ours, clips, "cpu"), BATCH),
        "ours, 1 clip": (partial(in_micro_batches, ours, clips[:1], "cpu"), 1),
    }


def fastest(ways: Ways, rounds: int, clock: Callable[[], float]) -> dict[str, float]:
    """Return the seconds a clip of each way's fastest round, after one to warm up."""
    best = dict.fromkeys(ways, float("inf"))
    with torch.no_grad():
        for index in range(rounds + 1):
            for name, (work, count) in ways.items():
                start = clock()
                work()
                took = (clock() - start) / count
                best[name] = min(best[name], took) if index else best[name]
    return best


def largest_difference(ways: Ways) -> float:
    """Return how far our logits lie from the plain ones, as a share of the largest."""
    with torch.no_grad():
        expected, found = (ways[name][0]() for name in (PLAIN, OURS))
    return float((found - expected).abs().max() / expected.abs().max())


def main() -> int:
    """Print the table; return 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(
        f"torch {torch.__version__}, {options.threads} threads of {os.cpu_count()} cores, float32, "
        f"width {options.width:g}, {options.clock} clock, fastest of {options.rounds} rounds"
    )
    ways = ways_of(options.width)
    best = fastest(ways, options.rounds, CLOCKS[options.clock])
    for way, took in best.items():
        print(f"  {way:20}{1000 * took:8.1f} ms a clip {1 / took:8.2f} clips/s")
    ratio, difference = best[PLAIN] / best[OURS], largest_difference(ways)
    single = best["plain, 1 at once"] / best[OURS]
    print(f"  ours: {ratio:.2f} x plain at {BATCH}, {single:.2f} x plain at 1")
    print(f"  largest difference of logits: {difference:.1e}")
    reached = ratio >= TARGET and difference <= SAME
    print(f"target of {TARGET:g} x plain at {BATCH}: {'reached' if reached else 'missed'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
