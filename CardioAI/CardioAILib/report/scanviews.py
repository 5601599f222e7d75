"""A planar scan in four pictures: whole and around the heart, each without and with its heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.report.caseplots import LOWEST_SHOWN
from CardioAILib.report.caseviews import GAP, LETTER, canvas, points, with_bar
from CardioAILib.report.drawing import CaseImages, Drawer
from CardioAILib.report.scans import around_heart, without_empty_ends
from CardioAILib.report.style import HEAT, OUTLINE, png_of
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Image

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LONGEST, LONGEST_MAPPED = 640, 740
"""Pixels along the longer side of a whole scan, alone and beside two chests above each other."""
CHEST = 400
"""Pixels along the longer side of a single field of view, and of a chest beside it."""
TALL = 1.5
"""Height by width from which on a scan is one of the whole body."""
MARGIN = 5
"""Pixels between the marks of the sides and the edges."""
FOOT = 20
"""Pixels below a picture for its scale."""
SCALES_MM = (100.0, 50.0, 20.0)
"""Lengths of a scale: the longest that is at most half as wide as the picture."""
LEGEND = "evidence, share of the scan's maximum"
EDGE = 1
"""Pixels cut off all around a picture."""
INK = "#20262d"


def scan_png(case: CaseImages, mapped: bool, drawer: Drawer | None) -> bytes:
    """Return the four pictures of a scan, or two without a heatmap, as a PNG.

    A whole body stands beside two chests above each other, so that nothing stays empty. What the
    pictures show and how large it is stands below them, where no bone hides it.

    Args:
        case: The scan.
        mapped: Whether it has a heatmap.
        drawer: Draws Slicer's slice views; plain plots where None.
    """
    case = without_empty_ends(case)
    width, height = whole_size(case, LONGEST_MAPPED if mapped else LONGEST)
    tall = height > TALL * width
    wholes = _pair(case, (width, height), mapped, drawer)
    columns = [[own] for own in wholes] if tall else [wholes]
    if case.outline.any():
        side = (height - FOOT - GAP) // 2 if tall and mapped else height if tall else CHEST
        columns.append(_pair(around_heart(case), (side, side), mapped, drawer))
    if mapped:
        columns[-1][-1] = with_bar(columns[-1][-1], LETTER, LEGEND)
    return composed(columns, f"{case.input}, {case.where}. {RESEARCH_ONLY.split('.')[0]}.")


def _pair(
    case: CaseImages, size: tuple[int, int], mapped: bool, drawer: Drawer | None
) -> list[np.ndarray]:
    """Draw a scan, and with its heatmap where it has one, marked and with a scale."""
    drawn = (drawer or draw_plainly)(case, size)[: 1 + mapped]
    sides = sides_of(case.image)
    # Views that are not quite in the scan's proportions have black at their edges.
    shown = [own[EDGE:-EDGE, EDGE:-EDGE] for own in drawn]
    wide = width_mm(case) * (1 - 2 * EDGE / size[0])
    return [footed(marked(own, sides), wide) for own in shown]


def sides_of(image: Image) -> tuple[str, str]:
    """Return which side of the patient is at the left and at the right of a scan: "R" or "L"."""
    to_right = image.ijk_to_ras[0, 0] > 0
    return ("L", "R") if to_right else ("R", "L")


def whole_size(case: CaseImages, longest: int = LONGEST) -> tuple[int, int]:
    """Return width and height in pixels of a picture of the whole scan, in its proportions.

    A single field of view is drawn as large as the chest.

    Args:
        case: The scan.
        longest: Pixels along the longer side of a whole body.
    """
    height, width = case.image.array.shape[2:]
    _, down, across = case.image.spacing
    tall, wide = height * down, width * across
    scale = (longest if tall > TALL * wide else CHEST) / max(tall, wide)
    return round(wide * scale), round(tall * scale)


def width_mm(case: CaseImages) -> float:
    """Return how much of the patient the picture of a case is wide, in mm."""
    _, down, across = case.image.spacing
    if not _is_zoomed(case):
        return case.image.array.shape[3] * across
    rows, columns = np.nonzero(case.outline)
    return float(max(np.ptp(rows) * down, np.ptp(columns) * across) + 2 * case.margin)


def marked(picture: np.ndarray, sides: tuple[str, str]) -> np.ndarray:
    """Return a picture (H, W, 3), uint8, with the patient's sides in its upper corners."""
    from matplotlib.patheffects import withStroke

    height, width = picture.shape[:2]
    drawn = canvas(width, height)
    drawn.figimage(np.ascontiguousarray(picture), origin="upper")
    edge = [withStroke(linewidth=2, foreground="white")]
    for side, at, align in zip(sides, (MARGIN, width - MARGIN), ("left", "right"), strict=True):
        place = at / width, 1 - MARGIN / height
        drawn.text(*place, side, ha=align, va="top", fontsize=points(LETTER), path_effects=edge)
    drawn.canvas.draw()
    return np.asarray(drawn.canvas.buffer_rgba())[..., :3].copy()


def footed(picture: np.ndarray, wide: float) -> np.ndarray:
    """Return a picture (H, W, 3), uint8, with a scale below it.

    Args:
        picture: The picture.
        wide: How much of the patient it shows across, in mm.
    """
    width = picture.shape[1]
    length = next((mm for mm in SCALES_MM if mm <= wide / 2), SCALES_MM[-1])
    bar = round(width * length / wide)
    drawn = canvas(width, FOOT)
    words = f"{length / 10:g} cm"
    place = (bar + MARGIN) / width, 0.5
    drawn.text(*place, words, va="center", fontsize=points(0.85 * LETTER), color=INK)
    drawn.canvas.draw()
    foot = np.asarray(drawn.canvas.buffer_rgba())[..., :3].copy()
    foot[FOOT // 2 - 1 : FOOT // 2 + 2, :bar] = 32
    return np.vstack([picture, foot])


def composed(columns: Sequence[Sequence[np.ndarray]], words: str) -> bytes:
    """Return columns of pictures (H, W, 3), uint8, their tops level, with words below, as a PNG."""
    high = max(sum(len(own) + GAP for own in column) for column in columns)
    widths = [max(own.shape[1] for own in column) for column in columns]
    width, foot = sum(widths) + GAP * (1 + len(widths)), 2 * GAP
    page = np.full((high + GAP + foot, width, 3), 255, np.uint8)
    left = GAP
    for column, wide in zip(columns, widths, strict=True):
        top = GAP
        for own in column:
            page[top : top + len(own), left : left + own.shape[1]] = own
            top += len(own) + GAP
        left += wide + GAP
    drawn = canvas(width, len(page))
    drawn.figimage(page, origin="upper")
    place = GAP / width, 0.5 * foot / len(page)
    drawn.text(*place, words, va="center", fontsize=points(LETTER), color=INK)
    return png_of(drawn)


def draw_plainly(case: CaseImages, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Draw a scan with its outlines, and the same with its heatmap, without Slicer.

    Args:
        case: The scan.
        size: Width and height of each picture in pixels.

    Returns:
        Both pictures (H, W, 3), uint8.
    """
    plain, mapped = (_plot(case, size, heat=heat) for heat in (False, True))
    return plain, mapped


def _plot(case: CaseImages, size: tuple[int, int], *, heat: bool) -> np.ndarray:
    drawn = canvas(*size)
    axes = drawn.add_axes((0.0, 0.0, 1.0, 1.0))
    draw_scan(axes, case)
    if heat:
        shown = np.ma.masked_less(case.heatmap.array[0, 0], LOWEST_SHOWN)
        axes.imshow(shown, cmap=HEAT, vmin=0, vmax=1, alpha=0.6, aspect=axes.get_aspect())
    for label in case.mask.labels.values():
        axes.contour(case.mask.array[0, 0] == label, [0.5], colors=OUTLINE, linewidths=0.9)
    _zoom(axes, case, size)
    drawn.canvas.draw()
    return np.asarray(drawn.canvas.buffer_rgba())[..., :3].copy()


def draw_scan(axes: Axes, case: CaseImages) -> None:
    """Draw a scan as reading rooms show it, bright places dark."""
    _, down, across = case.image.spacing
    white, black = case.window
    axes.imshow(case.image.array[0, 0], cmap="gray_r", vmin=white, vmax=black, aspect=down / across)
    axes.set_axis_off()


def _zoom(axes: Axes, case: CaseImages, size: tuple[int, int]) -> None:
    """Show the whole scan, or what lies around the outlines."""
    if not _is_zoomed(case):
        return
    rows, columns = np.nonzero(case.outline)
    _, down, across = case.image.spacing
    wide = width_mm(case)
    high = wide * size[1] / size[0]
    middle = rows.min() + np.ptp(rows) / 2, columns.min() + np.ptp(columns) / 2
    axes.set_xlim(middle[1] - wide / 2 / across, middle[1] + wide / 2 / across)
    axes.set_ylim(middle[0] + high / 2 / down, middle[0] - high / 2 / down)


def _is_zoomed(case: CaseImages) -> bool:
    """Say whether a case shows what lies around its outlines, and not the whole scan."""
    return bool(np.isfinite(case.margin) and case.outline.any())
