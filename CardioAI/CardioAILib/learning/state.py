"""What a training loop has learned so far: the best epoch, and the checkpoint to resume from."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from CardioAILib.learning.loss import CLASSES, Objective
from CardioAILib.learning.recipe import Recipe
from CardioAILib.learning.stopping import rank_of
from CardioAILib.learning.weighing import Loss
from CardioAILib.networks.branched import Branched
from CardioAILib.networks.staged import Staged

logger = logging.getLogger(__name__)


@dataclass
class State:
    """All that a loop has learned so far, what a checkpoint holds, and what it minimizes.

    Args:
        network: The network.
        optimizer: Its optimizer.
        objective: What validation measures.
        epoch: Epochs done.
        best: The best epoch's rank, number and weights.
        history: A row an epoch.
        weighed: The training loss where classes weigh differently, else None.
    """

    network: Staged | Branched
    optimizer: torch.optim.Optimizer
    objective: Objective = CLASSES
    epoch: int = 0
    best: dict[str, Any] | None = None
    history: list[dict[str, float]] = field(default_factory=list)
    weighed: Loss | None = None

    @property
    def loss(self) -> Loss:
        """What training minimizes, penalties apart."""
        return self.weighed or self.objective.loss


def keep_best(state: State, recipe: Recipe, row: dict[str, float]) -> None:
    """Copy the weights if this epoch ranks above all before it."""
    if recipe.keep == "last":
        return
    rank = rank_of(row, recipe.keep)
    if state.best is None or rank > tuple(state.best["rank"]):
        weights = {k: v.detach().clone() for k, v in state.network.state_dict().items()}
        state.best = {"rank": list(rank), "epoch": state.epoch, "weights": weights}


def checkpoint(state: State, path: Path) -> None:
    """Write the state beside, then rename, so that a checkpoint is whole or absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {
        "network": state.network.state_dict(),
        "optimizer": state.optimizer.state_dict(),
        "epoch": state.epoch,
        "best": state.best,
        "history": state.history,
    }
    beside = path.with_suffix(".writing")
    torch.save(whole, beside)
    os.replace(beside, path)


def restore(state: State, path: Path) -> None:
    """Take up a checkpoint; only tensors and plain values are loaded from it."""
    whole = torch.load(path, map_location="cpu", weights_only=True)
    state.network.load_state_dict(whole["network"])
    state.optimizer.load_state_dict(whole["optimizer"])
    state.epoch, state.best, state.history = whole["epoch"], whole["best"], whole["history"]
    logger.info("resumed %s after epoch %d", path.parent.name, state.epoch)
