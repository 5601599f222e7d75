"""The counts of one frame of a nuclear medicine file, as the camera stored them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.dicomframes import quiet
from CardioAILib.io.gdcm import decode_by_gdcm
from CardioAILib.io.nmfiles import damaged


@dataclass(frozen=True)
class Stored:
    """Where the counts of one view are.

    Args:
        path: The file.
        index: Number of the frame, from 0.
        inverted: Whether bright and dark are exchanged.
        lossy: Whether they were compressed with loss, which makes small values below 0.
    """

    path: Path = field(default_factory=Path, repr=False)
    index: int = 0
    inverted: bool = False
    lossy: bool = False

    def read(self) -> np.ndarray:
        """Read the counts (H, W) as they are stored.

        Raises:
            InputError: Some are below 0.
            UnreadableFileError: The file is gone or truncated.
            DependencyError: No decoder for its compression is installed.
        """
        counts = read_frame(self.path, self.index)
        if self.inverted:
            counts = counts.max() - counts
        if self.lossy:
            counts = np.maximum(counts, 0)
        if counts.dtype.kind == "i" and counts.min() < 0:
            raise InputError(
                got="counts below 0",
                wanted="counts as the camera stored them",
                fix="export the original scan, not one that was filtered or subtracted",
            )
        return counts


def read_frame(path: Path, index: int) -> np.ndarray:
    """Read one frame without the others, and without rescaling.

    Args:
        path: The file.
        index: Number of the frame, from 0.

    Returns:
        Stored values (H, W).

    Raises:
        UnreadableFileError: The file is gone or truncated.
        DependencyError: No decoder for its compression is installed.
    """
    from pydicom.pixels import pixel_array

    try:
        with quiet():
            pixels = pixel_array(path, index=index, raw=True)
    # A lack of decoders is told as RuntimeError or NotImplementedError, by their kinds.
    except (RuntimeError, NotImplementedError) as error:
        return decode_by_gdcm(path, index, error)
    except Exception as error:
        raise damaged(f"pixels that cannot be decoded ({type(error).__name__})") from error
    return np.ascontiguousarray(pixels)


def digest_of(path: Path, index: int) -> str:
    """Return the SHA-256 of a file's bytes, and of which of its frames is meant.

    Raises:
        UnreadableFileError: The file is gone.
    """
    try:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise damaged("no file any more") from error
    return hashlib.sha256(f"{content}/{index}".encode()).hexdigest()
