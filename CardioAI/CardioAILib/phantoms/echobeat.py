"""The beat of a simulated heart: when it contracts, when its valves open, and when frames fall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CONTRACTION = ((0.0, 0.0), (0.36, 1.0), (0.42, 0.97), (0.6, 0.3), (0.82, 0.2), (1.0, 0.0))
"""Time in the heartbeat and contraction: ejection, relaxation, filling, diastasis, atrial kick."""

MITRAL = ((0.0, 0.1), (0.05, 0.0), (0.42, 0.0), (0.52, 1.0), (0.68, 0.45), (0.88, 0.7), (1.0, 0.1))
"""Time in the heartbeat and opening of the mitral and tricuspid valves: E and A wave."""

AORTIC = ((0.0, 0.0), (0.05, 0.0), (0.12, 1.0), (0.32, 0.9), (0.4, 0.0), (1.0, 0.0))
"""Time in the heartbeat and opening of the aortic valve."""

FASTEST_HZ = 50.0


@dataclass(frozen=True)
class Beat:
    """The rhythm of a clip.

    Args:
        rate: Heartbeats a minute.
        frame_ms: Time from one frame to the next.
        start: Time of the first frame, as a share of a heartbeat, below 0 before the R wave.
    """

    rate: float
    frame_ms: float
    start: float

    def phases(self, frames: int) -> np.ndarray:
        """Return the time of each frame within its heartbeat (T,), from 0 to 1."""
        return (self.start + np.arange(frames) * self.frame_ms * self.rate / 60000) % 1

    def times_ms(self, frames: int) -> tuple[float, ...]:
        """Return the time of each frame after the first, ms."""
        return tuple(round(float(frame * self.frame_ms), 3) for frame in range(frames))


def random_beat(rate: float, frames: int, rng: np.random.Generator) -> Beat:
    """Return a rhythm in which these frames show a whole heartbeat.

    Args:
        rate: Heartbeats a minute.
        frames: Frames of the clip; the fewer, the slower they come.
        rng: Decides the frame rate and the first frame.
    """
    slowest = 60000 / rate * 1.08 / frames
    frame_ms = max(slowest, 1000 / (FASTEST_HZ * rng.uniform(0.8, 1.1)))
    return Beat(rate, round(frame_ms, 3), rng.uniform(-0.06, 0.0))


def along(curve: tuple[tuple[float, float], ...], phases: np.ndarray) -> np.ndarray:
    """Return a curve of the heartbeat at these times (T,), smooth between its points."""
    times, values = np.array(curve).T
    place = np.interp(phases, times, np.arange(len(times)))
    before = np.minimum(place.astype(int), len(times) - 2)
    turned = (1 - np.cos(np.pi * (place - before))) / 2
    return values[before] + turned * np.diff(values)[before]
