"""The 17 segments of the left ventricle and the layers of its wall.

Cerqueira et al., "Standardized myocardial segmentation and nomenclature for tomographic imaging
of the heart", Circulation 105:539, 2002.
"""

from __future__ import annotations

import numpy as np

LAYERS = ("endo", "mid", "epi")

AROUND_SIX = (
    "anterior",
    "anteroseptal",
    "inferoseptal",
    "inferior",
    "inferolateral",
    "anterolateral",
)
AROUND_FOUR = ("anterior", "septal", "inferior", "lateral")

SEGMENTS = (
    *(f"basal {wall}" for wall in AROUND_SIX),
    *(f"mid {wall}" for wall in AROUND_SIX),
    *(f"apical {wall}" for wall in AROUND_FOUR),
    "apex",
)
"""Name of segment 1, 2, ... 17."""

CAP = len(SEGMENTS)
BASAL_END, MID_END, CAVITY_END = 1 / 3, 2 / 3, 1.0
"""Levels at which basal, middle and apical third end; beyond the cavity is the cap."""


def level_of(segment: int) -> str:
    """Return "basal", "mid", "apical" or "apex" of a segment from 1 to 17."""
    return SEGMENTS[segment - 1].split()[0]


def segment_numbers(angle: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Return the segment of each voxel, 1 to 17; 0 where it belongs to none.

    Args:
        angle: Degrees on the bull's-eye: 90 anterior, 180 septal, 270 inferior; nan outside.
        level: Base (0) to end of the cavity (1), above 1 in the cap; nan outside.

    Returns:
        Numbers of the same shape, uint8.
    """
    six = np.nan_to_num((angle - 60) % 360 // 60).astype(np.uint8) % 6
    four = np.nan_to_num((angle - 45) % 360 // 90).astype(np.uint8) % 4
    choices = [level < 0, level < BASAL_END, level < MID_END, level < CAVITY_END]
    numbers = [np.zeros_like(six), 1 + six, 7 + six, 13 + four]
    cap = np.where(level >= CAVITY_END, CAP, 0)
    return np.select(choices, numbers, cap).astype(np.uint8)


def layer_numbers(depth: np.ndarray) -> np.ndarray:
    """Return the third of the wall of each voxel: 1 endo, 2 mid, 3 epi; 0 where depth is nan."""
    third = np.clip(np.floor(np.nan_to_num(depth) * len(LAYERS)), 0, len(LAYERS) - 1) + 1
    return np.where(np.isnan(depth), 0, third).astype(np.uint8)
