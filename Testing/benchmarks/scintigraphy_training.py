"""Times the training of Halme 2022's own networks beside a plain PyTorch loop of the same network.

``python3 run.py benchmark scintigraphy_training``, or this file with CardioAI's environment. Full
width, 128 x 128 pixels, batches of 128, 5 copies of each of 1,066 images, as the paper has them.
Each measurement is a process of its own, which tells its peak of memory; both ways take turns, so
that what else the machine does falls on both, and the ratio is that of neighbors.

The plain loop is what one writes first: copies made beforehand and held in memory, standardized,
channels first, the whole batch at once, float32 (or autocast to bfloat16, where it is compared).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI")]

import torch  # noqa: E402
from CardioAILib.learning import Adam, Affine, Recipe  # noqa: E402
from CardioAILib.learning.augment import Unchanged  # noqa: E402
from CardioAILib.learning.copies import Copies  # noqa: E402
from CardioAILib.learning.loop import Batches, one_epoch, optimizer_of  # noqa: E402
from CardioAILib.learning.run import Machine  # noqa: E402
from CardioAILib.learning.standardize import standardized  # noqa: E402
from CardioAILib.learning.standardize import statistics as measure  # noqa: E402
from CardioAILib.learning.state import State  # noqa: E402
from CardioAILib.learning.weighing import balanced, weighed_loss  # noqa: E402
from CardioAILib.networks import FourBlockCNN  # noqa: E402
from torch import nn  # noqa: E402

IMAGES, SIDE, CLASSES = 1066, 128, 4
AUGMENT = Affine(rotate=20.0, zoom=(0.8, 1.2), shift=0.10)
WORDS = ("batch", "steps", "copies", "threads", "clock")
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
NETWORKS, PRECISIONS, WAYS = ("linear", "residual"), ("float32", "bfloat16"), ("plain", "ours")


@dataclass(frozen=True)
class Measured:
    """Images a second and the peak of a process's memory in MiB."""

    speed: float
    peak: float


def data(copies: int) -> tuple[Copies, torch.Tensor]:
    """Draw images whose content does not change the time, and the labels of their copies."""
    generator = torch.Generator().manual_seed(0)
    images = 4.0 * torch.rand(IMAGES, 1, SIDE, SIDE, generator=generator)
    labels = (torch.arange(IMAGES) % CLASSES).float()
    return Copies.drawn(images, copies, AUGMENT, 1), labels.repeat(copies)


def network_of(name: str) -> nn.Module:
    """Return a network of the paper's size with random weights."""
    torch.manual_seed(0)
    return FourBlockCNN(skips=name == "residual", classes=CLASSES, size=SIDE).build()


def ours(name: str, bfloat16: bool, batch: int, copies: int) -> Callable[[int], None]:
    """Return what trains so many steps as the product does."""
    images, labels = data(copies)
    recipe = Recipe(Adam(1e-4), batch, epochs=1, class_weights="balanced")
    units = measure([images[torch.arange(batch)]], "pixel")
    network = standardized(network_of(name), *units).to(memory_format=torch.channels_last)
    state = State(network, optimizer_of(recipe.optimizer, network))
    state.weighed = weighed_loss(recipe, state.objective, labels)
    both = Batches(images, labels), Batches(images.images[:1], labels[:1])
    machine = Machine("cpu", bfloat16)

    def train(steps: int) -> None:
        own = Recipe(recipe.optimizer, batch, 1, steps)
        one_epoch(state, own, Unchanged(), both, machine, seed=0)

    return train


def plain(name: str, bfloat16: bool, batch: int, copies: int) -> Callable[[int], None]:
    """Return what trains so many steps in a loop as tutorials have it."""
    made, labels = data(copies)
    images = torch.empty(len(made), 1, SIDE, SIDE)
    for start, some in enumerate(made.split(64)):
        images[64 * start : 64 * start + len(some)] = some
    images -= images.mean(0)
    images /= images.std(0)
    network = network_of(name).train()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4, eps=1e-7)
    criterion = nn.CrossEntropyLoss(weight=balanced(labels))

    def train(steps: int) -> None:
        for rows in torch.randperm(len(images)).split(batch)[:steps]:
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
                logits = network(images[rows])
            criterion(logits.float(), labels[rows].long()).backward()
            optimizer.step()

    return train


def child(given: argparse.Namespace) -> None:
    """Measure one way in this process; tell it as JSON."""
    import resource

    torch.set_num_threads(given.threads)
    make = {"ours": ours, "plain": plain}[given.way]
    train = make(given.network, given.precision == "bfloat16", given.batch, given.copies)
    train(1)
    clock = CLOCKS[given.clock]
    begin = clock()
    train(given.steps)
    seconds = clock() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts bytes, Linux KiB.
    peak /= 1024 ** (2 if sys.platform == "darwin" else 1)
    print(json.dumps([given.steps * given.batch / seconds, peak]))


def measured(given: argparse.Namespace, way: str, network: str, precision: str) -> Measured:
    """Measure one way in a process of its own."""
    sizes = [f"--{name}={getattr(given, name)}" for name in WORDS]
    told = ["--way", way, "--network", network, "--precision", precision, *sizes]
    command = [sys.executable, __file__, *told]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return Measured(*json.loads(done.stdout.splitlines()[-1]))


def spoken(values: list[float], digits: int) -> str:
    """Return median and range."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def compare(given: argparse.Namespace, network: str, precision: str) -> dict[str, list[Measured]]:
    """Measure both ways in turn, several rounds; print a row each."""
    found: dict[str, list[Measured]] = {way: [] for way in WAYS}
    for _ in range(given.rounds):
        for way in WAYS:
            found[way].append(measured(given, way, network, precision))
    for way, rounds in found.items():
        pairs = zip(rounds, found["plain"], strict=True)
        ratio = spoken([own.speed / other.speed for own, other in pairs], 2)
        speed = spoken([own.speed for own in rounds], 1)
        peak = max(own.peak for own in rounds)
        print(f"{network:9} {precision:9} {way:6} {speed:>24} {ratio:>21} {peak:9.0f}", flush=True)
    return found


def arguments() -> argparse.Namespace:
    """Read the command line."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--batch", type=int, default=128)
    given.add_argument("--steps", type=int, default=2, help="steps that are timed, after one")
    given.add_argument("--copies", type=int, default=5)
    given.add_argument("--rounds", type=int, default=5)
    given.add_argument("--threads", type=int, default=os.cpu_count())
    given.add_argument(
        "--clock",
        choices=tuple(CLOCKS),
        default="wall",
        help="seconds of the clock, or of the processor where it has other work; one thread then",
    )
    given.add_argument("--network", choices=NETWORKS, help="this one alone")
    given.add_argument("--precision", choices=PRECISIONS, help="this one alone")
    given.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    return given.parse_args()


def main() -> None:
    """Measure and print."""
    given = arguments()
    if sys.platform == "win32":
        print("skipped: this system does not tell the peak of a process's memory")
        return
    if given.way:
        child(given)
        return
    told = f"{given.copies} copies, {given.threads} threads, {given.clock} seconds"
    print(f"batches of {given.batch}, {told}")
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        f"{'network':9} {'precision':9} {'way':6} {'images/s':>24} {'to plain':>21} {'peak MiB':>9}"
    )
    for network in [given.network] if given.network else NETWORKS:
        speeds = {}
        for precision in [given.precision] if given.precision else PRECISIONS:
            speeds[precision] = compare(given, network, precision)
        if len(speeds) == len(PRECISIONS):
            fast, slow = speeds["bfloat16"]["ours"], speeds["float32"]["plain"]
            ratios = [own.speed / other.speed for own, other in zip(fast, slow, strict=True)]
            print(f"{network}: ours in bfloat16 to plain in float32: {spoken(ratios, 2)}")
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
