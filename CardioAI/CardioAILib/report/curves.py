"""Training curves by epoch: loss, and accuracy, AUC or error; a network a row, a color a member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from CardioAILib.report.style import COLORS, figure, plain, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

History = Sequence[Mapping[str, float]]
"""A row an epoch."""

SIDE_BY_SIDE = 2
"""Networks in a row of the picture, where there are several."""


MEASURES = ("validation AUC", "validation error", "validation accuracy")
"""What stands beside the loss: the first of these that the epochs tell."""


def draw_curves(curves: Mapping[str, Sequence[History]], path: Path) -> Path | None:
    """Draw loss and what else the epochs tell of each network, or None where none was trained.

    Args:
        curves: Histories of each member, by the network's name.
        path: The picture.
    """
    networks = {name: members for name, members in curves.items() if any(members)}
    if not networks:
        return None
    columns = min(SIDE_BY_SIDE, len(networks))
    rows = -(-len(networks) // columns)
    drawn, axes = figure(2 * columns, rows, 3.8 if columns == 1 else 2.7, 2.6)
    for index, (name, members) in enumerate(networks.items()):
        _draw(axes[2 * index], axes[2 * index + 1], name, members)
    for unused in axes[2 * len(networks) :]:
        unused.set_visible(False)
    return save(drawn, path)


def _draw(left: Axes, right: Axes, name: str, members: Sequence[History]) -> None:
    told = {name for history in members for row in history for name in row}
    beside = next((name for name in MEASURES if name in told), MEASURES[-1])
    for index, history in enumerate(members):
        color = COLORS[index % len(COLORS)]
        epochs = [row["epoch"] for row in history]
        for axes, measure, dashes in (
            (left, "training loss", "-"),
            (left, "validation loss", "--"),
            (right, beside, "-"),
        ):
            values = [row.get(measure, float("nan")) for row in history]
            axes.plot(epochs, values, dashes, color=color, linewidth=1)
    plain(left, f"{name}: loss", "epoch", "")
    plain(right, f"{name}: {beside.removeprefix('validation ')}", "epoch", "")
    if beside != "validation error":
        right.set_ylim(0, 1.02)
