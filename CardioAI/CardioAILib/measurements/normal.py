"""What healthy adults have: ranges by sex, mean minus to mean plus two standard deviations.

Left ventricle: Kawel-Boehm et al., "Normal values for cardiovascular magnetic resonance in adults
and children", JCMR 17:29, 2015 (doi 10.1186/s12968-015-0111-7), steady-state free precession.
Means and deviations are checked against their reprint in Cardiovasc Diagn Ther 10:1918, 2020,
table 3. Only numbers that could be checked are here, so not those of the review's 2020 update
(JCMR 22:87, doi 10.1186/s12968-020-00683-3), and of the right ventricle only what reports print.
Wall: Kawel et al., Circ Cardiovasc Imaging 5:500, 2012 (MESA), mid-cavity, short axis.

In these studies papillary muscles count as mass. A segmentation that leaves them in the cavity, as
those of ACDC do, finds larger volumes and less mass.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Literal

from CardioAILib.errors import InputError

Sex = Literal["female", "male"]
SEXES: tuple[Sex, ...] = ("female", "male")

REVIEW = "Kawel-Boehm et al., JCMR 17:29, 2015 (papillary muscles count as mass)"
MESA = "Kawel et al., Circ Cardiovasc Imaging 5:500, 2012 (mid-cavity, short axis)"


@dataclass(frozen=True)
class Range:
    """The values of healthy adults of one sex.

    Args:
        low: Lower limit, in the measurement's unit.
        high: Upper limit.
        source: Where it was published.
    """

    low: float
    high: float
    source: str


NORMAL: dict[str, tuple[tuple[float, float], tuple[float, float], str]] = {
    "LV_EDV_ml": ((86, 178), (106, 214), REVIEW),
    "LV_EDV_index_ml_per_m2": ((56, 96), (57, 105), REVIEW),
    "LV_ESV_ml": ((22, 66), (26, 82), REVIEW),
    "LV_ESV_index_ml_per_m2": ((14, 34), (14, 38), REVIEW),
    "LV_SV_ml": ((57, 117), (72, 144), REVIEW),
    "LV_SV_index_ml_per_m2": ((38, 66), (42, 66), REVIEW),
    "LV_EF_percent": ((57, 77), (57, 77), REVIEW),
    "LV_mass_g": ((56, 140), (92, 176), REVIEW),
    "LV_mass_index_g_per_m2": ((41, 81), (49, 85), REVIEW),
    "RV_EDV_ml": ((77, 201), (118, 250), REVIEW),
    "RV_EDV_index_ml_per_m2": ((48, 112), (61, 121), REVIEW),
    "RV_SV_ml": ((48, 120), (68, 144), REVIEW),
    "wall_thickness_ED_mid_mm": ((3.5, 7.1), (4.1, 8.5), MESA),
}
"""Limits of women and men, and their source, by measurement."""


def normal_range(name: str, sex: str) -> Range | None:
    """Return the range of a measurement in healthy adults, None where none is known.

    Args:
        name: One of `MEASUREMENTS`.
        sex: "female" or "male".

    Raises:
        InputError: The sex is neither.
    """
    if sex not in SEXES:
        raise InputError(
            got=f"the sex {sex!r}",
            wanted=" or ".join(SEXES),
            fix="name it so, or show the ranges of both where it is unknown",
        )
    if name not in NORMAL:
        return None
    women, men, source = NORMAL[name]
    return Range(*(women if sex == "female" else men), source)


def standing(value: float, limits: Range) -> str:
    """Return "below", "within" or "above"; empty for a value that is nan."""
    if isnan(value):
        return ""
    if value < limits.low:
        return "below"
    return "above" if value > limits.high else "within"
