"""Planar scans as DICOM files of nuclear medicine, as a camera exports them.

Meant for simulated scans: for tests, samples and benchmarks. Facts of a study that the header
has room for are written; of the subject the pseudonym alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.atomic import whole_file
from CardioAILib.io.nmwriteheader import (
    describe_acquisition,
    describe_patient,
    describe_tracer,
    detector_of,
)
from CardioAILib.study import Image, Role, Study

if TYPE_CHECKING:
    from pydicom import Dataset

VIEWS = ("anterior", "posterior")

MOST_COUNTS = 65535


def write_planar_dicom(
    study: Study,
    folder: Path | str,
    *,
    views: Sequence[str] | None = None,
    separate: bool = False,
    compressed: bool = False,
    description: str = "Bone scintigraphy, simulated",
) -> tuple[Path, ...]:
    """Write a study's planar scan as NM Image Storage; the same study gives the same bytes.

    Args:
        study: Examination with `planar_anterior`, `planar_posterior` or both, counts (1, 1, H, W).
        folder: Where the files appear.
        views: Order of the frames; None for the anterior view first.
        separate: Whether each view has a file of its own.
        compressed: Whether counts are compressed without loss (RLE).
        description: Study description.

    Returns:
        The files.

    Raises:
        InputError: The study has none of the views, they differ in size, or counts are negative,
            not whole, or more than 65535.
    """
    wanted = tuple(views) if views is not None else VIEWS
    images = {view: _planar(study, view) for view in wanted}
    images = {view: image for view, image in images.items() if image is not None}
    if not images:
        raise InputError(
            got=f"subject {study.subject} without a planar scan",
            wanted="an anterior or a posterior view",
            fix="add the role planar_anterior",
        )
    groups = [{view: image} for view, image in images.items()] if separate else [images]
    paths = []
    for number, group in enumerate(groups, start=1):
        name = f"{study.subject}_{study.study}" + (f"_{next(iter(group))}" if separate else "")
        made = _dataset(study, group, number, description)
        paths.append(_write(made, Path(folder) / f"{name}.dcm", compressed))
    return tuple(paths)


def _planar(study: Study, view: str) -> Image | None:
    role = study.find(Role("NM", "planar", view))
    return None if role is None else study.images[role]


def _write(made: Dataset, path: Path, compressed: bool) -> Path:
    from pydicom.uid import RLELossless

    if compressed:
        made.compress(RLELossless, generate_instance_uid=False)
    with whole_file(path, ".dcm") as draft:
        made.save_as(draft, enforce_file_format=True)
    return path


def _dataset(study: Study, views: dict[str, Image], number: int, description: str) -> Dataset:
    from pydicom import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, NuclearMedicineImageStorage

    made = Dataset()
    made.SOPClassUID = NuclearMedicineImageStorage
    made.SOPInstanceUID = _uid(study, "instance", number, *views)
    made.StudyInstanceUID, made.SeriesInstanceUID = _uid(study, "study"), _uid(study, "series")
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.SeriesNumber, made.InstanceNumber = 1, number
    made.Modality, made.Manufacturer = "NM", "CardioAI"
    made.StudyDescription, made.StudyID, made.AccessionNumber = description, "", ""
    describe_patient(made, study)
    describe_acquisition(made, study, views)
    describe_tracer(made, study)
    made.DetectorInformationSequence = [detector_of(view, image) for view, image in views.items()]
    _describe_pixels(made, views)
    return made


def _describe_pixels(made: Dataset, views: dict[str, Image]) -> None:
    from pydicom.tag import Tag

    counts = np.stack([_whole_counts(image) for image in _of_one_size(views)])
    frames, made.Rows, made.Columns = counts.shape
    _, row_mm, column_mm = next(iter(views.values())).spacing
    made.PixelSpacing = [f"{row_mm:.6g}", f"{column_mm:.6g}"]
    made.NumberOfFrames = made.NumberOfDetectors = frames
    # Energy Window Vector and Detector Vector, as PS3.3 C.8.4.8 has it for whole bodies.
    made.FrameIncrementPointer = [Tag(0x0054, 0x0010), Tag(0x0054, 0x0020)]
    made.EnergyWindowVector, made.DetectorVector = [1] * frames, [*range(1, frames + 1)]
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit, made.PixelRepresentation = 15, 0
    made.PixelData = counts.tobytes()
    made["PixelData"].VR = "OW"


def _of_one_size(views: dict[str, Image]) -> list[Image]:
    images = list(views.values())
    sizes = {(image.array.shape, image.spacing) for image in images}
    if len(sizes) > 1:
        raise InputError(
            got="views of different size",
            wanted="views that one camera acquired together",
            fix="write them into separate files",
        )
    return images


def _whole_counts(image: Image) -> np.ndarray:
    """Return counts (H, W), uint16."""
    counts = image.array[0, 0]
    if counts.min() < 0 or counts.max() > MOST_COUNTS or (counts != np.rint(counts)).any():
        raise InputError(
            got=f"values from {counts.min():g} to {counts.max():g}",
            wanted=f"whole counts from 0 to {MOST_COUNTS}",
            fix="write the counts as the camera stored them",
        )
    return counts.astype("<u2")


def _uid(study: Study, *parts: Any) -> str:
    """Return the identifier that belongs to a part of a study, always the same."""
    from pydicom.uid import generate_uid

    return str(generate_uid(entropy_srcs=[study.subject, study.study, *map(str, parts)]))
