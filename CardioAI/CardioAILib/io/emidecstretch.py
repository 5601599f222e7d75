"""Pixel size of EMIDEC slices that were stretched to square pictures, told by the heart's shape.

Volumes of, say, 148 x 246 pixels became pictures of 256 x 256, each case by its own factors, and
the size of a pixel was lost. Left so, hearts are up to twice as wide as high, and normal
examinations differ from infarcts in their stretch alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.volumes import read_mask

LONG_SIDE_MM = 1.4
"""Pixel size along the side stretched least: a field of view of about 360 mm over 256 pixels."""
SLICE_STEP_MM = 10.0


def picture_spacing(masks: Sequence[Path], labels: dict[str, int]) -> tuple[float, float, float]:
    """Return the pixel size at which the left ventricle is as wide as high.

    Args:
        masks: Pictures of the contours of one case.
        labels: Value of each structure.

    Returns:
        Distance between columns, rows and slices, in mm: a good guess of their ratio in plane, a
        nominal one of the size itself and of the step from slice to slice.

    Raises:
        InputError: The contours show no left ventricle.
    """
    tall = [_tallness(read_mask(path, labels).array[0, 0] > 0) for path in masks]
    known = [ratio for ratio in tall if ratio]
    if not known:
        raise InputError(
            got=f"no left ventricle in the pictures of which '{masks[0].name}' is the first",
            wanted="contours of the left ventricle in a slice at least",
            fix="copy the contours again from the data set",
        )
    ratio = float(np.median(known))
    return LONG_SIDE_MM * min(1.0, ratio), LONG_SIDE_MM * min(1.0, 1.0 / ratio), SLICE_STEP_MM


def _tallness(heart: np.ndarray) -> float:
    """Return height over width of a region (H, W), by its moments; 0 where there is none."""
    rows, columns = np.nonzero(heart)
    if len(rows) == 0 or np.ptp(columns) == 0:
        return 0.0
    return float(rows.std() / columns.std())
