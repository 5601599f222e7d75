"""Where a long job works, and how what it made comes to the wanted folder: whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from CardioAILib.errors import InputError, ResumeError
from CardioAILib.verbs.workfolder import unfinished
from CardioAILib.worker.job import JOB


def work_folder(out: Path | str) -> Path:
    """Return the folder beside the wanted one in which a long job is done.

    It stays after an interruption, and the job is resumed in it.
    """
    return unfinished(Path(out).absolute())


def require_free(out: Path | str) -> None:
    """Refuse to write over anything; an empty folder is free, and is left as it is.

    Raises:
        ResumeError: It is a file, or a folder that is not empty.
        InputError: It is a whole drive.
    """
    wanted = Path(out).absolute()
    if not wanted.name:
        raise InputError(got=str(wanted), wanted="a new folder", fix="name one below it")
    if not wanted.exists():
        return
    if not wanted.is_dir() or any(wanted.iterdir()):
        what = "which is not empty" if wanted.is_dir() else "a file"
        raise ResumeError(
            got=f"{wanted}, {what}",
            wanted="a new or an empty folder",
            fix="name a folder that does not exist yet, or an empty one",
        )


def publish(made: Path, out: Path | str) -> None:
    """Move finished results to the wanted folder and remove the folder they were made in.

    Args:
        made: The results, in `work_folder(out)`.
        out: The wanted folder.

    Raises:
        CardioAIError: It is not free any more (see `require_free`).
        OSError: They cannot be moved; they stay where they are.
    """
    wanted = Path(out).absolute()
    require_free(wanted)
    if wanted.exists():
        # Not every system puts a folder in the place of another, empty or not.
        wanted.rmdir()
    os.replace(made, wanted)
    # It names folders of this computer, which are of no use elsewhere.
    (wanted / JOB).unlink(missing_ok=True)
    shutil.rmtree(work_folder(wanted), ignore_errors=True)
