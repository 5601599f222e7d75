"""Cine MR from DICOM files: slices, phases and their place in the patient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.io.dicomframes import Frame, find_frames, times_of
from CardioAILib.io.dicompixels import read_pixels
from CardioAILib.study import Image

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
SAME_PLACE_MM = 0.1
EVEN_SPACING = 0.05
"""Largest difference between slice distances, as a share of their median."""
UNKNOWN_THICKNESS_MM = 1.0
"""What one slice by itself is given where its file does not say."""


@dataclass(frozen=True, eq=False)
class Cine:
    """A stack of slices over the cardiac cycle.

    Args:
        image: Rescaled pixels, axes (T, S, H, W).
        times: Trigger time of each phase in the first slice, in ms.
    """

    image: Image
    times: tuple[float, ...]


def read_dicom_cine(folder: Path | str) -> tuple[Cine, ...]:
    """Read every cine of a folder and the folders in it.

    Slices with the same orientation, size and pixel spacing are one stack, whether the scanner
    stored them as one series or as a series each.

    Args:
        folder: Where the files are, under any names.

    Returns:
        One cine a plane, the one with most slices first.

    Raises:
        UnreadableFileError: The folder holds no MR image, or one cannot be decoded.
        InputError: Phases or slices are missing, or slices overlap.
    """
    planes: dict[tuple[Any, ...], list[Frame]] = defaultdict(list)
    for frame in find_frames(Path(folder)):
        planes[frame.plane].append(frame)
    if not planes:
        raise UnreadableFileError(
            got="a folder without an MR image that knows its place",
            wanted="DICOM files of SOP class MR Image Storage or Enhanced MR Image Storage",
            fix="choose the folder of the cine series",
        )
    cines = [stack_cine(frames) for frames in planes.values()]
    return tuple(sorted(cines, key=lambda cine: -cine.image.array.shape[1]))


def stack_cine(frames: Iterable[Frame]) -> Cine:
    """Put the images of one plane in order, by place and by time.

    Raises:
        InputError: Phases or slices are missing, or slices overlap.
        UnreadableFileError: Pixels cannot be decoded.
    """
    slices = by_depth(frames)
    _require_same_phases(slices)
    spacing = slice_spacing(slices)
    first = slices[0]
    # Time first, then slices: the order of the array.
    pixels, digest = read_pixels([own[time] for time in range(len(first)) for own in slices])
    array = np.stack(pixels).astype(np.float32).reshape(len(first), len(slices), *pixels[0].shape)
    image = Image(array, ijk_to_ras(first[0], spacing), digest=digest)
    return Cine(image, tuple(times_of(first)))


def by_depth(frames: Iterable[Frame]) -> list[list[Frame]]:
    """Return the images of each slice in order of time, slices in order along their normal."""
    slices: list[list[Frame]] = []
    for frame in sorted(frames, key=lambda frame: frame.depth):
        if slices and abs(slices[-1][0].depth - frame.depth) < SAME_PLACE_MM:
            slices[-1].append(frame)
        else:
            slices.append([frame])
    return [in_time(own) for own in slices]


def in_time(frames: Sequence[Frame]) -> list[Frame]:
    """Return the images of one slice in order of time."""
    times = times_of(frames)
    return [frames[index] for index in np.argsort(times, kind="stable")]


def slice_spacing(slices: Sequence[Sequence[Frame]]) -> float:
    """Return the distance of neighbor slices in mm.

    Raises:
        InputError: The distances differ, or slices are shifted within their plane.
    """
    first = slices[0][0]
    if len(slices) == 1:
        stated = (first.header.get(name) for name in ("SpacingBetweenSlices", "SliceThickness"))
        return float(next(filter(None, stated), UNKNOWN_THICKNESS_MM))
    distances = np.diff([own[0].depth for own in slices])
    spacing = float(np.median(distances))
    if np.ptp(distances) > EVEN_SPACING * spacing:
        raise InputError(
            got=f"slices {', '.join(f'{value:.1f}' for value in distances)} mm apart",
            wanted="the same distance between all neighbors",
            fix="add the missing slices, or keep two acquisitions of one plane in two folders",
        )
    corners = np.array([own[0].header.ImagePositionPatient for own in slices], float)
    aside = (corners - corners[0]) - np.outer((corners - corners[0]) @ first.normal, first.normal)
    if np.linalg.norm(aside, axis=1).max() > SAME_PLACE_MM:
        raise InputError(
            got=f"slices shifted sideways by {np.linalg.norm(aside, axis=1).max():.1f} mm",
            wanted="slices straight above one another",
            fix="resample them to one stack first, or choose one series",
        )
    return spacing


def ijk_to_ras(frame: Frame, spacing: float) -> np.ndarray:
    """Return the matrix (4, 4) from (column, row, slice) to RAS, in mm (DICOM PS3.3 C.7.6.2)."""
    row, column = np.array(frame.header.ImageOrientationPatient, float).reshape(2, 3)
    between_rows, between_columns = (float(value) for value in frame.header.PixelSpacing)
    matrix = np.eye(4)
    matrix[:3, 0] = row * between_columns
    matrix[:3, 1] = column * between_rows
    matrix[:3, 2] = frame.normal * spacing
    matrix[:3, 3] = np.array(frame.header.ImagePositionPatient, float)
    return LPS_TO_RAS @ matrix


def _require_same_phases(slices: Sequence[Sequence[Frame]]) -> None:
    counts = [len(own) for own in slices]
    if len(set(counts)) > 1:
        raise InputError(
            got=f"slices with {', '.join(map(str, counts))} phases",
            wanted="the same number of phases in every slice",
            fix="add the missing files, or remove the slice that is not whole",
        )
