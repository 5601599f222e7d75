"""How a panel starts a worker: with Slicer's own means, or with a timer that reads a process."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from CardioAILib.worker import Handle, Launch, SubprocessLauncher
from CardioAILib.worker.launch import OnEnd, OnLine


def slicer_launch(
    arguments: Sequence[str], environment: Mapping[str, str], on_line: OnLine, on_end: OnEnd
) -> Handle:
    """Start a process through Slicer, which reads it and calls back on the main thread.

    Raises:
        OSError: It cannot be started.
    """
    import slicer.util

    return slicer.util.launchConsoleProcess(
        list(arguments),
        # PythonSlicer needs the libraries that Slicer's launcher put on the path.
        useStartupEnvironment=False,
        updateEnvironment=dict(environment),
        blocking=False,
        logCallback=on_line,
        completedCallback=on_end,
    )


def best_launch() -> Launch:
    """Return Slicer's own launcher where it can call back, which it does from version 5.12 on."""
    import slicer.util

    known = inspect.signature(slicer.util.launchConsoleProcess).parameters
    return slicer_launch if "completedCallback" in known else SubprocessLauncher()


def pump(launch: Any) -> None:
    """Deliver what a launcher has read, where it waits to be asked."""
    if isinstance(launch, SubprocessLauncher):
        launch.pump()
