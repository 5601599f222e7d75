"""How simulated echo differs between patients and scanners: far more than between real ones.

What is to be told in images that nobody simulated must not hang on how simulated ones look, so
hearts, poses and contrast are drawn from ranges wider than any (Tobin et al., IROS 2017, call it
domain randomization).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from CardioAILib.phantoms.echoscene import MUSCLE, Anatomy, Pose

WIDTH_MM, LENGTH_MM, WALL_MM = (38.0, 66.0), (72.0, 102.0), (6.0, 13.0)
ATRIUM_MM, RIGHT_MM = ((28.0, 62.0), (28.0, 54.0)), ((24.0, 46.0), (32.0, 54.0))
"""Length and width of the left atrium; width of the right ventricle, length of its atrium."""

ASIDE_MM: Mapping[str, tuple[float, float]] = {"A4C": (-6.0, 16.0), "A2C": (-9.0, 9.0)}
"""By how much the apex lies aside from its usual place, mm. With four chambers in view examiners
tend to put the septum in the middle, and so the left ventricle to the right of it."""
ELSEWHERE_MM = (-10.0, 10.0)
"""The same of other views."""
DEEPER_MM = (-9.0, 9.0)

TURN = 13.0
"""By how much a heart is turned from its usual axis, degrees, at most."""

MIDDLE_DB = -30.0
"""What scatters as much is neither bright nor dark."""

MUTED_DB = 9.0
"""What scatters so much more or less than muscle is something else."""


@dataclass(frozen=True)
class Tone:
    """How a scanner and a chest show what scatters.

    Args:
        contrast: Share of the usual difference between structures.
        veil_db: Haze over all, which hides what scatters less.
        patches_db: By how much walls fade here and there.
        blur: Standard deviation of the smoothing along and across the lines, in samples.
        range_db: Decibels from black to white, relative to the usual.
        muted_db: By how much muscle is fainter, beside valves, borders and pericardium.
    """

    contrast: float
    veil_db: float
    patches_db: float
    blur: tuple[float, float]
    range_db: float
    muted_db: float

    def veiled(self, decibels: np.ndarray) -> np.ndarray:
        """Return what scatters (dB) as it is shown."""
        muscle = np.clip(1 - np.abs(decibels - np.float32(MUSCLE)) / np.float32(MUTED_DB), 0, 1)
        decibels = decibels - np.float32(self.muted_db) * muscle
        shown = MIDDLE_DB + np.float32(self.contrast) * (decibels - np.float32(MIDDLE_DB))
        scale = np.float32(np.log(10) / 10)
        return np.logaddexp(shown * scale, np.float32(self.veil_db) * scale) / scale


PLAIN = Tone(1.0, -90.0, 0.0, (0.0, 0.0), 0.0, 0.0)
"""As every simulated scanner shows it that is not varied."""


def random_tone(rng: np.random.Generator) -> Tone:
    """Return how one of many scanners shows a heart."""
    return Tone(
        contrast=float(rng.uniform(0.55, 1.1)),
        veil_db=float(rng.uniform(-52, -26)),
        patches_db=float(rng.uniform(2, 10)),
        blur=(float(rng.uniform(0, 2.0)), float(rng.uniform(0, 1.5))),
        range_db=float(rng.uniform(-14, 12)),
        muted_db=float(rng.uniform(-2, 11)),
    )


def diverse_heart(anatomy: Anatomy, rng: np.random.Generator) -> Anatomy:
    """Return a heart of other measures, which beats as it did."""
    width = rng.uniform(*WIDTH_MM)
    share = width / anatomy.ventricle.widths["A4C"]
    ventricle = replace(
        anatomy.ventricle,
        length=max(rng.uniform(*LENGTH_MM), 1.45 * width),
        widths={view: own * share for view, own in anatomy.ventricle.widths.items()},
        wall=rng.uniform(*WALL_MM),
        waist=rng.uniform(0.5, 0.75),
        annulus=rng.uniform(0.62, 0.86),
    )
    return replace(
        anatomy,
        ventricle=ventricle,
        atrium=tuple(rng.uniform(*own) for own in ATRIUM_MM),
        right=tuple(rng.uniform(*own) for own in RIGHT_MM),
        papillary=rng.uniform(1.5, 7.0),
    )


def diverse_pose(view: str, pose: Pose, rng: np.random.Generator) -> Pose:
    """Return a pose that an examiner finds less well."""
    aside, deep = rng.uniform(*ASIDE_MM.get(view, ELSEWHERE_MM)), rng.uniform(*DEEPER_MM)
    turn = np.radians(rng.uniform(-TURN, TURN))
    return replace(pose, apex=(pose.apex[0] + aside, pose.apex[1] + deep), turn=pose.turn + turn)
