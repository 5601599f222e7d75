"""Does a heatmap depend on what the network learned? Maps that do not are decoration."""

from __future__ import annotations

import copy

import numpy as np
import torch

from CardioAILib.explain.gradcam import grad_cam
from CardioAILib.networks.branched import Branched
from CardioAILib.networks.staged import Staged, glorot_


def randomized_change(
    network: Staged | Branched,
    images: torch.Tensor,
    stage: str,
    target: torch.Tensor | None,
    seed: int,
) -> torch.Tensor:
    """Measure how much each image's map changes when the layers after its stage are random.

    Source: Adebayo et al. 2018, "Sanity checks for saliency maps"; similarity is Spearman's.

    Args:
        network: The network, in evaluation mode; it stays as it is.
        images: Images (N, C, H, W), clips (N, C, T, H, W), or (N, B, H, W) of a branched network.
        stage: Stage whose output is mapped.
        target: Class number of each image (N,), or None for class 1 of two.
        seed: Seed of the random weights.

    Returns:
        1 minus the rank correlation of the maps before and after (N,): 0 where nothing changes,
        1 where they have nothing in common, 2 where they are opposite.
    """
    before = grad_cam(network, images, stage, target=target)
    after = grad_cam(randomized_after(network, stage, seed), images, stage, target=target)
    changes = [
        change(one, other)
        for one, other in zip(before.cpu().numpy(), after.cpu().numpy(), strict=True)
    ]
    return torch.tensor(changes)


def randomized_after(network: Staged | Branched, stage: str, seed: int) -> Staged | Branched:
    """Return a copy of a network with fresh weights in the layers after a stage."""
    copied = copy.deepcopy(network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        # Drawn on the CPU, so that every device gets the same.
        glorot_(copied.cpu().split(stage)[1])
    return copied.to(next(network.parameters()).device)


def change(one: np.ndarray, other: np.ndarray) -> float:
    """Return 1 minus Spearman's rank correlation of two maps of any shape.

    A map without contrast has no ranks: it is unlike every other but an equal one.
    """
    from scipy.stats import spearmanr

    if np.array_equal(one, other):
        return 0.0
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 1.0
    return float(1.0 - spearmanr(one.ravel(), other.ravel()).statistic)
