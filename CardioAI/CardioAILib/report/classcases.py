"""Cases of several classes: each input beside its heatmap, right answers and wrong ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from CardioAILib.report.caseplots import draw_rows
from CardioAILib.report.cases import images_of
from CardioAILib.report.caseviews import draw_view_rows
from CardioAILib.report.drawing import CaseImages, Drawer
from CardioAILib.results import Attention, Result
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.batch import HEATMAP
from CardioAILib.verbs.classes import ClassEvaluation

WRONG = 3
"""Wrong answers that are shown."""

ZONES = {
    "heart": "on the heart",
    "border": "at the border of the heart",
    "outside": "outside the heart",
}
"""Where a map lies, in words."""


@dataclass(frozen=True)
class ClassCase:
    """One result worth a picture, with its truth."""

    result: Result
    truth: str
    called: str

    @property
    def is_right(self) -> bool:
        """Whether the arm called it as it is."""
        return self.called == self.truth


def judged_by(evaluation: ClassEvaluation, arm: str) -> list[ClassCase]:
    """Return what an arm said of each result in which it spoke, surest first."""
    names = evaluation.system.task.names
    pairs = zip(evaluation.results, evaluation.labels, strict=True)
    spoke = [(result, names[label]) for result, label in pairs if arm in result.arms]
    ranked = sorted(spoke, key=lambda pair: -pair[0].arms[arm].score)
    return [ClassCase(r, truth, str(r.arms[arm].decision)) for r, truth in ranked]


def choose(cases: Sequence[ClassCase], names: Sequence[str]) -> list[ClassCase]:
    """Choose the surest right answer of each class, and the surest wrong ones."""
    right = [case for case in cases if case.is_right]
    first = [next((case for case in right if case.truth == name), None) for name in names]
    wrong = [case for case in cases if not case.is_right]
    return [*(case for case in first if case is not None), *wrong[:WRONG]]


def draw_class_cases(
    evaluation: ClassEvaluation,
    studies: Mapping[tuple[str, str], Study],
    results: Path,
    path: Path,
    drawer: Drawer | None = None,
) -> Path | None:
    """Draw chosen cases, a row each: every input with its outline, and with its heatmap.

    Args:
        evaluation: The evaluation.
        studies: Study of each result, by (subject, study).
        results: Folder that the results' file names are relative to.
        path: The picture.
        drawer: Draws Slicer's slice views; plain plots where None.

    Returns:
        The picture's path, or None where no result has a heatmap.
    """
    system = evaluation.system
    if system.explain is None:
        return None
    judged = judged_by(evaluation, system.explain.arm)
    mapped = [case for case in judged if mapped_inputs(system, case.result)]
    chosen = choose(mapped, system.task.names)
    if not chosen:
        return None
    rows, titles = [], []
    for case in chosen:
        study = studies[case.result.subject, case.result.study]
        rows.append(branch_images(system, case.result, study, results))
        titles.append([_titles(system, case, shown) for shown in rows[-1]])
    if drawer is None:
        return draw_rows(rows, titles, path)
    return draw_view_rows(drawer, rows, titles, path)


def mapped_inputs(system: System, result: Result) -> list[str]:
    """Return the inputs that have a heatmap."""
    return [name for name in system.inputs if HEATMAP + name in result.files]


def branch_images(system: System, result: Result, study: Study, results: Path) -> list[CaseImages]:
    """Read each input that has a heatmap, on the slice on which it is shown."""
    inputs = mapped_inputs(system, result)
    return [images_of(system, result, study, results, name) for name in inputs]


def looks_at(attention: Attention | None, inputs: Sequence[str] = ()) -> str:
    """Say in words where the heatmaps of these inputs lie, which are audited as one."""
    if attention is None:
        return "not audited"
    if attention.inside is None:
        return "no evidence anywhere"
    together = f"{' and '.join(inputs)} together: " if len(inputs) > 1 else ""
    share = f"{attention.inside:.0%} on or near"
    if attention.zone not in ZONES:
        return f"{together}{share} the heart"
    return f"{together}{ZONES[attention.zone]} ({share} it)"


def _titles(system: System, case: ClassCase, shown: CaseImages) -> tuple[str, str]:
    result = case.result
    arm = system.explain.arm
    score = f"{case.called} ({result.arms[arm].score:.2f})"
    said = f"right: {score}" if case.is_right else f"WRONG: {score}; truth: {case.truth}"
    return (
        f"{result.subject}, {shown.input}, slice {shown.slice}\n{said}",
        f"{arm}, evidence for {case.called}\n"
        + looks_at(result.attention, mapped_inputs(system, result)),
    )
