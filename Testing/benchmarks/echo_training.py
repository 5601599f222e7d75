"""Times training steps of R(2+1)D of 18 layers beside a plain PyTorch step of the same network.

``python3 run.py benchmark echo_training``, or this file with CardioAI's environment. Random clips
of 16 frames of 112 x 112 pixels, batches of 10 as the paper has them, AdamW. All ways take turns
in every round; the fastest round of each counts. Plain is the network of `nn.Conv3d` on three equal
channels, channels first, float32 or autocast to bfloat16. The process's peak of memory is that of
one way where ``--way`` names it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI")]

import torch  # noqa: E402
from _plain_video import colored, plain_network  # noqa: E402
from CardioAILib.learning import AdamW, Recipe  # noqa: E402
from CardioAILib.learning.run import Machine  # noqa: E402
from CardioAILib.learning.state import State  # noqa: E402
from CardioAILib.learning.step import step  # noqa: E402
from CardioAILib.networks import R2Plus1D  # noqa: E402
from torch.nn import functional  # noqa: E402

CLIP = (1, 16, 112, 112)
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
WAYS = ("plain float32", "ours float32", "plain bfloat16", "ours bfloat16")


def step_of(way: str, width: float, batch: int) -> Callable[[], object]:
    """Return a training step on a batch, always the same clips."""
    torch.manual_seed(0)
    kind, _, precision = way.partition(" ")
    network = R2Plus1D(width=width).build().train()
    clips, labels = torch.rand(batch, *CLIP), (torch.arange(batch) % 2).float()
    narrow = precision == "bfloat16"
    network = plain_network(network) if kind == "plain" else network
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    if kind == "plain":
        return partial(plain_step, network, optimizer, colored(clips), labels, narrow)
    recipe, state = Recipe(AdamW(1e-3), batch, 1), State(network, optimizer)
    return partial(step, state, recipe, clips, labels, Machine("cpu", narrow))


def plain_step(
    network: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    clips: torch.Tensor,
    labels: torch.Tensor,
    narrow: bool,
) -> float:
    """Take a step as one writes it first; return its loss."""
    optimizer.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=narrow):
        logits = network(clips)
    loss = functional.binary_cross_entropy_with_logits(logits.float()[:, 0], labels)
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def fastest(
    ways: Iterable[str], width: float, batch: int, rounds: int, clock: Callable[[], float]
) -> dict[str, float]:
    """Return the seconds of each way's fastest step, after one to warm up."""
    steps = {way: step_of(way, width, batch) for way in ways}
    best = dict.fromkeys(steps, float("inf"))
    for index in range(rounds + 1):
        for way, work in steps.items():
            start = clock()
            work()
            best[way] = min(best[way], clock() - start) if index else best[way]
    return best


def peak() -> str:
    """Return the process's peak of memory so far, where the system tells it."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:
        return "unknown"
    unit = 1 if sys.platform == "darwin" else 1024
    return f"{getrusage(RUSAGE_SELF).ru_maxrss * unit / 2**20:.0f} MiB"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--widths", type=float, nargs="+", default=[0.125, 0.25])
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(
        f"torch {torch.__version__}, {options.threads} threads of {os.cpu_count()} cores, "
        f"{options.clock} clock, fastest of {options.rounds} steps of {options.batch} clips"
    )
    ways, clock = (options.way,) if options.way else WAYS, CLOCKS[options.clock]
    for width in options.widths:
        best = fastest(ways, width, options.batch, options.rounds, clock)
        print(f"width {width:g}")
        for way, took in best.items():
            ratio = best.get("plain float32", took) / took
            print(f"  {way:16}{1000 * took:9.0f} ms a step {ratio:8.2f} x plain float32")
    print(f"peak of memory: {peak()}")


if __name__ == "__main__":
    main()
