"""Slices of one input of a study become examples."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import CohortError, EmptyMaskError
from CardioAILib.examples import UNKNOWN, Examples
from CardioAILib.prepare import Stack
from CardioAILib.study import Fact, Study
from CardioAILib.system import Input, System
from CardioAILib.verbs.preparedsets import middle

POSITIVE_SLICES = "slices_positive"


def cut(system: System, study: Study, name: str, stack: Stack, *, labeled: bool) -> Examples:
    """Cut a prepared stack into examples, one a slice that shows the structure.

    Args:
        system: The declaration.
        study: The study with its images in memory.
        name: Name of the input.
        stack: The input, prepared.
        labeled: Whether the truth is read, and which slices train.

    Raises:
        CohortError: The truth, or the list of positive slices, cannot be read.
        EmptyMaskError: No slice shows enough of the structure.
    """
    needed = system.inputs[name]
    shown = shown_slices(system, study, needed, stack)
    slices = middle(shown, system.examples.middle)
    trains = training_slices(system, study, needed, slices, len(stack.image)) if labeled else []
    count = len(slices)
    label = system.task.label(study) if labeled else None
    return Examples(
        images=stack.image[slices],
        masks=stack.mask[slices],
        spacing=np.tile(stack.spacing, (count, 1)),
        labels=np.full(count, UNKNOWN if label is None else label),
        subjects=np.full(count, study.subject),
        studies=np.full(count, study.study),
        inputs=np.full(count, name),
        slices=slices,
        training=np.isin(slices, trains),
    )


def shown_slices(system: System, study: Study, needed: Input, stack: Stack) -> np.ndarray:
    """Return the slices that show the structure; all of them where there is no mask.

    Raises:
        EmptyMaskError: There is a mask, and no slice shows enough of it.
    """
    if needed.mask is None or (needed.mask_optional and study.find(needed.mask) is None):
        return np.arange(len(stack.image))
    area = stack.mask.sum(axis=(1, 2))
    slices = np.flatnonzero(area >= system.examples.minimum_pixels)
    if len(slices) == 0:
        raise EmptyMaskError(
            got=f"at most {area.max()} pixels of {needed.structure} a slice after preparation",
            wanted=f"a slice with {system.examples.minimum_pixels} or more",
            fix="check the segmentation and the pixel spacing of subject " + study.subject,
        )
    return slices


def training_slices(
    system: System, study: Study, needed: Input, shown: np.ndarray, count: int
) -> np.ndarray:
    """Return the slices that may train: the positive ones where listed, else the middle ones.

    Args:
        system: The declaration.
        study: The study with its facts.
        needed: The input; the list speaks of stacks alone.
        shown: Slices that show the structure.
        count: Slices in the stack.

    Raises:
        CohortError: The list of positive slices is no list of indices of the stack, or none of
            them shows the structure.
    """
    listed = study.facts.get(POSITIVE_SLICES)
    if listed is not None and needed.stack and system.task.label(study) != 0:
        return _listed_slices(study, listed, shown, count)
    return middle(shown, system.examples.training)


def _listed_slices(study: Study, listed: Fact, shown: np.ndarray, count: int) -> np.ndarray:
    text = f"{listed:g}" if isinstance(listed, float) else listed
    try:
        indices = [int(part) for part in text.split(";") if part.strip()]
    except ValueError:
        indices = [-1]
    if not set(indices) <= set(range(count)) or not np.isin(indices, shown).any():
        raise CohortError(
            got=f"'{text}' in column '{POSITIVE_SLICES}' of subject {study.subject}",
            wanted=f"slice indices among {', '.join(map(str, shown))}, separated by ';'",
            fix="count slices from 0 in the order of the file, or leave the cell empty",
        )
    return np.array(indices)
