"""Where the pixels of a short-axis stack lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Grid:
    """A short-axis stack from base to apex.

    Args:
        slices: Number of slices.
        pixels: Rows and columns.
        pixel_mm: Width of a pixel, mm.
        step_mm: Distance between slices, mm (thickness and gap).
    """

    slices: int
    pixels: int
    pixel_mm: float
    step_mm: float = 10.0

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        return self.slices, self.pixels, self.pixels

    @property
    def levels(self) -> np.ndarray:
        """Position of each slice between base (0) and apex (1), shape (S, 1)."""
        return ((np.arange(self.slices) + 0.5) / self.slices)[:, None]

    @property
    def axes_mm(self) -> tuple[np.ndarray, np.ndarray]:
        """Pixel centers from the image center, mm: to the right (1, 1, W), down (1, H, 1)."""
        along = (np.arange(self.pixels, dtype=np.float32) - (self.pixels - 1) / 2) * self.pixel_mm
        return along[None, None, :], along[None, :, None]


SMALL = Grid(slices=4, pixels=96, pixel_mm=2.0, step_mm=20.0)
"""A coarse stack for quick tests."""


def typical_grid(rng: np.random.Generator) -> Grid:
    """Return the grid of a usual cine protocol: 8 to 10 slices, 1.4 to 1.6 mm in plane."""
    return Grid(
        slices=int(rng.integers(8, 11)),
        pixels=int(rng.choice([192, 208, 224])),
        pixel_mm=round(float(rng.uniform(1.4, 1.6)), 3),
    )


def ijk_to_ras(grid: Grid, rng: np.random.Generator) -> np.ndarray:
    """Return a usual double-oblique short-axis matrix, 4x4, mm.

    Seen from the apex: image right is the lateral wall, image up is anterior, and slices
    run from base to apex, toward the patient's left, front and feet.
    """
    apex = np.array([-0.64, 0.57, -0.51]) + rng.normal(0, 0.05, 3)
    apex /= np.linalg.norm(apex)
    feet = np.array([0.0, 0.0, -1.0])
    down = feet - (feet @ apex) * apex
    down /= np.linalg.norm(down)
    axes = np.column_stack([np.cross(apex, down), down, apex])
    matrix = np.eye(4)
    matrix[:3, :3] = axes * [grid.pixel_mm, grid.pixel_mm, grid.step_mm]
    middle = (np.array([grid.pixels, grid.pixels, grid.slices]) - 1) / 2
    matrix[:3, 3] = np.array([-30.0, 20.0, -10.0]) - matrix[:3, :3] @ middle
    return matrix
