"""The verb `explain`: heatmaps on the original grid, and their audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from CardioAILib.explain import GradCAM, attention_audit, heart_of
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.prepare import Step, back_to_input, replay
from CardioAILib.results import Attention
from CardioAILib.study import Image
from CardioAILib.system import System
from CardioAILib.verbs.crossfit import Member
from CardioAILib.verbs.prepared import Prepared


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where a network saw evidence for the positive class.

    Args:
        heatmaps: Map of each input on its original grid, 0 to 1, by name.
        attention: How much of the maps lies on the heart.
    """

    heatmaps: Mapping[str, Image]
    attention: Attention


def explain(system: System, prepared: Prepared, members: Sequence[Member]) -> Explanation | None:
    """Explain the network arm of a study, mean over members.

    The audit weighs the map of each example as pooling weighs its score: where the study's score
    is the maximum over slices, only the slice that sets it counts.

    Returns:
        The explanation, or None where the system declares none or its arm was not trained.
    """
    declared = system.explain
    if declared is None or any(declared.arm not in member for member in members):
        return None
    examples = prepared.examples
    scores = np.mean([m[declared.arm].predict(examples, m) for m in members], axis=0)
    weights = system.pool.weights(scores)
    heatmaps, maps, hearts = {}, [], []
    for name in prepared.inputs:
        small = study_maps(declared, prepared, name, members)
        crop = _crop(system, declared, prepared, name)
        heatmaps[name] = on_original_grid(small, prepared, name, crop)
        own = examples.inputs == name
        weighed = small[examples.slices[own]] * weights[own, np.newaxis, np.newaxis]
        maps.append(enlarged(weighed, crop))
        hearts.append(_heart(declared, prepared, name, crop)[examples.slices[own]])
    audited = attention_audit(np.concatenate(maps), np.concatenate(hearts), declared.flag_below)
    counted = tuple(int(index) for index in examples.slices[weights > 0])
    return Explanation(heatmaps, replace(audited, arm=declared.arm, slices=counted))


def study_maps(
    declared: GradCAM, prepared: Prepared, name: str, members: Sequence[Member]
) -> np.ndarray:
    """Return maps (S, h, w) of all slices of an input, scaled to 1 over the study.

    Each member's maps are scaled before they are averaged, so that none outshouts the others.
    Slices that are no examples have no map: zero.
    """
    from CardioAILib.explain.gradcam import grad_cam

    examples = prepared.examples.take(prepared.examples.inputs == name)
    total = 0.0
    for member in members:
        network: FittedNetwork = member[declared.arm]
        maps = network.run(
            lambda x, net=network.network_: grad_cam(net, x, declared.stage, gated=declared.gated),
            examples,
        )
        total = total + _to_one(maps)
    stack = np.zeros((len(prepared.inputs[name].stack.image), *maps.shape[1:]), np.float32)
    stack[examples.slices] = _to_one(np.asarray(total))
    return stack


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


def _heart(declared: GradCAM, prepared: Prepared, name: str, crop: Step) -> np.ndarray:
    stack = prepared.inputs[name].stack
    heart = heart_of(stack.mask, declared.heart_margin, stack.spacing)
    return replay(heart, (crop,), "nearest")


def _to_one(maps: np.ndarray) -> np.ndarray:
    top = float(maps.max())
    return maps / top if top > 0 else np.zeros_like(maps)
