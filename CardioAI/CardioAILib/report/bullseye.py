"""The bull's-eye: values of the 17 segments of the left ventricle as a polar map.

Cerqueira et al., "Standardized myocardial segmentation and nomenclature for tomographic imaging
of the heart", Circulation 105:539, 2002: base outside, apex in the middle, anterior wall on top,
septum on the left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from CardioAILib.errors import InputError
from CardioAILib.measurements import LAYERS, SEGMENTS
from CardioAILib.report.bullseyeparts import (
    EMPTY,
    FAINT,
    INK,
    color,
    color_bar,
    hatching,
    ink_on,
    line,
    number,
    outline,
    point,
    sector,
    text,
    upright,
)
from CardioAILib.results import RESEARCH_ONLY

WIDTH, HEIGHT = 780, 690
CENTER = (340.0, 345.0)
CORNER = 11.0
"""From the corner of a segment to its number, along the rim and across."""
RADII = (52.0, 120.0, 190.0, 260.0)
"""Outside of apex, apical, middle and basal ring."""

WALLS = (("anterior", 90), ("septal", 180), ("inferior", 270), ("lateral", 0))
INSERTIONS = (120, 240)
"""Directions at which the right ventricle meets the left."""

NO_MARKS: Mapping[int, str] = MappingProxyType({})

Key = int | tuple[int, str]
"""A segment from 1 to 17, or a segment and its layer."""


@dataclass(frozen=True)
class _Cell:
    """One field of the map: where it is, and which value it shows."""

    key: Key
    inner: float
    outer: float
    start: float
    width: float


def bullseye_svg(
    values: Mapping[int, float] | Mapping[tuple[int, str], float],
    title: str,
    unit: str = "",
    limits: tuple[float, float] | None = None,
    *,
    subtitle: str = "",
    note: str = "",
    marks: Mapping[int, str] = NO_MARKS,
) -> str:
    """Draw values by segment, or by segment and layer as rings within rings.

    Args:
        values: Value of each segment (1 to 17), or of each pair of segment and layer ("endo",
            "mid", "epi"), endo inside. A segment that is missing or nan is hatched.
        title: What the values are.
        unit: Their unit, shown at the color bar.
        limits: Values of the first and the last color; the lowest and the highest if None.
        subtitle: A smaller line or two below the title, as the name of the column.
        note: What else a reader should know, in the footer.
        marks: A letter for some segments, beside their numbers; not with layers.

    Returns:
        An SVG of 780 x 690, with the note that it is for research only.

    Raises:
        InputError: A key is no segment or layer, keys are of both kinds, or limits are not two
            different numbers in order.
    """
    known: dict[Key, float] = dict(values.items())
    layered = require_keys(known)
    limits = color_limits(known, limits)
    lines = subtitle.splitlines()
    top = 24 if len(lines) < 2 else 16
    parts = [text(title, WIDTH / 2, top, 20, bold=True)]
    for index, words in enumerate(lines):
        parts.append(text(words, WIDTH / 2, top + 21 + 14 * index, 12, fill=FAINT))
    for cell in _cells(layered):
        mark = "" if layered else marks.get(cell.key, "")
        parts += _drawn(cell, known.get(cell.key, math.nan), limits, layered, mark)
    if layered:
        parts += [
            _segment_number(segment, known.get((segment, LAYERS[-1]), math.nan), limits)
            for segment in range(1, len(SEGMENTS) + 1)
        ]
    parts += _words(layered)
    if limits is not None:
        parts.append(color_bar((682, 165), (22, 360), limits))
        parts.append(text(unit, 693, 150, 14))
    footer = " ".join(filter(None, (RESEARCH_ONLY, note)))
    parts.append(text(footer, WIDTH / 2, HEIGHT - 12, 13, fill=FAINT))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def require_keys(values: Mapping[Key, float]) -> bool:
    """Say whether values come by layer."""
    layers = [key[1] for key in values if isinstance(key, tuple)]
    segments = [key[0] if isinstance(key, tuple) else key for key in values]
    unknown = [key for key in segments if key not in range(1, len(SEGMENTS) + 1)]
    unknown += [layer for layer in layers if layer not in LAYERS]
    if unknown or len(layers) not in (0, len(values)):
        raise InputError(
            got=f"values of {unknown[0]!r}" if unknown else "values of segments and of layers",
            wanted=f"segments 1 to {len(SEGMENTS)}, all with one of {', '.join(LAYERS)} or none",
            fix="give the numbers of the segments as measurements.wall_regions does",
        )
    return bool(layers)


def color_limits(
    values: Mapping[Key, float], limits: tuple[float, float] | None
) -> tuple[float, float] | None:
    """Return what the first and the last color stand for; None without any value."""
    if limits is not None:
        if not (math.isfinite(limits[0]) and math.isfinite(limits[1]) and limits[0] < limits[1]):
            raise InputError(
                got=f"limits {limits}",
                wanted="two numbers, the lower first",
                fix="correct the limits, or leave them out",
            )
        return limits
    finite = [value for value in values.values() if math.isfinite(value)]
    if not finite:
        return None
    low, high = min(finite), max(finite)
    # A map of one value still needs a range to show it in.
    return (low, high) if low < high else (low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2)


def _cells(layered: bool) -> Iterator[_Cell]:
    for number_ in range(1, len(SEGMENTS) + 1):
        inner, outer, start, width = place(number_)
        if not layered:
            yield _Cell(number_, inner, outer, start, width)
            continue
        step = (outer - inner) / len(LAYERS)
        for index, layer in enumerate(LAYERS):
            rim = inner + step * index
            yield _Cell((number_, layer), rim, rim + step, start, width)


def place(segment: int) -> tuple[float, float, float, float]:
    """Return inner and outer radius, start and width of a segment."""
    if segment == len(SEGMENTS):
        return 0.0, RADII[0], 0.0, 360.0
    if segment > 12:
        return RADII[0], RADII[1], 45.0 + 90 * (segment - 13), 90.0
    ring = 3 if segment <= 6 else 2
    return RADII[ring - 1], RADII[ring], 60.0 + 60 * ((segment - 1) % 6), 60.0


def _drawn(
    cell: _Cell, value: float, limits: tuple[float, float] | None, layered: bool, mark: str
) -> list[str]:
    where = (CENTER, cell.inner, cell.outer, cell.start, cell.width)
    share = share_of(value, limits)
    if share is None:
        return [sector(*where, EMPTY), hatching(*where)]
    x, y = _label_place(cell)
    ink = ink_on(share)
    if layered:
        along = upright(cell.start + cell.width / 2 - 90) if cell.width < 360 else 0.0
        return [sector(*where, color(share)), text(number(value), x, y, 11, fill=ink, turn=along)]
    return [
        sector(*where, color(share)),
        text(number(value), x, y - 3, 17, fill=ink),
        text(f"{cell.key} {mark}".rstrip(), x, y + 12, 10, fill=ink, bold=bool(mark)),
    ]


def share_of(value: float, limits: tuple[float, float] | None) -> float | None:
    """Return the place of a value between the limits, 0 to 1; None where there is none."""
    if limits is None or not math.isfinite(value):
        return None
    return (value - limits[0]) / (limits[1] - limits[0])


def _segment_number(segment: int, value: float, limits: tuple[float, float] | None) -> str:
    """Return the number of a segment in the outer corner of its outermost layer."""
    _, outer, start, width = place(segment)
    radius = outer - CORNER
    degrees = start + math.degrees(CORNER / radius) if width < 360 else 315.0
    share = share_of(value, limits)
    ink = INK if share is None else ink_on(share)
    x, y = point(CENTER, radius, degrees)
    return text(str(segment), x, y, 10, fill=ink, bold=True)


def _label_place(cell: _Cell) -> tuple[float, float]:
    if cell.width < 360:
        return point(CENTER, (cell.inner + cell.outer) / 2, cell.start + cell.width / 2)
    # Rings around the apex have no side: their numbers stand above one another.
    return CENTER[0], CENTER[1] - (cell.inner + cell.outer) / 2 if cell.inner else CENTER[1]


def _words(layered: bool) -> list[str]:
    """Return the walls' names, the marks of the insertions, and what else needs saying."""
    rim = RADII[-1]
    places = {90: (0, -rim - 16), 180: (-rim - 10, 0), 270: (0, rim + 20), 0: (rim + 10, 0)}
    parts = [
        text(
            wall,
            CENTER[0] + places[degrees][0],
            CENTER[1] + places[degrees][1],
            14,
            fill=FAINT,
            anchor={180: "end", 0: "start"}.get(degrees, "middle"),
        )
        for wall, degrees in WALLS
    ]
    for degrees in INSERTIONS:
        parts.append(line(point(CENTER, rim + 2, degrees), point(CENTER, rim + 14, degrees), FAINT))
        x, y = point(CENTER, rim + 22, degrees)
        parts.append(text("RV insertion", x, y, 12, fill=FAINT, anchor="end"))
    legend = ["hatched: no value"]
    if layered:
        parts += [outline(CENTER, radius) for radius in RADII]
        legend.append("rings of a level, from inside: endo, mid, epi")
        legend.append("bold: number of the segment")
    else:
        legend.append("small: number of the segment")
    parts.append(text("; ".join(legend), WIDTH / 2, HEIGHT - 34, 12, fill=FAINT))
    return parts
