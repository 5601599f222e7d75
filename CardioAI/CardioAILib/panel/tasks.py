"""Nodes of the scene become a job folder, a finished job folder becomes nodes. No Qt here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from CardioAILib.codec import from_json
from CardioAILib.io import read_image, save_cohort
from CardioAILib.io.cohort import ONLY_STUDY
from CardioAILib.mrml import (
    InputNodes,
    ResultNodes,
    image_from_node,
    results_table,
    show_result,
    study_from_nodes,
)
from CardioAILib.quality import check_study
from CardioAILib.report import page_path
from CardioAILib.results import Finding, Result
from CardioAILib.study import Cohort, Fact, Image, Role, Study
from CardioAILib.system import System
from CardioAILib.verbs.activations import ACTIVATIONS
from CardioAILib.verbs.batch import HEATMAP, read_failures, read_results
from CardioAILib.verbs.gather import Failure
from CardioAILib.verbs.measured import measure_masks, short_axis_mask, uses_measurements
from CardioAILib.verbs.optional import with_present
from CardioAILib.verbs.planar import with_uptake
from CardioAILib.verbs.prepared import INPUT_NOTE
from CardioAILib.verbs.unitviews import at_view
from CardioAILib.worker import Job, write_job
from CardioAILib.worker.job import FINDINGS, OUT, RESULTS_TABLE

SUBJECT = "scene"
"""Pseudonym of a study that comes from the scene; node names may hold a patient's."""
IMAGES = ".nrrd"

Nodes = Mapping[str, InputNodes]


@dataclass(frozen=True, eq=False)
class Prediction:
    """A finished prediction of one study, in the scene.

    Args:
        result: What the model said.
        nodes: The nodes that show it.
        page: The report, one HTML text that needs no other file; empty where none was made.
        activations: What layers of networks respond to (1, S, H, W), by arm and stage.
    """

    result: Result
    nodes: ResultNodes
    page: str
    activations: Mapping[str, Image] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Batch:
    """A finished batch.

    Args:
        results: Result of each study that could be used.
        failures: The others, and why.
        table: Table node with a row a study.
    """

    results: Sequence[Result]
    failures: Sequence[Failure]
    table: Any


def checked_study(
    system: System,
    nodes: Nodes,
    subject: str = SUBJECT,
    study: str = ONLY_STUDY,
    facts: Mapping[str, Fact] | None = None,
    beside: Mapping[Role, Any] | None = None,
) -> tuple[Study, tuple[Finding, ...]]:
    """Read a study from the scene and check it against what the system needs.

    Args:
        system: The declaration.
        nodes: Nodes of each input, by its name.
        subject: Pseudonym.
        study: Name of the examination within the subject.
        facts: What is known of the patient, as columns of a cohort table (`height_cm`).
        beside: Volumes that no network reads but that are measured, by their role.

    Returns:
        The study, and all that a reader should know: how it was read, and the checks' warnings.

    Raises:
        CardioAIError: It cannot be used; the message says why and how to mend it.
    """
    read, taken = study_from_nodes(system, nodes, subject=subject, study=study, facts=facts)
    more = {role: image_from_node(node, what=role.column)[0] for role, node in _there(beside)}
    read = replace(read, images={**read.images, **more})
    uptake = with_uptake(system, read)
    present, incomplete = with_present(system, uptake.study)
    named, shown, _ = at_view(present, uptake.study)
    warned = (
        *incomplete,
        *uptake.findings,
        *check_study(named, shown),
        *_warn_of_measures(system, read),
    )
    return _with_note(read, taken), (*taken, *warned)


def predict_job(
    system: System,
    nodes: Nodes,
    model: Path | str,
    folder: Path,
    *,
    explain: bool = True,
    device: str = "auto",
    facts: Mapping[str, Fact] | None = None,
    plane_model: Path | str | None = None,
    beside: Mapping[Role, Any] | None = None,
) -> tuple[Finding, ...]:
    """Write the job that judges the study of these nodes.

    Args:
        system: The declaration; a model of another system will be refused.
        nodes: Nodes of each input, by its name.
        model: The model folder.
        folder: An empty folder for the job.
        explain: Whether to make heatmaps and audit them.
        device: "auto", "cpu", "cuda", ...
        facts: What is known of the patient.
        plane_model: Model of view planes that is asked of each image, or None.
        beside: As for `checked_study`.

    Returns:
        What a reader should know of the input.

    Raises:
        CardioAIError: The study cannot be used.
    """
    study, findings = checked_study(system, nodes, facts=facts, beside=beside)
    save_cohort(Cohort((study,)), folder, IMAGES)
    settings = {"system": system.name, "explain": explain, "device": device}
    if plane_model:
        settings["plane_model"] = str(Path(plane_model).absolute())
    write_job(folder, Job("predict", model=str(Path(model).absolute()), settings=settings))
    return findings


def collect_prediction(
    scene: Any, folder: Path, system: System, nodes: Nodes, sex: str | None = None
) -> Prediction:
    """Show the result of a finished job in the scene; all its nodes appear, or none.

    Args:
        scene: The scene.
        folder: The job folder.
        system: The declaration of the job.
        nodes: The nodes that the job was made from.
        sex: "female" or "male" for the ranges of healthy adults; None for those of both.

    Raises:
        MissingInputError: One of them was deleted meanwhile.
        CardioAIError: The result cannot be read.
    """
    out = folder / OUT
    (result,) = read_results(out)
    heatmaps, activations = maps_of(result, out, HEATMAP), maps_of(result, out, ACTIVATIONS)
    shown = show_result(scene, result, system, heatmaps, nodes, sex)
    return Prediction(result, shown, page_of(result, out), activations)


def maps_of(result: Result, out: Path, kind: str) -> dict[str, Image]:
    """Return the maps of a result that were written beside it, by the name after their kind."""
    return {
        name.removeprefix(kind): read_image(out / file)
        for name, file in result.files.items()
        if name.startswith(kind)
    }


def views_job(study: Study, model: Path | str, folder: Path, device: str = "auto") -> None:
    """Write the job that asks a model of view planes what a study shows.

    Args:
        study: The study, as `checked_study` reads it.
        model: The model folder.
        folder: An empty folder for the job.
        device: "auto", "cpu", "cuda", ...
    """
    save_cohort(Cohort((study,)), folder, IMAGES)
    write_job(folder, Job("views", model=str(Path(model).absolute()), settings={"device": device}))


def collect_views(folder: Path) -> tuple[Finding, ...]:
    """Return what a model of view planes warned of in a finished job."""
    return from_json(json.loads((folder / OUT / FINDINGS).read_text(encoding="utf-8")))


def train_job(cohort: Path | str, folder: Path, settings: Mapping[str, Any]) -> None:
    """Write the job that trains on a cohort table; the model appears in `out/model`.

    Args:
        cohort: The cohort table.
        folder: The job folder: a new one, or that of an interrupted training to go on with.
        settings: Settings that differ from the defaults (see `worker.settings`).
    """
    write_job(folder, Job("train", str(Path(cohort).absolute()), settings=settings))


def batch_job(
    cohort: Path | str | Sequence[Study],
    model: Path | str,
    folder: Path,
    *,
    explain: bool = True,
    device: str = "auto",
) -> None:
    """Write the job that judges many studies.

    Args:
        cohort: A cohort table, or studies read from the scene.
        model: The model folder.
        folder: The job folder: a new one, or that of an interrupted batch to go on with.
        explain: Whether to make heatmaps and audit them.
        device: "auto", "cpu", "cuda", ...
    """
    if isinstance(cohort, str | Path):
        table = Path(cohort).absolute()
    else:
        table = save_cohort(Cohort(tuple(cohort)), folder, IMAGES)
    settings = {"explain": explain, "device": device}
    write_job(folder, Job("predict", str(table), str(Path(model).absolute()), settings))


def collect_batch(scene: Any, out: Path) -> Batch:
    """Show the results of a finished batch in the scene.

    Args:
        scene: The scene.
        out: The folder of results.
    """
    table = results_table(scene, out / RESULTS_TABLE)
    return Batch(read_results(out), read_failures(out), table)


def page_of(result: Result, out: Path) -> str:
    """Return the report page of a result; empty where none was made."""
    path = page_path(out, result.subject, result.study)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _there(beside: Mapping[Role, Any] | None) -> Iterator[tuple[Role, Any]]:
    return ((role, node) for role, node in (beside or {}).items() if node is not None)


def _with_note(study: Study, taken: Sequence[Finding]) -> Study:
    if not taken:
        return study
    note = "; ".join(finding.message for finding in taken)
    return Study(study.subject, study.study, study.images, {**study.facts, INPUT_NOTE: note})


def _warn_of_measures(system: System, study: Study) -> tuple[Finding, ...]:
    """Return what is missing or doubtful of what the system will measure."""
    ed, es = (short_axis_mask(study, phase) for phase in ("ED", "ES"))
    if ed is None or not uses_measurements(system):
        return ()
    return measure_masks(ed, es, study).findings
