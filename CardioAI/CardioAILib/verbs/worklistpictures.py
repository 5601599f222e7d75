"""Small pictures of planar scans as reading rooms look at them: inverted gray, logarithm of counts.

They are drawn without a plotting library, a millisecond each, since a worklist has a thousand.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from CardioAILib.examples import Examples

HEIGHT = 512
"""Most rows of the picture of a whole scan; pages show it smaller and link to it."""
DARKEST = 99.5
"""Percentile of the counts of a picture that is shown black."""
STEEPNESS = 12.0
"""How much the logarithm lifts few counts: near 0 it is linear, and more makes soft tissue and the
halo of scattered counts around the body as dark as bone."""

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def scan_picture(counts: np.ndarray) -> bytes:
    """Return a PNG of a whole scan, binned to at most `HEIGHT` rows.

    Args:
        counts: Counts (H, W), head up.
    """
    bins = max(1, -(-counts.shape[0] // HEIGHT))
    return gray_png(inverted(_binned(counts, bins)))


def heart_picture(examples: Examples) -> bytes:
    """Return a PNG of what a network sees of a scan: the square around the heart.

    Args:
        examples: Examples of one study, of which the first is drawn: logarithms of counts.
    """
    return gray_png(inverted(np.expm1(examples.images[0])))


def inverted(counts: np.ndarray) -> np.ndarray:
    """Return gray levels (H, W), uint8: the logarithm of counts, none white, the most black."""
    seen = counts[counts > 0]
    top = float(np.percentile(seen, DARKEST)) if len(seen) else 1.0
    return np.round(255.0 * (1.0 - lifted(np.clip(counts / top, 0.0, 1.0)))).astype(np.uint8)


def lifted(share: np.ndarray) -> np.ndarray:
    """Return how dark counts are drawn on the logarithmic scale, 0 to 1 for 0 to 1.

    Args:
        share: Counts of any shape, as a share of those that are black.
    """
    return np.log1p(STEEPNESS * share) / np.log1p(STEEPNESS)


def gray_png(levels: np.ndarray) -> bytes:
    """Return the PNG (ISO/IEC 15948) of gray levels (H, W), uint8."""
    height, width = levels.shape
    # Each row is preceded by the number of its filter, none.
    rows = np.pad(levels, ((0, 0), (1, 0))).tobytes()
    header = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def _binned(counts: np.ndarray, bins: int) -> np.ndarray:
    """Return the sums of squares of pixels, what does not fill one left out."""
    if bins == 1:
        return counts.astype(np.float32)
    rows, columns = (n // bins for n in counts.shape)
    whole = counts[: rows * bins, : columns * bins].astype(np.float32)
    return whole.reshape(rows, bins, columns, bins).sum(axis=(1, 3))
