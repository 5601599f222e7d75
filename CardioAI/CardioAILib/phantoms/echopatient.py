"""What chance decides about the patient of a simulated echo."""

from __future__ import annotations

import numpy as np

from CardioAILib.phantoms.echoscene import Anatomy, Pose
from CardioAILib.phantoms.echowalls import Ventricle
from CardioAILib.study import Fact

EJECTION = (57.0, 68.0)
"""Ejection fractions of normal ventricles, percent."""


def random_anatomy(motion: np.ndarray, rng: np.random.Generator) -> Anatomy:
    """Return a heart whose segments contract by these shares of the usual (17,)."""
    longitudinal = rng.uniform(0.13, 0.18)
    kept = 1 - rng.uniform(*EJECTION) / 100
    width = rng.uniform(43, 53)
    ventricle = Ventricle(
        length=rng.uniform(78, 94),
        widths={
            "A4C": width,
            "A2C": width * rng.uniform(0.94, 1.06),
            "PLAX": width * rng.uniform(0.94, 1.02),
        },
        wall=rng.uniform(8.0, 10.5),
        radial=1 - np.sqrt(kept / (1 - longitudinal)),
        longitudinal=longitudinal,
        motion=tuple(float(share) for share in motion),
        waist=rng.uniform(0.6, 0.72),
        annulus=rng.uniform(0.72, 0.82),
    )
    return Anatomy(
        ventricle=ventricle,
        atrium=(rng.uniform(38, 48), rng.uniform(36, 43)),
        right=(rng.uniform(28, 36), rng.uniform(36, 44)),
        free_wall=rng.uniform(3.5, 5.0),
        papillary=rng.uniform(4.0, 6.0),
        aorta=rng.uniform(27, 33),
        leaflets=(rng.uniform(21, 25), rng.uniform(12, 15)),
        sway=(rng.uniform(-1.0, 1.0), rng.uniform(0.0, 1.5)),
    )


def random_pose(view: str, anatomy: Anatomy, rng: np.random.Generator) -> Pose:
    """Return where an examiner finds a view of a heart, of those of `draw_clip`."""
    if view in ("A4C", "A2C"):
        apex = rng.uniform(2, 8) if view == "A4C" else rng.uniform(-4, 4)
        turn = rng.uniform(-6, 4) if view == "A4C" else rng.uniform(-7, 7)
        return Pose((apex, rng.uniform(19, 26)), np.radians(turn))
    if view == "A3C":
        return Pose(
            (rng.uniform(-4, 6), rng.uniform(19, 26)),
            np.radians(rng.uniform(-7, 7)),
            mirrored=True,
        )
    if view == "PSAX":
        return Pose((rng.uniform(-2, 12), rng.uniform(68, 82)), np.radians(rng.uniform(-20, 20)))
    if view == "subcostal":
        return Pose((rng.uniform(38, 50), rng.uniform(82, 95)), np.radians(rng.uniform(62, 80)))
    turn = np.radians(rng.uniform(-99, -83))
    base = np.array([rng.uniform(8, 18), rng.uniform(78, 88)])
    axis = np.array([-np.sin(turn), np.cos(turn)])
    return Pose(tuple(base - anatomy.ventricle.length * axis), turn, mirrored=True)


def tissue_facts(rng: np.random.Generator) -> dict[str, Fact]:
    """Return findings of cardiac MR that no image shows: scar, T1, T2, extracellular volume."""
    scar = bool(rng.random() < 0.5)
    start = int(rng.integers(1, 15))
    segments = [str(segment) for segment in range(start, start + 3)] if scar else ["none"]
    return {
        "lge": float(scar),
        "lge_segments": ";".join(segments),
        "t1_ms": round(float(rng.normal(1035, 45)), 1),
        "t2_ms": round(float(rng.normal(51, 5)), 1),
        "ecv_percent": round(float(rng.normal(29, 5)), 1),
    }
