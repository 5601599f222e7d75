"""The verb `explain`: heatmaps on the original grid, and their audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from CardioAILib.explain import GradCAM
from CardioAILib.learning import networks_of
from CardioAILib.prepare import Step, back_to_input
from CardioAILib.results import Attention
from CardioAILib.study import Image
from CardioAILib.system import System
from CardioAILib.verbs.attention import audit
from CardioAILib.verbs.crossfit import Member
from CardioAILib.verbs.maps import decided_class, study_maps
from CardioAILib.verbs.prepared import Prepared


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where a network saw evidence for class 1 of two classes, or for the study's of several.

    Args:
        heatmaps: Map of each input that the network sees, on its original grid, 0 to 1, by name.
        attention: How much of the maps lies on the heart; None where no mask shows it.
    """

    heatmaps: Mapping[str, Image]
    attention: Attention | None


def explain(system: System, prepared: Prepared, members: Sequence[Member]) -> Explanation | None:
    """Explain the network arm of a study, mean over members.

    Returns:
        The explanation, or None where the system declares none or its arm was not trained.
    """
    declared = system.explain
    if declared is None or any(declared.arm not in member for member in members):
        return None
    networks = [member[declared.arm] for member in members]
    examples = prepared.examples
    scores = np.stack(
        [own.predict(examples, member) for own, member in zip(networks, members, strict=True)]
    )
    decided = decided_class(system, scores, examples.inputs)
    maps = study_maps(declared, prepared, networks, decided)
    crops = {name: _crop(system, declared, prepared, name) for name in maps}
    heatmaps = {
        name: on_original_grid(small, prepared, name, crops[name]) for name, small in maps.items()
    }
    spoken = scores.mean(axis=0)
    weighed = spoken if decided is None else spoken[:, decided]
    weights = system.pool.weights(weighed, examples.inputs)
    return Explanation(heatmaps, audit(system, prepared, maps, crops, weights))


def on_original_grid(small: np.ndarray, prepared: Prepared, name: str, crop: Step) -> Image:
    """Put maps (S, h, w) back through every recorded step."""
    own = prepared.inputs[name]
    maps = back_to_input(small, (*own.steps, crop))
    return Image(maps[np.newaxis].astype(np.float32), own.image.ijk_to_ras)


def _crop(system: System, declared: GradCAM, prepared: Prepared, name: str) -> Step:
    shape = prepared.inputs[name].stack.image.shape[1:]
    parts = networks_of(system.arms[declared.arm])
    return parts.get(name, next(iter(parts.values()))).channels.step(shape)
