"""Jobs that compute radiomics: nodes become a job folder, its table becomes nodes. No Qt here."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from CardioAILib.io import save_cohort
from CardioAILib.io.atomic import whole_file
from CardioAILib.io.cohort import ONLY_STUDY
from CardioAILib.io.parameters import is_parameter_file
from CardioAILib.mrml import InputNodes, feature_table
from CardioAILib.mrml.featurecolumns import describe_columns
from CardioAILib.mrml.segmentstudies import Segments, read_segments
from CardioAILib.panel.tasks import IMAGES, SUBJECT, Nodes, checked_study
from CardioAILib.results import Finding
from CardioAILib.study import Cohort, Fact, Study
from CardioAILib.system import Input, System
from CardioAILib.verbs.batch import read_failures
from CardioAILib.verbs.features.beside import failures_beside
from CardioAILib.verbs.features.inputs import EVERY, TIMES
from CardioAILib.verbs.features.presetfiles import find_preset
from CardioAILib.verbs.prepared import INPUT_NOTE
from CardioAILib.worker import Job, write_job
from CardioAILib.worker.job import FEATURES_TABLE, OUT, layer_folder

logger = logging.getLogger(__name__)


def radiomics_job(
    system: System,
    nodes: Nodes,
    folder: Path,
    *,
    preset: Path | str = "fahmy2022",
    segments: Sequence[str] = (),
    frames: str = "one",
    engine: str = "auto",
) -> tuple[Finding, ...]:
    """Write the job that computes the radiomics of the study of these nodes.

    Args:
        system: The declaration whose inputs are read.
        nodes: Nodes of each input, by its name.
        folder: An empty folder for the job.
        preset: Name of a preset, or a preset's or a parameter file's path.
        segments: IDs of segments that are measured, a row each, even where they overlap; none
            for the structure that the system looks at.
        frames: "one", or "all" for a row for every frame of the sequence.
        engine: Radiomics engine.

    Returns:
        What a reader should know of the input.

    Raises:
        CardioAIError: The study or the preset cannot be used.
    """
    source = find_preset(preset).source
    name = str(Path(preset).absolute()) if is_parameter_file(str(preset)) else str(preset)
    settings = {"system": system.name, "preset": name, "engine": engine, "frames": frames}
    if source == "system" and not segments and frames == "one":
        study, findings = checked_study(system, nodes)
        save_cohort(Cohort((study,)), folder, IMAGES)
        write_job(folder, Job("radiomics", settings=settings))
        return findings
    studies, findings = segment_studies(system, nodes, segments, frames)
    save_cohort(Cohort((studies[0],)), folder, IMAGES)
    for layer, study in enumerate(studies[1:], start=1):
        save_cohort(Cohort((study,)), layer_folder(folder, layer), IMAGES)
    columns = [needed.image.column for needed in system.inputs.values()]
    settings |= {"structures": [EVERY], "layers": len(studies) - 1}
    settings |= {} if source == "system" else {"inputs": columns}
    write_job(folder, Job("radiomics", settings=settings))
    for finding in findings:
        logger.info("%s", finding.message)
    return findings


def segment_studies(
    system: System, nodes: Mapping[str, InputNodes], segments: Sequence[str], frames: str
) -> tuple[list[Study], tuple[Finding, ...]]:
    """Read the study of these nodes, once for each layer of segments that overlap.

    Raises:
        CardioAIError: It cannot be read.
    """
    read = {
        name: (needed, read_segments(nodes[name], needed.structure, segments, frames, name))
        for name, needed in system.inputs.items()
    }
    findings = tuple(finding for _, own in read.values() for finding in own.findings)
    facts: dict[str, Fact] = {}
    if findings:
        facts[INPUT_NOTE] = "; ".join(finding.message for finding in findings)
    if times := next((own.times for _, own in read.values() if len(own.times) > 1), None):
        facts[TIMES] = ";".join(f"{time:g}" for time in times)
    layers = max(len(own.masks) for _, own in read.values())
    empty = Study(SUBJECT, ONLY_STUDY, {}, facts)
    return [_with_layer(empty, read.values(), layer) for layer in range(layers)], findings


def collect_radiomics(scene: Any, folder: Path, nodes: Nodes, csv: Path | str | None = None) -> Any:
    """Show the features of a finished job in the scene, and keep them as a file if wanted.

    Args:
        scene: The scene.
        folder: The job folder.
        nodes: The nodes that the job was made from.
        csv: Where the table is written too, or None.

    Returns:
        The table node, a row a slice or a volume.

    Raises:
        OSError: The file cannot be written; the table node is there all the same.
    """
    made = folder / OUT / FEATURES_TABLE
    for failure in read_failures(made.parent, failures_beside(made).name):
        logger.warning("left out: %s", failure.reason)
    # The table first: what was computed is not lost where the file cannot be written.
    table = feature_table(scene, made, next(iter(nodes.values())).image)
    describe_columns(table)
    if csv is not None:
        with whole_file(Path(csv), ".csv") as draft:
            shutil.copyfile(made, draft)
    return table


def _with_layer(study: Study, read: Any, layer: int) -> Study:
    images = dict(study.images)
    for needed, own in read:
        if layer < len(own.masks):
            images |= _layer(needed, own, layer)
    return replace(study, images=images)


def _layer(needed: Input, own: Segments, layer: int) -> dict[Any, Any]:
    assert needed.mask is not None
    return {needed.image: own.image, needed.mask: own.masks[layer]}
