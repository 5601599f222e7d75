"""The verb `check_maps`: heatmaps must change when the network forgets what it learned."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import CardioAIError, InputError
from CardioAILib.examples import Examples
from CardioAILib.explain import GradCAM
from CardioAILib.learning.ensemble import FittedEnsemble, by_part
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.study import Study
from CardioAILib.verbs.gather import Options
from CardioAILib.verbs.maps import decided_class, targets
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.prepared import Prepared, prepare_study

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)

FEW = 3
"""Studies that tell whether maps depend on what was learned; more cost time and say the same."""


@dataclass(frozen=True)
class MapCheck:
    """How much the maps of a study change with random last layers.

    Args:
        arm: The network arm that is explained.
        change: Mean over members and examples: 0 is no change at all, 1 nothing in common.
        members: Mean of each member.
    """

    arm: str
    change: float
    members: tuple[float, ...]


def check_maps(
    model: Model, study: Study, *, options: Options = Options(), seed: int = 0
) -> MapCheck:
    """Compare a model's maps of a study with those after its last layers are randomized.

    Args:
        model: A trained model whose system explains a network arm.
        study: The examination; it needs no truth.
        options: How inputs are taken.
        seed: Seed of the random weights; each member takes its own.

    Raises:
        InputError: The model explains nothing, or an input check refuses the study.
    """
    declared = model.system.explain
    if declared is None or declared.arm not in model.arms:
        raise InputError(
            got=f"a model of {model.system.name} without a network that is explained",
            wanted="a model with the arm that its system's explanation names",
            fix="train that arm too (--arm)",
        )
    prepared = prepare_study(model.system, study, resample_masks=options.resample_masks)
    networks = [member[declared.arm] for member in model.members]
    scores = np.stack([network.predict(prepared.examples, {}) for network in networks])
    decided = decided_class(model.system, scores, prepared.examples.inputs)
    changes = tuple(
        float(changed(declared, prepared, network, decided, seed + index).mean())
        for index, network in enumerate(networks)
    )
    return MapCheck(declared.arm, float(np.mean(changes)), changes)


def check_few_maps(
    model: Model, studies: Sequence[Study], *, options: Options = Options(), seed: int = 0
) -> tuple[MapCheck, ...]:
    """Check the maps of a few studies, spread evenly over a cohort.

    Args:
        model: A trained model.
        studies: The cohort; studies that cannot be used are passed over.
        options: How inputs are taken.
        seed: Seed of the random weights.

    Returns:
        A check a study, at most three; none where the model explains nothing.
    """
    declared = model.system.explain
    if declared is None or declared.arm not in model.arms:
        return ()
    checks = []
    for study in studies[:: max(len(studies) // FEW, 1)][:FEW]:
        try:
            checks.append(check_maps(model, study, options=options, seed=seed))
        except CardioAIError as error:
            logger.info("maps of subject %s not checked: %s", study.subject, error)
    return tuple(checks)


def changed(
    declared: GradCAM,
    prepared: Prepared,
    network: FittedNetwork | FittedEnsemble,
    decided: int | None,
    seed: int,
) -> np.ndarray:
    """Return how much one member's map of each example changes (N,)."""
    from CardioAILib.explain.sanity import randomized_change

    def change(own: FittedNetwork, examples: Examples) -> np.ndarray:
        def of_images(images: torch.Tensor) -> torch.Tensor:
            target = targets(images, decided)
            return randomized_change(own.network_, images, declared.stage, target, seed)

        return own.run(of_images, examples)

    return by_part(network, change, prepared.examples)
