"""The training curve as a small picture (SVG), drawn without any library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 440, 150
LEFT, RIGHT, TOP, BOTTOM = 44, 10, 24, 26
COLORS = ("#1f77b4", "#d95f02", "#4a9c6d", "#7b5fb2")
GRID, INK = "#9aa4ae", "#7b8794"
TICKS = 3


def curve_svg(rows: Sequence[Mapping[str, float]], x: str = "epoch", *, title: str = "") -> str:
    """Draw every column of a table against one of them.

    Args:
        rows: The table so far; a column may be missing in some rows.
        x: Column of the horizontal axis.
        title: Stands beside the axis' name.

    Returns:
        The picture, `WIDTH` x `HEIGHT` pixels.
    """
    names = list(dict.fromkeys(name for row in rows for name in row if name != x))
    lines = {name: points(rows, x, name) for name in names}
    values = [y for line in lines.values() for _, y in line]
    if not values:
        return _page([_text(WIDTH / 2, HEIGHT / 2, "waiting for the first epoch", "middle")])
    span = _span([at for line in lines.values() for at, _ in line], 1.0)
    low, high = _span(values, 1e-3)
    parts = _axes(span, (low, high), f"{x}, {title}" if title else x)
    for index, (name, line) in enumerate(lines.items()):
        color = COLORS[index % len(COLORS)]
        parts += [_line(line, span, (low, high), color), _label(index, name, line[-1][1], color)]
    return _page(parts)


def points(rows: Sequence[Mapping[str, float]], x: str, y: str) -> list[tuple[float, float]]:
    """Return the points of one column; rows are numbered where the horizontal one is missing."""
    return [
        (float(row.get(x, index + 1)), float(row[y])) for index, row in enumerate(rows) if y in row
    ]


def _span(values: Sequence[float], least: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high - low >= least else (low, low + least)


def _place(at: tuple[float, float], x: tuple[float, float], y: tuple[float, float]) -> str:
    across = LEFT + (at[0] - x[0]) / (x[1] - x[0]) * (WIDTH - LEFT - RIGHT)
    down = TOP + (y[1] - at[1]) / (y[1] - y[0]) * (HEIGHT - TOP - BOTTOM)
    return f"{across:.1f},{down:.1f}"


def _line(
    line: Sequence[tuple[float, float]], x: tuple[float, float], y: tuple[float, float], color: str
) -> str:
    places = [_place(at, x, y) for at in line]
    if len(places) == 1:
        across, down = places[0].split(",")
        return f'<circle cx="{across}" cy="{down}" r="2.5" fill="{color}"/>'
    path = " ".join(places)
    return f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="1.8"/>'


def _axes(x: tuple[float, float], y: tuple[float, float], name: str) -> list[str]:
    parts = []
    for tick in range(TICKS):
        value = y[0] + (y[1] - y[0]) * tick / (TICKS - 1)
        down = float(_place((x[0], value), x, y).split(",")[1])
        ends = f'x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{down}" y2="{down}"'
        parts.append(f'<line {ends} stroke="{GRID}" stroke-width="0.5"/>')
        parts.append(_text(LEFT - 5, down + 3, f"{value:.3g}", "end"))
    limits = (f"{x[0]:g}", LEFT, "start"), (f"{x[1]:g}", WIDTH - RIGHT, "end")
    parts += [_text(across, HEIGHT - 10, text, anchor) for text, across, anchor in limits]
    return [*parts, _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, name, "middle")]


def _label(index: int, name: str, last: float, color: str) -> str:
    return _text(LEFT + 130 * index, 13, f"{name} {last:.3g}", "start", color)


def _text(x: float, y: float, text: str, anchor: str, color: str = INK) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{color}" '
        f'font-family="sans-serif" font-size="10">{escape(text)}</text>'
    )


def _page(parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )
