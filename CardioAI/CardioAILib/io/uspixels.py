"""Frames of ultrasound files, decoded one after the other, so that no clip is too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import CardioAIError
from CardioAILib.io.dicomframes import quiet
from CardioAILib.io.gdcm import decode_by_gdcm
from CardioAILib.io.nmfiles import damaged

if TYPE_CHECKING:
    from pydicom import Dataset
    from pydicom.uid import UID

PALETTE = "PALETTE COLOR"
INVERTED = "MONOCHROME1"
WHITE = 255


def frames_of(
    path: Path, header: Dataset, indices: Sequence[int]
) -> Iterator[np.ndarray | CardioAIError]:
    """Yield frames of a file, read one by one.

    Args:
        path: The file.
        header: Its header.
        indices: Numbers of the frames, from 0, ascending.

    Yields:
        Gray levels (H, W) or red, green and blue (H, W, 3), uint8. At the first frame that cannot
        be decoded, why not, and nothing after it.
    """
    try:
        for frame in _decoded(path, header.file_meta.TransferSyntaxUID, indices):
            yield _eight_bits(frame, header)
    except CardioAIError as error:
        yield error
    # What decoders raise of damaged pixels depends on which of them it is.
    except Exception as error:
        yield damaged(f"pixels that cannot be decoded ({type(error).__name__})")


def _decoded(path: Path, syntax: UID, indices: Sequence[int]) -> Iterator[np.ndarray]:
    """Yield stored values, YBR as RGB; by GDCM where pydicom has no decoder."""
    from pydicom.pixels import get_decoder, iter_pixels

    done = 0
    try:
        get_decoder(syntax)
        with quiet():
            for pixels in iter_pixels(path, indices=indices):
                yield pixels
                done += 1
    # A lack of decoders is told as RuntimeError or NotImplementedError, by their kinds; so are
    # pixels that none of several decoders can make sense of.
    except (RuntimeError, NotImplementedError) as error:
        for index in indices[done:]:
            yield decode_by_gdcm(path, index, error)


def _eight_bits(pixels: np.ndarray, header: Dataset) -> np.ndarray:
    colors = str(header.get("PhotometricInterpretation") or "")
    if colors == PALETTE:
        return _looked_up(pixels, header)
    if pixels.dtype != np.uint8:
        surplus = max(0, int(header.get("BitsStored") or 8) - 8)
        pixels = np.clip(pixels.astype(np.int32) >> surplus, 0, WHITE).astype(np.uint8)
    return WHITE - pixels if colors == INVERTED else pixels


def _looked_up(pixels: np.ndarray, header: Dataset) -> np.ndarray:
    """Return the colors (H, W, 3) that a palette gives to stored values (H, W)."""
    from pydicom.pixels import apply_color_lut

    colors = apply_color_lut(pixels, header)[..., :3]
    # Tables of 16 bits hold 8 bits, in the upper half or, against the standard, in the lower.
    return (colors >> 8 if colors.max() > WHITE else colors).astype(np.uint8)
