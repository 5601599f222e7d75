"""How closely radiomic features must agree with pyradiomics 3.0.1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RELATIVE = 1e-6
ABSOLUTE = 1e-9

SCALES = {
    # Square roots of differences that are zero but for rounding: 1e-16 becomes 1e-8.
    "glcm_MCC": 100.0,
    "glcm_Imc2": 100.0,
    "shape_Elongation": 100.0,
    "shape_Flatness": 100.0,
    "shape_LeastAxisLength": 100.0,
    "shape_MinorAxisLength": 100.0,
}
"""Scale s of the absolute term for features whose zero is not exact; 1 for all others."""


def deviation(
    names: tuple[str, ...], ours: NDArray[np.float64], theirs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Measure |a - b| in units of the tolerance 1e-6 |b| + 1e-9 s.

    Args:
        names: The F feature names.
        ours: Values a, shape (..., F).
        theirs: Values b, shape (..., F).

    Returns:
        Shape (..., F); up to 1 agrees, inf where only one side is a finite number.
    """
    scales = np.array([SCALES.get(name.split("_", 1)[1], 1.0) for name in names])
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(invalid="ignore"):
        ratio = np.abs(ours - theirs) / (RELATIVE * np.abs(theirs) + ABSOLUTE * scales)
    return np.where(same, 0.0, np.where(np.isfinite(ratio), ratio, np.inf))
