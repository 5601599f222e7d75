"""What the Python console calls of the module for bone scans."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.planar import (
    ANTERIOR,
    POSTERIOR,
    PlanarNodes,
    add_planar,
    show_planar,
)
from CardioAILib.mrml.planarfacts import facts_of
from CardioAILib.panel import console
from CardioAILib.panel.modelfolders import model_folder
from CardioAILib.panel.tasks import Prediction
from CardioAILib.study import Fact
from CardioAILib.verbs.planar import PLANAR
from CardioAILib.verbs.planar import POSTERIOR as BEHIND

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
    """Load the first examination of planar scans in a file or folder, and show it.

    Args:
        scene: The scene.
        path: A DICOM file, or a folder of them.

    Raises:
        CardioAIError: There is no planar scan that can be used.
    """
    from CardioAILib.verbs.intake import cohort_of
    from CardioAILib.verbs.worklistsources import require_anterior

    study = cohort_of(Path(path)).studies[0]
    require_anterior(study)
    images = {role.view: image for role, image in study.images.items() if role.kind == PLANAR}
    nodes = add_planar(scene, images[ANTERIOR], images.get(POSTERIOR), facts=study.facts)
    show_planar(scene, *nodes)
    return nodes


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
