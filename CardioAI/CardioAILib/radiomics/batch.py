"""A batch of slices, each checked when its turn comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CardioAILib.errors import InputError
from CardioAILib.radiomics.inputs import SliceCheck, check_slice, take_slice
from CardioAILib.radiomics.names import feature_names
from CardioAILib.radiomics.settings import Settings

Progress = Callable[[int, int], None]
"""Called with the number of slices done and their total."""

SliceExtractor = Callable[
    [NDArray[np.floating], NDArray[np.bool_], tuple[float, float], Settings], NDArray[np.float64]
]
"""Takes image, mask, spacing and settings of one slice, gives its features (F,)."""


@dataclass(frozen=True)
class Batch:
    """Slices and what to compute on them.

    Attributes:
        images: Shape (N, H, W), as they came.
        masks: Shape (N, H, W), as they came.
        spacing: Row and column spacing of each slice in mm, shape (N, 2).
        settings: What to compute.
    """

    images: NDArray
    masks: NDArray
    spacing: NDArray[np.float64]
    settings: Settings

    def __len__(self) -> int:
        """Return the number of slices."""
        return len(self.images)


def extract_numbered(
    batch: Batch,
    number: int,
    extract_slice: SliceExtractor,
    check: SliceCheck = check_slice,
) -> NDArray[np.float64]:
    """Compute the features of one slice.

    Args:
        batch: The slices.
        number: Which of them.
        extract_slice: What computes them.
        check: What refuses a slice that cannot be described.

    Returns:
        Shape (F,).

    Raises:
        InputError: If the slice cannot be described; the message says which slice it is.
    """
    row_mm, column_mm = batch.spacing[number].tolist()
    pair = batch.images[number], batch.masks[number]
    image, region = take_slice(number, *pair, batch.settings, check)
    try:
        return extract_slice(image, region, (row_mm, column_mm), batch.settings)
    except InputError as error:
        got = f"{error.got} in slice {number}"
        raise InputError(got=got, wanted=error.wanted, fix=error.fix) from error


def extract_one_by_one(
    batch: Batch, extract_slice: SliceExtractor, report: Progress
) -> NDArray[np.float64]:
    """Compute the features of every slice in turn.

    Args:
        batch: The slices.
        extract_slice: What computes them.
        report: Called after every slice.

    Returns:
        Shape (N, F).
    """
    out = np.empty((len(batch), len(feature_names(batch.settings))))
    for number in range(len(batch)):
        out[number] = extract_numbered(batch, number, extract_slice)
        report(number + 1, len(batch))
    return out
