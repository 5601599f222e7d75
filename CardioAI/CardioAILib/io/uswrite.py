"""Echo clips as DICOM files of ultrasound, as a scanner exports them.

Meant for simulated clips: for tests, samples and benchmarks. Facts of a study that the header has
room for are written; of the subject the pseudonym alone.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.atomic import whole_file
from CardioAILib.io.roles import is_echo, role_column
from CardioAILib.io.usfiles import MULTI_FRAME, STILL
from CardioAILib.study import Image, Role, Study

if TYPE_CHECKING:
    from pydicom import Dataset

Compression = Literal["none", "RLE", "JPEG"]

VIEW_CODES = {
    "A4C": ("399214001", "Apical four chamber"),
    "A2C": ("399232001", "Apical two chamber"),
    "A3C": ("399339008", "Apical long axis"),
    "PLAX": ("399139001", "Parasternal long axis"),
    "PSAX": ("399306005", "Parasternal short axis"),
}
"""SNOMED CT codes and meanings of PS3.16 CID 12226."""

ACQUIRED = ("20200102", "120000")
"""When every clip was acquired, so that files tell nothing of when they were made."""
TISSUE_2D, CENTIMETERS = 1, 3
"""Region Spatial Format, Region Data Type; Physical Units."""
MM_OF_CM = 10.0
JPEG_QUALITY = 95


def write_echo_dicom(
    study: Study,
    folder: Path | str,
    *,
    compression: Compression = "none",
    color: bool = False,
    named: bool = True,
) -> tuple[Path, ...]:
    """Write the clips and stills of a study as Ultrasound Multi-frame Image Storage.

    Args:
        study: Examination with echo images (T, 1, H, W), uint8; masks are left out.
        folder: Where the files appear, one a clip.
        compression: "none", "RLE" (lossless), or "JPEG" (baseline, lossy).
        color: Whether gray levels are stored as red, green and blue, as scanners often do.
        named: Whether the header says the view.

    Returns:
        The files, in the order of the study's roles. The same study gives the same bytes.

    Raises:
        InputError: The study has no echo, or pixels are no gray levels of 8 bits.
    """
    clips = [role for role in study.images if is_echo(role)]
    if not clips:
        raise InputError(
            got=f"subject {study.subject} without an echo clip",
            wanted="an image of a role such as A4C",
            fix="add one",
        )
    paths = []
    for number, role in enumerate(clips, start=1):
        path = Path(folder) / f"{study.subject}_{study.study}_{role_column(role)}.dcm"
        image = study.images[role]
        made = clip_dataset(image, study, role if named else Role("US", "echo"), number)
        set_pixels(made, image.array[:, 0], compression, color)
        with whole_file(path, ".dcm") as draft:
            made.save_as(draft, enforce_file_format=True)
        paths.append(path)
    return tuple(paths)


def clip_dataset(image: Image, study: Study, role: Role, number: int = 1) -> Dataset:
    """Return the header of one clip: patient, view, frame times and region, without pixels.

    Args:
        image: The clip (T, 1, H, W).
        study: Whose it is.
        role: Its view, None of one that is not to be told.
        number: Instance number within the examination.
    """
    from pydicom import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    made = Dataset()
    made.SOPClassUID = MULTI_FRAME if len(image.array) > 1 else STILL
    made.SOPInstanceUID = _uid(study, "instance", number, role_column(role))
    made.StudyInstanceUID, made.SeriesInstanceUID = _uid(study, "study"), _uid(study, "series")
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.Modality, made.Manufacturer = "US", "CardioAI"
    made.ImageType = ["ORIGINAL", "PRIMARY", "", "0001"]
    made.SeriesNumber, made.InstanceNumber = 1, number
    made.StudyDescription, made.SeriesDescription = "Echocardiography, simulated", ""
    made.StudyDate = made.SeriesDate = made.ContentDate = ACQUIRED[0]
    made.StudyTime = made.SeriesTime = made.ContentTime = ACQUIRED[1]
    made.AccessionNumber = made.StudyID = made.PatientOrientation = ""
    _describe_patient(made, study)
    _describe_view(made, role)
    _describe_times(made, image)
    _describe_region(made, image)
    return made


def set_pixels(
    made: Dataset, levels: np.ndarray, compression: Compression = "none", color: bool = False
) -> None:
    """Write frames into a dataset.

    Args:
        made: The dataset.
        levels: Gray levels (T, H, W), or red, green and blue (T, H, W, 3); uint8.
        compression: As in `write_echo_dicom`.
        color: Whether gray levels are stored as red, green and blue.

    Raises:
        InputError: The pixels have more than 8 bits.
    """
    from pydicom.uid import RLELossless

    if levels.dtype != np.uint8:
        raise InputError(
            got=f"pixels of type {levels.dtype}",
            wanted="gray levels from 0 to 255 (uint8)",
            fix="bring them to that range first",
        )
    if color and levels.ndim == 3:
        levels = np.repeat(levels[..., np.newaxis], 3, axis=-1)
    made.Rows, made.Columns = levels.shape[1:3]
    made.SamplesPerPixel = 1 if levels.ndim == 3 else 3
    made.PhotometricInterpretation = "MONOCHROME2" if levels.ndim == 3 else "RGB"
    if levels.ndim == 4:
        made.PlanarConfiguration = 0
    if len(levels) > 1:
        made.NumberOfFrames = len(levels)
    made.BitsAllocated = made.BitsStored = 8
    made.HighBit, made.PixelRepresentation = 7, 0
    if compression == "JPEG":
        _set_jpeg(made, levels)
        return
    made.PixelData = np.ascontiguousarray(levels).tobytes()
    made["PixelData"].VR = "OB"
    if compression == "RLE":
        made.compress(RLELossless, generate_instance_uid=False)


def _set_jpeg(made: Dataset, frames: np.ndarray) -> None:
    from PIL import Image as Picture
    from pydicom.encaps import encapsulate
    from pydicom.uid import JPEGBaseline8Bit

    packed = []
    for frame in frames:
        file = BytesIO()
        Picture.fromarray(frame).save(file, "JPEG", quality=JPEG_QUALITY)
        packed.append(file.getvalue())
    made.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    if made.SamplesPerPixel > 1:
        made.PhotometricInterpretation = "YBR_FULL_422"
    made.LossyImageCompression, made.LossyImageCompressionMethod = "01", "ISO_10918_1"
    made.PixelData = encapsulate(packed)
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True


def _describe_patient(made: Dataset, study: Study) -> None:
    made.PatientName = made.PatientID = study.subject
    made.PatientBirthDate, made.ReferringPhysicianName = "", ""
    made.PatientSex = str(study.facts.get("sex", ""))
    if "age" in study.facts:
        made.PatientAge = f"{int(study.facts['age']):03d}Y"
    if "heart_rate" in study.facts:
        made.HeartRate = round(float(study.facts["heart_rate"]))


def _describe_view(made: Dataset, role: Role) -> None:
    from pydicom import Dataset

    if role.view not in VIEW_CODES:
        return
    code = Dataset()
    code.CodeValue, code.CodeMeaning = VIEW_CODES[role.view]
    code.CodingSchemeDesignator = "SCT"
    made.ViewCodeSequence, made.ViewName = [code], role.view


def _describe_times(made: Dataset, image: Image) -> None:
    """Write frame times as one step where they are even to 1 us, else as a vector."""
    from pydicom.tag import Tag

    if len(image.array) < 2 or not image.times_ms:
        return
    steps = np.diff(image.times_ms)
    if np.ptp(steps) < 0.001:
        made.FrameTime = _decimal(float(steps.mean()))
        made.FrameIncrementPointer = Tag("FrameTime")
    else:
        made.FrameTimeVector = ["0", *(_decimal(float(step)) for step in steps)]
        made.FrameIncrementPointer = Tag("FrameTimeVector")
    made.CineRate = max(1, round(1000.0 / float(steps.mean())))


def _describe_region(made: Dataset, image: Image) -> None:
    from pydicom import Dataset

    if not image.calibrated:
        return
    region = Dataset()
    region.RegionSpatialFormat = region.RegionDataType = TISSUE_2D
    region.RegionFlags = 0
    rows, columns = image.array.shape[2:]
    region.RegionLocationMinX0 = region.RegionLocationMinY0 = 0
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = columns - 1, rows - 1
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = CENTIMETERS
    _, row_mm, column_mm = image.spacing
    region.PhysicalDeltaX, region.PhysicalDeltaY = column_mm / MM_OF_CM, row_mm / MM_OF_CM
    made.SequenceOfUltrasoundRegions = [region]


def _decimal(value: float) -> str:
    """Return a decimal string (DS), of at most 16 characters."""
    return f"{value:.8g}"


def _uid(study: Study, *parts: Any) -> str:
    """Return the identifier that belongs to a part of a study, always the same."""
    from pydicom.uid import generate_uid

    return str(generate_uid(entropy_srcs=[study.subject, study.study, *map(str, parts)]))
