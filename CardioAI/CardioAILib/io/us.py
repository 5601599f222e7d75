"""Echo clips as images: gray, within the ultrasound sector alone, with times and pixel size.

Read are DICOM ultrasound, AVI and MP4, and volumes with a time axis. Whatever the scanner wrote
beside the sector (names, text, ECG, bars) is blanked before anyone gets to see the clip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.usdicom import read_dicom_frames
from CardioAILib.io.usraw import Recording
from CardioAILib.io.usregions import split_screen
from CardioAILib.io.ustimes import rate_of
from CardioAILib.io.usvideo import VIDEOS, read_video_frames
from CardioAILib.io.usvolumes import is_volume, read_volume_frames
from CardioAILib.quality.letters import shows_letters
from CardioAILib.quality.sector import sector_of, side_by_side
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image


@dataclass(frozen=True, eq=False)
class Clip:
    """An echo clip, or a still.

    Args:
        image: Gray levels (T, 1, H, W), uint8, 0 outside the sector; with `times_ms` where frame
            times are known, and `calibrated` False where the pixel size is not.
        view: A4C, A2C, A3C, PLAX, PSAX; "other" of a stated view that is none of them; None
            where nothing states it.
        frame_rate_hz: Frames in a second; None where it is not known.
        findings: What a reader should know.
        facts: What the header says, without names and dates.
    """

    image: Image
    view: str | None = None
    frame_rate_hz: float | None = None
    findings: tuple[Finding, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)


def read_clip(
    path: Path | str, *, most: int | None = None, still: bool = False, color: bool = False
) -> Clip:
    """Read an echo clip.

    Args:
        path: DICOM file of ultrasound, `.avi`, `.mp4` and alike, or a volume with a time axis
            (NIfTI, NRRD, `.seq.nrrd`, MetaImage).
        most: Frames to read at most, from the first on; None for all.
        still: Whether a single frame will do.
        color: Whether color Doppler will do, as gray levels of the colors.

    Returns:
        The clip. One that is damaged from some frame on ends before it, and a finding names the
        frame; of one too long for memory the first frames are taken, and a finding says so.

    Raises:
        UnreadableFileError: The file is missing, truncated, or no ultrasound.
        InputError: It shows color Doppler, M-mode, spectral Doppler, two planes, one frame, or no
            sector; or it holds volumes of a 4-D probe.
        DependencyError: No decoder for its compression is installed.
    """
    path = Path(path)
    recording = _recording(path, most)
    if recording.coloring == "color Doppler" and not color:
        raise color_doppler()
    if len(recording.levels) < 2 and not still:
        raise still_frame()
    return _clip(recording, path)


def still_frame() -> InputError:
    """Return the error of a single frame where a clip is needed."""
    return InputError(
        got="a still frame",
        wanted="a clip with the frames of at least one heartbeat",
        fix="choose the clip that the frame was taken from",
    )


def color_doppler() -> InputError:
    """Return the error of colors where tissue is needed."""
    return InputError(
        got="a clip of color Doppler",
        wanted="a clip of gray tissue",
        fix="choose the clip of the same view without color",
    )


def _recording(path: Path, most: int | None) -> Recording:
    if path.suffix.lower() in VIDEOS:
        return read_video_frames(path, most)
    if is_volume(path):
        return read_volume_frames(path, most)
    return read_dicom_frames(path, most)


def _clip(recording: Recording, path: Path) -> Clip:
    levels, told = _blanked(recording)
    doubts = (*recording.doubts, *told)
    image = Image(
        levels[:, np.newaxis],
        _matrix(recording),
        source=(path.name,),
        digest=recording.digest,
        times_ms=recording.times_ms,
        calibrated=recording.spacing is not None,
        doubts=tuple(own.message for own in doubts),
    )
    rate = rate_of(recording.times_ms)
    facts = {**recording.facts, **({} if rate is None else {"frame_rate_hz": rate})}
    return Clip(image, recording.view, rate, (*doubts, *recording.findings), facts)


def _matrix(recording: Recording) -> np.ndarray:
    """Return the 4x4 matrix to RAS: columns to the right, rows down, so axial views are upright."""
    if recording.matrix is not None:
        return recording.matrix
    row_mm, column_mm = recording.spacing or (1.0, 1.0)
    return np.diag([-column_mm, -row_mm, 1.0, 1.0])


def _blanked(recording: Recording) -> tuple[np.ndarray, tuple[Finding, ...]]:
    """Return gray levels (T, H, W) with nothing outside the sector, and what to know of it.

    Raises:
        InputError: There is no sector, or there are two.
    """
    levels = _boxed(recording)
    if side_by_side(levels):
        raise split_screen()
    sector = sector_of(levels)
    if not sector.any():
        raise InputError(
            got="frames without an ultrasound sector",
            wanted="a clip of gray tissue",
            fix="check that the file is an echo clip and that it is not blank",
        )
    return np.where(sector, levels, 0), (*_told_still(levels), *_told_letters(sector, levels))


def _boxed(recording: Recording) -> np.ndarray:
    """Return gray levels (T, H, W) of the region that the header states alone."""
    if recording.box is None:
        return recording.levels
    top, left, bottom, right = recording.box
    boxed = np.zeros_like(recording.levels)
    boxed[:, top:bottom, left:right] = recording.levels[:, top:bottom, left:right]
    return boxed


def _told_still(levels: np.ndarray) -> tuple[Finding, ...]:
    if len(levels) < 2 or (levels != levels[:1]).any():
        return ()
    message = "all frames are equal: a still frame that was stored as a clip"
    return (Finding("still frame", message),)


def _told_letters(sector: np.ndarray, levels: np.ndarray) -> tuple[Finding, ...]:
    if not shows_letters(sector, levels):
        return ()
    message = (
        "marks in a row stand still inside of the sector, as letters do: look at the clip before "
        "you give it away"
    )
    return (Finding("letters", message),)
