"""A simulated ultrasound scanner: lines of a sector, speckle, compression, scan conversion.

Tissue scatters as a complex Gaussian field that the beam blurs along and across its lines; the
envelope of what returns is Rayleigh distributed (Wagner et al., IEEE Trans Sonics Ultrason 1983).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_matrix

CELL_MM = 0.55
"""Distance of scatterers."""

CELLS = 512
"""Scatterers along each side of the field, which repeats itself beyond."""

DYNAMIC_RANGE_DB = 58.0

AXIAL = (0.25, 0.75, 1.0, 0.75, 0.25)
LATERAL = (0.12, 0.5, 0.88, 1.0, 0.88, 0.5, 0.12)
"""The beam: weight of neighboring samples along a line, and of neighboring lines."""


@dataclass(frozen=True)
class Sector:
    """The fan that a probe sees.

    Args:
        depth: Deepest sample, mm.
        half_angle: Between the middle and either edge, radians.
        skin: Distance of the probe's face from the lines' common point, mm.
        size: Rows and columns of the image.
    """

    depth: float
    half_angle: float
    skin: float
    size: tuple[int, int]

    @property
    def pixel_mm(self) -> float:
        """Width of a pixel: the fan fills the image."""
        rows, columns = self.size
        tall = self.depth / (rows * 0.96)
        return max(tall, 2 * self.depth * np.sin(self.half_angle) / (columns * 0.97))

    @property
    def samples(self) -> tuple[int, int]:
        """Samples a line, and lines."""
        return min(max(self.size[0] + 24, 120), 256), min(max(self.size[1] // 2 + 24, 72), 140)


@dataclass(frozen=True, eq=False)
class Field:
    """Places in the image plane: mm to the right of the probe and away from it, float32.

    Args:
        x: To the right.
        y: Down.
    """

    x: np.ndarray
    y: np.ndarray


def samples_of(sector: Sector) -> Field:
    """Return where the samples of all lines lie (R, A)."""
    depth, angle = _axes(sector)
    return Field(
        np.outer(depth, np.sin(angle)).astype(np.float32),
        np.outer(depth, np.cos(angle)).astype(np.float32),
    )


def pixels_of(sector: Sector) -> Field:
    """Return where the pixels of the image lie (H, W)."""
    rows, columns = sector.size
    down = (np.arange(rows) - 0.02 * rows) * sector.pixel_mm
    right = (np.arange(columns) - (columns - 1) / 2) * sector.pixel_mm
    return Field(*(axis.astype(np.float32) for axis in np.meshgrid(right, down)))


def scatterers(rng: np.random.Generator) -> np.ndarray:
    """Return a field of scatterers (CELLS, CELLS), complex64, mean square 1."""
    pair = rng.standard_normal((2, CELLS, CELLS), dtype=np.float32)
    return ((pair[0] + 1j * pair[1]) * np.float32(np.sqrt(0.5))).astype(np.complex64)


def scattered(field: np.ndarray, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return the scatterers at places in mm, of the places' shape."""
    column = np.rint(x * np.float32(1 / CELL_MM)).astype(np.int32) & (CELLS - 1)
    row = np.rint(z * np.float32(1 / CELL_MM)).astype(np.int32) & (CELLS - 1)
    return field.ravel()[row * CELLS + column]


def envelope(echo: np.ndarray) -> np.ndarray:
    """Return what the beam makes of scattered echoes (T, R, A), as float32 of the same shape."""
    blurred = _blurred(_blurred(echo, AXIAL, 1), LATERAL, 2)
    return np.abs(blurred)


def compressed(amplitude: np.ndarray, more_db: float = 0.0) -> np.ndarray:
    """Return gray levels 0 to 255 of amplitudes, of which 1 is the brightest, float32.

    Args:
        amplitude: Of any shape.
        more_db: Added to the usual dynamic range.
    """
    shown = DYNAMIC_RANGE_DB + more_db
    decibels = 20 * np.log10(np.maximum(amplitude, np.float32(1e-6)))
    gray = (decibels + np.float32(shown)) * np.float32(255 / shown)
    return np.clip(gray, 0, 255)


def converted(gray: np.ndarray, sector: Sector) -> np.ndarray:
    """Return lines (T, R, A) as images (T, H, W), uint8, 0 outside the fan."""
    frames = len(gray)
    flat = _conversion(sector) @ gray.reshape(frames, -1).T.astype(np.float32)
    shown = np.rint(flat.T).clip(0, 255).astype(np.uint8)
    return np.ascontiguousarray(shown).reshape(frames, *sector.size)


def inside(sector: Sector) -> np.ndarray:
    """Return which pixels the fan covers (H, W), bool."""
    place = pixels_of(sector)
    radius, angle = np.hypot(place.x, place.y), np.arctan2(place.x, place.y)
    within = (radius >= sector.skin) & (radius <= sector.depth)
    return within & (np.abs(angle) <= sector.half_angle)


@lru_cache(maxsize=8)
def _conversion(sector: Sector) -> csr_matrix:
    """Return the bilinear weights of each sample in each pixel (H * W, R * A)."""
    depths, lines = sector.samples
    place, fan = pixels_of(sector), inside(sector)
    radius, angle = np.hypot(place.x, place.y)[fan], np.arctan2(place.x, place.y)[fan]
    row = (radius - sector.skin) / (sector.depth - sector.skin) * (depths - 1)
    line = (angle / sector.half_angle + 1) / 2 * (lines - 1)
    top = np.clip(row.astype(int), 0, depths - 2)
    left = np.clip(line.astype(int), 0, lines - 2)
    down, right = row - top, line - left
    pixel = np.flatnonzero(fan)
    corners = [(r, c) for r in (0, 1) for c in (0, 1)]
    weights = [(down if r else 1 - down) * (right if c else 1 - right) for r, c in corners]
    columns = [(top + r) * lines + left + c for r, c in corners]
    entries = np.concatenate(weights).astype(np.float32)
    places = np.tile(pixel, 4), np.concatenate(columns)
    return csr_matrix((entries, places), shape=(fan.size, depths * lines))


def _axes(sector: Sector) -> tuple[np.ndarray, np.ndarray]:
    depths, lines = sector.samples
    depth = np.linspace(sector.skin, sector.depth, depths)
    return depth, np.linspace(-sector.half_angle, sector.half_angle, lines)


def _blurred(echo: np.ndarray, weights: Sequence[float], axis: int) -> np.ndarray:
    """Return the echo blurred along one axis, its mean square kept."""
    taps = np.array(weights, np.float32) / np.float32(np.sqrt(np.sum(np.square(weights))))
    reach = len(taps) // 2
    padding = [(reach, reach) if k == axis else (0, 0) for k in range(echo.ndim)]
    padded = np.pad(echo, padding)
    length = echo.shape[axis]
    index = [slice(None)] * echo.ndim
    total = np.zeros_like(echo)
    for start, tap in enumerate(taps):
        index[axis] = slice(start, start + length)
        total += tap * padded[tuple(index)]
    return total
