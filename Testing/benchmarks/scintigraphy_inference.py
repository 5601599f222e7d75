"""Times the two networks of Halme 2022 beside a plain PyTorch call of the same network.

``python3 run.py benchmark scintigraphy_inference``, or this file with CardioAI's environment.
Random images of 128 x 128 and untrained weights, float32. All ways take turns in every round, and
the fastest round of each counts, so that what else the machine does falls on all. Plain is the
network as it is built, in evaluation mode and NCHW, on one batch. Ours is how a model predicts:
batch normalization folded, channels last, few images at a time.
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
from CardioAILib.learning.loop import in_micro_batches  # noqa: E402
from CardioAILib.networks import FourBlockCNN  # noqa: E402
from CardioAILib.networks.folded import folded  # noqa: E402

SIDE = 128
TARGET = 2.0
"""Times that ours must be faster on 16 images than plain on a large batch."""
FEW, LARGE = 16, 64


def ways_of(skips: bool) -> dict[str, tuple[Callable[[], object], int]]:
    """Return what is timed of one network, and its images."""
    torch.manual_seed(0)
    network = FourBlockCNN(skips=skips).build().eval()
    other = folded(network)
    images = torch.randn(LARGE, 1, SIDE, SIDE)
    plain = {
        f"plain, {count} at once": (partial(network, images[:count]), count)
        for count in (1, FEW, LARGE)
    }
    ours = {
        f"ours, {count} image(s)": (partial(in_micro_batches, other, images[:count], "cpu"), count)
        for count in (1, FEW)
    }
    return {**plain, **ours}


def fastest(ways: dict[str, tuple[Callable[[], object], int]], rounds: int) -> dict[str, float]:
    """Return the milliseconds an image of each way's fastest round, after one to warm up."""
    best = dict.fromkeys(ways, float("inf"))
    with torch.no_grad():
        for index in range(rounds + 1):
            for name, (work, count) in ways.items():
                start = time.perf_counter()
                work()
                took = 1000 * (time.perf_counter() - start) / count
                best[name] = min(best[name], took) if index else best[name]
    return best


def largest_difference(skips: bool) -> float:
    """Return how far folded logits lie from the plain ones, as a share of the largest."""
    torch.manual_seed(1)
    network = FourBlockCNN(skips=skips).build().eval()
    images = torch.randn(FEW, 1, SIDE, SIDE)
    with torch.no_grad():
        expected = network(images)
    difference = in_micro_batches(folded(network), images, "cpu") - expected
    return float(difference.abs().max() / expected.abs().max())


def main() -> int:
    """Print the table; return 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(
        f"torch {torch.__version__}, {options.threads} threads of {os.cpu_count()} cores, float32"
    )
    reached = True
    for skips in (False, True):
        name = "residual" if skips else "linear"
        best = fastest(ways_of(skips), options.rounds)
        print(f"\n{name}: ms an image (fastest of {options.rounds} rounds)")
        for way, took in best.items():
            print(f"  {way:24}{took:8.2f}")
        ratio = best[f"plain, {LARGE} at once"] / best[f"ours, {FEW} image(s)"]
        same = best[f"plain, {FEW} at once"] / best[f"ours, {FEW} image(s)"]
        print(f"  ours at {FEW}: {ratio:.2f} x plain at {LARGE}, {same:.2f} x plain at {FEW}")
        print(f"  largest difference of logits: {largest_difference(skips):.1e}")
        reached = reached and ratio >= TARGET
    print(f"\ntarget of {TARGET:g} x plain at {LARGE}: {'reached' if reached else 'missed'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
