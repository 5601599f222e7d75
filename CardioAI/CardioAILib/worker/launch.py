"""How a process is started: what an errand asks of its surroundings, and one way to give it."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

OnLine = Callable[[str], None]
OnEnd = Callable[[int], None]


class Handle(Protocol):
    """A started process."""

    @property
    def pid(self) -> int:
        """Process id, which may be that of a launcher."""

    def kill(self) -> None:
        """End that process at once."""


class Launch(Protocol):
    """Starts a process; its callbacks come on the caller's thread.

    Args of the call:
        arguments: Program and words.
        environment: Variables to set in addition to those of the surroundings.
        on_line: Called with each line of its output and errors.
        on_end: Called once with its exit code, after the last line.
    """

    def __call__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        on_line: OnLine,
        on_end: OnEnd,
    ) -> Handle:
        """Start the process and return at once.

        Raises:
            OSError: It cannot be started.
        """


class SubprocessLauncher:
    """Starts processes outside Slicer; `pump` delivers what they said."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def __call__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        on_line: OnLine,
        on_end: OnEnd,
    ) -> subprocess.Popen[str]:
        """Start a process; a thread reads it, and nothing is called before `pump`."""
        process = subprocess.Popen(
            list(arguments),
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=os.name != "nt",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        reader = threading.Thread(target=self._read, args=(process, on_line, on_end), daemon=True)
        reader.start()
        return process

    def pump(self, seconds: float = 0.0) -> None:
        """Deliver lines and ends that are waiting, on this thread.

        Args:
            seconds: How long to wait for the first of them.
        """
        with contextlib.suppress(queue.Empty):
            self._waiting.get(timeout=seconds)() if seconds else self._waiting.get_nowait()()
            while True:
                self._waiting.get_nowait()()

    def wait(self, over: Callable[[], bool], tick: Callable[[], None], seconds: float) -> bool:
        """Pump and tick until something is over; say whether it is, within a time."""
        deadline = time.monotonic() + seconds
        while not over() and time.monotonic() < deadline:
            self.pump(0.05)
            tick()
        return over()

    def _read(self, process: subprocess.Popen[str], on_line: OnLine, on_end: OnEnd) -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                self._waiting.put(partial(on_line, line.rstrip("\r\n")))
        code = process.wait()
        self._waiting.put(partial(on_end, code))
