"""What the parts of an ultrasound image show, and how large their pixels are (PS3.3 C.8.5.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from CardioAILib.errors import InputError
from CardioAILib.results import Finding

if TYPE_CHECKING:
    from pydicom import Dataset

TWO_D, M_MODE, SPECTRAL = 1, 2, 3
"""Values of Region Spatial Format (0018,6012)."""
COLOR_FLOW, PW_DOPPLER, CW_DOPPLER = 2, 3, 4
"""Values of Region Data Type (0018,6014)."""
CENTIMETERS = 3
"""Value of Physical Units X and Y Direction (0018,6024 and 6026)."""
MM_OF_CM = 10.0
SIZES_MM = (0.02, 3.0)
"""What the pixels of an echo can be wide."""


@dataclass(frozen=True)
class Region:
    """One part of an ultrasound image.

    Args:
        kind: "tissue", "color Doppler", "M-mode", "spectral Doppler", or "other".
        box: First row and column, and those after the last.
        spacing: Distance between rows and between columns in mm; None where it is not told.
    """

    kind: str
    box: tuple[int, int, int, int]
    spacing: tuple[float, float] | None = None


@dataclass(frozen=True)
class Layout:
    """Where the tissue of a clip is.

    Args:
        box: First row and column of its region, and those after the last; None for the whole.
        spacing: Distance between rows and between columns in mm; None where it is not told.
        colored: Whether the header says that there is color Doppler.
        findings: What a reader should know.
    """

    box: tuple[int, int, int, int] | None = None
    spacing: tuple[float, float] | None = None
    colored: bool = False
    findings: tuple[Finding, ...] = ()


def layout_of(header: Dataset) -> Layout:
    """Return where the header says that tissue is, and how large its pixels are.

    Raises:
        InputError: There is M-mode or spectral Doppler, or there are two planes side by side.
    """
    stated = [_region(item) for item in header.get("SequenceOfUltrasoundRegions") or ()]
    regions = [own for own in stated if own.kind != "other"]
    _require_one_plane(regions)
    colored = any(own.kind == "color Doppler" for own in regions)
    colored = colored or str(header.get("UltrasoundColorDataPresent") or "0") == "1"
    if not regions:
        return Layout(None, _spacing(header), colored, spacing_doubts(_spacing(header)))
    # A color box is a region of its own within that of the tissue around it.
    largest = max(regions, key=lambda own: _area(own.box))
    if not _fits(largest.box, header):
        message = (
            "the header places the image outside of what is stored, as of a clip that was made "
            "smaller after it was acquired: its pixel size does not hold"
        )
        return Layout(None, None, colored, (Finding("regions", message), *spacing_doubts(None)))
    spacing = largest.spacing or _spacing(header)
    return Layout(largest.box, spacing, colored, spacing_doubts(spacing))


def _region(item: Dataset) -> Region:
    corners = ("RegionLocationMinY0", "RegionLocationMinX0")
    ends = ("RegionLocationMaxY1", "RegionLocationMaxX1")
    top, left = (int(item.get(name) or 0) for name in corners)
    bottom, right = (int(item.get(name) or 0) + 1 for name in ends)
    return Region(_kind(item), (top, left, bottom, right), _spacing_of_region(item))


def _kind(item: Dataset) -> str:
    shape, data = (int(item.get(name) or 0) for name in ("RegionSpatialFormat", "RegionDataType"))
    if shape == M_MODE:
        return "M-mode"
    if shape == SPECTRAL or data in (PW_DOPPLER, CW_DOPPLER):
        return "spectral Doppler"
    if shape != TWO_D:
        return "other"
    return "color Doppler" if data == COLOR_FLOW else "tissue"


def _spacing_of_region(item: Dataset) -> tuple[float, float] | None:
    units = ("PhysicalUnitsYDirection", "PhysicalUnitsXDirection")
    steps = ("PhysicalDeltaY", "PhysicalDeltaX")
    if any(item.get(name) != CENTIMETERS for name in units):
        return None
    # Steps are negative where the scanner turned the image.
    return _possible([MM_OF_CM * abs(float(item.get(name) or 0.0)) for name in steps])


def _spacing(header: Dataset) -> tuple[float, float] | None:
    stated = header.get("PixelSpacing")
    return _possible([float(one) for one in stated]) if stated is not None else None


def _possible(spacing: Sequence[float]) -> tuple[float, float] | None:
    low, high = SIZES_MM
    if len(spacing) != 2 or not all(low <= one <= high for one in spacing):
        return None
    return spacing[0], spacing[1]


def _require_one_plane(regions: Sequence[Region]) -> None:
    for own in regions:
        if own.kind in ("M-mode", "spectral Doppler"):
            raise InputError(
                got=f"{own.kind}",
                wanted="a clip of gray tissue in two dimensions",
                fix="leave this recording out, and choose the clip of the view",
            )
    for number, own in enumerate(regions):
        if any(_apart(own.box, other.box) for other in regions[number + 1 :]):
            raise split_screen()


def split_screen() -> InputError:
    """Return the error of two planes in one image."""
    return InputError(
        got="two planes side by side (biplane, or a split screen)",
        wanted="a clip of one plane",
        fix="export each plane as a clip of its own, or cut one of them out",
    )


def _apart(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    rows = min(one[2], other[2]) - max(one[0], other[0])
    columns = min(one[3], other[3]) - max(one[1], other[1])
    return min(rows, columns) <= 0


def _area(box: tuple[int, int, int, int]) -> int:
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


def _fits(box: tuple[int, int, int, int], header: Dataset) -> bool:
    """Say whether a region lies within the image; one pixel too many is common."""
    rows, columns = int(header.get("Rows") or 0), int(header.get("Columns") or 0)
    return _area(box) > 0 and box[2] <= rows + 1 and box[3] <= columns + 1


def spacing_doubts(spacing: tuple[float, float] | None) -> tuple[Finding, ...]:
    """Return what to know of a pixel size (row, column) in mm, or of its absence."""
    if spacing is not None:
        return ()
    message = "the pixel size is not known: pixels count as 1 mm, and nothing is measured in mm"
    return (Finding("spacing unknown", message),)
