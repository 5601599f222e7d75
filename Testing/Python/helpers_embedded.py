"""A small oblique heart in the embedded scene, for tests that draw and store it."""

from typing import Any

import numpy as np
import pytest
from CardioAILib.study import Image, Mask

SHAPE = (6, 40, 48)
"""Slices, rows, columns."""


def oblique(spacing: tuple[float, float, float] = (1.5, 2.0, 8.0)) -> np.ndarray:
    """An index-to-RAS matrix turned about two axes, with unequal spacing."""
    a, b = np.deg2rad(30), np.deg2rad(20)
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    matrix = np.eye(4)
    matrix[:3, :3] = about_x @ about_z @ np.diag(spacing)
    matrix[:3, 3] = (-20, 35, 60)
    return matrix


def square_heart() -> tuple[Image, Mask]:
    """An image whose bright square (rows 12 to 23, columns 20 to 35, slice 4) is the mask."""
    pixels = np.full((1, *SHAPE), 100, np.int16)
    labels = np.zeros((1, *SHAPE), np.uint8)
    pixels[0, 4, 12:24, 20:36] = 400
    labels[0, 4, 12:24, 20:36] = 1
    matrix = oblique()
    return Image(pixels, matrix), Mask(labels, matrix)


def embedded_scene() -> Any:
    """The embedded scene, empty but for what every scene has."""
    pytest.importorskip("slicer", reason="slicer-core is not installed")
    from CardioAILib.embedded import start

    scene = start()
    scene.Clear(0)
    return scene


def need_rendering() -> None:
    """Skip where nothing can be drawn."""
    from CardioAILib.embedded import rendering_problem

    if problem := rendering_problem():
        pytest.skip(problem)
