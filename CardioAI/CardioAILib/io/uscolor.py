"""Colors of ultrasound frames: gray tissue, a tinted gray scale, color Doppler, drawn marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from CardioAILib.quality.sector import sector_of

Coloring = Literal["gray", "tinted", "color Doppler"]

COLORED = 48
"""Levels by which channels of a pixel differ where it is colored; lossy gray differs by less."""
FEW = 0.01
"""Share of the changing pixels of the sector that are colored at most where only marks are."""
PROBED, COARSE = 5, 2
"""Frames that are looked at, and every how many pixels."""
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
    some = np.linspace(0, len(frames) - 1, min(PROBED, len(frames))).round().astype(int)
    stack = np.stack([frames[index][::COARSE, ::COARSE] for index in some])
    gray = luminance(stack)
    tissue = sector_of(gray)
    if len(stack) > 1:
        tissue &= np.ptp(gray, axis=0) >= CHANGE
    shown = stack[:, tissue]
    colored = _is_colored(shown)
    if not colored.size or colored.mean() <= FEW:
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
    red, green, blue = (colors[..., channel] for channel in range(3))
    # Ten times as quick as the maximum and the minimum over an axis of three.
    brightest = np.maximum(np.maximum(red, green), blue)
    return brightest - np.minimum(np.minimum(red, green), blue) >= COLORED
