"""How the patient lies on a planar scan: head up or not, wholly in view or not, in the middle."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.quality.body import body_extent, is_whole_body
from CardioAILib.quality.heartplace import asymmetry, heart_place
from CardioAILib.quality.landmarks import Landmarks, find_landmarks
from CardioAILib.results import Finding

UPPER_HALF = 0.42
"""Share of the counts that the upper half of a body with the head up has at least."""
CROP, CROP_HEIGHT = 128, 0.85
"""Pixels along each side of the square around the heart, and where its upper edge lies as a share
of the body's height above the feet (Halme 2022)."""
CROP_MM = (270.0, 330.0)
"""Extent of that square: 2.2 to 2.4 mm a pixel are usual."""
SMALLEST_VIEW_MM = 380.0
FEWEST_PIXELS = 48
"""Rows and columns of the coarsest scan; cameras store 64 or more."""
HEART_RADIUS_MM = 36.0
OFF_CENTER_MM = 45.0
CHEST_MM = 165.0
"""Half width of the chest."""
BESIDE_MM = 20.0
"""Distance from the midline beyond which both sides of the chest are compared."""
RIGHT_SIDED, TIMES_LEFT = 0.09, 2.0
"""Brightness of the right chest above the left, and over that of the left above the right, from
which on a heart may lie on the right."""


def check_view(
    counts: np.ndarray, spacing: tuple[float, float], where: str
) -> tuple[list[Finding], Landmarks | None]:
    """Check how the patient lies.

    Args:
        counts: Counts (H, W), not negative, some above 0.
        spacing: Pixel size along rows and columns, in mm.
        where: Name of the input, for messages.

    Returns:
        Warnings, and the landmarks; None where no patient is seen.

    Raises:
        InputError: The feet come first, or the heart is not on the scan.
    """
    findings = warn_of_pixels(counts.shape, spacing, where)
    whole = is_whole_body(counts.shape)
    marks = find_landmarks(counts, spacing, whole)
    if marks is None:
        return findings, None
    if whole and marks.complete:
        refuse_feet_first(marks, where)
    refuse_without_heart(marks, counts.shape, where)
    if whole and not marks.complete:
        message = f"head or feet are not in {where}, whose height tells where the heart lies: check"
        findings.append(Finding("cropped", f"{message} that the crop shows the heart"))
    findings += warn_of_place(marks, counts, spacing, where)
    findings += warn_of_mirrored(marks, where)
    return findings, marks


def warn_of_pixels(
    shape: tuple[int, int], spacing: tuple[float, float], where: str
) -> list[Finding]:
    """Warn of pixels of an unusual size, and of scans that were cut already."""
    findings = []
    sides = sorted(CROP * size for size in spacing)
    if sides[0] < CROP_MM[0] or sides[1] > CROP_MM[1]:
        message = f"pixels of {spacing[0]:.2f} x {spacing[1]:.2f} mm in {where}: {CROP} of them, "
        told = f"{sides[0]:.0f} mm, show another part of the chest than the system learned from"
        findings.append(Finding("pixel size", message + told))
    small = min(n * size for n, size in zip(shape, spacing, strict=True)) < SMALLEST_VIEW_MM
    if small:
        message = f"{where} of {shape[0]} x {shape[1]} pixels looks as if it was cropped already"
        findings.append(Finding("cropped", f"{message}; give the whole scan"))
    return findings


def refuse_feet_first(marks: Landmarks, where: str) -> None:
    """Refuse a whole body with the feet up: the trunk has most counts.

    Raises:
        InputError: See above.
    """
    rows = (marks.scan.counts * marks.scan.outline).sum(axis=1)
    first, after = (row // marks.scan.factor for row in marks.rows)
    middle = (first + after) // 2
    share = float(rows[first:middle].sum() / rows[first:after].sum())
    if share < UPPER_HALF:
        raise InputError(
            got=f"the feet first in {where}: its upper half has {100 * share:.0f} % of the counts",
            wanted="the head up",
            fix="turn the scan upside down and left to right by 180 degrees, or export it head up",
        )


def refuse_without_heart(marks: Landmarks, shape: tuple[int, ...], where: str) -> None:
    """Refuse what is too small for a scan, as an icon, and a scan that ends before the heart.

    Raises:
        InputError: See above.
    """
    inside = all(0 <= at < n for at, n in zip(marks.heart, shape, strict=True))
    if not inside or min(shape) < FEWEST_PIXELS:
        raise InputError(
            got=f"{where} of {shape[0]} x {shape[1]} pixels, too few to show the heart",
            wanted="a scan of the whole body or of the chest",
            fix="give the whole scan with its true pixel size, or remove a picture that is none",
        )


def warn_of_place(
    marks: Landmarks, counts: np.ndarray, spacing: tuple[float, float], where: str
) -> list[Finding]:
    """Warn of a patient aside, of a chest cut off, and of a heart outside of the crop."""
    findings = []
    off = abs(marks.midline - (counts.shape[1] - 1) / 2) * spacing[1]
    if off > OFF_CENTER_MM:
        message = f"the patient lies {off:.0f} mm off the middle of {where}, which is cropped there"
        findings.append(Finding("off center", message))
    columns = np.flatnonzero(counts.any(axis=0))
    sides = (marks.midline - columns[0], columns[-1] - marks.midline)
    if min(sides) < CHEST_MM * marks.per_mm[1]:
        findings.append(Finding("chest cut off", f"one side of the chest is not in {where}"))
    row, column = heart_place(marks)
    top, left = crop_of(counts)
    reach = [HEART_RADIUS_MM * per_mm for per_mm in marks.per_mm]
    gap = (
        min(row - top, top + CROP - row) - reach[0],
        min(column - left, left + CROP - column) - reach[1],
    )
    if min(gap) < 0 and min(counts.shape) > CROP:
        message = f"the heart reaches out of the {CROP} x {CROP} pixels that the network sees of"
        cause = "counts above the head or below the feet, or a patient aside, move them"
        findings.append(Finding("crop", f"{message} {where}: {cause}"))
    return findings


def crop_of(counts: np.ndarray) -> tuple[float, float]:
    """Return the first row and column of the square around the heart (Halme 2022)."""
    height, width = counts.shape
    left = width / 2 - CROP / 2
    extent = body_extent(counts) if is_whole_body(counts.shape) else None
    if extent is None:
        return height / 2 - CROP / 2, left
    return extent[1] - CROP_HEIGHT * (extent[1] - extent[0]), left


def warn_of_mirrored(marks: Landmarks, where: str) -> list[Finding]:
    """Warn of a heart that seems to lie on the right; only one with uptake tells."""
    _, columns, gain = asymmetry(marks)
    beside = gain[:, columns > marks.midline + BESIDE_MM * marks.per_mm[1]]
    left, right = float(beside.max()), -float(beside.min())
    if right < RIGHT_SIDED or right < TIMES_LEFT * left:
        return []
    message = f"the right chest is brighter than the left in {where}: it may be mirrored, or the"
    return [Finding("mirrored", f"{message} posterior view; see the side of the heart")]
