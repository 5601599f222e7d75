"""Volumes and masks as files: NIfTI, NRRD, MetaImage and whatever else ITK reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.atomic import whole_file
from CardioAILib.io.itk import load, matrix_of, pixels_of, to_itk
from CardioAILib.io.labels import labels_of_segments, labels_of_values, segments
from CardioAILib.io.sequencefile import UNCALIBRATED, times_of
from CardioAILib.study import Image, Mask

if TYPE_CHECKING:
    import SimpleITK as sitk

SUFFIXES = (".nii.gz", ".nii", ".nrrd", ".mha")
"""File name endings that are written; more are read."""


def read_image(path: Path | str) -> Image:
    """Read a volume or a time series.

    Args:
        path: File in a format that ITK knows: `.nii`, `.nii.gz`, `.nrrd`, `.mha`, `.mhd`, ...

    Returns:
        Stored values with axes (T, S, H, W): T = 1 for a 3-D file, S = 1 for a 2-D one.

    Raises:
        UnreadableFileError: The file is missing, truncated or no image.
        InputError: The pixels are colors, vectors or complex numbers.
    """
    path = Path(path)
    return _image(load(path), path)


def read_mask(path: Path | str, labels: Mapping[str, int] | None = None) -> Mask:
    """Read a segmentation.

    Args:
        path: A label volume, or a `.seg.nrrd` of 3D Slicer.
        labels: Value of each structure; without it the header of a `.seg.nrrd` tells, and
            the only non-zero value of a plain file is the myocardium.

    Returns:
        Integer labels with axes (T, S, H, W).

    Raises:
        UnreadableFileError: The file is missing, truncated or no image.
        InputError: The labels are not whole positive numbers, their meaning is unknown, or
            the segments overlap.
    """
    path = Path(path)
    stored = load(path)
    found = segments({key: stored.GetMetaData(key) for key in stored.GetMetaDataKeys()})
    if found and (stored.GetNumberOfComponentsPerPixel() > 1 or any(s.layer for s in found)):
        raise _overlapping(path.name)
    image = _image(stored, path)
    array = _whole_numbers(image.array, path.name)
    if labels is None:
        labels = labels_of_segments(found) if found else labels_of_values(array)
    return Mask(array, image.ijk_to_ras, image.source, image.digest, labels=dict(labels))


def write_image(image: Image, path: Path | str) -> None:
    """Write a volume (T = 1) or a time series; the file appears whole or not at all.

    Args:
        image: Array (T, S, H, W); integers are kept, booleans become uint8, all other
            numbers float32.
        path: File name ending in `.nii.gz`, `.nii`, `.nrrd` or `.mha`.

    Raises:
        InputError: The ending is another one, or the voxel axes are not at right angles.
    """
    import SimpleITK as sitk

    path = Path(path)
    suffix, stored = suffix_of(path), to_itk(image)
    with whole_file(path, suffix) as draft:
        sitk.WriteImage(stored, str(draft), useCompression=True)


def suffix_of(path: Path) -> str:
    """Return the ending of a file name among those that are written.

    Raises:
        InputError: The file name has another ending.
    """
    for suffix in SUFFIXES:
        if path.name.lower().endswith(suffix):
            return suffix
    raise InputError(
        got=f"the file name '{path.name}'",
        wanted=f"a name ending in {', '.join(SUFFIXES)}",
        fix="choose one of these formats",
    )


def _overlapping(name: str) -> InputError:
    return InputError(
        got=f"segments that overlap, in several layers, in '{name}'",
        wanted="a segmentation of a single layer",
        fix="export the segments to a labelmap volume in the Segmentations module and save "
        "that, or remove the overlap",
    )


def _image(stored: sitk.Image, path: Path) -> Image:
    pixels = pixels_of(stored, path.name)
    notes = {key: stored.GetMetaData(key) for key in stored.GetMetaDataKeys()}
    return Image(
        pixels,
        matrix_of(stored),
        source=(path.name,),
        digest=_digest(path),
        times_ms=times_of(notes, len(pixels)) if len(pixels) > 1 else (),
        calibrated=not UNCALIBRATED.keys() & notes.keys(),
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _whole_numbers(array: np.ndarray, name: str) -> np.ndarray:
    """Return labels as integers, refusing fractions and negative numbers."""
    whole = array if array.dtype.kind in "iu" else np.nan_to_num(array, nan=-1.0).round()
    if not np.array_equal(whole, array) or whole.min() < 0:
        raise InputError(
            got=f"values from {array.min():g} to {array.max():g} in the mask '{name}', some "
            "negative or fractional",
            wanted="labels: 0 for background and positive whole numbers",
            fix="export the segmentation as a labelmap, resampled by nearest neighbor",
        )
    return whole if array.dtype.kind in "iu" else whole.astype(np.int32)
