"""Series of DICOM files with the two labels that their headers tell: image type and orientation."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from CardioAILib.errors import UnreadableFileError
from CardioAILib.io.dicomcine import by_depth
from CardioAILib.io.dicomframes import Frame, find_frames, quiet
from CardioAILib.io.dicomgroups import Group, groups_of
from CardioAILib.io.dicomkinds import described, reconstruction_of
from CardioAILib.io.dicompixels import read_pixels
from CardioAILib.io.mrtypes import LGE, orientation
from CardioAILib.progress import Progress, silent

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class PretextSeries:
    """Parallel slices of one series, whose labels its header told.

    Args:
        type: Image type, "cine", "LGE" or "black-blood".
        orientation: "2C", "4C" or "SAX".
        told_by: What told the type, and what the orientation.
        subject: Pseudonym of the patient, a number in the order of the files.
        frames: The middle image of each slice, in order along their normal.
    """

    type: str
    orientation: str
    told_by: tuple[str, str]
    subject: str
    frames: tuple[Frame, ...]

    @property
    def spacing(self) -> tuple[float, float]:
        """Distance between neighbors along (H, W), in mm."""
        row, column = (float(value) for value in self.frames[0].header.PixelSpacing)
        return row, column

    @property
    def fingerprint(self) -> str:
        """The unique identifiers of its images."""
        told = [(frame.header.get("SOPInstanceUID", ""), frame.index) for frame in self.frames]
        return " ".join(f"{uid}/{index}" for uid, index in told)

    def read(self) -> np.ndarray:
        """Read the pixels (S, H, W), of a cine its middle phase; read anew at each call.

        Raises:
            UnreadableFileError: Pixels cannot be decoded.
        """
        with quiet():
            pixels, _ = read_pixels(self.frames)
        return np.stack(pixels).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Pretext:
    """What headers told of a folder.

    Args:
        series: The series that could be placed.
        unplaced: How many could not, by the reason.
    """

    series: tuple[PretextSeries, ...]
    unplaced: Mapping[str, int]

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """Number of series of each image type and orientation."""
        return dict(Counter((own.type, own.orientation) for own in self.series))


def read_pretext(folder: Path | str, progress: Progress = silent) -> Pretext:
    """Tell image type and orientation of every MR series in a folder of any depth.

    Labels come from headers alone, by the rules of `mrtypes`; pixels are read when they are asked
    for. What could not be placed is counted by its reason, and logged.

    Args:
        folder: Where the files are, under any names.
        progress: Told the share of the files whose headers were read.

    Raises:
        UnreadableFileError: No series could be placed; the reasons are said.
    """
    unplaced: Counter[str] = Counter()
    with quiet():
        frames = find_frames(Path(folder), progress)
        subjects = _subjects(frames)
        series = tuple(_placed(groups_of(frames), subjects, unplaced))
    for reason, count in unplaced.items():
        logger.info("series that could not be placed: %d (%s)", count, reason)
    if not series:
        raise _nothing_placed(unplaced)
    return Pretext(series, dict(unplaced))


def _placed(
    groups: Iterable[Group], subjects: Mapping[str, str], unplaced: Counter[str]
) -> Iterator[PretextSeries]:
    """Yield the series that can be placed and count the others."""
    for group in groups:
        if group.told.kind is None:
            unplaced[group.told.by] += 1
            continue
        if group.told.kind == LGE and reconstruction_of(group.frames[0].header) == "PSIR":
            unplaced["LGE, phase-sensitive reconstruction"] += 1
            continue
        for plane in _planes(group):
            slices = by_depth(plane)
            first = slices[0][0]
            view = orientation(first.normal, described(first.header), len(slices))
            if view.kind is None:
                unplaced[f"{group.told.kind}, {view.by}"] += 1
                continue
            middle = tuple(own[len(own) // 2] for own in slices)
            told_by = (group.told.by, view.by)
            subject = subjects[_patient(first)]
            yield PretextSeries(group.told.kind, view.kind, told_by, subject, middle)


def _planes(group: Group) -> list[list[Frame]]:
    planes: dict[object, list[Frame]] = defaultdict(list)
    for frame in group.frames:
        planes[frame.plane].append(frame)
    return list(planes.values())


def _subjects(frames: Iterable[Frame]) -> dict[str, str]:
    """Return a pseudonym of each patient, which tells nothing of who it is."""
    patients = dict.fromkeys(_patient(frame) for frame in frames)
    return {patient: f"subject-{n}" for n, patient in enumerate(patients, start=1)}


def _patient(frame: Frame) -> str:
    """Return the patient's ID, or the study's where nobody is named."""
    header = frame.header
    return str(header.get("PatientID") or header.get("StudyInstanceUID") or "")


def _nothing_placed(unplaced: Counter[str]) -> UnreadableFileError:
    reasons = ", ".join(f"{count} series: {reason}" for reason, count in unplaced.items())
    return UnreadableFileError(
        got=f"no series whose image type and view could be told ({reasons or 'no MR image'})",
        wanted="DICOM files of cine, late enhancement or black-blood images of the heart, in two- "
        "or four-chamber view or short axis",
        fix="choose a folder of whole examinations, with the headers that the scanner wrote",
    )
