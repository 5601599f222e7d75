"""Cases of a system with several views: all views with their maps, and what else is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from CardioAILib.report.byview import shares_in_words, view_rows, view_scores
from CardioAILib.report.caseplots import plot_columns
from CardioAILib.report.cases import case_title, choose_cases
from CardioAILib.report.caseviews import view_columns
from CardioAILib.report.classcases import branch_images, mapped_inputs
from CardioAILib.report.clippictures import clip_title
from CardioAILib.report.contributions import Told, arm_that_tells, draw_contributions
from CardioAILib.report.drawing import CaseImages, Drawer
from CardioAILib.report.filmstrip import draw_strips
from CardioAILib.report.readersfindings import finding_rows, told_findings
from CardioAILib.report.shownclips import shown_clips
from CardioAILib.report.style import address, embedded, save, webp_of
from CardioAILib.report.tables import Rows
from CardioAILib.report.wording import told_class
from CardioAILib.results import Result
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.clips import shows_clips
from CardioAILib.verbs.evaluation import Evaluation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EACH = 1
"""Clearest hits, worst misses and worst false alarms that are shown."""


@dataclass(frozen=True)
class ViewCase:
    """One study as the page shows it.

    Args:
        title: Who it is, and why it is shown.
        said: What each arm says of it, and the truth.
        views: A row a view: its probability, and where its map lies.
        maps: Picture of the views and their maps, as a data address.
        findings: What a reader found.
        told: Picture of what the findings add, as a data address; None where no arm tells.
    """

    title: str
    said: str
    views: Rows
    maps: str
    findings: Rows
    told: str | None


def view_cases(
    evaluation: Evaluation,
    studies: Mapping[Any, Study],
    results: Path,
    folder: Path,
    drawer: Drawer | None = None,
) -> list[ViewCase]:
    """Draw chosen cases of a system with several inputs; none where no result has a heatmap.

    Args:
        evaluation: The evaluation.
        studies: Study of each result, by (subject, study).
        results: Folder that the results' file names are relative to.
        folder: Where the pictures go.
        drawer: Draws Slicer's slice views; plain plots where None.
    """
    system, shown = evaluation.system, []
    for number, case in enumerate(choose_cases(evaluation, EACH), start=1):
        result, study = case.result, studies[case.result.subject, case.result.study]
        if not mapped_inputs(system, result):
            continue
        drawn = draw_views(system, result, study, results, drawer)
        maps = kept_maps(system, drawn, folder / f"case{number}.png")
        told = findings_told(system, result, study.facts)
        if told is not None:
            save(draw_contributions([told]), folder / f"case{number}_findings.png")
        shown.append(
            ViewCase(
                title=case_title(evaluation, case),
                said=f"{answers(result)}. Truth: {system.task.names[case.label]}.",
                views=view_rows(result, system),
                maps=maps,
                findings=finding_rows(system, study.facts),
                told=None if told is None else embedded(folder / f"case{number}_findings.png"),
            )
        )
    return shown


def kept_maps(system: System, drawn: Figure, path: Path) -> str:
    """Save a case's picture, and return it as a data address; frames of clips are made small."""
    saved = save(drawn, path)
    return address(webp_of(drawn), "webp") if shows_clips(system) else embedded(saved)


def draw_views(
    system: System, result: Result, study: Study, results: Path, drawer: Drawer | None = None
) -> Figure:
    """Return all views that have a map, a column each: as segmented, and with the map below.

    Of echo clips each has two rows of frames, without the map and with it.

    Args:
        system: The declaration.
        result: The result.
        study: The study with its images.
        results: Folder that the result's file names are relative to.
        drawer: Draws Slicer's slice views; plain plots where None.
    """
    if shows_clips(system):
        clips = shown_clips(system, result, study, results)
        return draw_strips(clips, [clip_title(system, result, clip) for clip in clips])
    cases = branch_images(system, result, study, results)
    titles = [_titles(result, case) for case in cases]
    return plot_columns(cases, titles) if drawer is None else view_columns(drawer, cases, titles)


def answers(result: Result) -> str:
    """Say what each arm calls a study, and how surely."""
    told = (
        f"{arm}: {own.decision or 'no threshold'} {own.score:.2f}" for arm, own in _arms(result)
    )
    return "; ".join(told)


def findings_told(system: System, result: Result, facts: Mapping[str, Any]) -> Told | None:
    """Return what each feature adds for class 1 of two; None where no arm tells."""
    arm = arm_that_tells(result)
    if arm is None:
        return None
    found = result.arms[arm]
    title = f"{arm}: {found.decision} {found.score:.2f}"
    words = told_findings(system, facts)
    return Told(title, found.contributions, told_class(found, system), words)


def _arms(result: Result) -> Sequence[tuple[str, Any]]:
    """Return the arms, the one that the paper proposes first."""
    return sorted(result.arms.items(), key=lambda pair: pair[0] != result.primary)


def _titles(result: Result, case: CaseImages) -> tuple[str, str]:
    score = view_scores(result).get(case.input)
    said = "" if score is None else f": {score:.2f}"
    place = f"{case.input}{said}\nslice {case.slice}"
    lies = shares_in_words(result.attention, case.input)
    return (
        place if case.outline.any() else f"{place}, not segmented",
        f"map: {lies or 'not audited'}",
    )
