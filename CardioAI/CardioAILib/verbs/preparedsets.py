"""Cine sets: all inputs of a study prepared as one stack, and cut slice beside slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from CardioAILib.errors import EmptyMaskError
from CardioAILib.examples import UNKNOWN, Examples
from CardioAILib.prepare import Stack, prepare
from CardioAILib.study import Image, Mask, Study
from CardioAILib.system import CineSets, Input, System


def prepare_sets(system: System, study: Study) -> dict[str, tuple[Image, Stack]]:
    """Prepare all inputs of a study together, with one crop and one window.

    Args:
        system: The declaration, its roles naming the view.
        study: The study with its images in memory.

    Returns:
        Image as it was read and prepared stack of each input, by name.
    """
    inputs = system.inputs.values()
    images = [study.images[needed.image] for needed in inputs]
    masks = [mask_of(study, needed, image) for needed, image in zip(inputs, images, strict=True)]
    together = Stack(
        np.concatenate([image.array[0] for image in images]).astype(np.float32),
        np.concatenate(masks),
        images[0].spacing[1:],
        frames=len(images),
    )
    done = prepare(together, system.prepare)
    pixels, marks = (np.split(array, len(images)) for array in (done.image, done.mask))
    apart = [replace(done, image=i, mask=m, frames=1) for i, m in zip(pixels, marks, strict=True)]
    return dict(zip(system.inputs, zip(images, apart, strict=True), strict=True))


def mask_of(study: Study, needed: Input, image: Image) -> np.ndarray:
    """Return the structure that the system looks at (S, H, W); all False without a mask."""
    segmentation = None if needed.mask is None else study.images.get(needed.mask)
    if not isinstance(segmentation, Mask):
        return np.zeros(image.array.shape[1:], bool)
    return segmentation.of(needed.structure)[0]


def cut_sets(
    system: System, study: Study, stacks: Mapping[str, Stack], *, labeled: bool
) -> Examples:
    """Cut prepared stacks into examples, one a chosen slice, (P, H, W) with an input each.

    Raises:
        EmptyMaskError: The masks show enough of the structure on no slice.
    """
    first, *_ = parts = tuple(stacks.values())
    masked = [part.mask for part in parts if part.mask.any()]
    fewest = system.examples.minimum_pixels if masked else 0
    shown = slices_showing(masked or [first.mask], fewest)
    if len(shown) == 0:
        raise _too_little(system, study, masked)
    slices = chosen_slices(system.examples, shown)
    label = system.task.label(study) if labeled else None
    count = len(slices)
    return Examples(
        images=np.stack([part.image[slices] for part in parts], axis=1),
        masks=np.stack([part.mask[slices] for part in parts], axis=1),
        spacing=np.tile(first.spacing, (count, 1)),
        labels=np.full(count, UNKNOWN if label is None else label),
        subjects=np.full(count, study.subject),
        studies=np.full(count, study.study),
        inputs=np.full(count, next(iter(stacks))),
        slices=slices,
        training=np.ones(count, bool),
    )


def slices_showing(masks: Sequence[np.ndarray], fewest: int) -> np.ndarray:
    """Return the slices that show `fewest` pixels or more in every mask (S, H, W)."""
    areas = np.min([mask.sum(axis=(1, 2)) for mask in masks], axis=0)
    return np.flatnonzero(areas >= fewest)


def chosen_slices(examples: CineSets, shown: np.ndarray) -> np.ndarray:
    """Return the middle slices of those shown, as many as are declared."""
    return middle(shown, examples.slices)


def middle(shown: np.ndarray, wanted: int | None) -> np.ndarray:
    """Return the middle `wanted` of the slices shown (S,), all where None or too few."""
    count = len(shown) if wanted is None else min(wanted, len(shown))
    start = (len(shown) - count) // 2
    return shown[start : start + count]


def _too_little(system: System, study: Study, masks: Sequence[np.ndarray]) -> EmptyMaskError:
    most = int(np.min([mask.sum(axis=(1, 2)) for mask in masks], axis=0).max())
    structure = next(iter(system.inputs.values())).structure
    return EmptyMaskError(
        got=f"at most {most} pixels of {structure} a slice, in every mask after preparation",
        wanted=f"a slice with {system.examples.minimum_pixels} or more",
        fix=f"check the segmentations and the pixel spacing of subject {study.subject}",
    )
