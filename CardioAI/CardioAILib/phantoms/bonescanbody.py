"""Soft tissue of a simulated bone scan: how thick the body is under every pixel.

Each part of the body is told by its middle, half width and half depth at a few heights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ATTENUATION_MM = 0.0117
"""Broad-beam attenuation of 140 keV in water, a mm: photons that scatter little still count."""

TRUNK = np.array(
    [
        # z, middle, half width, half depth
        (0, 0, 20, 25),
        (25, 0, 62, 80),
        (95, 0, 78, 100),
        (170, 0, 66, 90),
        (222, 0, 52, 70),
        (245, 0, 60, 65),
        (268, 0, 110, 72),
        (295, 0, 168, 90),
        (330, 0, 182, 104),
        (420, 0, 168, 115),
        (560, 0, 158, 112),
        (680, 0, 162, 108),
        (800, 0, 176, 108),
        (880, 0, 178, 100),
        (915, 0, 150, 80),
        (930, 0, 10, 20),
    ],
    float,
)
"""Head and trunk."""

ARM = np.array(
    [
        (285, 165, 20, 20),
        (330, 180, 48, 50),
        (450, 196, 46, 48),
        (600, 212, 42, 42),
        (700, 225, 38, 38),
        (850, 242, 28, 24),
        (900, 244, 42, 18),
        (1000, 248, 34, 14),
        (1030, 248, 8, 6),
    ],
    float,
)
LEG = np.array(
    [
        (860, 92, 60, 60),
        (900, 94, 90, 88),
        (1000, 95, 84, 82),
        (1150, 88, 64, 66),
        (1220, 84, 58, 58),
        (1300, 84, 58, 60),
        (1400, 84, 54, 54),
        (1560, 82, 36, 38),
        (1620, 82, 40, 45),
        (1720, 78, 40, 40),
        (1775, 76, 28, 20),
        (1795, 76, 5, 5),
    ],
    float,
)

PERFUSED = np.array([(0, 0.8), (230, 0.9), (300, 1), (800, 1), (1000, 0.62), (1300, 0.5)])
"""Height, and counts of soft tissue there relative to the trunk; the same below."""

LUNGS = ((72.0, 390.0, 52.0, 118.0), (-76.0, 385.0, 56.0, 122.0))
"""Middle (x, z) and half extent (x, z) of each lung."""

LUNG_DEPTH = 150.0


@dataclass(frozen=True)
class Build:
    """How a person differs from the one that was drawn, as factors.

    Args:
        height: Along the body.
        frame: Across, of the skeleton.
        girth: Across and deep, of soft tissue.
        arms: Part of their distance to the middle by which arms lie further out at the hands.
    """

    height: float
    frame: float
    girth: float
    arms: float


def thickness(x: np.ndarray, z: np.ndarray, build: Build) -> np.ndarray:
    """Return how deep the body is (H, W), mm.

    Args:
        x: Places of the columns (W,), mm to the patient's left.
        z: Places of the rows (H,), mm from the crown.
        build: The person.
    """
    deep = np.zeros((len(z), len(x)), np.float32)
    for profile, sides in ((TRUNK, (1,)), (ARM, (1, -1)), (LEG, (1, -1))):
        for side in sides:
            _deepen(deep, x * side, z, _of(profile, build))
    return deep


def lungs(x: np.ndarray, z: np.ndarray, build: Build) -> np.ndarray:
    """Return how deep the lungs are (H, W), mm; arguments as of `thickness`."""
    deep = np.zeros((len(z), len(x)), np.float32)
    for middle_x, middle_z, half_x, half_z in LUNGS:
        across = (x - middle_x * build.frame) / (half_x * build.frame)
        along = (z / build.height - middle_z) / half_z
        rows = np.flatnonzero(np.abs(along) < 1)
        inside = 1 - along[rows, None] ** 2 - across**2
        deep[rows] += LUNG_DEPTH * build.frame * np.sqrt(np.clip(inside, 0, None))
    return deep


def perfused(z: np.ndarray, build: Build) -> np.ndarray:
    """Return the counts of soft tissue (H, 1) at heights z, relative to the trunk."""
    return np.interp(z / build.height, *PERFUSED.T)[:, None].astype(np.float32)


def reach_of(z: np.ndarray, build: Build) -> np.ndarray:
    """Return how much further out an arm lies at heights z, as a factor."""
    return 1 + build.arms * np.clip((z / build.height - 330) / 500, 0, None)


def _of(profile: np.ndarray, build: Build) -> np.ndarray:
    scaled = profile * (build.height, build.frame, build.girth, build.girth)
    if profile is ARM:
        scaled[:, 1] *= reach_of(scaled[:, 0], build)
    return scaled


def _deepen(deep: np.ndarray, x: np.ndarray, z: np.ndarray, profile: np.ndarray) -> None:
    """Fill in a part of the body where it is deeper than what is there."""
    rows = np.flatnonzero((z > profile[0, 0]) & (z < profile[-1, 0]))
    middle, half, depth = (
        np.interp(z[rows], profile[:, 0], profile[:, axis])[:, None] for axis in (1, 2, 3)
    )
    inside = np.clip(1 - ((x - middle) / half) ** 2, 0, None)
    deep[rows] = np.maximum(deep[rows], 2 * depth * np.sqrt(inside))
