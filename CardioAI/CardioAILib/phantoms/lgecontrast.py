"""Brightness of tissues after gadolinium in an inversion-recovery image, 1.5 T.

Relaxation times are typical of 10 to 20 minutes after 0.2 mmol/kg of an extracellular agent,
rounded from the range of published ones; no single source gives them all. In amyloidosis the
agent leaves the blood early and stays in the muscle (Maceira et al., Circulation 111:186, 2005):
blood recovers more slowly than muscle, where otherwise it recovers faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.contrast import (
    BLOOD,
    FAT,
    LIVER,
    LUNG,
    MARROW,
    MUSCLE,
    MYOCARDIUM,
    VENOUS_BLOOD,
    Tissue,
)

REPETITION_MS = 1800.0
"""Time from one inversion to the next: every second of heartbeats 900 ms apart."""

SCAR_T1_MS = 250.0
"""Muscle replaced by fibrosis or amyloid altogether."""

FLUID = Tissue(t1_ms=3000, t2_ms=500)
"""An effusion, which the agent hardly reaches: it is seen in magnitude, still inverted."""

AFTER_GADOLINIUM_MS: Mapping[Tissue, float] = {
    FAT: 240.0,
    MUSCLE: 430.0,
    LIVER: 340.0,
    LUNG: 450.0,
    MARROW: 330.0,
    FLUID: FLUID.t1_ms,
}
"""T1 of what lies around the heart."""


@dataclass(frozen=True)
class Contrast:
    """One examination's relaxation times and inversion time.

    Args:
        muscle_ms: T1 of normal heart muscle.
        blood_ms: T1 of blood.
        inversion_ms: Time from the inversion to the image.
    """

    muscle_ms: float
    blood_ms: float
    inversion_ms: float

    def signal(self, tissue: Tissue) -> float:
        """Return the signed signal of a tissue; 0 is nulled."""
        own = {BLOOD: self.blood_ms, VENOUS_BLOOD: self.blood_ms, MYOCARDIUM: self.muscle_ms}
        t1 = own.get(tissue) or AFTER_GADOLINIUM_MS[tissue]
        return float(tissue.density * recovered(t1, self.inversion_ms))

    def of_muscle(self, degree: np.ndarray) -> np.ndarray:
        """Return the signed signal of muscle replaced to this degree (0 to 1), of any shape."""
        t1 = replaced_t1(self.muscle_ms, degree)
        return MYOCARDIUM.density * recovered(t1, self.inversion_ms)


def recovered(
    t1_ms: np.ndarray | float, inversion_ms: float, repetition_ms: float = REPETITION_MS
) -> np.ndarray | float:
    """Return the longitudinal magnetization after an inversion, as a share of the whole.

    `1 - 2 exp(-TI/T1) + exp(-TR/T1)`: Bydder and Young, J Comput Assist Tomogr 9:659, 1985.

    Args:
        t1_ms: Longitudinal relaxation time, ms.
        inversion_ms: TI.
        repetition_ms: TR.
    """
    return 1 - 2 * np.exp(-inversion_ms / t1_ms) + np.exp(-repetition_ms / t1_ms)


def nulling_time(t1_ms: float, repetition_ms: float = REPETITION_MS) -> float:
    """Return the inversion time, ms, at which a tissue gives no signal."""
    return float(t1_ms * np.log(2 / (1 + np.exp(-repetition_ms / t1_ms))))


def replaced_t1(muscle_ms: float, degree: np.ndarray | float) -> np.ndarray | float:
    """Return the T1 of muscle replaced to a degree: relaxation rates mix by their shares."""
    return 1 / ((1 - degree) / muscle_ms + degree / SCAR_T1_MS)


def random_contrast(burden: float, rng: np.random.Generator) -> Contrast:
    """Return the times of an examination, the inversion time found by an operator who errs.

    Args:
        burden: Share of the muscle replaced by amyloid: it takes agent from the blood, and
            leaves the operator little normal muscle to null.
        rng: Decides washout, error and how far the operator is led astray.
    """
    muscle = rng.normal(400, 18)
    blood = rng.normal(300, 18) + rng.uniform(75, 140) * burden
    seen = muscle - rng.uniform(0, 0.4) * (muscle - float(replaced_t1(muscle, burden)))
    inversion = nulling_time(seen) * rng.normal(1, 0.03)
    return Contrast(muscle, blood, float(np.clip(inversion, 220, 320)))
