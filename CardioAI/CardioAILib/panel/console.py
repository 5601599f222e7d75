"""What the Python console and batch scripts call: a job, done here and now, and its nodes.

The same jobs as the panel's, without the process of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from CardioAILib.mrml import InputNodes
from CardioAILib.panel.cinenodes import CineChoice, cine_nodes, reads_phases
from CardioAILib.panel.featurejobs import collect_radiomics, radiomics_job
from CardioAILib.panel.findings import given_cells
from CardioAILib.panel.modelfolders import DEMONSTRATION, model_folder, system_of
from CardioAILib.panel.publishing import publish, require_free, work_folder
from CardioAILib.panel.scenestudies import scene_studies
from CardioAILib.panel.tasks import (
    Batch,
    Nodes,
    Prediction,
    batch_job,
    collect_batch,
    collect_prediction,
    predict_job,
)
from CardioAILib.panel.viewfinding import require_used, takes_views, view_nodes
from CardioAILib.progress import Progress, silent
from CardioAILib.report.healthy import sex_of
from CardioAILib.study import Fact, Role, Study
from CardioAILib.system import System
from CardioAILib.verbs.cells import items_of
from CardioAILib.verbs.gather import Failure
from CardioAILib.worker import run_job
from CardioAILib.worker.job import OUT


def judge(
    scene: Any,
    volume: Any = None,
    segmentation: Any = None,
    model: Path | str | None = None,
    *,
    ed: Any = None,
    es: Any = None,
    segmentation_es: Any = None,
    frames: tuple[int | None, int | None] = (None, None),
    view: str | None = None,
    segment: str | None = None,
    frame: int | None = None,
    height_cm: float | None = None,
    weight_kg: float | None = None,
    sex: str | None = None,
    lge: Mapping[str, Any] | None = None,
    lge_segmentations: Mapping[str, Any] | None = None,
    findings: Mapping[str, Fact] | None = None,
    **how: Any,
) -> Prediction:
    """Judge the study that nodes of the scene show.

    Args:
        scene: The scene.
        volume: Scalar volume, sequence, its browser, or the volume that the browser shows.
        segmentation: Segmentation or labelmap, or a sequence of these; systems that read a cine
            do without it, and then measure nothing.
        model: See `model_folder`.
        ed: For systems that read a cine: the volume at end-diastole in place of `volume`.
        es: The volume at end-systole.
        segmentation_es: Segmentation at end-systole; `segmentation` is at end-diastole then.
        frames: Indices of end-diastole and end-systole in the cine; None to find them.
        view: Plane of the cine ("SAX", "4C", "2C", "RV2C", "3C"); None to tell it by geometry.
        segment: For other systems: ID of the structure's segment, where names leave it open.
        frame: Index of the frame in the sequence; None for the one shown.
        height_cm: Height, for measurements by body surface area.
        weight_kg: Weight, for the same.
        sex: "female" or "male" for the ranges of healthy adults; None for those of both.
        lge: For systems of several views: the image of each, by its name ("2C", "4C", "SAX");
            None to find them in the scene by place and name.
        lge_segmentations: Segmentation of each, as far as there are any.
        findings: What a reader found, by column of the system's findings; the arm that asks for
            one that cannot be gives no result, and the result says why.
        how: As for `process`.

    Raises:
        CardioAIError: The study or the model cannot be used; the scene is left as it was.
    """
    folder = model_folder(model)
    system = system_of(folder)
    single = {"volume": volume, "segmentation": segmentation, "segment": segment}
    single |= {"ed": ed, "es": es, "segmentation_es": segmentation_es}
    by_view = {"lge": lge, "lge_segmentations": lge_segmentations}
    require_used(system, single, by_view)
    if reads_phases(system):
        both = volume if ed is None else ed, es, segmentation, segmentation_es
        nodes = cine_nodes(system, CineChoice(*both, view, *frames))
    elif takes_views(system, lge):
        nodes = view_nodes(scene, system, lge, lge_segmentations)
    else:
        nodes = same_nodes(system, volume, segmentation, segment, frame)
    body = {"height_cm": height_cm, "weight_kg": weight_kg, "sex": sex}
    facts = {name: value for name, value in body.items() if value is not None}
    facts |= given_cells(findings or {}, items_of(system))
    return process(scene, nodes, folder, facts=facts, **how)


def same_nodes(
    system: System, volume: Any, segmentation: Any, segment: str | None, frame: int | None
) -> Nodes:
    """Return the same nodes for every input of a system."""
    return {name: InputNodes(volume, segmentation, segment, frame) for name in system.inputs}


def process(
    scene: Any,
    nodes: Nodes,
    model: Path | str = DEMONSTRATION,
    *,
    explain: bool = True,
    device: str = "auto",
    facts: Mapping[str, Fact] | None = None,
    plane_model: Path | str | None = None,
    beside: Mapping[Role, Any] | None = None,
    progress: Progress = silent,
) -> Prediction:
    """Judge the study of these nodes and show the result in the scene.

    Args:
        scene: The scene.
        nodes: Nodes of each input, by its name.
        model: The model folder.
        explain: Whether to make heatmaps and audit them.
        device: "auto", "cpu", "cuda", ...
        facts: What is known of the patient: `height_cm`, `weight_kg`, `sex`.
        plane_model: Model of view planes that is asked of each image, as a path or the name of
            its system; None to ask none.
        beside: Volumes that no network reads but that are measured, by their role.
        progress: Told the share done.

    Raises:
        CardioAIError: The study or the model cannot be used; the scene is left as it was.
    """
    system, known = system_of(model), dict(facts or {})
    planes = None if plane_model is None else model_folder(plane_model)
    asked = {"facts": known, "plane_model": planes, "beside": beside}
    with job_folder() as folder:
        predict_job(system, nodes, model, folder, explain=explain, device=device, **asked)
        run_job(folder, progress)
        return collect_prediction(scene, folder, system, nodes, sex_of(known))


def compute_radiomics(
    scene: Any,
    system: System,
    nodes: Nodes,
    *,
    preset: Path | str = "fahmy2022",
    csv: Path | str | None = None,
    segments: Sequence[str] = (),
    frames: str = "one",
    engine: str = "auto",
    progress: Progress = silent,
) -> Any:
    """Compute the radiomics of a structure, or of several segments; no model is needed.

    Args:
        scene: The scene.
        system: The declaration whose preparation and slices are used.
        nodes: Nodes of each input, by its name.
        preset: Name of a preset, or the path of a preset's or a parameter file.
        csv: Where the table is written too, or None.
        segments: IDs of segments, which may overlap; none for the system's structure.
        frames: "one", or "all" for a row for every frame of the sequence.
        engine: Radiomics engine.
        progress: Told the share done.

    Returns:
        The table node, a row a slice, or a row a volume where the preset is 3-D.

    Raises:
        CardioAIError: The study cannot be used.
        OSError: The file cannot be written.
    """
    with job_folder() as folder:
        how = {"preset": preset, "segments": segments, "frames": frames, "engine": engine}
        radiomics_job(system, nodes, folder, **how)
        run_job(folder, progress)
        return collect_radiomics(scene, folder, nodes, csv)


def run_batch(
    scene: Any,
    cohort: Path | str | None,
    out: Path | str,
    model: Path | str = DEMONSTRATION,
    *,
    explain: bool = True,
    device: str = "auto",
    progress: Progress = silent,
) -> Batch:
    """Judge many studies into a folder; call again to go on with an interrupted batch.

    Args:
        scene: The scene that gets the table.
        cohort: A cohort table; None for all volumes of the scene that have a segmentation.
        out: Folder that appears, whole, with results, heatmaps, pages and tables.
        model: The model folder.
        explain: Whether to make heatmaps and audit them.
        device: "auto", "cpu", "cuda", ...
        progress: Told the share done.

    Raises:
        ResumeError: The folder is not empty.
        CardioAIError: No study can be used.
    """
    require_free(out)
    work = work_folder(out)
    unread: list[Failure] = []
    source: Path | str | list[Study] = cohort or []
    if cohort is None:
        source, unread = scene_studies(scene, system_of(model))
    batch_job(source, model, work, explain=explain, device=device)
    run_job(work, progress)
    publish(work / OUT, out)
    batch = collect_batch(scene, Path(out))
    return replace(batch, failures=(*unread, *batch.failures))


@contextmanager
def job_folder() -> Iterator[Path]:
    """Yield an empty folder for a job, and remove it afterwards with all that is in it."""
    with TemporaryDirectory(prefix="CardioAI-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
