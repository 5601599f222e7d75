"""The time left, from the share done so far."""

from __future__ import annotations

from collections.abc import Callable

SOONEST_SECONDS = 2.0
LEAST_SHARE = 0.02
STARTING_SHARE = 0.02
"""Share that starting takes, whose pace tells nothing: libraries and the model are loaded."""


class Remaining:
    """Estimates the time left from the pace since the first share that was told.

    Args:
        clock: Seconds from any start.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._first: tuple[float, float] | None = None

    def after(self, done: float | None) -> float | None:
        """Take the share done, 0 to 1; return the seconds left, or None while it is too early."""
        if not isinstance(done, int | float):
            return None
        now = self._clock()
        if self._first is None or done <= STARTING_SHARE:
            self._first = (now, done)
        start, before = self._first
        if now - start < SOONEST_SECONDS or done - before < LEAST_SHARE:
            return None
        return (now - start) * (1.0 - done) / (done - before)
