"""The verb `explain`: heatmaps on the original grid, and their audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from CardioAILib.explain import GradCAM, attention_audit, heart_of
from CardioAILib.prepare import Step, back_to_input, replay
from CardioAILib.results import Attention
from CardioAILib.study import Image
from CardioAILib.system import System
from CardioAILib.verbs.crossfit import Member
from CardioAILib.verbs.maps import decided_class, of_input, study_maps
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
    return Explanation(heatmaps, audit(declared, prepared, maps, crops, weights))


def audit(
    declared: GradCAM,
    prepared: Prepared,
    maps: Mapping[str, np.ndarray],
    crops: Mapping[str, Step],
    weights: np.ndarray,
) -> Attention | None:
    """Measure where the maps lie, on those inputs whose mask shows the heart.

    The map of each example weighs as pooling weighs its score: where the study's score is the
    maximum over slices, only the slice that sets it counts.

    Args:
        declared: The explanation.
        prepared: The study.
        maps: Maps (S, h, w) of each input, by name.
        crops: What the network sees of each input, by name.
        weights: How much each example (N,) has to do with the study's score.
    """
    examples = prepared.examples
    shown, dilated, hearts = [], [], []
    for name in maps:
        stack = prepared.inputs[name].stack
        if not stack.mask.any():
            continue
        own = of_input(prepared, name)
        slices = examples.slices[own]
        weighed = maps[name][slices] * weights[own, np.newaxis, np.newaxis]
        shown.append(enlarged(weighed, crops[name]))
        for found, margin in ((dilated, declared.heart_margin), (hearts, 0.0)):
            heart = heart_of(stack.mask, margin, stack.spacing)
            found.append(replay(heart, (crops[name],), "nearest")[slices])
    if not shown:
        return None
    parts = (np.concatenate(part) for part in (shown, dilated, hearts))
    energy, near, heart = parts
    audited = attention_audit(energy, near, declared.flag_below, heart)
    counted = tuple(int(index) for index in examples.slices[weights > 0])
    return replace(audited, arm=declared.arm, slices=counted)


def on_original_grid(small: np.ndarray, prepared: Prepared, name: str, crop: Step) -> Image:
    """Put maps (S, h, w) back through every recorded step."""
    own = prepared.inputs[name]
    maps = back_to_input(small, (*own.steps, crop))
    return Image(maps[np.newaxis].astype(np.float32), own.image.ijk_to_ras)


def enlarged(small: np.ndarray, crop: Step) -> np.ndarray:
    """Interpolate maps (S, h, w) to the pixels of the network's field of view."""
    return back_to_input(small, (Step("Enlarge", crop.output_shape, crop.output_shape),))


def _crop(system: System, declared: GradCAM, prepared: Prepared, name: str) -> Step:
    shape = prepared.inputs[name].stack.image.shape[1:]
    return system.arms[declared.arm].channels.step(shape)
