"""The lines between a worker and its parent: JSON, one event a line, ASCII alone."""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Mapping
from typing import Any

from CardioAILib.errors import CancelledError

EVENT = "event"
STARTED, PROGRESS, LOG, CURVE = "started", "progress", "log", "curve"
DONE, FAILED, CANCELLED = "done", "failed", "cancelled"
LAST = (DONE, FAILED, CANCELLED)
"""Events after which none follows."""


def line_of(event: Mapping[str, Any]) -> str:
    """Return the line that says an event; numbers that JSON lacks become null."""
    return json.dumps({name: _plain(value) for name, value in event.items()})


def event_of(line: str) -> dict[str, Any] | None:
    """Return the event that a line says, or None for any other output."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get(EVENT), str) else None


class Channel:
    """The way out for events.

    Args:
        descriptor: File descriptor that they are written to.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, event: Mapping[str, Any]) -> None:
        """Write one event, whole.

        Raises:
            CancelledError: Nobody reads any more.
        """
        rest = f"{line_of(event)}\n".encode("ascii")
        with self._lock:
            try:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError as error:
                raise CancelledError from error


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
