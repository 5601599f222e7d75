"""The gamma camera of a simulated bone scan: attenuation, blur, scatter and counting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

from CardioAILib.phantoms.bonescanbody import ATTENUATION_MM

DEEP_MM = 90.0
"""Depth from which on points are blurred as in the far half of the body."""

SCATTER_MM = 45.0
"""Standard deviation of where scattered photons seem to come from."""

COARSER = 4
"""Pixels that scatter, which is smooth, is computed on."""


@dataclass(frozen=True)
class Camera:
    """One of the hospitals' cameras.

    Args:
        pixel_mm: Pixel size at 1024 rows and 256 columns.
        near_mm: Resolution (full width at half maximum) of the front half of the body ...
        far_mm: ... and of the back half, mm.
        sensitivity: Counts a second and MBq in an anterior whole-body view.
        margin_mm: What is scanned above the head, and below the feet.
        background: Counts a pixel beside the patient.
        scatter: Share of the counts that scattered.
    """

    pixel_mm: float
    near_mm: float
    far_mm: float
    sensitivity: float
    margin_mm: tuple[float, float] = (0.0, 0.0)
    background: float = 0.0
    scatter: float = 0.25


CAMERAS = {
    "A": Camera(2.40, 9.0, 13.0, 6.2, (20, 30), 0.02),
    "B": Camera(2.26, 8.5, 12.5, 7.0, (60, 60), 0.08, 0.22),
    "C": Camera(2.397, 9.5, 13.5, 5.4),
    "D": Camera(2.33, 10.0, 14.0, 6.0, (10, 20), 0.0, 0.3),
    "E": Camera(2.40, 9.0, 13.0, 5.8, (0, 40), 0.01, 0.28),
    "F": Camera(2.31, 10.5, 15.0, 5.0, (30, 10), 0.03, 0.32),
}
"""Six, as in Halme 2022."""


@dataclass(frozen=True, eq=False)
class Grid2D:
    """Where pixels lie.

    Args:
        x: Middle of each column of an anterior view (W,), mm to the patient's left.
        z: Middle of each row (H,), mm from the crown.
        pixel_mm: Pixel size.
    """

    x: np.ndarray
    z: np.ndarray
    pixel_mm: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns (H, W)."""
        return len(self.z), len(self.x)


def places_on(grid: Grid2D, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest row and column (N,) of points (N, 3), -1 outside the field of view."""
    rows = np.rint((points[:, 2] - grid.z[0]) / grid.pixel_mm).astype(np.int32)
    columns = np.rint((points[:, 0] - grid.x[0]) / grid.pixel_mm).astype(np.int32)
    height, width = grid.shape
    outside = (rows < 0) | (rows >= height) | (columns < 0) | (columns >= width)
    rows[outside] = columns[outside] = -1
    return rows, columns


@dataclass(frozen=True, eq=False)
class Arriving:
    """What reaches the camera from points within the field of view.

    Args:
        at: Pixel of each (N,), counted along rows.
        counts: Counts of each (N,), after attenuation.
        depth: Tissue before each (N,), mm.
    """

    at: np.ndarray
    counts: np.ndarray
    depth: np.ndarray

    @property
    def mean(self) -> float:
        """Counts a pixel, of the pixels that have any."""
        return float(self.counts.sum() / max(1, len(np.unique(self.at))))


def arriving(
    grid: Grid2D, points: np.ndarray, weights: np.ndarray, deep: np.ndarray, front: bool = True
) -> Arriving:
    """Return what points send through the tissue before them.

    Args:
        grid: The pixels.
        points: Places (N, 3), mm.
        weights: Counts of each point (N,).
        deep: How deep the body is (H, W), mm.
        front: Whether the camera is before the patient, or behind.
    """
    rows, columns = places_on(grid, points)
    seen = rows >= 0
    at = rows[seen] * grid.shape[1] + columns[seen]
    body = deep.ravel()[at]
    y = points[seen, 1]
    depth = np.clip(body / 2 - (y if front else -y), 0, body)
    return Arriving(at, weights[seen] * np.exp(-ATTENUATION_MM * depth), depth)


def layers_of(grid: Grid2D, sent: Arriving) -> np.ndarray:
    """Return counts (2, H, W), float32: of points less than `DEEP_MM` deep, and of others."""
    height, width = grid.shape
    at = sent.at + height * width * (sent.depth >= DEEP_MM)
    counts = np.bincount(at, sent.counts, minlength=2 * height * width)
    return counts.reshape(2, height, width).astype(np.float32)


def soft_tissue(deep: np.ndarray, air: np.ndarray) -> np.ndarray:
    """Return what evenly filled soft tissue sends (H, W) for each mm that gives off one count.

    Args:
        deep: How deep the body is (H, W), mm.
        air: How much of it is air.
    """
    through = np.maximum(ATTENUATION_MM * deep, 1e-6)
    return (deep - air) * (1 - np.exp(-through)) / through


def blurred(layers: np.ndarray, camera: Camera, pixel_mm: float) -> np.ndarray:
    """Return what the camera sees (H, W) of layers (2, H, W) near and far, scatter included."""
    widths = (camera.near_mm, camera.far_mm)
    sharp = sum(
        gaussian_filter(layer, width / 2.355 / pixel_mm, truncate=3.0)
        for layer, width in zip(layers, widths, strict=True)
    )
    return (1 - camera.scatter) * sharp + camera.scatter * _scattered(sharp, pixel_mm)


def _scattered(image: np.ndarray, pixel_mm: float) -> np.ndarray:
    height, width = image.shape
    pad = ((0, -height % COARSER), (0, -width % COARSER))
    padded = np.pad(image, pad)
    small = padded.reshape(padded.shape[0] // COARSER, COARSER, -1, COARSER).mean(axis=(1, 3))
    smooth = gaussian_filter(small, SCATTER_MM / pixel_mm / COARSER, mode="constant", truncate=3.0)
    return zoom(smooth, COARSER, order=1, grid_mode=True, mode="nearest")[:height, :width]
