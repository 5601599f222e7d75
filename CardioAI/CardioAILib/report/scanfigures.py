"""Examples by class and the steps of preparation, as figures 1 and 2 of Halme 2022 show them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from CardioAILib.quality.body import body_extent
from CardioAILib.report.montage import Studies, draw_crop, draw_montages, median_case
from CardioAILib.report.scancases import shown_arm
from CardioAILib.report.scans import Scan, black_at, chest_window, cut, logarithmic, read_scan
from CardioAILib.report.style import COLORS, figure, save
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.evaluation import Evaluation

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_scans(
    evaluation: Evaluation | ClassEvaluation, studies: Studies, results: Path, folder: Path
) -> dict[str, Path]:
    """Draw examples, preparation and montages of a system of planar scans, by name.

    Args:
        evaluation: The evaluation.
        studies: Study of each result, by (subject, study).
        results: Folder that the results' file names are relative to.
        folder: Where the pictures go.
    """
    scans = median_scans(evaluation, studies)
    if not scans:
        return {}
    return {
        "examples": draw_examples(scans, folder / "examples.png"),
        "preparation": draw_preparation(scans[-1][1], folder / "preparation.png"),
        **draw_montages(evaluation, studies, results, folder),
    }


def median_scans(
    evaluation: Evaluation | ClassEvaluation, studies: Studies
) -> list[tuple[str, Scan]]:
    """Return the median case of each class, with its title."""
    system, arm = evaluation.system, shown_arm(evaluation)
    found = []
    for label, name in enumerate(system.task.names):
        result = median_case(evaluation, label, arm)
        if result is not None:
            study = studies[result.subject, result.study]
            found.append((f"{name}\n{result.subject}", read_scan(system, study)))
    return found


def draw_examples(scans: list[tuple[str, Scan]], path: Path) -> Path:
    """Draw whole scans, a column a class, and below each what the network sees of it."""
    drawn, axes = figure(len(scans), 2, 1.9, 3.6)
    axes[0].get_gridspec().set_height_ratios([2.6, 1.0])
    for column, (title, scan) in enumerate(scans):
        draw_whole(axes[column], scan)
        axes[column].set_title(title, loc="left", fontsize=9)
        draw_crop(axes[column + len(scans)], scan)
    return save(drawn, path)


def draw_preparation(scan: Scan, path: Path) -> Path:
    """Draw the steps of preparation: the crop on the whole scan, its counts, their logarithm."""
    drawn, axes = figure(4, 1, 2.2, 3.4)
    draw_whole(axes[0], scan, linear=True)
    draw_whole(axes[1], scan, linear=True)
    draw_frame(axes[1], scan)
    counts = cut(scan.counts, scan)
    axes[2].imshow(counts, cmap="gray_r", vmin=0, vmax=black_at(scan.counts))
    white, black = chest_window(scan.crop)
    axes[3].imshow(scan.crop, cmap="gray_r", vmin=white, vmax=black)
    titles = (
        "counts",
        "crop",
        f"cropped, {scan.crop.shape[0]} x {scan.crop.shape[1]}",
        "logarithm",
    )
    for own, title in zip(axes, titles, strict=True):
        own.set_axis_off()
        own.set_title(title, loc="left", fontsize=9)
    return save(drawn, path)


def draw_whole(axes: Axes, scan: Scan, *, linear: bool = False) -> None:
    """Draw a whole scan, bright places dark; by counts, or by their logarithm."""
    shown, (white, black) = logarithmic(scan.counts)
    if linear:
        shown, black = scan.counts, black_at(scan.counts)
    _, down, across = scan.image.spacing
    axes.imshow(shown, cmap="gray_r", vmin=white, vmax=black, aspect=down / across)
    first, last = body_extent(scan.counts) or (0, len(scan.counts))
    axes.set_ylim(last, first)
    axes.set_axis_off()


def draw_frame(axes: Axes, scan: Scan) -> None:
    """Draw the edge of what the network sees on a whole scan."""
    from matplotlib.patches import Rectangle

    rows, columns = scan.frame
    size = columns.stop - columns.start, rows.stop - rows.start
    corner = columns.start - 0.5, rows.start - 0.5
    axes.add_patch(Rectangle(corner, *size, fill=False, edgecolor=COLORS[1], linewidth=1.4))
