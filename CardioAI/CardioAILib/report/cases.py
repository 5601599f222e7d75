"""Pictures of cases: the slice, the outline, the heatmap and its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from CardioAILib.io import read_image
from CardioAILib.quality import require
from CardioAILib.report.caseplots import draw_plots
from CardioAILib.report.caseviews import draw_views
from CardioAILib.report.drawing import CaseImages, Drawer, Outlined
from CardioAILib.report.wording import near_heart
from CardioAILib.results import ExampleScore, Result
from CardioAILib.study import Cohort, Image, Mask, Study
from CardioAILib.system import CineSets, System
from CardioAILib.verbs.batch import HEATMAP
from CardioAILib.verbs.evaluate import scores_of
from CardioAILib.verbs.evaluation import Evaluation
from CardioAILib.verbs.prepared import load

WINDOW = (1.0, 99.5)
"""Percentiles of the slice that the grey window spans."""
MARGIN_MM = 45.0
"""Tissue shown around the heart."""


@dataclass(frozen=True)
class Case:
    """One study worth a picture, and why."""

    result: Result
    label: int
    why: str


def choose_cases(evaluation: Evaluation, each: int = 2) -> list[Case]:
    """Choose the clearest hits, the worst misses and the worst false alarms with heatmaps."""
    primary = evaluation.results[0].primary
    spoke = [i for i, result in enumerate(evaluation.results) if primary in result.arms]
    scores = scores_of([evaluation.results[i] for i in spoke], primary)
    order = [spoke[i] for i in np.argsort(scores)]
    positive = [i for i in order if evaluation.labels[i] == 1 and evaluation.results[i].files]
    negative = [i for i in order if evaluation.labels[i] == 0 and evaluation.results[i].files]
    chosen = [(i, "highest score with") for i in positive[::-1][:each]]
    chosen += [(i, "lowest score with") for i in positive[:each] if i not in positive[::-1][:each]]
    chosen += [(i, "highest score without") for i in negative[::-1][:each]]
    return [Case(evaluation.results[i], int(evaluation.labels[i]), why) for i, why in chosen]


def draw_cases(
    evaluation: Evaluation,
    cohort: Cohort,
    results: Path,
    path: Path,
    drawer: Drawer | None = None,
) -> Path | None:
    """Draw chosen cases, a row each: slice with outline, and the heatmap over it with legend.

    Args:
        evaluation: The evaluation.
        cohort: Where the images are.
        results: Folder that the results' file names are relative to.
        path: The picture.
        drawer: Draws Slicer's slice views; plain plots where None.

    Returns:
        The picture's path, or None where no result has a heatmap.
    """
    studies = {study.key: study for study in cohort}
    cases = choose_cases(evaluation)
    if not cases:
        return None
    shown = [
        case_images(evaluation.system, found, studies[found.subject, found.study], results)
        for found in (case.result for case in cases)
    ]
    system = evaluation.system
    titles = [(_title(evaluation, case), _attention(system, case.result)) for case in cases]
    if drawer is None:
        return draw_plots(shown, titles, path)
    return draw_views(drawer, shown, titles, path)


def case_images(system: System, result: Result, study: Study, results: Path) -> CaseImages:
    """Read what a case of a system with one input shows."""
    return images_of(system, result, study, results, next(iter(system.inputs)))


def slice_shown(
    system: System, examples: Sequence[ExampleScore], name: str, structure: np.ndarray
) -> int:
    """Return the slice on which an input is shown.

    The one with the highest score of those that show the structure, else the middle one of the
    input's examples. Where all inputs show one place, the one with the highest score of all.

    Args:
        system: The declaration.
        examples: Scores of an arm on a study.
        name: Name of the input.
        structure: Where the structure is that the system looks at (S, H, W), boolean.
    """
    if isinstance(system.examples, CineSets):
        return max(examples, key=lambda example: example.score).slice
    own = sorted((e for e in examples if e.input == name), key=lambda example: example.slice)
    seen = [example for example in own if structure[example.slice].any()]
    if not seen:
        return own[len(own) // 2].slice
    return max(seen, key=lambda example: example.score).slice


def images_of(system: System, result: Result, study: Study, results: Path, name: str) -> CaseImages:
    """Read the slice on which an input is shown, with outline and heatmap.

    Args:
        system: The system that judged it.
        result: The result.
        study: The study with its images.
        results: Folder that the result's file names are relative to.
        name: Name of the input.
    """
    image, mask = _image_and_mask(system, study, name)
    examples = result.arms[system.explain.arm].examples
    shown = mask.of(system.inputs[name].structure)
    index = slice_shown(system, examples, name, shown[0])
    structure = system.inputs[name].structure
    heatmap = read_image(results / result.files[HEATMAP + name])
    highest = max(float(heatmap.array[0, index].max()), np.finfo(np.float32).tiny)
    black, white = np.percentile(image.array[0, index], WINDOW)
    return CaseImages(
        system=system,
        result=result,
        input=name,
        image=image,
        mask=replace(mask, array=shown.astype(np.uint8), labels={structure: 1}),
        # Other slices may hold more evidence than the one that scores highest.
        heatmap=replace(heatmap, array=np.clip(heatmap.array / highest, 0.0, 1.0)),
        slice=index,
        window=(float(black), float(white)),
        margin=MARGIN_MM,
    )


def outlined(system: System, study: Study, name: str, examples: Sequence[ExampleScore]) -> Outlined:
    """Return the slice on which an input is shown where there is no heatmap.

    Args:
        system: The declaration.
        study: The study with its images.
        name: Name of the input.
        examples: Scores of an arm on the study.
    """
    image, mask = _image_and_mask(system, study, name)
    shown = mask.of(system.inputs[name].structure)[0]
    index = slice_shown(system, examples, name, shown)
    aspect = image.spacing[1] / image.spacing[2]
    return Outlined(index, image.array[0, index], shown[index], aspect)


def _image_and_mask(system: System, study: Study, name: str) -> tuple[Image, Mask]:
    """Return an input's image and mask, a mask without a pixel where there is none."""
    needed = system.inputs[name]
    loaded, _ = load(system, study, resample_masks=True)
    image = require(loaded, needed.image)
    role = None if needed.mask is None else loaded.find(needed.mask)
    if role is None:
        return image, Mask(np.zeros(image.array.shape, np.uint8), image.ijk_to_ras)
    mask = loaded.images[role]
    assert isinstance(mask, Mask)
    return image, mask


def case_title(evaluation: Evaluation, case: Case) -> str:
    """Say who a case is, and why it is shown."""
    return f"{case.result.subject}: {case.why} {evaluation.system.task.names[1]}"


def _title(evaluation: Evaluation, case: Case) -> str:
    names = evaluation.system.task.names
    arm = case.result.arms[case.result.primary]
    called = arm.decision or "no threshold"
    return (
        f"{case_title(evaluation, case)}\n"
        f"score {arm.score:.2f} -> {called}; truth: {names[case.label]}"
    )


def _attention(system: System, result: Result) -> str:
    attention = result.attention
    if attention is None or attention.inside is None:
        return "Grad-CAM: no evidence anywhere"
    flag = ", FLAGGED" if attention.flagged else ""
    return f"Grad-CAM: {attention.inside:.0%}{flag}\n{near_heart(system, attention)}"
