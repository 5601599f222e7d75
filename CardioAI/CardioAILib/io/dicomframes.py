"""MR images in DICOM files, one by one: classic files, and the frames of enhanced ones."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from CardioAILib.progress import Progress, silent, tracked

if TYPE_CHECKING:
    from pydicom import Dataset

logger = logging.getLogger(__name__)

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED = ("1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.4.4")
"""Enhanced MR Image Storage, and the same as converted from classic files."""

PLACE = {"ImageOrientationPatient": 6, "ImagePositionPatient": 3, "PixelSpacing": 2}
"""What places an image in the patient, and how many numbers each holds."""

NUMBERS = (
    "TriggerTime",
    "TemporalPositionIdentifier",
    "InstanceNumber",
    "SeriesNumber",
    "SliceThickness",
    "InversionTime",
)
"""What orders and describes images, each a number where a file is sound."""

CROOKED = 0.1
"""Deviation from 1 of the length of the normal, from which on row and column are no right axes."""

GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
MACROS = (
    "PixelMeasuresSequence",
    "PlaneOrientationSequence",
    "PlanePositionSequence",
    "CardiacSynchronizationSequence",
    "FrameContentSequence",
    "MRImageFrameTypeSequence",
    "PixelValueTransformationSequence",
    "MRModifierSequence",
    "MRTimingAndRelatedParametersSequence",
    "UnassignedSharedConvertedAttributesSequence",
    "UnassignedPerFrameConvertedAttributesSequence",
)
"""Functional groups (DICOM PS3.3 C.7.6.16) whose attributes classic files hold at top level."""

CLASSIC_NAMES = {
    "NominalCardiacTriggerDelayTime": "TriggerTime",
    "TemporalPositionIndex": "TemporalPositionIdentifier",
    "FrameType": "ImageType",
}

KEPT = (
    *PLACE,
    *NUMBERS,
    *GROUPS,
    *("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID"),
    *("Rows", "Columns", "SpacingBetweenSlices"),
    *("RescaleSlope", "RescaleIntercept", "ModalityLUTSequence"),
    *("SeriesDescription", "ProtocolName", "ImageType", "ComplexImageComponent"),
    *("ScanningSequence", "SequenceName", "PulseSequenceName", "EchoPulseSequence"),
    *("EchoTrainLength", "FlipAngle", "InversionRecovery", "InversionTimes"),
    *("CardiacNumberOfImages", "AcquisitionDate", "AcquisitionTime", "SeriesTime"),
    *("PatientSize", "PatientWeight", "PatientSex", "PatientAge", "PatientBirthDate", "StudyDate"),
    *("Manufacturer", "MagneticFieldStrength"),
)
"""Attributes that anything asks for; what vendors add besides is 20 times as much to keep."""

GE_COMPONENT = (0x0043, 0x102F)
"""GE's own attribute of what was reconstructed; its Image Type says OTHER of everything."""

CLOCKS = ("TriggerTime", "TemporalPositionIdentifier", "InstanceNumber")
"""What orders the images of a slice in time, the best first."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One MR image without its pixels.

    Args:
        path: File that holds it.
        header: Its attributes, by the names of classic files.
        index: Number in a file of several images, or None.
    """

    # Neither is shown: folders and headers name people.
    path: Path = field(repr=False)
    header: Dataset = field(repr=False)
    index: int | None = None

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


@contextmanager
def quiet() -> Iterator[None]:
    """Keep pydicom's warnings to itself: they print odd values, whosever they are, and paths."""
    from pydicom.config import disable_value_validation
    from pydicom.config import logger as told

    before = told.level
    # Its modules' own loggers, which tell of damaged pixels, take their level from this one.
    told.setLevel(logging.CRITICAL + 1)
    try:
        with disable_value_validation(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        told.setLevel(before)


def find_frames(folder: Path, progress: Progress = silent) -> list[Frame]:
    """Return every MR image of a file or below a folder once; other files are passed over.

    Args:
        folder: The file or folder.
        progress: Told the share of the files that were read.
    """
    paths = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    found: dict[str, list[Frame]] = {}
    others = 0
    with quiet():
        for path in tracked(paths, progress, "file"):
            frames = _frames_in(path)
            if frames is None:
                others += 1
                continue
            for instance, own in frames.items():
                found.setdefault(instance, own)
    if others:
        logger.info("files passed over that are no DICOM, or damaged: %d", others)
    return [frame for frames in found.values() for frame in frames]


def _frames_in(path: Path) -> dict[str, list[Frame]] | None:
    """Return the placed images of a DICOM file by its UID, or None of another or a damaged one."""
    from pydicom import dcmread
    from pydicom.errors import BytesLengthException, InvalidDicomError

    damaged = (InvalidDicomError, BytesLengthException, OSError, EOFError, ValueError, TypeError)
    try:
        header = dcmread(path, stop_before_pixels=True, specific_tags=[*KEPT, GE_COMPONENT])
        _ = [float(header.get(name) or 0) for name in NUMBERS]
        placed = [frame for frame in frames_of(path, header) if _knows_its_place(frame)]
        return {str(header.get("SOPInstanceUID") or path): placed}
    # What pydicom raises of a damaged element depends on its kind, and comes when it is asked for.
    except (*damaged, NotImplementedError):
        return None


def frames_of(path: Path, header: Dataset) -> list[Frame]:
    """Return the MR images of a file; none where it is of another kind."""
    kind = header.get("SOPClassUID")
    if kind == MR_IMAGE_STORAGE:
        return [Frame(path, header)]
    if kind not in ENHANCED or any(group not in header for group in GROUPS):
        return []
    return [Frame(path, flat, index) for index, flat in enumerate(_flattened(header))]


def times_of(frames: Sequence[Frame]) -> list[float]:
    """Return when in the heartbeat the images of one slice were taken.

    Returns:
        Trigger times in ms; where those do not tell the images apart, temporal positions, else
        the images' numbers.
    """
    for clock in CLOCKS:
        times = [frame.header.get(clock) for frame in frames]
        if None not in times and len({*times}) == len(times):
            return [float(time) for time in times]
    return [float(number) for number in range(len(frames))]


def _knows_its_place(frame: Frame) -> bool:
    """Say whether a header places its image, with numbers that can be true."""
    header = frame.header
    if any(header.get(name) is None for name in (*PLACE, "SeriesInstanceUID")):
        return False
    numbers = {name: np.atleast_1d(np.array(header.get(name), float)) for name in PLACE}
    if any(numbers[name].shape != (count,) for name, count in PLACE.items()):
        return False
    upright = abs(np.linalg.norm(frame.normal) - 1) < CROOKED
    sound = all(np.isfinite(own).all() for own in numbers.values())
    return bool(sound and upright and (numbers["PixelSpacing"] > 0).all())


def _flattened(header: Dataset) -> Iterator[Dataset]:
    """Yield the attributes of each frame by the names of classic files."""
    from pydicom import Dataset

    top = Dataset()
    top.update({element.tag: element for element in header if element.keyword not in GROUPS})
    shared = header.SharedFunctionalGroupsSequence[0]
    for number, own in enumerate(header.PerFrameFunctionalGroupsSequence, start=1):
        flat = Dataset()
        flat.update(top)
        flat.InstanceNumber = number
        for macro in MACROS:
            for item in (*shared.get(macro, ())[:1], *own.get(macro, ())[:1]):
                flat.update(item)
        for name, classic in CLASSIC_NAMES.items():
            if name in flat:
                setattr(flat, classic, flat[name].value)
        yield flat
