"""Cine MR from DICOM files: slices, phases and their place in the patient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.study import Image

if TYPE_CHECKING:
    from pydicom import Dataset

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
SAME_PLACE_MM = 0.1
EVEN_SPACING = 0.05
"""Largest difference between slice distances, as a share of their median."""
NEEDED = ("ImageOrientationPatient", "ImagePositionPatient", "PixelSpacing", "SeriesInstanceUID")


@dataclass(frozen=True, eq=False)
class Cine:
    """A stack of slices over the cardiac cycle.

    Args:
        image: Rescaled pixels, axes (T, S, H, W).
        times: Trigger time of each phase in the first slice, in ms.
    """

    image: Image
    times: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Frame:
    """One DICOM image without its pixels.

    Args:
        path: Where it is.
        header: Its attributes.
    """

    path: Path
    header: Dataset

    @property
    def plane(self) -> tuple[Any, ...]:
        """What slices of one stack share: study, size, pixel spacing and directions."""
        header = self.header
        directions = np.round(np.array(header.ImageOrientationPatient, float), 3) + 0.0
        study = str(header.get("StudyInstanceUID", ""))
        spacing = tuple(float(value) for value in header.PixelSpacing)
        return study, header.Rows, header.Columns, spacing, tuple(directions)

    @property
    def normal(self) -> np.ndarray:
        """Unit vector (3,) across the slice, LPS."""
        row, column = np.array(self.header.ImageOrientationPatient, float).reshape(2, 3)
        return np.cross(row, column)

    @property
    def depth(self) -> float:
        """Distance of the slice along its normal, in mm."""
        return float(self.normal @ np.array(self.header.ImagePositionPatient, float))

    @property
    def time(self) -> float:
        """Trigger time in ms, or the image's number where there is none."""
        return float(self.header.get("TriggerTime", self.header.get("InstanceNumber", 0)))


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
            got="a folder without a single-frame MR image that knows its place",
            wanted="DICOM files of SOP class MR Image Storage",
            fix="choose the folder of the cine series; convert enhanced multi-frame MR to NIfTI",
        )
    cines = [stack_cine(frames) for frames in planes.values()]
    return tuple(sorted(cines, key=lambda cine: -cine.image.array.shape[1]))


def find_frames(folder: Path) -> Iterator[Frame]:
    """Yield the MR images below a folder; other files are passed over."""
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            header = dcmread(path, stop_before_pixels=True)
        except (InvalidDicomError, OSError, EOFError):
            continue
        known = all(name in header for name in NEEDED)
        if header.get("SOPClassUID") == MR_IMAGE_STORAGE and known:
            yield Frame(path, header)


def stack_cine(frames: Iterable[Frame]) -> Cine:
    """Put the images of one plane in order, by place and by time.

    Raises:
        InputError: Phases or slices are missing, or slices overlap.
        UnreadableFileError: Pixels cannot be decoded.
    """
    slices = by_depth(frames)
    _require_same_phases(slices)
    spacing = slice_spacing(slices)
    pixels = [[_pixels(frame) for frame in phases] for phases in slices]
    array = np.stack(pixels, axis=1).astype(np.float32)
    first = slices[0]
    image = Image(array, ijk_to_ras(first[0], spacing))
    return Cine(image, tuple(frame.time for frame in first))


def by_depth(frames: Iterable[Frame]) -> list[list[Frame]]:
    """Return the images of each slice in order of time, slices in order along their normal."""
    slices: list[list[Frame]] = []
    for frame in sorted(frames, key=lambda frame: frame.depth):
        if slices and abs(slices[-1][0].depth - frame.depth) < SAME_PLACE_MM:
            slices[-1].append(frame)
        else:
            slices.append([frame])
    return [sorted(own, key=lambda frame: frame.time) for own in slices]


def slice_spacing(slices: Sequence[Sequence[Frame]]) -> float:
    """Return the distance of neighbor slices in mm.

    Raises:
        InputError: The distances differ, or slices are shifted within their plane.
    """
    first = slices[0][0]
    if len(slices) == 1:
        return float(first.header.get("SpacingBetweenSlices", first.header.SliceThickness))
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


def _pixels(frame: Frame) -> np.ndarray:
    """Return the rescaled pixels (H, W) of one image."""
    from pydicom import dcmread
    from pydicom.pixels import apply_rescale

    try:
        whole = dcmread(frame.path)
        return apply_rescale(whole.pixel_array, whole)
    except (AttributeError, ValueError, RuntimeError, NotImplementedError, OSError) as error:
        raise UnreadableFileError(
            got=f"pixels that cannot be decoded ({type(error).__name__})",
            wanted="an image that is stored whole, in a transfer syntax that pydicom knows",
            fix="export the series again, uncompressed",
        ) from error
