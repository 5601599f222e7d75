"""What Martini's system may say of a study, and small images of its views, for the panel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import helpers_scene as made
import numpy as np
from CardioAILib.learning import Adam, Ensemble, GradientBoosting, Network
from CardioAILib.phantoms import Grid
from CardioAILib.prepare import CropPad, Resample
from CardioAILib.results import (
    ArmResult,
    Attention,
    Contribution,
    ExampleScore,
    Finding,
    Provenance,
    Result,
)
from CardioAILib.system import System
from CardioAILib.systems import MARTINI_2020

SYSTEM = MARTINI_2020
NORMALS = {"SAX": (0.60, -0.60, -0.53), "4C": (0.05, 0.80, -0.60), "2C": (0.65, 0.73, 0.21)}
"""Usual normals of the views, LPS."""

RESULT = Result(
    "scene",
    "1",
    arms={
        "dl": ArmResult(
            0.444,
            (0.444,),
            0.5,
            "indeterminate",
            (ExampleScore("4C", 0, 0.31), ExampleScore("SAX", 0, 0.578)),
            by_input={"4C": 0.31, "SAX": 0.578},
        ),
        "gbm": ArmResult(
            0.81,
            (0.81,),
            0.5,
            "amyloidosis",
            (),
            contributions=(
                Contribution("LGE_subendocardial_to_transmural", 1.0, 1.42),
                Contribution("early_darkening", None, -0.21),
                Contribution("LVMI_g_per_m2", 104.2, 0.11),
                Contribution("age", 71.0, 0.0),
            ),
        ),
    },
    primary="dl",
    provenance=Provenance("martini2020", "sound", "d" * 64, "e" * 64, 7, {"torch": "2.9"}),
    findings=(Finding("incomplete", "no LGE_2C: the result rests on 4C, SAX alone"),),
    attention=Attention(
        0.62,
        0.2,
        False,
        "dl",
        (0,),
        shares={
            "heart": 0.5,
            "pericardial band": 0.12,
            "elsewhere": 0.38,
            "pleural_effusion": 0.3,
        },
        by_input={
            "4C": {"heart": 0.4, "pericardial band": 0.1, "elsewhere": 0.5},
            "SAX": {"heart": 0.6, "pericardial band": 0.14, "elsewhere": 0.26},
        },
    ),
)


GRID = Grid(slices=6, pixels=96, pixel_mm=2.5, step_mm=13.0)
"""Coarse images of simulated patients."""


def thin_system() -> System:
    """The declaration with networks as narrow, and steps as few, as can be."""
    parts = {name: _thin(part) for name, part in SYSTEM.arm("dl").parts.items()}
    prepare = Resample(2.5), CropPad(96, centre="image"), *SYSTEM.prepare[2:]
    boosting = GradientBoosting(trees=(10,), depths=(1,), rates=(0.1,), leaves=(1,), folds=2)
    arms = {"dl": Ensemble(parts), "gbm": replace(SYSTEM.arm("gbm"), classify=boosting)}
    return replace(SYSTEM, arms=arms, prepare=prepare, as_published=None)


def _thin(part: Network) -> Network:
    recipe = replace(part.recipe, optimizer=Adam(1e-3), batch=4, steps=1)
    return replace(part, architecture=replace(part.architecture, width=0.05), recipe=recipe)


def plane(view: str, spacing: tuple[float, ...] = (1.5, 1.5, 8.0)) -> np.ndarray:
    """A grid (4, 4) that lies as a view usually does."""
    across = np.array(NORMALS[view]) * (-1, -1, 1)
    across /= np.linalg.norm(across)
    right = np.cross(across, (0.0, 0.3, 1.0))
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([right, np.cross(across, right), across], axis=1) * spacing
    return matrix


def add_view(scene: Any, view: str, name: str = "", slices: int = 1) -> Any:
    """A small volume that lies as a view usually does."""
    array = made.pixels((slices, 20, 24), seed=len(view))
    return made.volume(scene, array, plane(view), name=name or f"LGE {view}")


def add_mask(scene: Any, view: str, volume: Any, slices: int = 1) -> Any:
    """Its segmentation: a wall around a cavity."""
    rows, columns = np.ogrid[:20, :24]
    far = np.hypot(rows - 10, columns - 12)
    wall = np.repeat(((far > 3) & (far < 7))[np.newaxis], slices, axis=0)
    cavity = np.repeat((far <= 3)[np.newaxis], slices, axis=0)
    node = made.segmentation(scene, plane(view), Myocardium=wall, LV_cavity=cavity)
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    return node
