"""The epoch loop: train, validate, keep the best, leave a checkpoint to resume from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from CardioAILib.learning.augment import Changes
from CardioAILib.learning.clip import RandomStart
from CardioAILib.learning.copies import Copies
from CardioAILib.learning.images import Images
from CardioAILib.learning.loss import CLASSES, Objective
from CardioAILib.learning.recipe import SGD, Adam, AdamW, Recipe
from CardioAILib.learning.run import Machine
from CardioAILib.learning.schedule import rate_after
from CardioAILib.learning.state import State, checkpoint, keep_best, restore
from CardioAILib.learning.step import MICRO_BATCH, MICRO_CLIPS, step
from CardioAILib.learning.stopping import is_over
from CardioAILib.learning.videos import Videos
from CardioAILib.learning.weighing import weighed_loss
from CardioAILib.networks.branched import Branched
from CardioAILib.networks.layout import channels_last, with_channels_last
from CardioAILib.networks.staged import Staged
from CardioAILib.progress import Progress

SECONDS_BETWEEN_CHECKPOINTS = 30.0
DEVICE_BATCH = 64
"""Images at a time on any device but a CPU, which few would leave idle."""
DEVICE_CLIPS = 8
"""Likewise of clips, each of which has many frames."""
IMAGES = 4
"""Axes of a batch of images; one of clips has an axis of time besides."""


@dataclass(frozen=True, eq=False)
class Batches:
    """Input of a network: images (N, C, H, W) or clips (N, 1, T, H, W), on the CPU, and labels.

    Args:
        images: The images, whole or read a batch at a time.
        labels: Class numbers as floats, or values (N,).
    """

    images: torch.Tensor | Images | Copies | Videos
    labels: torch.Tensor


def train(
    network: Staged | Branched,
    recipe: Recipe,
    augment: Changes | RandomStart,
    data: tuple[Batches, Batches],
    machine: Machine,
    seed: int,
    folder: Path | None,
    progress: Progress,
    observe: Callable[[dict[str, float]], None] = lambda row: None,
    objective: Objective = CLASSES,
) -> tuple[Staged | Branched, list[dict[str, float]]]:
    """Train a network, or finish training it from its checkpoint.

    Args:
        network: Fresh network.
        recipe: Optimizer, batches, epochs, when to stop, and which epoch to keep.
        augment: What the training images or clips undergo when they are read.
        data: Training and validation batches.
        machine: Where it runs.
        seed: Seed; each epoch derives its own, so that a resumed run equals an unbroken one.
        folder: Where the checkpoint lies, or None.
        progress: Told the share of epochs done.
        observe: Shown the row of each epoch, those of the checkpoint first.
        objective: What is minimized.

    Returns:
        The network with the kept epoch's weights, in evaluation mode, and a row an epoch.
    """
    network = with_channels_last(network.to(machine.device))
    weighed = weighed_loss(recipe, objective, data[0].labels)
    state = State(network, optimizer_of(recipe.optimizer, network), objective, weighed=weighed)
    path = None if folder is None else folder / "checkpoint.pt"
    if path is not None and path.exists():
        restore(state, path)
    for row in state.history:
        observe(row)
    saved = time.monotonic()
    while not is_over(state.history, recipe):
        one_epoch(state, recipe, augment, data, machine, seed)
        observe(state.history[-1])
        progress(state.epoch / recipe.epochs, f"epoch {state.epoch}/{recipe.epochs}")
        due = time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS
        if path is not None and (due or is_over(state.history, recipe)):
            checkpoint(state, path)
            saved = time.monotonic()
    if state.best is not None:
        network.load_state_dict(state.best["weights"])
    return network.eval(), state.history


def optimizer_of(declared: Adam | AdamW | SGD, network: nn.Module) -> torch.optim.Optimizer:
    """Return the declared optimizer of all weights that are not frozen."""
    learned = [weight for weight in network.parameters() if weight.requires_grad]
    if isinstance(declared, SGD):
        return torch.optim.SGD(learned, lr=declared.rate, momentum=declared.momentum)
    if isinstance(declared, AdamW):
        return torch.optim.AdamW(learned, lr=declared.rate, weight_decay=declared.decay)
    return torch.optim.Adam(learned, lr=declared.rate, eps=declared.epsilon)


def one_epoch(
    state: State,
    recipe: Recipe,
    augment: Changes | RandomStart,
    data: tuple[Batches, Batches],
    machine: Machine,
    seed: int,
) -> None:
    """Train one epoch, validate, and remember the weights if they are the best so far."""
    training, validation = data
    generator = torch.Generator().manual_seed(seed * 100_003 + state.epoch)
    row = set_rate(state, recipe)
    state.network.train()
    total, count = 0.0, 0
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed * 100_003 + state.epoch)
        for rows in batch_rows(len(training.labels), recipe, generator):
            # On the CPU: not every device samples beyond the border.
            images = as_seen(training.images, rows, augment, generator).to(machine.device)
            total += step(state, recipe, images, training.labels[rows].to(machine.device), machine)
            count += 1
    state.epoch += 1
    row = {"epoch": state.epoch, "training loss": total / count, **row}
    row |= validate(state.network.eval(), validation, machine.device, state.objective)
    state.history.append(row)
    keep_best(state, recipe, row)


def as_seen(
    images: torch.Tensor | Images | Copies | Videos,
    rows: torch.Tensor,
    augment: Changes | RandomStart,
    generator: torch.Generator,
) -> torch.Tensor:
    """Return training images or clips at these rows, changed as they are when they are read."""
    if isinstance(augment, RandomStart):
        return augment.played(images, rows, generator)
    return augment.changed(images[rows], generator)


def set_rate(state: State, recipe: Recipe) -> dict[str, float]:
    """Give the optimizer the rate of the coming epoch; return what the history tells of it."""
    if recipe.plateau is None:
        return {}
    losses = [row["validation loss"] for row in state.history]
    rate = rate_after(losses, recipe.optimizer.rate, recipe.plateau)
    for group in state.optimizer.param_groups:
        group["lr"] = rate
    return {"learning rate": rate}


def batch_rows(count: int, recipe: Recipe, generator: torch.Generator) -> Iterator[torch.Tensor]:
    """Yield the rows of each step: shuffled passes over the data, as many as the steps need."""
    steps = recipe.steps or -(-count // recipe.batch)
    passes = -(-steps * recipe.batch // count) if recipe.steps else 1
    order = torch.cat([torch.randperm(count, generator=generator) for _ in range(passes)])
    yield from order.split(recipe.batch)[:steps]


def validate(
    network: Staged | Branched, batches: Batches, device: str, objective: Objective = CLASSES
) -> dict[str, float]:
    """Measure the accuracy of images, two classes told apart at 0.5, and the loss."""
    logits = in_micro_batches(network, batches.images, device)
    loss = float(objective.loss(logits, batches.labels))
    return {**objective.accuracies(logits, batches.labels), "validation loss": loss}


def in_micro_batches(
    function: Callable[[torch.Tensor], torch.Tensor], images: torch.Tensor | Images, device: str
) -> torch.Tensor:
    """Apply a function to few images at a time, without gradients; outputs on the CPU.

    Small batches keep activations in cache, which on a CPU is faster than one large batch.
    """
    parts = []
    few = MICRO_BATCH if device == "cpu" else DEVICE_BATCH
    clips = MICRO_CLIPS if device == "cpu" else DEVICE_CLIPS
    with torch.no_grad():
        for some in images.split(few):
            for own in some.split(few if some.dim() == IMAGES else clips):
                parts.append(function(channels_last(own.to(device))).cpu())
    return torch.cat(parts)
