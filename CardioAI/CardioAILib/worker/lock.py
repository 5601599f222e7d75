"""One process at a time in a job folder; the system lets go of the lock when a process dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from CardioAILib.errors import ResumeError

LOCK = ".lock"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder's lock during the block.

    Raises:
        ResumeError: Another process holds it.
        OSError: The folder cannot be written.
    """
    with (folder / LOCK).open("a+b") as file:
        try:
            _seize(file.fileno())
        except OSError as error:
            raise ResumeError(
                got=f"{folder}, where a worker is at work",
                wanted="one worker a job",
                fix="wait until it ends, or cancel it first",
            ) from error
        yield


if os.name == "nt":

    def _seize(descriptor: int) -> None:
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:

    def _seize(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
