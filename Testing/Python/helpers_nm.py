"""Small made-up files of nuclear medicine in the ways of different cameras."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from helpers_dicom import save
from pydicom import Dataset
from pydicom.tag import Tag
from pydicom.uid import generate_uid

NM = "1.2.840.10008.5.1.4.1.1.20"
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
SHAPE = (12, 5)
SPACING = (2.4, 2.2)

CODES = {"anterior": ("399321004", "SCT"), "posterior": ("399001007", "SCT"), "LAO": ("1", "X")}
ANGLES = {"anterior": 180.0, "posterior": 0.0}
RIGHT_ORIENTATION = {
    "anterior": [1.0, 0.0, 0.0, 0.0, 0.0, -1.0],
    "posterior": [-1.0, 0.0, 0.0, 0.0, 0.0, -1.0],
}
"""Directions along rows and columns in LPS, of views head up."""


def counts(seed: int, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    """Counts that tell one frame from another, and up from down and left from right."""
    return np.random.default_rng(seed).integers(0, 300, shape).astype(np.uint16)


def item(**said: Any) -> Dataset:
    """A dataset with the attributes that are said."""
    made = Dataset()
    for name, value in said.items():
        setattr(made, name, value)
    return made


def code(value: str, scheme: str, meaning: str = "") -> Dataset:
    """One coded concept."""
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def detector(view: str | None, **said: Any) -> Dataset:
    """A detector whose view its code tells, or nothing if None."""
    codes = [code(*CODES[view], view)] if view else []
    return item(ViewCodeSequence=codes, **said)


def planar(frames: np.ndarray, detectors: Sequence[Dataset] | None = None, **said: Any) -> Dataset:
    """An NM image of a whole body.

    Args:
        frames: Counts (F, H, W).
        detectors: Items of Detector Information Sequence; anterior and posterior if None.
        said: Attributes beside or in place of the usual ones; None removes one.
    """
    made = item(
        SOPClassUID=NM,
        SOPInstanceUID=generate_uid(),
        StudyInstanceUID="1.2.7.1",
        SeriesInstanceUID="1.2.7.1.1",
        Modality="NM",
        PatientID="P-77",
        PatientName="Doe^Jane",
        ImageType=["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"],
        PixelSpacing=list(SPACING),
        NumberOfFrames=len(frames),
        FrameIncrementPointer=[Tag(0x0054, 0x0010), Tag(0x0054, 0x0020)],
        NumberOfEnergyWindows=1,
        NumberOfDetectors=len(frames),
        EnergyWindowVector=[1] * len(frames),
        DetectorVector=[*range(1, len(frames) + 1)],
        AcquisitionDate="20240310",
        AcquisitionTime="120000",
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
    )
    both = [detector("anterior"), detector("posterior")][: len(frames)]
    made.DetectorInformationSequence = both if detectors is None else [*detectors]
    made.Rows, made.Columns = frames.shape[1:3]
    bits = 8 * frames.dtype.itemsize
    made.BitsAllocated = made.BitsStored = bits
    made.HighBit, made.PixelRepresentation = bits - 1, int(frames.dtype.kind == "i")
    made.PixelData = frames.tobytes()
    made["PixelData"].VR = "OW" if bits > 8 else "OB"
    for name, value in said.items():
        if value is None:
            delattr(made, name)
        else:
            setattr(made, name, value)
    return made


def both_views(**said: Any) -> tuple[Dataset, np.ndarray, np.ndarray]:
    """A file with both views, and their counts."""
    front, back = counts(1), counts(2)
    return planar(np.stack([front, back]), **said), front, back


def one_view(view: str | None, seed: int = 1, **said: Any) -> Dataset:
    """A file with one view."""
    return planar(counts(seed)[None], [detector(view)], **said)


def tracer(**said: Any) -> list[Dataset]:
    """Radiopharmaceutical Information Sequence with one item."""
    return [item(**said)]


def window(low: float, high: float, name: str = "") -> Dataset:
    """One energy window in keV; without a range where both are 0."""
    limits = item(EnergyWindowLowerLimit=low, EnergyWindowUpperLimit=high)
    return item(EnergyWindowName=name, EnergyWindowRangeSequence=[limits] if high else [])


def write(made: Dataset, folder: Path, name: str = "scan.dcm") -> Path:
    """Write a file, uncompressed."""
    return save(made, folder / name)
