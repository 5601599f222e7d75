"""Clips as the input of a network: frames at even steps, from the first or from anywhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clip:
    """Gray frames of a clip at even steps, 0 to 1, which the network copies to three channels.

    Args:
        frames: Frames that the network sees.
        stride: Steps from one of them to the next, in frames.
    """

    frames: int = 16
    stride: int = 2


@dataclass(frozen=True)
class RandomStart:
    """Training passes start anywhere in the frames that are kept; nothing else changes."""
