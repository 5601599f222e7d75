"""Heatmaps as files: a volume, or of a clip a sequence that plays along with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from CardioAILib.io import write_image
from CardioAILib.io.sequencefile import SEQUENCE_SUFFIX, write_sequence
from CardioAILib.study import Image

VOLUME_SUFFIX = ".nii.gz"
HIGHEST = 255
NOTES = {
    "CardioAI heatmap": f"0 to {HIGHEST}: evidence as a share of the largest. Research use only"
}


def write_heatmap(shown: Image, folder: Path, stem: str) -> str:
    """Write a map into a folder and return the name of its file.

    Args:
        shown: Map (1, S, H, W) as it is, or (T, 1, H, W) of a clip, 0 to 1, which is stored as
            bytes of 255 steps: as numbers it would be four times as large and say no more.
        folder: Where the file goes.
        stem: Name of the file without its ending.
    """
    if len(shown.array) == 1:
        write_image(shown, folder / f"{stem}{VOLUME_SUFFIX}")
        return f"{stem}{VOLUME_SUFFIX}"
    write_sequence(in_bytes(shown), folder / f"{stem}{SEQUENCE_SUFFIX}", NOTES)
    return f"{stem}{SEQUENCE_SUFFIX}"


def in_bytes(shown: Image) -> Image:
    """Return a map, 0 to 1, as bytes; of frames without evidence no memory is taken."""
    array = np.zeros(shown.array.shape, np.uint8)
    for own, frame in zip(array, shown.array, strict=True):
        if frame.any():
            own[:] = np.rint(np.clip(frame, 0.0, 1.0) * HIGHEST)
    return replace(shown, array=array)
