"""Shapes of the bull's-eye: sectors, hatching, text and a color bar, as SVG that Qt draws too.

Qt's SVG knows no patterns, clip paths and style sheets everywhere, so there are none.
"""

from __future__ import annotations

import math
from xml.sax.saxutils import escape

INK, FAINT, EMPTY = "#222222", "#666666", "#e4e4e4"
FONT = "Helvetica, Arial, sans-serif"

RAMP = (
    (68, 1, 84),
    (71, 44, 122),
    (59, 81, 139),
    (44, 113, 142),
    (33, 144, 141),
    (39, 173, 129),
    (92, 200, 99),
    (170, 220, 50),
    (253, 231, 37),
)
"""Nine colors of viridis, of even perceptual steps from dark to bright."""


def color(share: float) -> str:
    """Return the color of a share of the range, from 0 to 1."""
    return "#" + "".join(f"{round(channel):02x}" for channel in channels(share))


def channels(share: float) -> tuple[float, float, float]:
    """Return red, green and blue, 0 to 255, of a share of the range, from 0 to 1."""
    place = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    low = min(int(place), len(RAMP) - 2)
    part = place - low
    red, green, blue = (a + (b - a) * part for a, b in zip(RAMP[low], RAMP[low + 1], strict=True))
    return red, green, blue


def ink_on(share: float) -> str:
    """Return a color of text that is readable on the color of a share."""
    return "#ffffff" if share < 0.62 else INK


def point(center: tuple[float, float], radius: float, degrees: float) -> tuple[float, float]:
    """Return a place by its direction, counterclockwise from the right; y runs down."""
    turned = math.radians(degrees)
    return center[0] + radius * math.cos(turned), center[1] - radius * math.sin(turned)


def sector(
    center: tuple[float, float],
    inner: float,
    outer: float,
    start: float,
    width: float,
    fill: str,
) -> str:
    """Return a sector of a ring; all around where it is 360 degrees wide."""
    if width >= 360:
        return _ring(center, inner, outer, fill)
    corners = (
        point(center, outer, start),
        point(center, outer, start + width),
        point(center, inner, start + width),
        point(center, inner, start),
    )
    a, b, c, d = (f"{x:.2f} {y:.2f}" for x, y in corners)
    large = int(width > 180)
    path = f"M {a} A {outer} {outer} 0 {large} 0 {b} L {c} A {inner} {inner} 0 {large} 1 {d} Z"
    return f'<path d="{path}" fill="{fill}" stroke="#ffffff" stroke-width="1.5"/>'


def hatching(
    center: tuple[float, float], inner: float, outer: float, start: float, width: float
) -> str:
    """Return lines across a sector that has no value."""
    # Lines of about the same distance, whatever the radius.
    count = max(int(math.radians(width) * outer / 9), 1)
    turns = [start + width * (index + 0.5) / count for index in range(count)]
    ends = ((point(center, inner, turn), point(center, outer, turn)) for turn in turns)
    return "".join(line(one, other, "#c4c4c4", 1.0) for one, other in ends)


def line(
    start: tuple[float, float], end: tuple[float, float], stroke: str, width: float = 2.0
) -> str:
    """Return a straight line."""
    return (
        f'<line x1="{start[0]:.2f}" y1="{start[1]:.2f}" x2="{end[0]:.2f}" y2="{end[1]:.2f}" '
        f'stroke="{stroke}" stroke-width="{width:g}"/>'
    )


def outline(center: tuple[float, float], radius: float) -> str:
    """Return a thin dark circle."""
    return (
        f'<circle cx="{center[0]}" cy="{center[1]}" r="{radius}" fill="none" stroke="{INK}" '
        'stroke-width="1.6"/>'
    )


def upright(degrees: float) -> float:
    """Return the direction of a line of text, between -90 and 90, so that it can be read."""
    return (degrees + 90) % 180 - 90


def text(
    words: str,
    x: float,
    y: float,
    size: float,
    *,
    fill: str = INK,
    anchor: str = "middle",
    bold: bool = False,
    turn: float = 0.0,
) -> str:
    """Return a line of text with its middle at a place, turned counterclockwise by degrees."""
    weight = ' font-weight="bold"' if bold else ""
    turned = f' transform="rotate({-turn:.1f} {x:.1f} {y:.1f})"' if turn else ""
    # Qt knows no dominant-baseline: the middle of digits lies a third of their size up.
    return (
        f'<text x="{x:.1f}" y="{y + size * 0.35:.1f}" font-family="{FONT}" font-size="{size:g}" '
        f'fill="{fill}" text-anchor="{anchor}"{weight}{turned}>{escape(words)}</text>'
    )


def color_bar(
    place: tuple[float, float], size: tuple[float, float], limits: tuple[float, float]
) -> str:
    """Return a bar of all colors with five numbers, the highest on top."""
    (x, y), (width, height), (low, high) = place, size, limits
    steps = 64
    parts = [
        f'<rect x="{x:.1f}" y="{y + height * index / steps:.2f}" width="{width:.1f}" '
        f'height="{height / steps + 0.6:.2f}" fill="{color(1 - (index + 0.5) / steps)}"/>'
        for index in range(steps)
    ]
    for tick in range(5):
        at = y + height * (1 - tick / 4)
        value = low + (high - low) * tick / 4
        parts.append(text(number(value), x + width + 7, at, 13, anchor="start"))
    return "".join(parts)


def number(value: float) -> str:
    """Return a number with three digits that count."""
    if value == 0 or 0.001 <= abs(value) < 100_000:
        shown = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
        return shown.replace("-", "\N{MINUS SIGN}")
    return f"{value:.1e}".replace("-", "\N{MINUS SIGN}")


def _ring(center: tuple[float, float], inner: float, outer: float, fill: str) -> str:
    x, y = center
    if inner <= 0:
        return (
            f'<circle cx="{x}" cy="{y}" r="{outer}" fill="{fill}" stroke="#ffffff" '
            'stroke-width="1.5"/>'
        )
    middle, width = (inner + outer) / 2, outer - inner
    return (
        f'<circle cx="{x}" cy="{y}" r="{middle}" fill="none" stroke="{fill}" '
        f'stroke-width="{width - 1.5}"/>'
    )
