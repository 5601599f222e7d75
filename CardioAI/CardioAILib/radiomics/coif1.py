"""The filters of the coif1 wavelet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOW = np.array(
    [
        -0.015655728135791993,
        -0.07273261951252645,
        0.3848648468648578,
        0.8525720202116004,
        0.3378976624574818,
        -0.07273261951252645,
    ]
)
"""Decomposition low-pass filter of coif1 (Daubechies, Ten Lectures on Wavelets, table 8.1)."""

HIGH = LOW[::-1] * np.array([-1.0, 1.0, -1.0, 1.0, -1.0, 1.0])
"""The quadrature mirror of ``LOW``."""


def filters_for(kind: np.dtype | type) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the filters in a precision, rounded as pywt rounds them.

    Args:
        kind: float32 or float64.

    Returns:
        Low-pass and high-pass filter, shape (6,) each.
    """
    if np.dtype(kind) == np.float64:
        return LOW, HIGH
    # In single precision pywt multiplies filters of sum 1 by the root of 2.
    root = np.sqrt(2.0)
    low, high = ((taps / root).astype(kind) * np.dtype(kind).type(root) for taps in (LOW, HIGH))
    return low, high
