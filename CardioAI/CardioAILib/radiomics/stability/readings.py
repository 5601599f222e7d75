"""One subject read many times: as it is, then once under each perturbation."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.radiomics import extract
from CardioAILib.radiomics.inputs import check_inputs
from CardioAILib.radiomics.settings import Settings
from CardioAILib.radiomics.stability.reading import Perturbation, Reading, usable

Engine = Literal["auto", "native", "numpy", "pyradiomics"]


@dataclass(frozen=True, eq=False)
class SubjectReadings:
    """The features of one subject, reading by reading.

    Args:
        subject: Whose they are.
        values: Mean over the subject's slices, shape (K, F); the first reading is unperturbed. A
            slice without a finite value in some reading is left out of all, for that feature.
        spared: Slices that each reading left as they were, since nothing could be computed from
            them once perturbed, shape (K,).
        slices: Number of slices.
    """

    subject: str
    values: NDArray[np.float64]
    spared: NDArray[np.int64]
    slices: int


def one_reading(
    images: ArrayLike, masks: ArrayLike, spacing: ArrayLike, settings: Settings
) -> Reading:
    """Return slices as a reading, checked.

    Args:
        images: Shape (N, H, W).
        masks: Shape (N, H, W); the region is where they equal ``settings.label``.
        spacing: Row and column spacing in mm, shape (2,) or (N, 2).
        settings: What is computed.

    Raises:
        InputError: They cannot be used (see `radiomics.extract`).
    """
    _, regions, mm = check_inputs(images, masks, spacing, settings)
    pixels = np.asarray(images, dtype=np.float64)
    return Reading(pixels, regions, mm, replace(settings, label=1))


def read_subject(
    subject: str,
    stacks: Sequence[Reading],
    perturbations: Sequence[Perturbation],
    seed: int,
    engine: Engine = "auto",
) -> SubjectReadings:
    """Compute the features of one subject as it is and under each perturbation.

    What is drawn depends on the seed, the subject's name, the stack's place and the place of
    the perturbation alone, so a subject is perturbed alike in whatever company.

    Args:
        subject: Pseudonym.
        stacks: Its slices, those of one stack together.
        perturbations: What differs between readings.
        seed: Seed of every random choice.
        engine: See `radiomics.extract`.

    Raises:
        InputError: No features can be computed (see `radiomics.extract`).
    """
    tables, spared = [], np.zeros(len(perturbations) + 1, np.int64)
    for place, stack in enumerate(stacks):
        drawn = (seed, zlib.crc32(subject.encode()), place)
        own = []
        for k, (changed, count) in enumerate(readings(stack, perturbations, drawn)):
            own.append(
                extract(changed.images, changed.masks, changed.spacing, changed.settings, engine)
            )
            spared[k] += count
        tables.append(np.array(own))
    slices = sum(len(stack) for stack in stacks)
    return SubjectReadings(subject, mean_of_slices(np.concatenate(tables, axis=1)), spared, slices)


def readings(
    stack: Reading, perturbations: Sequence[Perturbation], seed: Sequence[int]
) -> Iterator[tuple[Reading, int]]:
    """Yield a stack as it is, then each perturbed reading with the number of slices spared."""
    yield stack, 0
    for place, perturbation in enumerate(perturbations):
        random = np.random.default_rng([*seed, place])
        yield spare(stack, perturbation.apply(stack, perturbation.draw(random, len(stack))))


def spare(before: Reading, after: Reading) -> tuple[Reading, int]:
    """Return the changed reading with slices that it made useless as they were, and their count."""
    lost = np.array(
        [
            usable(before.images[n], before.masks[n])
            and not usable(after.images[n], after.masks[n])
            for n in range(len(before))
        ]
    )
    images = np.where(lost[:, None, None], before.images, after.images)
    masks = np.where(lost[:, None, None], before.masks, after.masks)
    return replace(after, images=images, masks=masks), int(lost.sum())


def mean_of_slices(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return means (K, F) over slices that are finite in every reading of tables (K, N, F)."""
    whole = np.isfinite(tables).all(axis=0)
    total = np.where(whole, tables, 0.0).sum(axis=1)
    counts = whole.sum(axis=0)
    return np.where(counts > 0, total / np.maximum(counts, 1), np.nan)
