"""Exports of planar scans as gray pictures: bright uptake again, one view, no colors."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.itk import load
from CardioAILib.io.nmplaces import Place
from CardioAILib.quality.landmarks import likely_spacing
from CardioAILib.study import Image

GRAY_TOLERANCE = 8
"""Levels by which channels of a gray picture may differ, as lossy compression makes them."""
BRIGHT = 0.5
"""Share of the greatest value from which on a border belongs to an inverted display."""
EMPTY = 0.05
"""Share of the brightest column up to which one between two bodies counts as empty."""
BALANCE = 0.3
"""Share of all signal that each of two views has at least."""


def read_planar_picture(path: Path, view: str, spacing: tuple[float, float] | None = None) -> Image:
    """Read a planar scan that was exported as a picture.

    Args:
        path: PNG, JPEG or BMP.
        view: "anterior" or "posterior".
        spacing: Distance between rows and between columns, in mm; None where it is not known.

    Returns:
        Gray levels (1, 1, H, W), uptake bright, whichever way the picture shows it.

    Raises:
        UnreadableFileError: The file is missing, truncated or no picture.
        InputError: It has colors, or shows two views side by side.
    """
    import SimpleITK as sitk

    levels = uptake_bright(gray(sitk.GetArrayFromImage(load(path))))
    if shows_two(levels):
        raise InputError(
            got="a picture of two views side by side",
            wanted="a picture of one view",
            fix="cut the anterior view out, or better export the original NM image",
        )
    matrix = Place(view).matrix(levels.shape, spacing or likely_spacing(levels))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Image(levels[np.newaxis, np.newaxis], matrix, (path.name,), digest)


def gray(pixels: np.ndarray) -> np.ndarray:
    """Return the levels (H, W) of a picture (H, W) or (H, W, channels).

    Raises:
        InputError: Its channels differ: it has colors.
    """
    if pixels.ndim == 2:
        return pixels
    colors = pixels[..., :3] if pixels.shape[-1] > 2 else pixels[..., :1]
    spread = colors.max(axis=-1).astype(int) - colors.min(axis=-1)
    if spread.max() > GRAY_TOLERANCE:
        raise InputError(
            got="a color picture of a scan",
            wanted="counts as the camera stored them, or a gray picture",
            fix="export the original NM image, or choose a gray color table before the export",
        )
    return colors[..., 0]


def uptake_bright(levels: np.ndarray) -> np.ndarray:
    """Return the picture with a dark background; reading rooms show it white."""
    border = np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])
    top = levels.max()
    return top - levels if np.median(border) > BRIGHT * top else levels


def shows_two(levels: np.ndarray) -> bool:
    """Say whether an empty stripe in the middle third divides the picture into two alike."""
    columns = levels.sum(axis=0, dtype=float)
    first, after = len(columns) // 3, 2 * len(columns) // 3
    # Sums, since single pixels of scatter are brighter than air.
    empty = columns[first:after] <= EMPTY * columns.max()
    if not empty.any() or not columns.any():
        return False
    cut = first + int(np.flatnonzero(empty).mean())
    return bool(BALANCE <= columns[:cut].sum() / columns.sum() <= 1.0 - BALANCE)
