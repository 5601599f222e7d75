"""Maps of a study's examples, of every branch that sees one of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from CardioAILib.examples import Examples
from CardioAILib.explain import GradCAM
from CardioAILib.learning import Frames
from CardioAILib.learning.ensemble import FittedEnsemble, by_part, networks_of
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.prepare import Step, back_to_input
from CardioAILib.study import Image
from CardioAILib.system import System
from CardioAILib.verbs.clipmaps import has_clips, of_clip, on_own_frames, over_frames
from CardioAILib.verbs.clips import view_name
from CardioAILib.verbs.prepared import Prepared

if TYPE_CHECKING:
    import torch


def decided_class(system: System, scores: np.ndarray, inputs: np.ndarray) -> int | None:
    """Return the class of a study that members decide for, or None between two classes.

    Args:
        system: The declaration.
        scores: Score of each example by each member (M, N), or probabilities (M, N, K).
        inputs: Input that each example shows (N,).
    """
    if not system.task.several:
        return None
    return int(np.argmax(np.mean([system.pool.pool(member, inputs) for member in scores], axis=0)))


def study_maps(
    declared: GradCAM,
    prepared: Prepared,
    networks: Sequence[FittedNetwork | FittedEnsemble],
    decided: int | None,
) -> Mapping[str, np.ndarray]:
    """Return maps (S, h, w) of all slices of each input that a network sees, scaled to 1.

    Each member's maps are scaled before they are averaged, so that none outshouts the others.
    Slices that are no examples have no map: zero. The slices of a clip are its frames, and zero
    are those after the last that the network sees.

    Args:
        declared: The explanation.
        prepared: The study.
        networks: The explained arm, as each member fitted it.
        decided: Class whose evidence is mapped, or None for class 1 of two.
    """
    branches = branches_of(prepared, networks[0])
    total = dict.fromkeys(branches, 0.0)
    for network in networks:
        maps = example_maps(declared, prepared, network, decided)
        for name, branch in branches.items():
            total[name] = total[name] + to_one(maps[of_input(prepared, name), branch])
    arm = networks[0].arm
    return {n: on_slices(prepared, n, np.asarray(found), arm) for n, found in total.items()}


def example_maps(
    declared: GradCAM,
    prepared: Prepared,
    network: FittedNetwork | FittedEnsemble,
    decided: int | None,
) -> np.ndarray:
    """Return one member's maps (N, B, h, w) of all examples, a map a branch, not scaled.

    Those of clips are (N, 1, t, h, w), with the stage's cells in time.
    """
    from CardioAILib.explain.gradcam import grad_cam

    def mapped(own: FittedNetwork, examples: Examples) -> np.ndarray:
        def of_images(images: torch.Tensor) -> torch.Tensor:
            target = targets(images, decided)
            return grad_cam(
                own.network_, images, declared.stage, gated=declared.gated, target=target
            )

        return own.run(of_images, examples)

    maps = by_part(network, mapped, prepared.examples)
    return maps[:, np.newaxis] if maps.ndim == 3 or has_clips(prepared) else maps


def targets(images: torch.Tensor, decided: int | None) -> torch.Tensor | None:
    """Return the class number of each image (N,), all alike, or None between two classes."""
    return None if decided is None else images.new_full((len(images),), decided).long()


def branches_of(prepared: Prepared, network: FittedNetwork | FittedEnsemble) -> dict[str, int]:
    """Return the branch of the network that sees each input; those that none sees are left out."""
    parts = networks_of(network.arm)
    if "" not in parts:
        return {name: 0 for name in prepared.inputs if part_of(prepared, name) in parts}
    channels = parts[""].channels
    if not isinstance(channels, Frames):
        return dict.fromkeys(prepared.inputs, 0)
    names = tuple(prepared.inputs)
    return {names[frame]: branch for branch, frame in enumerate(channels.frames)}


def part_of(prepared: Prepared, name: str) -> str:
    """Return the name of the network that sees an input: all clips of a view have one."""
    return view_name(name) if has_clips(prepared) else name


def of_input(prepared: Prepared, name: str) -> np.ndarray:
    """Say which examples (N,) show an input; those of several phases show all of them."""
    if has_clips(prepared):
        return of_clip(prepared, name)
    examples = prepared.examples
    several = examples.images.ndim == 4
    return np.ones(len(examples), bool) if several else examples.inputs == name


def crop_of(system: System, arm: str, prepared: Prepared, name: str) -> Step:
    """Return what an arm's network sees of an input's prepared images."""
    shape = prepared.inputs[name].stack.image.shape[1:]
    parts = networks_of(system.arms[arm])
    own = parts.get(part_of(prepared, name), next(iter(parts.values())))
    return own.channels.step(shape)


def on_original_grid(small: np.ndarray, prepared: Prepared, name: str, crop: Step) -> Image:
    """Put maps (S, h, w) back through every recorded step; those of a clip on all its frames."""
    own = prepared.inputs[name]
    maps = back_to_input(small, (*own.steps, crop))
    if has_clips(prepared):
        return on_own_frames(maps, own.image)
    return Image(maps[np.newaxis].astype(np.float32), own.image.ijk_to_ras)


def on_slices(prepared: Prepared, name: str, maps: np.ndarray, arm: Any) -> np.ndarray:
    """Return maps (S, h, w) of all slices of an input, or of all prepared frames of a clip.

    Args:
        prepared: The study.
        name: Name of the input.
        maps: Maps of its examples (n, h, w), or of its one clip (1, t, h, w).
        arm: The arm that was mapped; it says which frames its networks see.
    """
    if not has_clips(prepared):
        return on_stack(prepared, name, maps)
    channels = networks_of(arm)[part_of(prepared, name)].channels
    return to_one(over_frames(maps[0], channels, len(prepared.inputs[name].stack.image)))


def on_stack(prepared: Prepared, name: str, maps: np.ndarray) -> np.ndarray:
    """Return maps (S, h, w) of all slices of an input; those that are no examples are zero."""
    stack = np.zeros((len(prepared.inputs[name].stack.image), *maps.shape[1:]), np.float32)
    stack[prepared.examples.slices[of_input(prepared, name)]] = to_one(maps)
    return stack


def to_one(maps: np.ndarray) -> np.ndarray:
    """Scale maps to a maximum of 1; those without a positive value become zero."""
    top = float(maps.max())
    return maps / top if top > 0 else np.zeros_like(maps)
