"""Drawn images and masks for radiomics, in integer arithmetic: equal on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Phantom = tuple[NDArray[np.number], NDArray[np.bool_], tuple[float, float]]
"""Image (H, W), in [0, 1] unless of a type named, mask (H, W), row and column spacing in mm."""


def textured(height: int, width: int) -> NDArray[np.float64]:
    """Draw an image whose intensities repeat nowhere near."""
    r, c = np.mgrid[:height, :width]
    return ((7 * r * r + 13 * c * c + 5 * r * c + 3 * r) % 97) / 97


def ring_mask(height: int, width: int, inner: int, outer: int) -> NDArray[np.bool_]:
    """Draw a ring around the center, radii in pixels."""
    r, c = np.mgrid[:height, :width]
    squared = (r - height // 2) ** 2 + (c - width // 2) ** 2
    return (squared >= inner**2) & (squared <= outer**2)


def ring() -> Phantom:
    """Draw a textured ring on a grid with one odd side."""
    return textured(40, 37), ring_mask(40, 37, 7, 13), (1.0, 1.0)


def stripes() -> Phantom:
    """Draw a ring over horizontal stripes: rows are constant, columns change."""
    r, _ = np.mgrid[:32, :32]
    return (r % 4) / 4 + 0.125, ring_mask(32, 32, 5, 11), (1.0, 1.0)


def islands() -> Phantom:
    """Draw two islands that touch the border, of pixels that are not square."""
    mask = np.zeros((24, 27), bool)
    mask[:7, :9] = True
    mask[15:, 18:] = True
    mask[20, 20] = False
    return textured(24, 27), mask, (0.75, 1.5)


def flat() -> Phantom:
    """Draw a ring of one intensity before a texture."""
    image, mask = textured(30, 30), ring_mask(30, 30, 5, 10)
    return np.where(mask, 0.3, image), mask, (1.0, 1.0)


def diagonal() -> Phantom:
    """Draw the smallest region with an extent: two pixels that touch at a corner."""
    mask = np.zeros((12, 13), bool)
    mask[5, 6] = mask[6, 7] = True
    return textured(12, 13), mask, (1.0, 1.0)


def scattered() -> Phantom:
    """Draw pixels without any neighbor."""
    mask = np.zeros((12, 14), bool)
    mask[2::3, 1::3] = True
    return textured(12, 14), mask, (1.25, 1.0)


def lone_grays() -> Phantom:
    """Draw pixels of one gray level without any neighbor."""
    _, mask, spacing = scattered()
    return np.full(mask.shape, 0.5), mask, spacing


def signed() -> Phantom:
    """Draw a ring with negative intensities, as after subtraction of a mean."""
    image, mask, spacing = ring()
    return image - 0.5, mask, spacing


PHANTOMS = {
    function.__name__: function
    for function in (ring, stripes, islands, flat, diagonal, scattered, lone_grays, signed)
}


def typed(kind: type, low: float, step: float) -> Phantom:
    """Draw 97 gray values of a type in a ring with an island, of pixels that are not square."""
    image, mask = textured(36, 33), ring_mask(36, 33, 6, 12)
    mask[:5, :7] = True
    return (np.round(image * 97) * step + low).astype(kind), mask, (0.8, 1.3)


TYPED = {
    "uint8": lambda: typed(np.uint8, 3, 2),
    "uint16": lambda: typed(np.uint16, 1000, 13),
    "int16": lambda: typed(np.int16, -500, 11),
    "float32": lambda: typed(np.float32, 0.1, 0.7),
    "float64": lambda: typed(np.float64, 0.1, 0.7),
}
"""The same drawing in the types that images come in."""
