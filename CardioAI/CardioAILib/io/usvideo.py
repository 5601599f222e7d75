"""Echo clips that were exported as AVI, MP4 and alike; PyAV, an extra, decodes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np

from CardioAILib.errors import CardioAIError, DependencyError, UnreadableFileError
from CardioAILib.io.nmfiles import damaged
from CardioAILib.io.usraw import Recording, digest_of, gather
from CardioAILib.io.usregions import spacing_doubts
from CardioAILib.io.ustimes import checked
from CardioAILib.results import Finding

VIDEOS = (".avi", ".mp4", ".m4v", ".mov", ".mkv", ".wmv", ".mpg", ".mpeg", ".webm")
"""Endings of video files."""

MS = 1000.0


def read_video_frames(path: Path, most: int | None = None) -> Recording:
    """Read a video; it has no pixel size, and states no view.

    Args:
        path: The file.
        most: Frames to read at most, from the first on; None for all that memory holds.

    Raises:
        UnreadableFileError: The file is missing, no video, or damaged so early that fewer than
            32 frames are whole.
        DependencyError: PyAV is not installed.
    """
    seconds: list[float | None] = []
    found = gather(_frames(path, seconds), most)
    times, doubts = _times(seconds[: len(found.levels)])
    return Recording(
        levels=found.levels,
        digest=digest_of(path),
        coloring=found.coloring,
        times_ms=times,
        findings=(*spacing_doubts(None), *doubts),
        doubts=found.doubts,
    )


def _frames(path: Path, seconds: list[float | None]) -> Iterator[np.ndarray | CardioAIError]:
    """Yield frames (H, W, 3), uint8, and add the time of each; at the first damaged one, why."""
    av = _decoder()
    if not path.is_file():
        raise _unreadable(path)
    try:
        with av.open(str(path)) as file:
            for frame in file.decode(video=0):
                seconds.append(frame.time)
                yield frame.to_ndarray(format="rgb24")
    except (av.FFmpegError, OSError, IndexError, ValueError) as error:
        yield damaged(type(error).__name__) if seconds else _unreadable(path)


def _decoder() -> ModuleType:
    try:
        import av
    except ImportError as error:
        raise DependencyError(
            got="a video file, and no PyAV to decode it",
            wanted="the package av",
            fix="install it (pip install 'cardioai[video]'; in 3D Slicer's Python console "
            "slicer.util.pip_install('av')), or export the clip as DICOM",
        ) from error
    return av


def _times(seconds: list[float | None]) -> tuple[tuple[float, ...], tuple[Finding, ...]]:
    known = [one for one in seconds if one is not None]
    if len(known) < max(2, len(seconds)) or np.any(np.diff(known) <= 0):
        return (), ()
    return checked(tuple(round(MS * (one - known[0]), 6) for one in known))


def _unreadable(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        got=f"no video at '{path.name}'",
        wanted="a whole video file: .avi, .mp4 and alike",
        fix="check the path, and copy or export the clip again",
    )
