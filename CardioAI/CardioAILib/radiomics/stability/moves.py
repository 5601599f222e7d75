"""Another grid under the same heart: the patient lies turned or shifted by part of a pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.stability.reading import Reading
from CardioAILib.radiomics.stability.window import Window, window_around


@dataclass(frozen=True)
class Rotate:
    """Turn image and mask together about the middle of the region, all slices alike.

    Args:
        degrees: Largest angle either way.
    """

    degrees: float = 10.0
    kind: ClassVar[str] = "rotation"
    same_protocol: ClassVar[bool] = True

    def draw(self, random: np.random.Generator, slices: int) -> NDArray[np.float64]:
        """Draw one angle in degrees, the same for each slice (N,)."""
        return np.full(slices, random.uniform(-self.degrees, self.degrees))

    def apply(self, reading: Reading, drawn: NDArray[np.float64]) -> Reading:
        """Return the turned reading."""
        return moved(reading, np.radians(drawn), np.zeros((len(reading), 2)))


@dataclass(frozen=True)
class Translate:
    """Shift image and mask together by a part of a pixel, all slices alike.

    Args:
        pixels: Largest shift either way along rows and columns.
    """

    pixels: float = 0.5
    kind: ClassVar[str] = "translation"
    same_protocol: ClassVar[bool] = True

    def draw(self, random: np.random.Generator, slices: int) -> NDArray[np.float64]:
        """Draw one shift in pixels, the same for each slice (N, 2)."""
        return np.tile(random.uniform(-self.pixels, self.pixels, 2), (slices, 1))

    def apply(self, reading: Reading, drawn: NDArray[np.float64]) -> Reading:
        """Return the shifted reading."""
        return moved(reading, np.zeros(len(reading)), drawn)


def moved(reading: Reading, angles: NDArray[np.float64], shifts: NDArray[np.float64]) -> Reading:
    """Sample images (cubic spline) and masks (linear, from a half on) on moved grids.

    Only the neighborhood of each mask is sampled anew; what lies farther off reaches features
    through the image's peak alone, which stays.

    Args:
        reading: What is moved.
        angles: Rotation of each slice in radians (N,).
        shifts: Shift of each slice in pixels (N, 2).
    """
    images, masks = reading.images.copy(), reading.masks.copy()
    for image, mask, spacing, angle, shift in zip(
        images, masks, reading.spacing, angles, shifts, strict=True
    ):
        window = window_around(mask, spacing, turning=True)
        matrix, offset = grid_map(window, spacing, float(angle), shift)
        image[window], mask[window] = sampled(image, mask, window, matrix, offset)
    return replace(reading, images=images, masks=masks)


def grid_map(
    window: Window, spacing: NDArray[np.float64], angle: float, shift: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return matrix (2, 2) and offset (2,) from indices in the window to indices in the image."""
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]])
    matrix = turn * spacing / spacing[:, None]
    corner = np.array([axis.start for axis in window], float)
    middle = np.array([(axis.start + axis.stop - 1) / 2 for axis in window])
    return matrix, middle + matrix @ (corner - middle) - np.asarray(shift)


def sampled(
    image: NDArray[np.float64],
    mask: NDArray[np.bool_],
    window: Window,
    matrix: NDArray[np.float64],
    offset: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return image and mask inside a window; the spline's overshoot is cut at the image's range."""
    from scipy.ndimage import affine_transform, spline_filter

    shape = tuple(axis.stop - axis.start for axis in window)
    values = affine_transform(
        spline_filter(image, mode="mirror"),
        matrix,
        offset,
        shape,
        order=3,
        mode="mirror",
        prefilter=False,
    )
    shares = affine_transform(mask.astype(np.float64), matrix, offset, shape, order=1)
    return np.clip(values, image.min(), image.max()), shares >= 0.5
