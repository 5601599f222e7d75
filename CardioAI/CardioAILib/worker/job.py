"""What is asked of a worker, and the folder that holds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.io.atomic import whole_file
from CardioAILib.worker.settings import SETTINGS, check_setting

Task = Literal["predict", "radiomics", "train", "views", "worklist"]

JOB = "job.json"
CANCEL = "cancel"
OUT = "out"
LOG = "log.txt"
RESULTS_TABLE = "results.csv"
FEATURES_TABLE = "features.csv"
FINDINGS = "findings.json"

WITH_MODEL = ("predict", "views", "worklist")
"""Tasks that ask a trained model."""


@dataclass(frozen=True)
class Job:
    """One task for a worker.

    Args:
        task: "predict", "radiomics", "train", "views" to check view planes, or "worklist".
        cohort: The cohort table, absolute or relative to the job folder; of a worklist a folder of
            scans too.
        model: The model folder, absolute or relative to the job folder; for `WITH_MODEL` alone.
        settings: Settings of the task that differ from their defaults (see `settings.SETTINGS`).
    """

    task: Task
    cohort: str = "cohort.csv"
    model: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def setting(self, name: str) -> Any:
        """Return a setting, or its default."""
        return self.settings.get(name, SETTINGS[self.task][name].default)


def layer_folder(folder: Path, layer: int) -> Path:
    """Return where the images of a further layer of segments lie, which overlap the first."""
    return folder / f"layer{layer}"


def write_job(folder: Path | str, job: Job) -> Path:
    """Check a job and write it into its folder; the file appears whole or not at all.

    Args:
        folder: The job folder; made where it is missing.
        job: The job.

    Returns:
        Path of `job.json`.

    Raises:
        InputError: The task or a setting is unknown or out of range.
        OSError: The folder cannot be written.
    """
    check_job(job)
    path = Path(folder) / JOB
    with whole_file(path, ".json") as draft:
        draft.write_text(json.dumps(asdict(job), indent=1), encoding="utf-8")
    return path


def read_job(folder: Path | str) -> Job:
    """Read and check the job of a folder.

    Raises:
        UnreadableFileError: There is no `job.json`, or it is no job.
        InputError: The task or a setting is unknown or out of range.
    """
    path = Path(folder) / JOB
    try:
        job = Job(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise UnreadableFileError(
            got=f"{path} without a readable job ({type(error).__name__})",
            wanted="a job folder",
            fix="start the task again, which writes a new one",
        ) from error
    check_job(job)
    return job


def check_job(job: Job) -> None:
    """Refuse what no worker can do.

    Raises:
        InputError: The task or a setting is unknown or out of range, or the model is missing.
    """
    if job.task not in get_args(Task):
        raise InputError(
            got=f"the task {job.task!r}",
            wanted=f"one of {', '.join(get_args(Task))}",
            fix="correct the job's task",
        )
    if not isinstance(job.cohort, str) or not job.cohort:
        raise InputError(
            got=f"{job.cohort!r} as the cohort",
            wanted="the path of a cohort table",
            fix="write the table with io.save_cohort and name it",
        )
    _check_model(job)
    if not isinstance(job.settings, Mapping):
        raise InputError(
            got=f"settings {job.settings!r}", wanted="names and values", fix="give a dictionary"
        )
    for name, value in job.settings.items():
        check_setting(job.task, name, value)


def _check_model(job: Job) -> None:
    if job.task in WITH_MODEL and (not isinstance(job.model, str) or not job.model):
        raise InputError(
            got=f"{job.model!r} as the model",
            wanted="the folder of a trained model",
            fix="choose a model folder",
        )
    if job.task not in WITH_MODEL and job.model is not None:
        raise InputError(
            got=f"a model folder for the task '{job.task}'",
            wanted="none: that task uses no model",
            fix="leave the model out; a trained one appears in out/model",
        )
