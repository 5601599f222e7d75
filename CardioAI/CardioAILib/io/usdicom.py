"""Clips and stills in DICOM files of ultrasound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import CardioAIError, UnreadableFileError
from CardioAILib.io.nmfiles import says_dicom
from CardioAILib.io.uscolor import coloring_of
from CardioAILib.io.usfacts import recording_doubts, us_facts
from CardioAILib.io.usfiles import frames_stated, us_header
from CardioAILib.io.uspixels import frames_of
from CardioAILib.io.usraw import Recording, digest_of, gather
from CardioAILib.io.usregions import layout_of
from CardioAILib.io.ustimes import times_of
from CardioAILib.io.usviews import view_of

if TYPE_CHECKING:
    from pydicom import Dataset


PROBED = 5
"""Frames that tell what colors mean, over the length of a clip."""


def read_dicom_frames(path: Path, most: int | None = None) -> Recording:
    """Read a DICOM file of ultrasound.

    Args:
        path: The file.
        most: Frames to read at most, from the first on; None for all that memory holds.

    Raises:
        UnreadableFileError: The file is missing, truncated, no ultrasound, or damaged so early
            that fewer than 32 frames are whole.
        InputError: It shows M-mode, spectral Doppler or two planes, or holds volumes.
        DependencyError: No decoder for its compression is installed.
    """
    header = require_header(path)
    layout = layout_of(header)
    stated = frames_stated(header)
    stream = frames_of(path, header, range(stated))
    told = "color Doppler" if layout.colored else None
    found = gather(stream, most, told, stated)
    times, doubts = times_of(header, len(found.levels))
    return Recording(
        levels=found.levels,
        digest=digest_of(path),
        coloring=found.coloring,
        times_ms=times,
        spacing=layout.spacing,
        box=layout.box,
        view=view_of(header),
        findings=(*layout.findings, *doubts, *recording_doubts(header)),
        doubts=found.doubts,
        facts=us_facts(header),
    )


def shows_color(path: Path, header: Dataset) -> bool:
    """Say whether a file shows color Doppler, by its header and a few frames.

    Args:
        path: The file.
        header: Its header.

    Raises:
        InputError: It shows M-mode, spectral Doppler or two planes.
        CardioAIError: Its first frame cannot be decoded.
    """
    if layout_of(header).colored:
        return True
    probed = [*frames_of(path, header, evenly(PROBED, frames_stated(header)))]
    if isinstance(probed[0], CardioAIError):
        raise probed[0]
    whole = [own for own in probed if not isinstance(own, CardioAIError)]
    return coloring_of(whole) == "color Doppler"


def evenly(count: int, of: int) -> list[int]:
    """Return up to `count` indices from 0 to `of` - 1, the first and the last among them."""
    return [*dict.fromkeys(np.linspace(0, of - 1, count).round().astype(int).tolist())]


def require_header(path: Path) -> Dataset:
    """Return the header of a file of ultrasound.

    Raises:
        UnreadableFileError: The file is missing, truncated, or no ultrasound.
        InputError: It holds volumes or raw data.
    """
    header = us_header(path) if says_dicom(path) else None
    if header is None:
        raise UnreadableFileError(
            got=f"no ultrasound at '{path.name}'",
            wanted="a DICOM file of ultrasound, a video (.avi, .mp4), or a volume with a time axis",
            fix="export the clip as DICOM Ultrasound Multi-frame Image Storage",
        )
    return header
