"""Headers of nuclear medicine among the files of a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from CardioAILib.errors import CardioAIError, UnreadableFileError

if TYPE_CHECKING:
    from pydicom import Dataset

NM_STORAGE = ("1.2.840.10008.5.1.4.1.1.20", "1.2.840.10008.5.1.4.1.1.5")
"""Nuclear Medicine Image Storage, and its retired forerunner."""
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
"""Secondary Capture Image Storage, and what its kinds with many frames begin with."""

MAGIC = 128, b"DICM"
"""Where a DICOM file (PS3.10) says that it is one."""

SUFFIX = ".dcm"
"""Ending of file names by which they promise the same."""

KEPT = (
    *("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID"),
    *("Modality", "ImageType", "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel"),
    *("BitsAllocated", "BitsStored", "PixelRepresentation", "PhotometricInterpretation"),
    *("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"),
    *("RescaleSlope", "RescaleIntercept", "LossyImageCompression"),
    *("FrameIncrementPointer", "EnergyWindowVector", "DetectorVector", "PhaseVector"),
    *("RotationVector", "RRIntervalVector", "TimeSlotVector", "SliceVector"),
    *("AngularViewVector", "TimeSliceVector", "NumberOfEnergyWindows", "NumberOfDetectors"),
    *("EnergyWindowInformationSequence", "RadiopharmaceuticalInformationSequence"),
    *("DetectorInformationSequence", "PatientOrientationCodeSequence", "PatientPosition"),
    *("PatientGantryRelationshipCodeSequence", "ViewCodeSequence", "StartAngle"),
    *("ImageOrientationPatient", "ImagePositionPatient", "PatientOrientation"),
    *("ImageID", "SeriesDescription", "ProtocolName", "BodyPartExamined", "DerivationDescription"),
    *("StudyDescription", "RequestedProcedureDescription", "PerformedProcedureStepDescription"),
    *("AcquisitionDateTime", "AcquisitionDate", "AcquisitionTime", "TimezoneOffsetFromUTC"),
    *("SeriesDate", "SeriesTime", "ContentDate", "ContentTime", "StudyDate"),
    *("ActualFrameDuration", "ScanVelocity", "WholeBodyTechnique"),
    *("PatientSize", "PatientWeight", "PatientSex", "PatientAge", "PatientBirthDate"),
    "Manufacturer",
)
"""Attributes that anything asks for."""


def files_of(where: Path | Iterable[Path]) -> list[Path]:
    """Return the files below a folder of any depth, one file, or those that were named."""
    if not isinstance(where, Path):
        return [Path(path) for path in where]
    return [where] if where.is_file() else sorted(p for p in where.rglob("*") if p.is_file())


def nm_headers(paths: Iterable[Path]) -> Iterator[tuple[Path, Dataset | CardioAIError]]:
    """Yield the header of each file of nuclear medicine; of a damaged one, what is wrong.

    Files that are no DICOM, or of another modality, are passed over, but for those that call
    themselves `.dcm` and hold none; captures count where they call their modality NM.

    Args:
        paths: Files; none of them need be DICOM.
    """
    for path in paths:
        if not says_dicom(path):
            if path.suffix.lower() == SUFFIX:
                yield path, damaged("its name says DICOM, its first bytes do not")
            continue
        try:
            header = _header(path)
        # What pydicom raises of a damaged element depends on its kind.
        except Exception as error:
            yield path, damaged(f"a header that breaks off ({type(error).__name__})")
            continue
        if header is not None:
            yield path, header


def says_dicom(path: Path) -> bool:
    """Say whether a file claims to be DICOM."""
    offset, word = MAGIC
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(len(word)) == word
    except OSError:
        return False


def storage_class(path: Path) -> str:
    """Return the SOP class that the first bytes of a file state; empty where they state none."""
    from pydicom.filereader import read_file_meta_info

    try:
        return str(read_file_meta_info(path).get("MediaStorageSOPClassUID") or "")
    except Exception:
        return ""


def is_capture(header: Dataset) -> bool:
    """Say whether a header is of a secondary capture."""
    return str(header.get("SOPClassUID") or "").startswith(CAPTURE)


def damaged(got: str) -> UnreadableFileError:
    """Return the error of a file that was cut off."""
    return UnreadableFileError(
        got=f"a truncated or damaged DICOM file: {got}",
        wanted="a file that was copied whole",
        fix="copy or export the scan again",
    )


def _header(path: Path) -> Dataset | None:
    from pydicom import dcmread

    stated = storage_class(path)
    if stated and stated not in NM_STORAGE and not stated.startswith(CAPTURE):
        return None
    header = dcmread(path, stop_before_pixels=True, specific_tags=[*KEPT])
    kind = str(header.get("SOPClassUID") or stated)
    if not kind:
        raise EOFError
    if kind in NM_STORAGE or (kind.startswith(CAPTURE) and header.get("Modality") == "NM"):
        return header
    return None
