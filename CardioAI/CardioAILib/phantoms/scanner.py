"""From the true signal to the stored image: coil, blur, noise, whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from CardioAILib.phantoms.contrast import BLOOD, bssfp_signal
from CardioAILib.phantoms.fields import smooth_field
from CardioAILib.phantoms.grid import Grid

STORED_BLOOD = 600.0
"""Stored value of blood at full coil sensitivity and a gain of 1."""

BLUR_PIXELS = 0.55
"""Standard deviation of the point spread in the plane."""


@dataclass(frozen=True, eq=False)
class Scanner:
    """One examination's acquisition.

    Args:
        gain: Factor of all stored values, which differs between centers.
        snr: Signal of blood over the standard deviation of noise, at full sensitivity.
        coil: Receive sensitivity (S, H, W), about 1 near the front of the chest.
    """

    gain: float
    snr: float
    coil: np.ndarray


def random_scanner(grid: Grid, gain: float, rng: np.random.Generator) -> Scanner:
    """Return a scanner whose coil array sees the front of the chest best."""
    _, y = grid.axes_mm
    front = 1 / (1 + ((y + 150) / rng.uniform(240, 320)) ** 2)
    uneven = 1 + 0.06 * smooth_field(rng, (1, *grid.shape[1:]), 80 / grid.pixel_mm)
    coil = (front * uneven).astype(np.float32)
    return Scanner(gain, rng.uniform(22, 32), coil)


def acquire(signal: np.ndarray, scanner: Scanner, rng: np.random.Generator) -> np.ndarray:
    """Return the stored magnitude image, float32 holding whole numbers as scanners store.

    Noise is complex Gaussian, so that the magnitude is Rician: Gudbjartsson and Patz, Magn
    Reson Med 34:910, 1995.

    Args:
        signal: True signal (S, H, W).
        scanner: Gain, noise and coil.
        rng: Source of the noise.
    """
    blurred = gaussian_filter(signal * scanner.coil, (0, BLUR_PIXELS, BLUR_PIXELS), truncate=3)
    noise = bssfp_signal(BLOOD) / scanner.snr
    real = blurred + noise * rng.standard_normal(signal.shape, dtype=np.float32)
    imaginary = noise * rng.standard_normal(signal.shape, dtype=np.float32)
    scale = np.float32(STORED_BLOOD * scanner.gain / bssfp_signal(BLOOD))
    return np.rint(np.hypot(real, imaginary) * scale).astype(np.float32, copy=False)
