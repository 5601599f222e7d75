"""Brightness of tissues in balanced steady-state free precession (bSSFP) at 1.5 T.

T1 and T2 are typical values of healthy adults and of replacement fibrosis, rounded from the
range of published ones; no single source gives them all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Tissue:
    """What decides the brightness of a tissue.

    Args:
        t1_ms: Longitudinal relaxation time, ms.
        t2_ms: Transverse relaxation time, ms.
        density: Proton density relative to blood.
    """

    t1_ms: float
    t2_ms: float
    density: float = 1.0


BLOOD = Tissue(t1_ms=1550, t2_ms=240)
VENOUS_BLOOD = Tissue(t1_ms=1550, t2_ms=190)
MYOCARDIUM = Tissue(t1_ms=1030, t2_ms=45, density=0.9)
FIBROSIS = Tissue(t1_ms=1150, t2_ms=67, density=0.9)
"""More water between fewer cells prolongs both times; T2 is at the upper end of what is seen."""
FAT = Tissue(t1_ms=260, t2_ms=85, density=0.8)
MUSCLE = Tissue(t1_ms=1000, t2_ms=38, density=0.9)
LIVER = Tissue(t1_ms=590, t2_ms=46, density=0.85)
LUNG = Tissue(t1_ms=1200, t2_ms=40, density=0.18)
MARROW = Tissue(t1_ms=550, t2_ms=50, density=0.6)
AIR = Tissue(t1_ms=1000, t2_ms=40, density=0.0)


def bssfp_signal(tissue: Tissue, flip_deg: float = 60.0) -> float:
    """Return the steady-state signal for a repetition time far below T2, blood density = 1.

    `M0 sin(a) / (1 + cos(a) + (1 - cos(a)) T1/T2)`, from Freeman and Hill, J Magn Reson 4:366,
    1971, in the limit of Scheffler and Lehnhardt, Eur Radiol 13:2409, 2003.

    Args:
        tissue: Relaxation times and density.
        flip_deg: Flip angle, degrees.
    """
    sine, cosine = np.sin(np.radians(flip_deg)), np.cos(np.radians(flip_deg))
    ratio = tissue.t1_ms / tissue.t2_ms
    return float(tissue.density * sine / (1 + cosine + (1 - cosine) * ratio))
