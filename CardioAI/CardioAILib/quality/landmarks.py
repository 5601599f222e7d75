"""Landmarks of the patient on an anterior view: midline, scale, place of the heart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from CardioAILib.quality.body import COARSE_MM, Coarse, coarse, is_whole_body

STATURE_MM = 1700.0
"""Height of the patient whose distances stand below; those of others scale with their height."""
HEART_BELOW_TOP = 0.2455
"""Where the middle of the heart lies below the top of the head, as a share of the height."""
SHOULDERS, UPPER_BODY_MM, NECK_MM = 0.75, 450.0, 60.0
"""Share of the greatest width of the upper body from which on shoulders begin, the length of the
upper body, and how much of the neck must be seen above to tell."""
HEART_BELOW_SHOULDERS_MM = 150.0
HEART_LEFT_MM = 32.0
"""Where the middle of the heart lies to the patient's left of the midline."""
SHORTEST_MM = 1250.0
"""Length below which a scan does not show a grown patient from head to feet."""
BROAD_MM = 40.0
"""Standard deviation of what is too broad for spine, sternum and ribs."""
CHEST_MM = 60.0
"""Standard deviation of the weight of columns around the spine."""
OFF_MM = 60.0
"""How far the midline may lie from the middle of the outline."""
TRUNK = (0.13, 0.36)
"""Rows that tell the midline, as shares of the height below the top of the head."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Landmarks in pixels of the original scan.

    Args:
        scan: The scan with few pixels, on which they were found.
        rows: First row of the patient and the row after the last.
        midline: Column of the midline.
        complete: Whether the patient is seen from head to feet.
        per_mm: Rows and columns in a millimeter of a patient of `STATURE_MM`.
        heart: Row and column in which the heart of such a patient has its middle.
    """

    scan: Coarse
    rows: tuple[int, int]
    midline: float
    complete: bool
    per_mm: tuple[float, float]
    heart: tuple[float, float]


def find_landmarks(
    counts: np.ndarray, spacing: tuple[float, float], whole_body: bool
) -> Landmarks | None:
    """Find the landmarks of an anterior view, head up; None where no patient is seen.

    Args:
        counts: Counts (H, W), not negative.
        spacing: Pixel size along rows and columns, in mm.
        whole_body: Whether the scan shows the whole body and not one field of view.
    """
    scan = coarse(counts, spacing)
    rows = scan.rows()
    if rows is None or not scan.counts.any():
        return None
    length = (rows[1] - rows[0]) * spacing[0]
    ends = rows[1] < scan.factor * len(scan.outline)
    complete = whole_body and ends and length > SHORTEST_MM
    stature = length if complete else STATURE_MM
    per_mm = (stature / STATURE_MM / spacing[0], stature / STATURE_MM / spacing[1])
    trunk = [rows[0] + at * stature / spacing[0] for at in TRUNK] if whole_body else rows
    midline = _midline(scan, trunk, per_mm[1])
    row = rows[0] + HEART_BELOW_TOP * STATURE_MM * per_mm[0]
    if not whole_body:
        row = _row_in_view(scan, rows[0], per_mm[0])
    heart = (row, midline + HEART_LEFT_MM * per_mm[1])
    return Landmarks(scan, rows, midline, complete, per_mm, heart)


def likely_spacing(counts: np.ndarray) -> tuple[float, float]:
    """Return the pixel size that makes a whole body (H, W) of usual height, in mm; else 1 mm.

    For scans that say nothing of their pixels' size.
    """
    rows = coarse(counts, (COARSE_MM, COARSE_MM)).rows() if is_whole_body(counts.shape) else None
    size = STATURE_MM / (rows[1] - rows[0]) if rows else 1.0
    return size, size


def _row_in_view(scan: Coarse, first: int, per_mm: float) -> float:
    """Return the heart's row in one field of view: below shoulders under a neck, or the middle."""
    widths = scan.outline.sum(axis=1)[first // scan.factor :]
    widths = widths[: max(1, round(UPPER_BODY_MM * per_mm / scan.factor))]
    shoulders = scan.fine(float(np.argmax(widths >= SHOULDERS * widths.max())))
    if shoulders < NECK_MM * per_mm:
        return (len(scan.outline) * scan.factor - 1) / 2.0
    return first + shoulders + HEART_BELOW_SHOULDERS_MM * per_mm


def _midline(scan: Coarse, rows: Sequence[float], per_mm: float) -> float:
    """Find spine and sternum, then the column about which the chest mirrors itself best.

    The sum over rows of f(x) f(2c - x) is the convolution of f with itself; square roots keep a
    bright lesion from deciding alone, and arms and outline are filtered away.
    """
    from scipy.ndimage import gaussian_filter1d

    band = scan.counts[int(rows[0] / scan.factor) : int(rows[1] / scan.factor)]
    if not len(band):
        band = scan.counts
    values = np.sqrt(np.maximum(band, 0))
    broad = BROAD_MM * per_mm / scan.factor
    values = values - gaussian_filter1d(values, broad, axis=1)
    columns = np.arange(band.shape[1])
    middle = np.flatnonzero(scan.outline.any(axis=0)).mean()
    reach = OFF_MM * per_mm / scan.factor
    profile = np.where(np.abs(columns - middle) <= reach, np.median(values, axis=0), -np.inf)
    spine = int(np.argmax(profile))
    values *= np.exp(-0.5 * ((columns - spine) / (CHEST_MM * per_mm / scan.factor)) ** 2)
    size = 2 * len(columns)
    folded = np.fft.irfft((np.fft.rfft(values, size, axis=1) ** 2).sum(axis=0), size)
    far = np.abs(np.arange(size) - 2 * spine) > reach / 2
    return scan.fine(float(np.argmax(np.where(far, -np.inf, folded)) / 2.0))
