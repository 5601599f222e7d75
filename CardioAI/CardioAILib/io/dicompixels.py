"""The pixels of MR images in DICOM files, each file read once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from CardioAILib.errors import UnreadableFileError
from CardioAILib.io.dicomframes import Frame, quiet


def read_pixels(frames: Sequence[Frame]) -> tuple[list[np.ndarray], str]:
    """Read images, each file once.

    Returns:
        Rescaled pixels (H, W) of each, and the SHA-256 over the digests of the files.

    Raises:
        UnreadableFileError: Pixels cannot be decoded.
    """
    whole: dict[Path, np.ndarray] = {}
    digests = []
    for path in dict.fromkeys(frame.path for frame in frames):
        content = _content(path)
        whole[path] = _decoded(content)
        digests.append(hashlib.sha256(content).hexdigest())
    digest = hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()
    return [_rescaled(frame, whole[frame.path]) for frame in frames], digest


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _undecodable(error) from error


def _decoded(content: bytes) -> np.ndarray:
    from pydicom import dcmread
    from pydicom.errors import BytesLengthException

    damaged = (BytesLengthException, AttributeError, ValueError, OSError)
    try:
        with quiet():
            return dcmread(BytesIO(content)).pixel_array
    except (*damaged, RuntimeError, NotImplementedError) as error:
        raise _undecodable(error) from error


def _rescaled(frame: Frame, pixels: np.ndarray) -> np.ndarray:
    from pydicom.pixels import apply_rescale

    own = pixels if frame.index is None or pixels.ndim == 2 else pixels[frame.index]
    return apply_rescale(own, frame.header)


def _undecodable(error: Exception) -> UnreadableFileError:
    return UnreadableFileError(
        got=f"pixels that cannot be decoded ({type(error).__name__})",
        wanted="an image that is stored whole, in a transfer syntax that pydicom knows",
        fix="export the series again, uncompressed",
    )
