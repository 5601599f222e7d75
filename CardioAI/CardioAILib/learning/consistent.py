"""Whether the parts of a declared network fit each other and what it is to learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.learning.clip import Clip, RandomStart
from CardioAILib.learning.strata import is_measured

if TYPE_CHECKING:
    from CardioAILib.learning.network import Network

OF_CLASSES = ("best validation accuracy", "best validation AUC")
OF_QUANTITIES = ("best validation error",)


def require_consistent(network: Network, labels: np.ndarray) -> None:
    """Refuse a network that cannot be trained as it is declared.

    Args:
        network: The declaration.
        labels: What it is to learn (N,).

    Raises:
        InputError: Loss, labels and the choice of the epoch do not speak of the same, or images
            are to be changed in a way that clips are not.
    """
    recipe = network.recipe
    if is_measured(labels) != recipe.measures:
        raise InputError(
            got=f"the loss '{recipe.loss}' for {'values' if is_measured(labels) else 'classes'}",
            wanted="'squared error' for a measured quantity, 'cross-entropy' for classes",
            fix="declare the recipe with that loss",
        )
    if recipe.keep in (OF_CLASSES if recipe.measures else OF_QUANTITIES):
        raise InputError(
            got=f"the epoch of '{recipe.keep}' with the loss '{recipe.loss}'",
            wanted="an epoch chosen by what that loss speaks of, or by the loss",
            fix="declare the recipe with keep='best validation loss'",
        )
    if recipe.measures and recipe.class_weights is not None:
        raise InputError(
            got="class weights for a measured quantity",
            wanted="values that weigh alike",
            fix="declare the recipe with class_weights=None",
        )
    _require_changes(network)


def _require_changes(network: Network) -> None:
    clips = isinstance(network.channels, Clip)
    images_only = network.noise or network.copies or network.standardize
    if clips == isinstance(network.augment, RandomStart) and not (clips and images_only):
        return
    raise InputError(
        got=f"{type(network.channels).__name__} with {type(network.augment).__name__}"
        + (", noise, copies or standardization" if clips and images_only else ""),
        wanted="clips that start anywhere and change in nothing else, or images under random maps",
        fix="declare Clip with RandomStart() alone, or other channels with Affine",
    )
