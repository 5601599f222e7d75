"""Maximum activation maps of a study, at their true place on the original images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.explain import ActivationMaps
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.study import Image
from CardioAILib.system import System
from CardioAILib.verbs.crossfit import Member
from CardioAILib.verbs.maps import crop_of, of_input, on_original_grid, on_stack, to_one
from CardioAILib.verbs.prepared import Prepared

if TYPE_CHECKING:
    import torch

ACTIVATIONS = "activations "
"""How the name of a map begins that is an arm's and a stage's, and no heatmap of an input."""
STEPS = 255
"""Levels above 0 that a map has."""


def activation_name(arm: str, stage: str) -> str:
    """Return the name of an activation map among the maps of a study, and of its file."""
    return f"{ACTIVATIONS}{arm} {stage}"


def is_activation(name: str) -> bool:
    """Say whether a map is an activation map rather than an input's heatmap."""
    return name.startswith(ACTIVATIONS)


def activation_maps(
    system: System, prepared: Prepared, members: Sequence[Member]
) -> dict[str, dict[str, Image]]:
    """Return the map of each declared stage of each declared arm, mean over members, 0 to 1.

    Each member's map is scaled before they are averaged, so that none outshouts the others.

    Args:
        system: The declaration.
        prepared: The study; of several inputs the first is mapped.
        members: The model's members.

    Returns:
        Maps on the image's grid by arm and stage; arms that were not trained have none.
    """
    declared = system.activations
    if declared is None:
        return {}
    arms = [arm for arm in declared.arms if all(arm in member for member in members)]
    return {arm: _of_arm(system, declared, prepared, members, arm) for arm in arms}


def _of_arm(
    system: System,
    declared: ActivationMaps,
    prepared: Prepared,
    members: Sequence[Member],
    arm: str,
) -> dict[str, Image]:
    name = next(iter(prepared.inputs))
    crop = crop_of(system, arm, prepared, name)
    own = of_input(prepared, name)
    found = [stage_maps(member[arm], prepared, declared.stages) for member in members]
    means = {
        stage: np.mean([to_one(maps[stage][own]) for maps in found], axis=0)
        for stage in declared.stages
    }
    return {
        stage: _stepped(on_original_grid(on_stack(prepared, name, mean), prepared, name, crop))
        for stage, mean in means.items()
    }


def _stepped(shown: Image) -> Image:
    """Round a map to the steps of a gray level, which makes its file a third as large."""
    return replace(shown, array=np.round(shown.array * STEPS) / np.float32(STEPS))


def stage_maps(
    network: FittedNetwork, prepared: Prepared, stages: Sequence[str]
) -> Mapping[str, np.ndarray]:
    """Return one member's maps (N, h, w) of all examples by stage, in one pass."""
    from CardioAILib.explain.activation import maximum_activations

    shapes: list[tuple[int, ...]] = []

    def of_images(images: torch.Tensor) -> torch.Tensor:
        import torch

        maps = maximum_activations(network.network_, images, stages)
        shapes[:] = [tuple(one.shape[1:]) for one in maps]
        return torch.cat([one.flatten(1) for one in maps], dim=1)

    rows = network.run(of_images, prepared.examples)
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes])[:-1]
    parts = zip(stages, np.split(rows, ends, axis=1), shapes, strict=True)
    return {stage: part.reshape(len(part), *shape) for stage, part, shape in parts}
