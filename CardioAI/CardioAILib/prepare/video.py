"""Verbs for echo clips: keep the sector, cut the square in its middle, sample it down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sector:
    """Blank what lies outside the ultrasound sector, and cut the image to the sector's box."""


@dataclass(frozen=True)
class Square:
    """Cut the largest square around the middle."""


@dataclass(frozen=True)
class Downsample:
    """Sample down by cubic interpolation, smoothed before by as much as the pixels grow.

    Args:
        size: Pixels along each side.
    """

    size: int = 112
