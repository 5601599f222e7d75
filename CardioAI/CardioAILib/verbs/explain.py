"""The verb `explain`: heatmaps on the original grid, and their audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from CardioAILib.results import Attention
from CardioAILib.study import Image
from CardioAILib.system import System
from CardioAILib.verbs.activations import activation_maps, activation_name
from CardioAILib.verbs.attention import audit
from CardioAILib.verbs.crossfit import Member
from CardioAILib.verbs.maps import crop_of, decided_class, on_original_grid, study_maps
from CardioAILib.verbs.prepared import Prepared


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where a network saw evidence for class 1 of two classes, or for the study's of several.

    Args:
        heatmaps: Map of each input that the network sees, on its original grid, 0 to 1, by name.
        attention: How much of the maps lies on the heart; None where no mask shows it.
        activations: Maximum activation map of each declared stage of each declared arm, on the
            original grid, 0 to 1.
    """

    heatmaps: Mapping[str, Image]
    attention: Attention | None
    activations: Mapping[str, Mapping[str, Image]] = field(default_factory=dict)

    @property
    def maps(self) -> dict[str, Image]:
        """Every map by its name: an input's heatmap by that input, others by arm and stage."""
        stages = {
            activation_name(arm, stage): image
            for arm, own in self.activations.items()
            for stage, image in own.items()
        }
        return {**self.heatmaps, **stages}


def explain(system: System, prepared: Prepared, members: Sequence[Member]) -> Explanation | None:
    """Explain the network arms of a study, mean over members.

    Returns:
        The explanation, or None where the system declares none or its arms were not trained.
    """
    activations = activation_maps(system, prepared, members)
    declared = system.explain
    if declared is None or any(declared.arm not in member for member in members):
        return Explanation({}, None, activations) if activations else None
    networks = [member[declared.arm] for member in members]
    examples = prepared.examples
    scores = np.stack(
        [own.predict(examples, member) for own, member in zip(networks, members, strict=True)]
    )
    decided = decided_class(system, scores, examples.inputs)
    maps = study_maps(declared, prepared, networks, decided)
    crops = {name: crop_of(system, declared.arm, prepared, name) for name in maps}
    heatmaps = {
        name: on_original_grid(small, prepared, name, crops[name]) for name, small in maps.items()
    }
    spoken = scores.mean(axis=0)
    weighed = spoken if decided is None else spoken[:, decided]
    weights = system.pool.weights(weighed, examples.inputs)
    audited = audit(system, prepared, maps, crops, weights)
    return Explanation(heatmaps, audited, activations)
