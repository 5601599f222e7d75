"""Small made-up DICOM studies in the ways of different scanners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

MR = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"

AXES = {
    "SAX": ([0.792067, 0.0, 0.610434], [0.377686, 0.785613, -0.490067]),
    "4C": ([0.9954, 0.0, 0.0958042], [0.0787602, -0.569348, -0.818315]),
    "2C": ([0.747047, -0.664755, 0.00463412], [0.149484, 0.161188, -0.975537]),
    "3C": ([0.09, 0.99, 0.07], [0.79, -0.03, -0.61]),
    "axial": ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
}
"""Directions along rows and columns, LPS; all but the last two are those of a real study."""

STUDY = generate_uid(entropy_srcs=["study"])
SIDE = 6


def directions(view: str) -> tuple[np.ndarray, np.ndarray]:
    row, column = (np.array(axis) for axis in AXES[view])
    row = row / np.linalg.norm(row)
    column = column - (column @ row) * row
    return row, column / np.linalg.norm(column)


def corner(view: str, level: float) -> list[float]:
    """Where the first pixel lies, slices being 8 mm apart."""
    normal = np.cross(*directions(view))
    return [float(f"{x:.6f}") for x in np.array([10.0, 20.0, 30.0]) + 8.0 * level * normal]


def value(phase: int, level: int) -> np.ndarray:
    """Pixels that tell phase and slice."""
    return 100 * phase + 10 * level + np.arange(SIDE * SIDE).reshape(SIDE, SIDE) % 7


def image(view: str, level: float, phase: int, **said: Any) -> Dataset:
    """One classic MR image of a cine."""
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = MR, generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = STUDY, f"1.2.3.{len(view)}.{ord(view[0])}"
    made.Modality, made.ImageType = "MR", ["ORIGINAL", "PRIMARY", "M"]
    made.PatientID, made.PatientName = "P-77", "Doe^Jane"
    made.SeriesNumber, made.SliceThickness = 1, 6.0
    made.PixelSpacing = [1.5, 1.5]
    made.ImageOrientationPatient = [round(float(x), 6) for x in np.concatenate(directions(view))]
    made.ImagePositionPatient = corner(view, level)
    made.InstanceNumber = phase + 1
    _describe_pixels(made, value(phase, int(level)))
    for name, new in said.items():
        if new is None:
            delattr(made, name)
        else:
            setattr(made, name, new)
    return made


def save(made: Dataset, path: Path) -> Path:
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save_as(path, enforce_file_format=True)
    return path


def siemens(folder: Path, view: str = "SAX", slices: int = 4, phases: int = 3, **said: Any) -> None:
    """One series a slice, trigger times in ms, files in the order of nothing."""
    first = said.pop("first", 0)
    for level in range(slices):
        own = {"SeriesInstanceUID": f"1.2.4.{ord(view[0])}.{first + level}", **said}
        own = {"SeriesNumber": first + level + 1, "Manufacturer": "Siemens Healthineers", **own}
        for phase in range(phases):
            made = image(view, first + level, phase, TriggerTime=33.0 * phase, **own)
            save(made, folder / f"{view}{first + level}" / f"{(7 * phase) % 11}-{phase}.IMA")


def ge(folder: Path, view: str = "SAX", slices: int = 4, phases: int = 3, **said: Any) -> None:
    """All slices in one series, slices from the other end, numbers through all of it."""
    said = {"Manufacturer": "GE MEDICAL SYSTEMS", "CardiacNumberOfImages": phases, **said}
    said["ImagesInAcquisition"] = slices * phases
    for level in range(slices):
        for phase in range(phases):
            number = (slices - 1 - level) * phases + phase + 1
            own = {"TriggerTime": 41.0 * phase, "InstanceNumber": number, **said}
            save(image(view, level, phase, **own), folder / f"{view}-{number:03}.dcm")


def philips(folder: Path, view: str = "SAX", slices: int = 4, phases: int = 3, **said: Any) -> None:
    """All slices in one series, temporal positions and no trigger times."""
    for level in range(slices):
        for phase in range(phases):
            own = {"TemporalPositionIdentifier": phase + 1, "Manufacturer": "Philips", **said}
            own["InstanceNumber"] = 500 - phase * slices - level
            save(image(view, level, phase, **own), folder / f"IM_{level}_{phase}")


def enhanced(
    folder: Path, view: str = "SAX", slices: int = 4, phases: int = 3, **said: Any
) -> Path:
    """All images in one file, which tells place and time of each in functional groups."""
    modifier = said.pop("modifier", {})
    made = image(view, 0, 0, SOPClassUID=ENHANCED_MR, Manufacturer="Philips", **said)
    places = [(level, phase) for level in reversed(range(slices)) for phase in range(phases)]
    pixels = np.stack([value(phase, level) for level, phase in places])
    orientation = _with(ImageOrientationPatient=made.ImageOrientationPatient)
    shared = Dataset()
    shared.PlaneOrientationSequence = Sequence([orientation])
    shared.PixelMeasuresSequence = Sequence([_with(PixelSpacing=[1.5, 1.5], SliceThickness=6.0)])
    rescale = _with(RescaleSlope=2.0, RescaleIntercept=-1.0)
    shared.PixelValueTransformationSequence = Sequence([rescale])
    shared.MRModifierSequence = Sequence([_with(**modifier)])
    made.SharedFunctionalGroupsSequence = Sequence([shared])
    frames = [_frame(view, level, phase) for level, phase in places]
    made.PerFrameFunctionalGroupsSequence = Sequence(frames)
    for name in ("ImageOrientationPatient", "ImagePositionPatient", "PixelSpacing"):
        delattr(made, name)
    _describe_pixels(made, pixels)
    made.NumberOfFrames = len(places)
    return save(made, folder / "enhanced.dcm")


def _frame(view: str, level: int, phase: int) -> Dataset:
    own = Dataset()
    own.PlanePositionSequence = Sequence([_with(ImagePositionPatient=corner(view, level))])
    own.CardiacSynchronizationSequence = Sequence(
        [_with(NominalCardiacTriggerDelayTime=30.0 * phase)]
    )
    own.MRImageFrameTypeSequence = Sequence([_with(FrameType=["ORIGINAL", "PRIMARY", "M"])])
    return own


def _with(**said: Any) -> Dataset:
    made = Dataset()
    for name, new in said.items():
        setattr(made, name, new)
    return made


def _describe_pixels(made: Dataset, pixels: np.ndarray) -> None:
    made.Rows, made.Columns = pixels.shape[-2:]
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit, made.PixelRepresentation, made.SamplesPerPixel = 15, 0, 1
    made.PhotometricInterpretation = "MONOCHROME2"
    made.PixelData = pixels.astype(np.uint16).tobytes()


# Images without cardiac phases, in the words of each vendor


LATE = {
    "Siemens": {
        "Manufacturer": "SIEMENS",
        "ScanningSequence": ["GR", "IR"],
        "SequenceVariant": ["SK", "SP", "MP"],
        "SequenceName": "*tfl2d1_25",
        "InversionTime": 300.0,
        "TriggerTime": 640.0,
        "ImageType": ["ORIGINAL", "PRIMARY", "M", "ND", "NORM"],
    },
    "GE": {
        "Manufacturer": "GE MEDICAL SYSTEMS",
        "ScanningSequence": "GR",
        "ScanOptions": ["FAST_GEMS", "CG", "SEQ_GEMS"],
        "InversionTime": 250.0,
        "CardiacNumberOfImages": 1,
        "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"],
        "SeriesDescription": "2D MDE",
    },
    "Philips": {
        "Manufacturer": "Philips Medical Systems",
        "ScanningSequence": "IR",
        "EchoTrainLength": 25,
        "FlipAngle": 25.0,
        "InversionTime": 280.0,
        "ImageType": ["ORIGINAL", "PRIMARY", "M_IR", "M", "IR"],
    },
}
"""Late enhancement as headers tell it."""

BLACK = {
    "Siemens": {
        "Manufacturer": "SIEMENS",
        "ScanningSequence": "SE",
        "SequenceName": "*h2d1_144",
        "EchoTrainLength": 144,
        "FlipAngle": 160.0,
        "ImageType": ["ORIGINAL", "PRIMARY", "M", "ND"],
    },
    "GE": {
        "Manufacturer": "GE MEDICAL SYSTEMS",
        "ScanningSequence": "SE",
        "EchoTrainLength": 32,
        "InversionTime": 560.0,
        "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"],
        "SeriesDescription": "T1 FSE double IR",
    },
    "Philips": {
        "Manufacturer": "Philips Medical Systems",
        "ScanningSequence": "IR",
        "EchoTrainLength": 24,
        "FlipAngle": 90.0,
        "InversionTime": 160.0,
        "ImageType": ["ORIGINAL", "PRIMARY", "M_IR", "M", "IR"],
    },
}
"""Black blood as headers tell it."""


def stills(folder: Path, view: str = "SAX", slices: int = 4, **said: Any) -> None:
    """One image a slice, all slices in one series."""
    uid = said.pop("SeriesInstanceUID", f"1.2.6.{len(list(folder.glob('*'))) + 1}")
    for level in said.pop("levels", range(slices)):
        made = image(view, level, 0, **{"SeriesInstanceUID": uid, "InstanceNumber": level, **said})
        save(made, folder / f"{uid}-{view}-{level}.dcm")
