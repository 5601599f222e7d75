"""Drawn volumes and masks for radiomics, in integer arithmetic: equal on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Volume = tuple[NDArray, NDArray[np.bool_], tuple[float, float, float]]
"""Image (S, H, W) of some type, mask (S, H, W), slice, row and column spacing in mm."""


def textured(*shape: int) -> NDArray[np.int64]:
    """Draw intensities from 0 to 96 that repeat nowhere near."""
    s, r, c = np.indices(shape)
    return (11 * s * s + 7 * r * r + 13 * c * c + 5 * r * c + 3 * r + 17 * s * c) % 97


def squared_distance(*shape: int) -> NDArray[np.int64]:
    """Measure the squared distance to the middle in voxels."""
    return sum((axis - side // 2) ** 2 for axis, side in zip(np.indices(shape), shape, strict=True))


def ball() -> Volume:
    """Draw a ball with a hollow in it."""
    distance = squared_distance(11, 12, 13)
    return textured(11, 12, 13).astype(np.int16), (distance >= 3) & (distance <= 20), (1.0,) * 3


def wall() -> Volume:
    """Draw a stack of rings of voxels taller than wide, up to both ends of the volume."""
    r, c = np.indices((17, 18))
    squared = (r - 8) ** 2 + (c - 9) ** 2
    mask = np.broadcast_to((squared >= 16) & (squared <= 45), (4, 17, 18)).copy()
    mask[2:, 8, :] = False
    return 40 * textured(4, 17, 18).astype(np.uint16), mask, (8.0, 1.4, 1.4)


def islands() -> Volume:
    """Draw islands that touch the corners of the volume and each other by an edge."""
    mask = np.zeros((7, 9, 8), bool)
    mask[:3, :3, :4] = mask[3:5, 3:6, 4:6] = mask[-2:, -2:, -2:] = True
    mask[1, 1, 1] = False
    return textured(7, 9, 8).astype(np.uint8), mask, (2.0, 0.75, 1.25)


def single() -> Volume:
    """Draw a ball whose intensities are of single precision."""
    image, mask, _ = ball()
    return (image / np.float32(97)).astype(np.float32), mask, (1.5, 1.0, 1.25)


def signed() -> Volume:
    """Draw a ball with intensities of both signs."""
    image, mask, _ = ball()
    return image / 97 - 0.5, mask, (1.0, 1.0, 1.0)


def flat() -> Volume:
    """Draw a ball of one intensity before a texture."""
    image, mask, spacing = ball()
    return np.where(mask, 42, image).astype(np.float64), mask, spacing


def plate() -> Volume:
    """Draw a region one voxel thick along the last axis."""
    mask = np.zeros((9, 10, 6), bool)
    mask[2:8, 1:9, 3] = True
    mask[4, 4, 3] = False
    return textured(9, 10, 6).astype(np.int32), mask, (3.0, 1.0, 1.0)


def corner() -> Volume:
    """Draw two voxels that touch by a corner."""
    mask = np.zeros((4, 5, 6), bool)
    mask[1, 2, 3] = mask[2, 3, 2] = True
    return textured(4, 5, 6).astype(np.float64), mask, (1.0, 1.0, 1.0)


def scattered() -> Volume:
    """Draw voxels without any neighbor."""
    mask = np.zeros((6, 8, 9), bool)
    mask[1::3, ::3, 1::3] = True
    return textured(6, 8, 9).astype(np.int16), mask, (1.0, 1.0, 1.0)


VOLUMES = {
    function.__name__: function
    for function in (ball, wall, islands, single, signed, flat, plate, corner, scattered)
}
