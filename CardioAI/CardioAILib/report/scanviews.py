"""A planar scan in four pictures: whole and around the heart, each without and with its heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.report.caseplots import LOWEST_SHOWN
from CardioAILib.report.caseviews import GAP, LETTER, canvas, points, with_bar
from CardioAILib.report.drawing import CaseImages, Drawer
from CardioAILib.report.scans import around_heart
from CardioAILib.report.style import HEAT, OUTLINE, png_of
from CardioAILib.study import Image

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LONGEST, CHEST = 640, (400, 400)
"""Pixels along the longer side of a whole scan, and along both of the chest."""
MARGIN = 5
"""Pixels between the marks of the sides and the edges."""
LEGEND = "evidence, share of the scan's maximum"


def scan_png(case: CaseImages, mapped: bool, drawer: Drawer | None) -> bytes:
    """Return the four pictures of a scan side by side, or two without a heatmap, as a PNG.

    Args:
        case: The scan.
        mapped: Whether it has a heatmap.
        drawer: Draws Slicer's slice views; plain plots where None.
    """
    draw = drawer or draw_plainly
    views = [draw(case, whole_size(case))]
    if case.outline.any():
        views.append(draw(around_heart(case), CHEST))
    sides = sides_of(case.image)
    pictures = [marked(pair[kind], sides) for kind in range(1 + mapped) for pair in views]
    if mapped:
        pictures[-1] = with_bar(pictures[-1], LETTER, LEGEND)
    return side_by_side(pictures)


def sides_of(image: Image) -> tuple[str, str]:
    """Return which side of the patient is at the left and at the right of a scan: "R" or "L"."""
    to_right = image.ijk_to_ras[0, 0] > 0
    return ("L", "R") if to_right else ("R", "L")


def whole_size(case: CaseImages) -> tuple[int, int]:
    """Return width and height in pixels of a picture of the whole scan, in its proportions.

    A single field of view is drawn as large as the chest.
    """
    height, width = case.image.array.shape[2:]
    _, down, across = case.image.spacing
    tall, wide = height * down, width * across
    longest = LONGEST if tall > 1.5 * wide else CHEST[0]
    scale = longest / max(tall, wide)
    return round(wide * scale), round(tall * scale)


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


def side_by_side(pictures: Sequence[np.ndarray]) -> bytes:
    """Return pictures (H, W, 3), uint8, in a row, their tops level, as a PNG."""
    height = max(len(picture) for picture in pictures)
    width = sum(picture.shape[1] + GAP for picture in pictures) + GAP
    drawn = canvas(width, height + 2 * GAP)
    left = GAP
    for picture in pictures:
        top = height + GAP - len(picture)
        drawn.figimage(np.ascontiguousarray(picture), left, top, origin="upper")
        left += picture.shape[1] + GAP
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
    axes.text(0.02, 0.01, f"{case.input}, {case.where}", transform=axes.transAxes,
              fontsize=points(9.0), color="#333333")  # fmt: skip
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
    if not np.isfinite(case.margin) or not case.outline.any():
        return
    rows, columns = np.nonzero(case.outline)
    _, down, across = case.image.spacing
    wide = max(np.ptp(rows) * down, np.ptp(columns) * across) + 2 * case.margin
    high = wide * size[1] / size[0]
    middle = rows.min() + np.ptp(rows) / 2, columns.min() + np.ptp(columns) / 2
    axes.set_xlim(middle[1] - wide / 2 / across, middle[1] + wide / 2 / across)
    axes.set_ylim(middle[0] + high / 2 / down, middle[0] - high / 2 / down)
