"""The sliding window: features of one class around every pixel of a region."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.firstorder import describe_intensities
from CardioAILib.radiomics.glcm import MCC, describe_pairs
from CardioAILib.radiomics.gldm import describe_dependence
from CardioAILib.radiomics.glrlm import describe_runs
from CardioAILib.radiomics.glszm import describe_zones
from CardioAILib.radiomics.layout import DIRECTIONS
from CardioAILib.radiomics.names import FEATURES
from CardioAILib.radiomics.ngtdm import describe_differences
from CardioAILib.radiomics.region import Region
from CardioAILib.radiomics.texture import fingerprint_of

logger = logging.getLogger(__name__)

MapKernel = Callable[..., int]


def slide_window(
    values: NDArray[np.float64],
    levels: NDArray[np.int32],
    region: Region,
    radius: int,
    singleton: str,
    feature: tuple[str, int],
    voxel_mm3: float,
) -> NDArray[np.float64]:
    """Compute one feature of the window around each pixel of a region.

    Args:
        values: Intensity of each pixel, shape (P,).
        levels: Gray level of each pixel, from 1, shape (P,).
        region: Where the pixels lie.
        radius: Pixels from the window's center to its edges.
        singleton: ``z`` for a square window, ``x`` for a window within its row.
        feature: Class, and place of the feature in ``FEATURES`` of that class.
        voxel_mm3: Volume of one voxel in mm^3.

    Returns:
        Shape (P,).
    """
    kind, column = feature
    down, across = (radius if singleton == "z" else 0), radius
    rows, columns = region.local
    shape = region.box[2] + 2 * down, region.box[3] + 2 * across
    positions = (rows + down) * shape[1] + columns + across
    plane, grays = np.zeros(shape), np.zeros(shape, np.int32)
    plane.flat[positions], grays.flat[positions] = values, levels
    r, c = (axis.ravel() for axis in np.mgrid[-down : down + 1, -across : across + 1])
    width = 2 * across + 3
    directions = DIRECTIONS[singleton]
    lines = c * directions[:, :1] - r * directions[:, 1:]
    out = np.empty(values.size)
    map_kernel(kind)(
        grays.ravel(),
        plane.ravel(),
        positions,
        r * shape[1] + c,
        (r + down + 1) * width + c + across + 1,
        directions @ np.array([width, 1]),
        lines - lines.min(),
        voxel_mm3,
        column,
        np.empty(len(FEATURES[kind])),
        out,
    )
    return out


@cache
def map_kernel(kind: str) -> MapKernel:
    """Return the kernel that slides a window over a region, compiled or from numba's cache.

    Class and fingerprint of the sources lie in the closure: both enter the key of numba's
    cache, and only the branch of the one class is compiled.

    Args:
        kind: A class of ``settings.CLASSES`` but ``shape``.

    Returns:
        A function of the arguments of ``slide``.
    """
    logger.info(
        "Preparing maps of the class %s; the first use on a machine compiles them (5-20 s)", kind
    )
    fingerprint = fingerprint_of(Path(__file__).parent)

    @njit(cache=True, nogil=True)
    def slide(
        levels: NDArray[np.int32],
        values: NDArray[np.float64],
        positions: NDArray[np.int64],
        window: NDArray[np.int64],
        places: NDArray[np.int64],
        steps: NDArray[np.int64],
        lines: NDArray[np.int64],
        voxel_mm3: float,
        column: int,
        row: NDArray[np.float64],
        out: NDArray[np.float64],
    ) -> int:
        """Write one feature of the window around each pixel of a region.

        Args:
            levels: Gray level of each pixel of a flat plane, 0 outside the region.
            values: Intensity of each pixel of that plane.
            positions: Positions of the region's pixels in the plane, shape (P,).
            window: Offsets in the plane to the pixels of the window, ascending, shape (K,).
            places: Their positions in the flat layout of the window alone, with a border of
                one pixel, shape (K,).
            steps: Offsets in that layout to half of the neighbors, shape (D,).
            lines: Number of the line along each direction that a pixel of the window lies on,
                shape (D, K).
            voxel_mm3: Volume of one voxel in mm^3.
            column: Place of the feature in its class.
            row: Room for the features of the class, shape (F,).
            out: Shape (P,), written.

        Returns:
            The fingerprint of the sources.
        """
        index = np.zeros(places[-1] + places[0] + 1, np.int32)
        region = levels[positions]
        lowest, highest = region.min(), region.max()
        for p in range(positions.size):
            around = levels[positions[p] + window]
            inside = np.nonzero(around)[0]
            own = around[inside]
            here = places[inside]
            if kind == "glcm":
                # The levels of the whole region normalize Idn and Idmn, and tell MCC whether
                # it is the region that is flat, or this window alone.
                grays = np.unique(np.append(own, np.array([lowest, highest], np.int32)))
            else:
                grays = np.unique(own)
            index[:] = 0
            index[here] = np.searchsorted(grays, own) + 1
            scale = grays.astype(np.float64)
            if kind == "firstorder":
                ordered = np.sort(values[positions[p] + window[inside]])
                histogram = np.bincount(index[here])[1:]
                describe_intensities(ordered, _mean(ordered), histogram, voxel_mm3, row)
            elif kind == "glcm":
                describe_pairs(index, here, steps, scale, row, column == MCC)
            elif kind == "gldm":
                describe_dependence(index, here, steps, scale, row)
            elif kind == "glrlm":
                describe_runs(index, here, steps[_lined(lines, inside)], scale, row)
            elif kind == "glszm":
                describe_zones(index, here, steps, scale, row)
            else:
                describe_differences(index, here, steps, scale, row)
            out[p] = row[column]
        return fingerprint

    return slide


@njit(nogil=True)
def _mean(ordered: NDArray[np.float64]) -> float:
    """Average ascending values; those of a flat window exactly, for its moments to be 0."""
    return ordered[0] if ordered[0] == ordered[-1] else ordered.mean()


@njit(nogil=True)
def _lined(lines: NDArray[np.int64], inside: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell in which directions a line holds two pixels, adjacent or not."""
    found = np.zeros(lines.shape[0], np.bool_)
    seen = np.zeros(lines.max() + 1, np.int64)
    for d in range(lines.shape[0]):
        for k in inside:
            if seen[lines[d, k]] == d + 1:
                found[d] = True
                break
            seen[lines[d, k]] = d + 1
    return found
