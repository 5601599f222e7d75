"""The filters of the coif1 wavelet."""

from __future__ import annotations

import numpy as np

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
