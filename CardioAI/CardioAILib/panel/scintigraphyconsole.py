"""What the Python console calls of the module for bone scans."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from CardioAILib.errors import CardioAIError, CohortError
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.planar import PlanarNodes, add_planar, show_planar
from CardioAILib.mrml.planarfacts import facts_of
from CardioAILib.panel import console
from CardioAILib.panel.modelfolders import model_folder
from CardioAILib.panel.tasks import Prediction
from CardioAILib.quality import require
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image, Study
from CardioAILib.verbs.headers import header_findings
from CardioAILib.verbs.planar import POSTERIOR as BEHIND
from CardioAILib.verbs.planar import posterior_of
from CardioAILib.verbs.prepared import noted
from CardioAILib.verbs.scanuptake import ANTERIOR as SCAN
from CardioAILib.verbs.scanuptake import told_facts

logger = logging.getLogger(__name__)

DEFAULT = "halme2022"
"""System whose demonstration model answers where no model is named."""


def judge_scan(
    scene: Any,
    anterior: Any,
    model: Path | str | None = None,
    posterior: Any = None,
    *,
    segmentation: Any = None,
    facts: Mapping[str, Fact] | None = None,
    **how: Any,
) -> Prediction:
    """Judge the anterior view of a bone scan and show the result in the scene.

    Args:
        scene: The scene.
        anterior: Volume of the anterior view.
        model: Model folder, or a system's name for its demonstration model.
        posterior: Volume of the posterior view, measured and shown beside; or None.
        segmentation: Segmentation of the heart; None to have it placed automatically.
        facts: What is known beside the counts, before what the volume tells itself.
        how: `explain`, `device` and `progress`, as for `console.process`.

    Raises:
        CardioAIError: The scan or the model cannot be used; the scene is left as it was.
    """
    folder = model_folder(DEFAULT if model is None else model)
    (name,) = console.system_of(folder).inputs
    nodes = {name: InputNodes(anterior, segmentation)}
    known = {**facts_of(anterior), **(facts or {})}
    how |= {"facts": known, "beside": {BEHIND: posterior}}
    done = console.process(scene, nodes, folder, **how)
    show_planar(scene, anterior, posterior)
    return done


def load_scan(scene: Any, path: Path | str) -> PlanarNodes:
    """Load the first examination of planar scans that can be used, and show it.

    What is doubtful of its files, and that there are others, is logged as a warning too.

    Args:
        scene: The scene.
        path: A DICOM file, a picture, a cohort table, or a folder.

    Raises:
        CardioAIError: There is no planar scan that can be used.
    """
    from CardioAILib.verbs.intake import cohort_of

    studies = cohort_of(Path(path)).studies
    study, anterior = _first_usable(studies)
    posterior, left_out = posterior_of(study)
    facts = told_facts(study, left_out)
    nodes = add_planar(scene, anterior, posterior, name=study.subject, facts=facts)
    show_planar(scene, *nodes)
    told = (*noted(study), *header_findings(study), *left_out, *_others(study, len(studies)))
    for one in told:
        logger.warning("%s", one.message)
    return replace(nodes, findings=told)


def _first_usable(studies: Sequence[Study]) -> tuple[Study, Image]:
    """Return the first study whose anterior view can be read, and that view."""
    from CardioAILib.verbs.worklistsources import require_anterior

    refused: CardioAIError | None = None
    for study in studies:
        try:
            require_anterior(study)
            return study, require(study, SCAN.image)
        except CardioAIError as error:
            refused = refused or error
    raise refused or CohortError(
        got="no study", wanted="a planar scan", fix="check the path, or the rows of the table"
    )


def _others(study: Study, count: int) -> list[Finding]:
    if count < 2:
        return []
    message = (
        f"{count} examinations are there, and {study.subject}, the first that can be used, was "
        "loaded; name the file or the folder of another to load that"
    )
    return [Finding("others", message)]


def make_worklist(
    folder: Path | str,
    out: Path | str,
    model: Path | str | None = None,
    *,
    device: str = "auto",
    **how: Any,
) -> Any:
    """Judge all scans of a folder, sort them, and write table, page and thumbnails.

    Args:
        folder: Folder of DICOM files of any depth, a cohort table, or one scan.
        out: Folder for the worklist.
        model: Model folder, or a system's name for its demonstration model.
        device: "auto", "cpu", "cuda", ...
        how: `progress` and `readers`, as for `verbs.worklist.make_worklist`.

    Returns:
        A `verbs.worklist.Worklist`.
    """
    from CardioAILib.report.worklistpage import write_worklist
    from CardioAILib.verbs.model import load_model

    judge = load_model(model_folder(DEFAULT if model is None else model), device=device)
    listed, _page = write_worklist(judge, Path(folder), Path(out), **how)
    return listed
