"""The worker's own process: events on standard output, all else in `log.txt`."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from CardioAILib.progress import Progress
from CardioAILib.worker.events import (
    CANCELLED,
    DONE,
    EVENT,
    FAILED,
    LOG,
    PROGRESS,
    STARTED,
    Channel,
)
from CardioAILib.worker.guard import end_with, lead_own_group
from CardioAILib.worker.job import LOG as LOG_FILE
from CardioAILib.worker.run import run_job
from CardioAILib.worker.trouble import in_words

PARENT = "CARDIOAI_PARENT"
"""Environment variable with the process id whose end ends the worker."""
STDOUT, STDERR = 1, 2
BAD_CALL = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the job of a folder and tell it in events.

    Args:
        arguments: The job folder; the process's own words by default.

    Returns:
        0 done or cancelled, 1 failed, 2 a bad call.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if len(given) != 1:
        sys.stderr.write("usage: python -m CardioAILib.worker JOBFOLDER\n")
        return BAD_CALL
    folder = Path(given[0])
    channel = Channel(take_stdout(folder / LOG_FILE))
    lead_own_group()
    end_with(os.environ.get(PARENT))
    channel.send({EVENT: STARTED, "pid": os.getpid()})
    logging.basicConfig(
        level=logging.INFO, format="%(message)s", handlers=[Teller(channel)], force=True
    )
    return work(folder, channel)


def work(folder: Path, channel: Channel) -> int:
    """Do the job; whatever happens, the last event says it."""
    try:
        run_job(folder, telling(channel), channel.send)
        channel.send({EVENT: DONE})
    except KeyboardInterrupt:
        with contextlib.suppress(KeyboardInterrupt):
            channel.send({EVENT: CANCELLED})
    except BaseException as error:
        traceback.print_exc()
        kind, message = in_words(error, folder)
        channel.send({EVENT: FAILED, "kind": kind, "message": message})
        return 1
    return 0


def take_stdout(log: Path) -> int:
    """Send what libraries print to a file, and return a descriptor of the real output.

    Where the file cannot be written, they print to standard error.
    """
    real = os.dup(STDOUT)
    sys.stdout.flush()
    with contextlib.suppress(OSError):
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, STDERR)
        os.close(file)
    os.dup2(STDERR, STDOUT)
    faulthandler.enable(STDERR)
    return real


def telling(channel: Channel) -> Progress:
    """Return a progress that sends events."""

    def report(done: float, message: str) -> None:
        channel.send({EVENT: PROGRESS, "done": float(done), "message": message})

    return report


class Teller(logging.Handler):
    """Sends log records as events.

    Args:
        channel: Where to.
    """

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record; one that cannot be put into words is told in the log file."""
        try:
            message = self.format(record)
        except Exception:
            self.handleError(record)
            return
        self._channel.send({EVENT: LOG, "level": record.levelname.lower(), "message": message})
