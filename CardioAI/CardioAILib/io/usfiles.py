"""Headers of ultrasound among the files of a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from CardioAILib.errors import CardioAIError, InputError, UnreadableFileError
from CardioAILib.io.dicomframes import quiet
from CardioAILib.io.nmfiles import CAPTURE, damaged, says_dicom, storage_class

if TYPE_CHECKING:
    from pydicom import Dataset
    from pydicom.tag import BaseTag

MULTI_FRAME = "1.2.840.10008.5.1.4.1.1.3.1"
"""Ultrasound Multi-frame Image Storage."""
STILL = "1.2.840.10008.5.1.4.1.1.6.1"
"""Ultrasound Image Storage."""
US_STORAGE = (
    MULTI_FRAME,
    STILL,
    "1.2.840.10008.5.1.4.1.1.3",
    "1.2.840.10008.5.1.4.1.1.6",
)
"""Both, and their retired forerunners."""

MODALITY = "US"

VOLUME_STORAGE = {
    "1.2.840.10008.5.1.4.1.1.6.2": "Enhanced US Volume Storage",
    "1.2.840.10008.5.1.4.1.1.66": "Raw Data Storage",
}
"""Standard SOP classes of what 4-D probes acquire; vendors have private ones besides."""
PRIVATE_PIXELS = 0x7FE1
"""Group in which GE keeps its raw clips and volumes, beside pixels or in their place."""
PIXEL_DATA = 0x7FE00010

KEPT = (
    *("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID"),
    *("Modality", "ImageType", "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel"),
    *("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PlanarConfiguration"),
    *("PhotometricInterpretation", "PixelSpacing", "PixelAspectRatio"),
    *("RedPaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData"),
    *("GreenPaletteColorLookupTableDescriptor", "GreenPaletteColorLookupTableData"),
    *("BluePaletteColorLookupTableDescriptor", "BluePaletteColorLookupTableData"),
    *("SequenceOfUltrasoundRegions", "UltrasoundColorDataPresent"),
    *("FrameIncrementPointer", "FrameTime", "FrameTimeVector", "CineRate"),
    *("RecommendedDisplayFrameRate", "ActualFrameDuration", "EffectiveDuration"),
    *("ViewCodeSequence", "ViewName", "StageName", "NumberOfStages", "SeriesDescription"),
    *("ProtocolName", "ImageComments", "PerformedProcedureStepDescription"),
    *("HeartRate", "SeriesNumber", "InstanceNumber", "ContentTime", "AcquisitionDateTime"),
    *("PatientSize", "PatientWeight", "PatientSex", "PatientAge", "PatientBirthDate", "StudyDate"),
    *("Manufacturer", "ManufacturerModelName"),
)
"""Attributes that anything asks for."""
ODD = (ValueError, TypeError, KeyError, NotImplementedError)
"""What pydicom raises of values that it cannot read; whoever asks for them is told again."""


def us_headers(paths: Iterable[Path]) -> Iterator[tuple[Path, Dataset | CardioAIError]]:
    """Yield the header of each file of ultrasound; of a damaged one, what is wrong.

    Files that are no DICOM, or of another modality, are passed over; captures count where they
    call their modality US.

    Args:
        paths: Files; none of them need be DICOM.
    """
    for path in paths:
        if not says_dicom(path):
            continue
        try:
            header = us_header(path)
        except CardioAIError as error:
            yield path, error
            continue
        if header is not None:
            yield path, header


def us_header(path: Path) -> Dataset | None:
    """Return the header of a file of ultrasound, None of another modality.

    Raises:
        UnreadableFileError: The file breaks off in its header.
        InputError: It holds no image but the volumes of a 4-D probe or a vendor's raw data.
    """
    stated = storage_class(path)
    try:
        with quiet():
            header = _header(path)
    # What pydicom raises of a damaged element depends on its kind.
    except Exception as error:
        if stated in US_STORAGE:
            raise damaged(f"a header that breaks off ({type(error).__name__})") from error
        return None
    kind = str(header.get("SOPClassUID") or stated)
    if kind not in US_STORAGE and header.get("Modality") != MODALITY:
        return None
    if kind not in US_STORAGE and not kind.startswith(CAPTURE):
        raise _volume(VOLUME_STORAGE.get(kind, f"SOP class {kind}"))
    _require_pixels(path)
    return header


def is_multi_frame(header: Dataset) -> bool:
    """Say whether a header states more than one frame."""
    return frames_stated(header) > 1


def frames_stated(header: Dataset) -> int:
    """Return the number of frames that a header states; 1 where it states none."""
    try:
        return max(1, int(header.get("NumberOfFrames") or 1))
    except (TypeError, ValueError):
        return 1


def _header(path: Path) -> Dataset:
    from pydicom import dcmread

    header = dcmread(path, stop_before_pixels=True, specific_tags=[*KEPT])
    # Made sense of here, where pydicom's warnings, which print odd values, are kept to itself.
    for tag in [*header.keys()]:
        with suppress(*ODD):
            header[tag]
    return header


def _require_pixels(path: Path) -> None:
    """Refuse a file without pixels that anyone can decode."""
    from pydicom.filereader import read_partial

    seen = [0]

    def is_at_pixels(tag: BaseTag, vr: str | None, length: int) -> bool:
        seen[0] = int(tag)
        return int(tag) >= PIXEL_DATA

    with path.open("rb") as file, quiet():
        read_partial(file, stop_when=is_at_pixels, specific_tags=[])
    if seen[0] == PIXEL_DATA:
        return
    if seen[0] >> 16 == PRIVATE_PIXELS:
        raise _volume("raw data of the vendor, without an image")
    raise UnreadableFileError(
        got="a file of ultrasound without pixels",
        wanted="a file that was copied whole",
        fix="copy or export the clip again",
    )


def _volume(what: str) -> InputError:
    return InputError(
        got=f"what is no clip of images: {what}, as 4-D probes and raw exports write it",
        wanted="a 2-D clip: DICOM Ultrasound Multi-frame Image Storage",
        fix="export the 2-D clips of the examination (on the scanner: DICOM without raw data); "
        "planes cut from a volume serve where they are saved as a 2-D clip",
    )
