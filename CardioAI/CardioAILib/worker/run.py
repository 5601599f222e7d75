"""A job done: the same verbs as the command line, and a result folder that is whole or absent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from CardioAILib.errors import CancelledError, DependencyError, ResumeError
from CardioAILib.io.atomic import whole_file
from CardioAILib.progress import Progress, silent
from CardioAILib.worker.job import CANCEL, JOB, OUT, Job, read_job
from CardioAILib.worker.lock import alone_in

Event = Callable[[Mapping[str, Any]], None]
"""Called with what happens beside the progress, as in `{"event": "curve", ...}`."""

UNFINISHED = "unfinished"
"""Where results grow; a cancelled or broken job goes on from there."""
TRAINING = "training"
"""Where a training keeps finished networks and checkpoints; a broken one goes on from there."""


PACKAGES = {"sklearn": "scikit-learn", "pywt": "PyWavelets", "yaml": "PyYAML"}
"""Packages that are called otherwise than their modules."""


def run_job(folder: Path | str, progress: Progress = silent, event: Event | None = None) -> None:
    """Do the job of a folder; `out/` appears in it, whole, once all is done.

    A job that was interrupted goes on where it stopped; one that is done is left as it is.

    Args:
        folder: The job folder.
        progress: Told the share done; between two calls of it a cancel is not noticed.
        event: Told of each epoch of a training network.

    Raises:
        CancelledError: The file `cancel` is in the folder.
        ResumeError: Another process does this job, or `out/` is of another job.
        DependencyError: A package is missing.
        CardioAIError: The job, its model or its images cannot be used.
        OSError: The folder cannot be written.
    """
    folder = Path(folder).absolute()
    job = read_job(folder)
    with alone_in(folder):
        if (folder / OUT).exists():
            _require_same_job(folder)
            return
        told = heeding(folder / CANCEL, progress)
        told(0.0, "starting")
        try:
            _do(job, folder, told, event or _unheard)
        except ModuleNotFoundError as error:
            if error.name is None or error.name.startswith("CardioAILib"):
                raise
            raise missing_package(error.name) from error
        told(1.0, "done")
        _publish(folder)
        shutil.rmtree(folder / TRAINING, ignore_errors=True)


def heeding(cancel: Path, progress: Progress) -> Progress:
    """Return a progress that stops the work as soon as a file is there."""

    def report(done: float, message: str) -> None:
        if cancel.exists():
            raise CancelledError
        progress(done, message)

    return report


def missing_package(module: str) -> DependencyError:
    """Return the error that names the package of a missing module and where to get it."""
    top = module.partition(".")[0]
    name = PACKAGES.get(top, top)
    extension = name == "torch"
    slicer = "install the extension PyTorch" if extension else "open the module's panel"
    return DependencyError(
        got=f"a Python without the package '{name}'",
        wanted=f"'{name}', which this task needs",
        fix=f"in 3D Slicer {slicer}, press its button and accept the installation; elsewhere "
        f"'pip install {name}'",
    )


def _do(job: Job, folder: Path, progress: Progress, event: Event) -> None:
    # Here and not above, since what the tasks need may be missing and must then be named.
    from CardioAILib.worker.tasks import TASKS

    TASKS[job.task](job, folder, folder / UNFINISHED, progress, event)


def _publish(folder: Path) -> None:
    """Make the finished results appear as `out/`, with the job that made them."""
    unfinished = folder / UNFINISHED
    with whole_file(unfinished / JOB, ".json") as draft:
        shutil.copyfile(folder / JOB, draft)
    os.replace(unfinished, folder / OUT)


def _require_same_job(folder: Path) -> None:
    made = folder / OUT / JOB
    if not made.exists() or read_job(folder) != read_job(folder / OUT):
        raise ResumeError(
            got=f"{OUT}/ of another job in {folder}",
            wanted="a job folder without results",
            fix="use a new job folder",
        )


def _unheard(happened: Mapping[str, Any]) -> None:
    """Tell nobody."""
