"""A simulated short-axis cine: one heartbeat of the heart that `hcm_study` shows in two phases.

Borders move between the two phases by the areas they enclose, and the scar with them. What
chance paints (trabeculae, flow, fat) passes smoothly from one phase's to the other's.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.phantoms.drawing import LABELS
from CardioAILib.phantoms.examination import (
    Examination,
    Recipe,
    begin,
    draw_frame,
    facts_of,
    subject_of,
)
from CardioAILib.phantoms.fields import Chance
from CardioAILib.phantoms.grid import Grid
from CardioAILib.phantoms.lesion import Plant, require_plant
from CardioAILib.phantoms.scanner import acquire
from CardioAILib.study import Fact, Image, Mask

CYCLE_MS = 900.0
"""Time between two heartbeats, ms."""

FEWEST_FRAMES = 6

VOLUME_CURVE = ((0.0, 0.0), (0.35, 1.0), (0.58, 0.24), (0.8, 0.18), (1.0, 0.0))
"""Time in the heartbeat and contraction: ejection, rapid filling, diastasis, atrial kick."""

SYSTOLE = VOLUME_CURVE[1][0]


@dataclass(frozen=True, eq=False)
class Cine:
    """One heartbeat.

    Args:
        image: Stored values, (T, S, H, W), float32; frame 0 is end-diastolic.
        mask: Right ventricle, myocardium and left ventricle in every frame, (T, S, H, W).
        times_ms: Time of each frame after the first, ms.
        es: Index of the end-systolic frame.
        facts: As in `hcm_study`.
    """

    image: Image
    mask: Mask
    times_ms: tuple[float, ...]
    es: int
    facts: Mapping[str, Fact]


@dataclass(frozen=True)
class Between:
    """Numbers that pass from one source to another, keeping mean 0 and deviation 1.

    Args:
        first: Source of the end-diastolic frame.
        last: Source of the end-systolic frame.
        part: Way from first (0) to last (1).
    """

    first: Chance
    last: Chance
    part: float

    def standard_normal(self, size: Any = None, dtype: Any = np.float64) -> np.ndarray:
        """Return the mixture of what both sources would give."""
        turn = self.part * np.pi / 2
        first = self.first.standard_normal(size, dtype=dtype)
        last = self.last.standard_normal(size, dtype=dtype)
        return (np.cos(turn) * first + np.sin(turn) * last).astype(dtype)


def hcm_cine(
    label: int,
    seed: int | tuple[int, ...],
    plant: Plant = "inside",
    effect: float = 1.0,
    size: Grid | None = None,
    frames: int = 20,
) -> Cine:
    """Simulate a heartbeat of the patient whom `hcm_study` of the same arguments shows.

    The frames at end diastole and at end systole are that study's images, pixel for pixel.

    Args:
        label: 1 with fibrosis, 0 without.
        seed: As in `hcm_study`, as are `plant`, `effect` and `size`.
        plant: Where the difference is planted.
        effect: Strength of the difference.
        size: The grid.
        frames: Number of frames of one heartbeat.

    Raises:
        InputError: `plant` is unknown, or the frames are too few to show a heartbeat.
    """
    require_plant(plant)
    _require_frames(frames)
    seeds = seed if isinstance(seed, tuple) else (seed,)
    recipe = Recipe(label, seeds, plant, effect, size)
    es = round(SYSTOLE * frames)
    images, labels = _draw(recipe, contractions(frames, es), es)
    matrix = subject_of(recipe).matrix
    times = tuple(float(CYCLE_MS * frame / frames) for frame in range(frames))
    mask = Mask(labels, matrix, labels=dict(LABELS))
    return Cine(Image(images, matrix), mask, times, es, facts_of(recipe))


def contractions(frames: int, es: int) -> np.ndarray:
    """Return the contraction of each frame (T,): 0 at end diastole, 1 at the frame `es`."""
    time, contraction = np.array(VOLUME_CURVE).T
    # The knots are moved so that end systole falls on a frame, not between two.
    moved = np.interp(time, (0, SYSTOLE, 1), (0, es / frames, 1))
    place = np.interp(np.arange(frames) / frames, moved, np.arange(len(moved)))
    before = place.astype(int)
    turned = (1 - np.cos(np.pi * (place - before))) / 2
    return contraction[before] + turned * np.diff(contraction)[before]


def _draw(recipe: Recipe, curve: np.ndarray, es: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the stored images, float32, and labels, uint8, each (T, S, H, W)."""
    exam, chance = begin(recipe)
    before_ed = deepcopy(chance)
    ed = _frame(exam, 0.0, chance, chance)
    before_es = deepcopy(chance)
    known = {0: ed, es: _frame(exam, 1.0, chance, chance)}
    drawn = []
    for frame, contraction in enumerate(curve):
        if frame not in known:
            between = Between(deepcopy(before_ed), deepcopy(before_es), float(contraction))
            known[frame] = _frame(exam, float(contraction), between, chance)
        drawn.append(known.pop(frame))
    images, labels = zip(*drawn, strict=True)
    return np.stack(images), np.stack(labels)


def _frame(
    exam: Examination, contraction: float, chance: Chance, noise: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    signal, labels = draw_frame(exam, contraction, chance)
    return acquire(signal, exam.scanner, noise), labels


def _require_frames(frames: int) -> None:
    if frames < FEWEST_FRAMES:
        raise InputError(
            got=f"{frames} frames of a heartbeat",
            wanted=f"{FEWEST_FRAMES} or more",
            fix="ask for more frames; usual cines have 20 to 30",
        )
