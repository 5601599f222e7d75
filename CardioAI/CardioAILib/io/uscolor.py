"""Colors of ultrasound frames: gray tissue, a tinted gray scale, color Doppler, drawn marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

Coloring = Literal["gray", "tinted", "color Doppler"]

COLORED = 48
"""Levels by which channels of a pixel differ where it is colored; lossy gray differs by less."""
FEW = 0.01
"""Share of the changing pixels that are colored at most where only marks are."""
ONE_TINT = 0.98
"""Share of the colored pixels whose channels have one order, from which on it is one tint."""
CHANGE = 4
"""Gray levels by which a pixel changes where it shows echoes or flow."""
WEIGHTS = (77, 150, 29)
"""Weights of red, green and blue in the luminance (ITU-R BT.601), in 1/256."""


def coloring_of(frames: Sequence[np.ndarray]) -> Coloring:
    """Say what colors mean in some frames of a clip.

    Args:
        frames: A few frames, (H, W) of gray or (H, W, 3) of red, green, blue; uint8.
    """
    if frames[0].ndim == 2:
        return "gray"
    stack = np.stack(frames)
    lively = np.ptp(luminance(stack), axis=0) >= CHANGE if len(stack) > 1 else stack[0].any(-1)
    shown = stack[:, lively]
    colored = _is_colored(shown)
    if colored.mean() <= FEW if colored.size else True:
        return "gray"
    orders = np.argsort(shown[colored], axis=-1, kind="stable") @ (9, 3, 1)
    return "tinted" if np.bincount(orders).max() >= ONE_TINT * len(orders) else "color Doppler"


def gray_of(frame: np.ndarray, coloring: Coloring) -> np.ndarray:
    """Return the gray levels (H, W) of a frame, uint8.

    Args:
        frame: Gray levels (H, W), or red, green, blue (H, W, 3); uint8.
        coloring: What its colors mean. In a gray clip what is colored was drawn over it, as an
            ECG trace or a mark, and becomes black.
    """
    if frame.ndim == 2:
        return frame
    gray = luminance(frame)
    return np.where(_is_colored(frame), 0, gray).astype(np.uint8) if coloring == "gray" else gray


def luminance(colors: np.ndarray) -> np.ndarray:
    """Return the luminance (..., H, W) of red, green and blue (..., H, W, 3), uint8."""
    red, green, blue = (colors[..., channel].astype(np.uint16) for channel in range(3))
    first, second, third = WEIGHTS
    return ((first * red + second * green + third * blue + 128) >> 8).astype(np.uint8)


def _is_colored(colors: np.ndarray) -> np.ndarray:
    return colors.max(axis=-1) - colors.min(axis=-1) >= COLORED
