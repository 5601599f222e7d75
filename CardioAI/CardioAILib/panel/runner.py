"""One job at a time: started, followed, cancelled, and handed over when it is done."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.panel.launcher import pump
from CardioAILib.panel.progressarea import ProgressArea
from CardioAILib.worker import Errand, Launch
from CardioAILib.worker.job import LOG

logger = logging.getLogger(__name__)

TICK_MS = 200


@dataclass(frozen=True, eq=False)
class Task:
    """What a section asks for.

    Args:
        title: What is done, for the status line.
        folder: The job folder.
        slot: Widget with a layout where the progress area goes.
        collect: Called once the worker is done, on the main thread; makes the nodes.
        curve: Called with each row of a training curve.
        of_scene: Whether it was made from nodes, so that it ends with their scene.
        temporary: Whether the job folder is removed when the job has ended. A failure keeps it
            where its message names the log.
    """

    title: str
    folder: Path
    slot: Any
    collect: Callable[[Path], str]
    curve: Callable[[Mapping[str, Any]], None] = lambda row: None
    of_scene: bool = True
    temporary: bool = False


class Runner:
    """Runs tasks of a panel, one at a time.

    Args:
        area: Where it is told how the task goes.
        launch: Starts the worker's process.
        changed: Called when it becomes busy or free.
    """

    def __init__(self, area: ProgressArea, launch: Launch, changed: Callable[[], None]) -> None:
        self._area, self._launch, self._changed = area, launch, changed
        self._errand: Errand | None = None
        self._task: Task | None = None
        self._timer: Any = None
        self._muted = self._closed = False

    @property
    def busy(self) -> bool:
        """Whether a worker runs."""
        return self._errand is not None

    def works_in(self, folder: Path) -> bool:
        """Say whether a worker runs in a job folder."""
        return self._task is not None and self._task.folder == folder

    def start(self, task: Task) -> bool:
        """Start a task, unless one runs; say whether it did."""
        if self.busy:
            return False
        self._task, self._muted = task, False
        self._errand = Errand(task.folder, self._launch, self._heard)
        self._area.move_to(task.slot)
        self._area.begin(_("{title}: starting...").format(title=task.title))
        self._start_timer()
        self._changed()
        self._errand.start()
        return True

    def cancel(self) -> None:
        """Ask the worker to stop."""
        if self._errand is not None:
            self._area.cancelling()
            self._errand.cancel()

    def scene_closes(self) -> None:
        """Stop a task whose nodes go away, and hear no more of it; any other goes on."""
        if self._task is not None and self._task.of_scene:
            self._abandon()

    def close(self) -> None:
        """Stop the worker and touch no widget any more: the panel goes away."""
        self._closed = True
        self._abandon()
        if self._errand is not None:
            # Nobody ticks any more, so there is no time of grace to wait for.
            self._errand.kill()
        if self._timer is not None:
            self._timer.stop()

    def tick(self) -> None:
        """Deliver what waits, and end a worker that does not stop by itself."""
        pump(self._launch)
        if self._errand is not None:
            self._errand.tick()

    def _abandon(self) -> None:
        self._muted = True
        if self._errand is not None:
            self._errand.cancel()

    def _start_timer(self) -> None:
        import qt

        if self._timer is None:
            self._timer = qt.QTimer()
            self._timer.timeout.connect(self.tick)
        self._timer.start(TICK_MS)

    def _heard(self, event: Mapping[str, Any]) -> None:
        """Take an event of the worker."""
        name = event["event"]
        if name in ("done", "failed", "cancelled"):
            self._end(name, event)
        elif self._muted or self._task is None:
            return
        elif name == "progress":
            self._area.progress(event.get("done"), event.get("message", ""), event.get("left"))
        elif name == "log":
            self._area.log(event.get("message", ""))
        elif name == "curve":
            self._task.curve(event)

    def _end(self, name: str, event: Mapping[str, Any]) -> None:
        task, self._task, self._errand = self._task, None, None
        if self._timer is not None:
            self._timer.stop()
        if self._closed or task is None:
            return
        try:
            text, kind = self._outcome(task, name, event)
            if task.temporary and str(task.folder / LOG) not in text:
                # It holds the patient's images.
                shutil.rmtree(task.folder, ignore_errors=True)
            self._area.end(text, kind)
        finally:
            self._changed()

    def _outcome(self, task: Task, name: str, event: Mapping[str, Any]) -> tuple[str, str]:
        """Return how a task ended in words; nodes are made here where it is done."""
        if self._muted:
            return _("{title} was stopped: its scene was closed.").format(title=task.title), "info"
        if name == "cancelled":
            return _("{title} was cancelled.").format(title=task.title), "info"
        if name == "failed":
            return event.get("message", ""), "error"
        try:
            return task.collect(task.folder), "done"
        except Exception as error:
            logger.exception("the results could not be shown")
            return str(error), "error"
