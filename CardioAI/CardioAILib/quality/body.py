"""Where the patient lies on a planar scan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WHOLE_BODY_RATIO = 1.5
"""Rows over columns from which on a planar image shows the whole body and not one field of view."""
COARSE_MM = 4.6
"""Pixel size at which outlines and landmarks are found: counts enough in each, and quick."""
SMOOTH = 1.5
"""Standard deviation of the smoothing, in coarse pixels."""
AIR = 0.1
"""Share of the typical brightness of the body below which a pixel shows air."""


def is_whole_body(shape: tuple[int, ...]) -> bool:
    """Say whether an image of rows and columns (H, W) is so long that it shows the whole body."""
    return shape[-2] >= WHOLE_BODY_RATIO * shape[-1]


def body_extent(counts: np.ndarray) -> tuple[int, int] | None:
    """Return the first row (H, W) with counts and the row after the last; None without any.

    Source: Halme et al., EJNMMI Res 2022; 12:27.
    """
    rows = np.flatnonzero((counts != 0).any(axis=-1))
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else None


@dataclass(frozen=True, eq=False)
class Coarse:
    """A scan with few, smoothed pixels.

    Args:
        counts: Mean counts of one original pixel (h, w), smoothed.
        outline: Whether a coarse pixel (h, w) shows the patient.
        factor: Original pixels along each side of a coarse one.
    """

    counts: np.ndarray
    outline: np.ndarray
    factor: int

    def fine(self, index: float) -> float:
        """Return the row or column of the original scan in which a coarse one has its middle."""
        return (index + 0.5) * self.factor - 0.5

    def rows(self) -> tuple[int, int] | None:
        """Return the patient's first row of the original scan and the row after the last."""
        shown = np.flatnonzero(self.outline.any(axis=1))
        return (
            (int(shown[0]) * self.factor, int(shown[-1] + 1) * self.factor) if len(shown) else None
        )


def coarse(counts: np.ndarray, spacing: tuple[float, float]) -> Coarse:
    """Bin and smooth a scan, and find the patient on it: the largest connected region.

    Args:
        counts: Counts (H, W), not negative.
        spacing: Pixel size along rows and columns, in mm.
    """
    from scipy.ndimage import gaussian_filter

    factor = min(max(1, round(COARSE_MM / max(spacing))), *counts.shape)
    height, width = (side // factor for side in counts.shape)
    cut = np.asarray(counts[: height * factor, : width * factor], np.float32)
    binned = cut.reshape(height, factor, width, factor).mean(axis=(1, 3))
    smooth = gaussian_filter(binned, SMOOTH)
    return Coarse(smooth, _largest(smooth > air_limit(smooth)), factor)


def air_limit(smooth: np.ndarray) -> float:
    """Return the brightness below which a smoothed pixel shows air."""
    bright = smooth[smooth > smooth.mean()]
    return AIR * float(np.median(bright)) if bright.size else 0.0


def _largest(shown: np.ndarray) -> np.ndarray:
    """Keep the largest connected region, so that what lies beside the patient is left out."""
    from scipy.ndimage import label

    regions, count = label(shown)
    if count < 2:
        return shown
    return regions == 1 + int(np.argmax(np.bincount(regions.ravel())[1:]))
