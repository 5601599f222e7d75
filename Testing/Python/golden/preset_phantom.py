"""A stack and a region drawn in integer arithmetic, alike on every machine."""

from __future__ import annotations

import numpy as np

SHAPE = (6, 26, 31)
SPACING = (4.0, 1.5, 1.25)
"""Millimeters along slice, row, column."""


def stack(dtype: str = "int16") -> np.ndarray:
    """Intensities of -200 to 1799, (S, H, W)."""
    s, h, w = np.indices(SHAPE)
    smooth = 40 * h - 13 * w + 70 * s + (h * w * 7) % 311
    rough = (h * 7919 + w * 104729 + s * 1299709) % 541
    return ((smooth + rough) % 2000 - 200).astype(dtype)


def region() -> np.ndarray:
    """An uneven ring in four slices, boolean (S, H, W)."""
    s, h, w = np.indices(SHAPE)
    radius = (2 * h - 25 + s) ** 2 + (2 * w - 29) ** 2
    return (radius < 380 - 20 * s) & (radius > 90 + 9 * s) & (s > 0) & (s < 5)


PARAMETERS = {
    "volume, defaults": {"imageType": {"Original": {}}},
    "volume, normalized and resampled": {
        "setting": {
            "normalize": True,
            "normalizeScale": 100,
            "removeOutliers": 1.5,
            "resampledPixelSpacing": [2.0, 2.0, 2.0],
            "binWidth": 5,
        }
    },
    "volume, linear, one axis kept": {
        "setting": {
            "interpolator": "sitkLinear",
            "resampledPixelSpacing": [0.8, 1.1, 0],
            "binCount": 16,
        }
    },
    "volume, resegmented with its shape": {
        "setting": {
            "resegmentRange": [-1.0, 1.5],
            "resegmentMode": "sigma",
            "resegmentShape": True,
        }
    },
    "slices, cropped": {
        "imageType": {"Original": {}, "Square": {}, "Wavelet": {}},
        "setting": {"force2D": True, "preCrop": True, "padDistance": 4, "binWidth": 40},
    },
    "slices, normalized, resampled, resegmented": {
        "imageType": {"Original": {}, "Gradient": {}},
        "setting": {
            "force2D": True,
            "normalize": True,
            "normalizeScale": 100,
            "resampledPixelSpacing": [1.0, 1.0, 0],
            "resegmentRange": [0.1, 0.9],
            "resegmentMode": "relative",
            "binWidth": 10,
        },
    },
}
"""Parameters of pyradiomics, which both programs read."""

SLICES = (1, 3)
"""Slices measured one by one."""
