"""Echo clips and stills that are stored as volumes with a time axis: NIfTI, NRRD, MetaImage."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.usraw import Recording
from CardioAILib.io.usregions import spacing_doubts
from CardioAILib.io.ustimes import checked
from CardioAILib.io.volumes import read_image
from CardioAILib.results import Finding
from CardioAILib.study import Image

VOLUMES = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
"""Endings of files of volumes."""
WHITE = 255
UNIT = 1e-6
"""Deviation from 1 mm up to which a pixel size is what files state that know none."""


def is_volume(path: Path) -> bool:
    """Say whether a file is of a volume, by its ending."""
    return path.name.lower().endswith(VOLUMES)


def read_volume_frames(path: Path, most: int | None = None) -> Recording:
    """Read a clip or a still; the slices of a volume without a time axis are taken for frames.

    Args:
        path: The file.
        most: Frames to keep at most, from the first on; None for all.

    Raises:
        UnreadableFileError: The file is missing, truncated or no image.
        InputError: It has colors, or several slices at several times.
    """
    image = read_image(path)
    frames, slices = image.array.shape[:2]
    if min(frames, slices) > 1:
        raise InputError(
            got=f"{frames} volumes of {slices} slices",
            wanted="a 2-D clip: one image at each time",
            fix="export the 2-D clips of the examination; cut one plane out of a volume",
        )
    planes = image.array if slices == 1 else np.swapaxes(image.array, 0, 1)
    levels, told = _eight_bits(planes[:most, 0])
    times, doubts = checked(image.times_ms[:most])
    spacing = _spacing(image)
    return Recording(
        levels=levels,
        digest=image.digest,
        times_ms=times,
        spacing=spacing,
        matrix=image.ijk_to_ras,
        findings=(*spacing_doubts(spacing), *doubts),
        doubts=told,
    )


def _spacing(image: Image) -> tuple[float, float] | None:
    row_mm, column_mm = image.spacing[1:]
    unit = max(abs(row_mm - 1.0), abs(column_mm - 1.0)) <= UNIT
    return (row_mm, column_mm) if image.calibrated and not unit else None


def _eight_bits(planes: np.ndarray) -> tuple[np.ndarray, tuple[Finding, ...]]:
    """Return gray levels (T, H, W), uint8; others than 0 to 255 are stretched to that."""
    if planes.dtype == np.uint8:
        return np.ascontiguousarray(planes), ()
    low, high = float(planes.min()), float(planes.max())
    if low >= 0.0 and 1.0 < high <= WHITE:
        return np.rint(planes).astype(np.uint8), ()
    stretched = (planes.astype(np.float32) - low) * (WHITE / max(high - low, 1e-12))
    message = f"values from {low:g} to {high:g} were brought to gray levels from 0 to {WHITE}"
    return np.rint(stretched).astype(np.uint8), (Finding("gray levels", message),)
