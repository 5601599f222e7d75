"""How much an arm loses without a feature, as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from CardioAILib.report.measured import label_of
from CardioAILib.report.style import COLORS, figure, plain, save

SHOWN = 12
"""Features that have a bar, the most important."""


def draw_importance(
    importance: Mapping[str, Sequence[Mapping[str, Any]]], words: Mapping[str, str], path: Path
) -> Path | None:
    """Draw the permutation importance of each arm's features, or None where there is none.

    Args:
        importance: Rows with "feature", "mean", "low" and "high" by arm, in AUC.
        words: What columns are called; others are named as measurements.
        path: The picture.
    """
    arms = {arm: [row for row in rows if _matters(row)] for arm, rows in importance.items()}
    arms = {arm: rows for arm, rows in arms.items() if rows}
    if not arms:
        return None
    most = min(SHOWN, max(map(len, arms.values())))
    drawn, many = figure(1, len(arms), 7.4, 0.9 + 0.26 * most)
    for axes, (arm, rows) in zip(many, arms.items(), strict=True):
        shown = sorted(rows, key=lambda row: -row["mean"])[:most]
        means = np.array([row["mean"] for row in shown])
        low, high = (np.array([row[end] for row in shown]) for end in ("low", "high"))
        reach = np.clip([means - low, high - means], 0.0, None)
        axes.barh(range(len(shown)), means, xerr=reach, color=COLORS[0],
                  error_kw={"linewidth": 1, "ecolor": "#20262d"})  # fmt: skip
        names = [words.get(row["feature"]) or label_of(row["feature"]) for row in shown]
        axes.set_yticks(range(len(shown)), names, fontsize=8)
        axes.invert_yaxis()
        axes.axvline(0, color="#888888", linewidth=0.8)
        plain(axes, arm, "loss of AUC when the column is shuffled", "")
    return save(drawn, path)


def _matters(row: Mapping[str, Any]) -> bool:
    """Say whether shuffling a column ever changed anything."""
    return any(row[name] != 0.0 for name in ("mean", "low", "high"))
