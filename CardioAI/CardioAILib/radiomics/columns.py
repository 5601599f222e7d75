"""Where features stand in the rows of their classes, and what counts as rounding."""

from __future__ import annotations

import numpy as np

DEPENDENCE_ORDER = np.array([8, 9, 10, 12, 0, 2, 3, 4, 5, 6, 7, 13, 14, 15])
"""Position of each GLDM feature in the summary of ``describe_sizes``."""

ZONE_ORDER = np.array([0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 13, 14, 15, 8, 11, 12])
"""Position of each GLSZM feature in the summary of ``describe_sizes``."""

INVERSE_VARIANCE, MCC = 15, 19
"""GLCM columns that pyradiomics fills even where no voxel has a neighbor."""

ROUNDING = 1e-13
"""Mutual information below this is that of independent gray levels: counts give 0 or far more."""
