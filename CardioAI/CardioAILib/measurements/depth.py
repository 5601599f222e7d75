"""How deep a voxel lies in the wall, and how thick the wall is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from CardioAILib.measurements.polar import angles, center, directions, well_covered
from CardioAILib.measurements.surface import distances, surface_points
from CardioAILib.measurements.tidy import Heart


@dataclass(frozen=True, eq=False)
class Borders:
    """Distance of each voxel of the wall from the wall's two borders, nan elsewhere.

    Args:
        endo: To the cavity, mm, (S, H, W).
        epi: To what lies around the heart, mm, (S, H, W).
    """

    endo: np.ndarray
    epi: np.ndarray

    @property
    def depth(self) -> np.ndarray:
        """Share of the way from endocardium (0) to epicardium (1), (S, H, W)."""
        return self.endo / self.thickness

    @property
    def thickness(self) -> np.ndarray:
        """Thickness of the wall at each of its voxels, mm, (S, H, W)."""
        return self.endo + self.epi


def wall_borders(heart: Heart) -> Borders:
    """Measure the distances of the wall's voxels from its borders.

    In slices that show a cavity, both are measured in the slice, as on short-axis images by
    hand. In slices without one, at the apex, they are measured in three dimensions: the cavity
    of the other slices counts, and the wall's end beyond the last slice.

    Where a ring is open, its open end is no border: only what faces the wall's own sectors is.

    Args:
        heart: The parts of the heart.
    """
    endo = np.full(heart.wall.shape, np.nan)
    epi = np.full(heart.wall.shape, np.nan)
    filled = np.stack([ndimage.binary_fill_holes(one) for one in heart.wall | heart.cavity])
    for index in heart.rings:
        wall = heart.wall[index]
        endo[index][wall] = _in_slice(heart, index, heart.cavity[index])
        epi[index][wall] = _in_slice(heart, index, filled[index])
    capped = heart.wall & np.isnan(endo)
    if capped.any():
        endo[capped] = _in_volume(heart, capped, heart.cavity)
        epi[capped] = _in_volume(heart, capped, filled)
    return Borders(endo, epi)


def _in_slice(heart: Heart, index: int, region: np.ndarray) -> np.ndarray:
    """Return the distance of a slice's wall from the surface of a region, where wall faces it."""
    spacing, wall = heart.spacing[1:], heart.wall[index]
    points = surface_points(region, spacing)
    facing = directions(points / spacing, center(heart, index), spacing)
    seen = well_covered(angles(heart, index)[wall], facing)
    return distances(np.argwhere(wall), points[seen] if seen.any() else points, spacing)


def _in_volume(heart: Heart, voxels: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Return the distance of voxels from the surface of a region, beyond the stack is outside."""
    padded = np.pad(region, ((1, 1), (0, 0), (0, 0)))
    places = np.argwhere(voxels) + np.array([1, 0, 0])
    return distances(places, surface_points(padded, heart.spacing), heart.spacing)
