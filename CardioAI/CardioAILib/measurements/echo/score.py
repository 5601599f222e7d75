"""Wall motion score of a segment from its thickening.

Scores of Lang et al., J Am Soc Echocardiogr 28:1, 2015: 1 normal, 2 hypokinetic (reduced
thickening), 3 akinetic (absent or negligible thickening), 4 dyskinetic (thinning or stretching).
Percentages of Shanewise et al., Anesth Analg 89:870, 1999: more than 30 % is normal, less than 10 %
severely hypokinetic, which counts as negligible here; dyskinetic is what moves the wrong way.

The thickness is that of the segmentation. On the expert contours of CAMUS (A4C, 40 patients) walls
gain 12 % on average, 29 % at most, so there this rule calls most of them hypokinetic: the score is
a suggestion that stands and falls with how the epicardium is drawn.
"""

from __future__ import annotations

from math import isnan, nan

NORMAL_OVER, AKINETIC_BELOW = 30.0, 10.0
SCORES = {1: "normal", 2: "hypokinetic", 3: "akinetic", 4: "dyskinetic"}


def score_of(thickening: float, excursion: float) -> float:
    """Return the score, 1 to 4; nan where the thickening is not known.

    Args:
        thickening: Gain of wall thickness from ED to ES, %.
        excursion: Inward motion of the endocardium from ED to ES, negative where it is outward.
    """
    if isnan(thickening):
        return nan
    if thickening > NORMAL_OVER:
        return 1.0
    if thickening >= AKINETIC_BELOW:
        return 2.0
    return 4.0 if thickening < 0 and excursion < 0 else 3.0
