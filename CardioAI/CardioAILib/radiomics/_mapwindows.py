"""The sliding window with NumPy alone, one pixel after another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.names import FEATURES
from CardioAILib.radiomics.portable.firstorder import describe_intensities
from CardioAILib.radiomics.portable.matrices import directions, lay_out
from CardioAILib.radiomics.portable.texture import TEXTURES
from CardioAILib.radiomics.region import Region


def slide_window(
    values: NDArray[np.float64],
    levels: NDArray[np.int32],
    region: Region,
    radius: int,
    singleton: str,
    feature: tuple[str, int],
    voxel_mm3: float,
) -> NDArray[np.float64]:
    """Compute one feature of the window around each pixel: see ``_mapkernels.slide_window``."""
    kind, column = feature
    down = radius if singleton == "z" else 0
    steps = directions(2) if singleton == "z" else np.array([[0, 1]])
    rows, columns = region.local
    shape = region.box[2] + 2 * down, region.box[3] + 2 * radius
    plane, grays = np.zeros(shape), np.zeros(shape, np.int64)
    plane[rows + down, columns + radius] = values
    grays[rows + down, columns + radius] = levels
    extremes = (levels.min(), levels.max()) if kind == "glcm" else ()
    out = np.empty(values.size)
    for p in range(values.size):
        around = np.s_[rows[p] : rows[p] + 2 * down + 1, columns[p] : columns[p] + 2 * radius + 1]
        own, inside = grays[around], grays[around] > 0
        if kind == "firstorder":
            histogram = np.unique(own[inside], return_counts=True)[1]
            out[p] = _describe(plane[around][inside], histogram, voxel_mm3)[column]
            continue
        present = np.unique(np.append(own[inside], extremes)).astype(np.int64)
        numbers = np.where(inside, np.searchsorted(present, own) + 1, 0)
        out[p] = TEXTURES[kind](lay_out(numbers), present.astype(np.float64), steps)[column]
    return out


def _describe(
    values: NDArray[np.float64], histogram: NDArray[np.int64], voxel_mm3: float
) -> NDArray[np.float64]:
    """Compute the first-order features, the moments of a flat window without rounding."""
    if values.min() < values.max():
        return describe_intensities(values, histogram, voxel_mm3)
    out = describe_intensities(values[:1], np.ones(1, np.int64), voxel_mm3)
    energies = [FEATURES["firstorder"].index(name) for name in ("Energy", "TotalEnergy")]
    out[energies] *= values.size
    return out
