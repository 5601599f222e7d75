"""Cases of a measured quantity: the clearest answers, the worst one, and where the maps lie."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from CardioAILib.report.byview import view_rows
from CardioAILib.report.classcases import mapped_inputs
from CardioAILib.report.drawing import Drawer
from CardioAILib.report.quantitywords import with_unit
from CardioAILib.report.viewcases import ViewCase, draw_views, kept_maps
from CardioAILib.study import Study
from CardioAILib.task import Quantity
from CardioAILib.verbs.quantities import QuantityEvaluation


def quantity_cases(
    evaluation: QuantityEvaluation,
    studies: Mapping[Any, Study],
    results: Path,
    folder: Path,
    drawer: Drawer | None = None,
) -> list[ViewCase]:
    """Draw the highest and the lowest answer and the worst; none where no result has a heatmap.

    Args:
        evaluation: The evaluation.
        studies: Study of each result, by (subject, study).
        results: Folder that the results' file names are relative to.
        folder: Where the pictures go.
        drawer: Draws Slicer's slice views; plain plots where None.
    """
    system, task = evaluation.system, evaluation.system.task
    assert isinstance(task, Quantity)
    shown = []
    for number, (index, why) in enumerate(chosen_cases(evaluation).items(), start=1):
        result = evaluation.results[index]
        study = studies[result.subject, result.study]
        told = result.arms[evaluation.primary].score
        drawn = draw_views(system, result, study, results, drawer)
        shown.append(
            ViewCase(
                title=f"{result.subject}: {why}",
                said=f"{evaluation.primary}: {with_unit(task, told)}. "
                f"Truth: {with_unit(task, float(evaluation.labels[index]))}.",
                views=view_rows(result, system),
                maps=kept_maps(system, drawn, folder / f"case{number}.png"),
                findings=[],
                told=None,
            )
        )
    return shown


def chosen_cases(evaluation: QuantityEvaluation) -> dict[int, str]:
    """Return the indices of results with a heatmap that are worth a picture, and why each is."""
    spoke = [
        index
        for index, result in enumerate(evaluation.results)
        if evaluation.primary in result.arms and mapped_inputs(evaluation.system, result)
    ]
    if not spoke:
        return {}
    told = np.array([evaluation.results[i].arms[evaluation.primary].score for i in spoke])
    error = np.abs(told - evaluation.labels[spoke])
    ranked = (
        (int(told.argmax()), "highest value told"),
        (int(told.argmin()), "lowest value told"),
        (int(error.argmax()), "farthest from the truth"),
    )
    found: dict[int, str] = {}
    for place, why in ranked:
        found.setdefault(spoke[place], why)
    return found
