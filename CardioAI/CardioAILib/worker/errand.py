"""The parent's side of a job: started, heard, cancelled, ended. No Qt, no threads."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from CardioAILib.errors import InputError
from CardioAILib.worker import events
from CardioAILib.worker.ending import end_tree, why_it_ended
from CardioAILib.worker.job import CANCEL, LOG, OUT
from CardioAILib.worker.launch import Handle, Launch
from CardioAILib.worker.remaining import Remaining

logger = logging.getLogger(__name__)

State = Literal["waiting", "running", "cancelling", "done", "failed", "cancelled"]
Listener = Callable[[Mapping[str, Any]], None]
"""Called with each event; "done", "failed" or "cancelled" comes once, as the last."""

GRACE_SECONDS = 10.0
"""How long a worker may take to stop by itself."""
KEPT_WORDS = 50


class Errand:
    """One job, done by a worker process.

    Call `tick` a few times a second while `over` is false. The listener hears the worker's
    events as they are (see `events`); progress has `left` added, the seconds left or None.

    Args:
        folder: The job folder, with `job.json`.
        launch: Starts the process.
        listener: Told of each event, on the thread that calls in.
        interpreter: Python to run; by default the one of these surroundings.
        grace: Seconds from a cancel until the process tree is ended.
        clock: Seconds from any start.
        end: Ends a process tree.
    """

    def __init__(
        self,
        folder: Path | str,
        launch: Launch,
        listener: Listener,
        *,
        interpreter: str | None = None,
        grace: float = GRACE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        end: Callable[[int], None] = end_tree,
    ) -> None:
        self.folder = Path(folder).absolute()
        self.state: State = "waiting"
        self._launch, self._listener, self._end = launch, listener, end
        self._interpreter, self._grace, self._clock = interpreter, grace, clock
        self._remaining = Remaining(clock)
        self._handle: Handle | None = None
        self._worker: int | None = None
        self._last: dict[str, Any] | None = None
        self._words: list[str] = []
        self._deadline: float | None = None

    @property
    def out(self) -> Path:
        """Where the results are once the state is "done"."""
        return self.folder / OUT

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in events.LAST

    def start(self) -> None:
        """Start the worker; a failure to do so is told as any other.

        Raises:
            InputError: The errand was started before.
        """
        if self.state != "waiting":
            raise InputError(
                got=f"a job that is {self.state}",
                wanted="one that was not started yet",
                fix="wait for it or cancel it; a new run takes a new errand",
            )
        self.state = "running"
        try:
            # That of an earlier run, which was cancelled and now goes on.
            (self.folder / CANCEL).unlink(missing_ok=True)
            command = [self._interpreter or python_of_slicer(), "-m", "CardioAILib.worker"]
            self._handle = self._launch(
                [*command, str(self.folder)], environment(), self.line, self.ended
            )
        except OSError as error:
            self._finish(
                "failed", kind="NotStarted", message=f"The worker could not be started: {error}."
            )

    def cancel(self) -> None:
        """Ask the worker to stop; it is ended where it does not within the grace time."""
        if self.state == "waiting":
            self._finish("cancelled")
        if self.state != "running":
            return
        self.state = "cancelling"
        self._deadline = self._clock() + self._grace
        try:
            (self.folder / CANCEL).touch()
        except OSError as error:
            logger.warning("cannot ask the worker to stop (%s): ending it", error)
            self.kill()

    def tick(self) -> None:
        """End the worker if its time to stop is over."""
        if not self.over and self._deadline is not None and self._clock() >= self._deadline:
            self._deadline = self._clock() + self._grace
            self.kill()

    def kill(self) -> None:
        """End the worker and all that it started, at once; finished parts stay for a next run."""
        if self._worker is not None:
            self._end(self._worker)
        if self._handle is not None:
            self._end(self._handle.pid)
            self._handle.kill()

    def line(self, text: str) -> None:
        """Take one line of the worker's output."""
        if self.over or not text.strip():
            return
        event = events.event_of(text)
        if event is None:
            self._words = [*self._words, text][-KEPT_WORDS:]
            event = {events.EVENT: events.LOG, "level": "info", "message": text}
        name = event[events.EVENT]
        if name in events.LAST:
            # It is believed once the process has ended, which may hang.
            self._last = event
            self._deadline = self._clock() + self._grace
            return
        if name == events.STARTED:
            self._worker = event.get("pid")
        if name == events.PROGRESS:
            event = {**event, "left": self._remaining.after(event.get("done"))}
        self._tell(event)

    def ended(self, code: int) -> None:
        """Take the end of the worker's process."""
        if self.over:
            return
        last = self._last or {}
        name = last.get(events.EVENT)
        if self.state == "cancelling" or name == events.CANCELLED:
            self._finish("cancelled")
        elif name == events.DONE and self.out.is_dir():
            self._finish("done")
        elif name == events.FAILED:
            self._finish("failed", kind=last.get("kind", ""), message=last.get("message", ""))
        else:
            kind, message = why_it_ended(code, self._words, self.folder / LOG)
            self._finish("failed", kind=kind, message=message)

    def _finish(self, state: Literal["done", "failed", "cancelled"], **more: str) -> None:
        self.state = state
        self._tell({events.EVENT: state, **more})

    def _tell(self, event: Mapping[str, Any]) -> None:
        try:
            self._listener(event)
        except Exception:
            # A broken chart must not stop the messages, nor the loop that delivers them.
            logger.exception("the listener failed on %s", event[events.EVENT])


def environment() -> dict[str, str]:
    """Return the variables that a worker needs: where the library is, and who waits for it."""
    library = str(Path(__file__).resolve().parents[2])
    known = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    return {
        "PYTHONPATH": os.pathsep.join([library, *(e for e in known if e != library)]),
        "PYTHONUTF8": "1",
        "CARDIOAI_PARENT": str(os.getpid()),
    }


def python_of_slicer() -> str:
    """Return the Python to run workers with: Slicer's inside Slicer, else this one."""
    if "SLICER_HOME" in os.environ:
        return shutil.which("PythonSlicer") or sys.executable
    return sys.executable
