"""Drawn echo clips: a sector of speckle in which a ring beats, with text and a trace beside it."""

from __future__ import annotations

import numpy as np

APEX = (6.0, 80.0)
DEPTH = 100.0


def drawn_clip(frames: int = 20, size: tuple[int, int] = (120, 160), seed: int = 0) -> np.ndarray:
    """Return gray levels (T, H, W), uint8: a moving sector with marks outside of it."""
    rng = np.random.default_rng(seed)
    clip = rng.rayleigh(30.0, (frames, *size))
    for frame in range(frames):
        ring = ring_at(frame, frames, size)
        clip[frame][ring] += 120.0
    clip = np.where(fan(size), np.clip(clip, 1, 255), 0).astype(np.uint8)
    clip[:, 4:10, 4:30] = 255
    clip[:, 112 * size[0] // 120 :, 100:150] = np.where(
        rng.random((8 * size[0] // 120, 50)) > 0.7, 200, 0
    )
    return clip


def fan(size: tuple[int, int]) -> np.ndarray:
    """Return the sector (H, W), bool."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    down, aside = rows - APEX[0], columns - APEX[1]
    return (np.hypot(down, aside) <= DEPTH) & (np.abs(aside) <= down * np.tan(np.pi / 4))


def ring_at(frame: int, frames: int, size: tuple[int, int]) -> np.ndarray:
    """Return the wall of a ventricle (H, W) that contracts and widens once in `frames` frames."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    radius = 22.0 + 6.0 * np.cos(2 * np.pi * frame / frames)
    far = np.hypot((rows - 55.0) / 1.4, columns - 80.0)
    return (far <= radius + 7.0) & (far >= radius)
