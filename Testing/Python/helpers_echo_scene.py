"""Small echo clips in the scene: a bright ring that beats inside a dark sector."""

from __future__ import annotations

import numpy as np
from CardioAILib.io.structures import LEFT_ATRIUM
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, Image, Mask

LABELS = {MYOCARDIUM: 1, LV_CAVITY: 2, LEFT_ATRIUM: 3}
STEP_MS = 40.0


def upright(spacing: float = 0.5) -> np.ndarray:
    """The matrix of a clip: columns to the right hand, rows to the back."""
    return np.diag([-spacing, -spacing, 1.0, 1.0])


def radii(frames: int) -> np.ndarray:
    """Radius of the cavity in each frame, largest in the first."""
    return 9.0 + 3.0 * np.cos(2 * np.pi * np.arange(frames) / frames)


def beating(frames: int = 20, size: int = 64, seed: int = 0, **how) -> tuple[Image, Mask]:
    """A clip and its segmentation (T, 1, size, size)."""
    rows, columns = np.ogrid[:size, :size]
    far = np.hypot(rows - size * 0.55, columns - size / 2)
    labels = np.zeros((frames, 1, size, size), np.uint8)
    for frame, radius in enumerate(radii(frames)):
        labels[frame, 0][far < radius + 4] = LABELS[MYOCARDIUM]
        labels[frame, 0][far < radius] = LABELS[LV_CAVITY]
    noise = np.random.default_rng(seed).rayleigh(1.0, labels.shape)
    bright = np.choose(labels, (60.0, 120.0, 12.0))
    sector = np.abs(columns - size / 2) < rows * 0.75 + 2
    levels = np.where(sector, noise * bright, 0).clip(0, 255).astype(np.uint8)
    times = tuple(float(frame * STEP_MS) for frame in range(frames))
    how = {"times_ms": times, **how}
    return Image(levels, upright(), **how), Mask(labels, upright(), labels=LABELS)
