"""Stability beside every value: perturb images and masks, compute again, measure agreement.

After Zwanenburg et al., Assessing robustness of radiomic features by image perturbation, Sci Rep
2019;9:614. Slices only; volumes are not perturbed.
"""

from CardioAILib.radiomics.stability.bins import Bins
from CardioAILib.radiomics.stability.contours import Dilate, Erode, Waver
from CardioAILib.radiomics.stability.defaults import PERTURBATIONS, REPEATED
from CardioAILib.radiomics.stability.measured import (
    STABLE,
    Stability,
    measure_stability,
    only,
    require_spread,
    stable_features,
    summarize,
)
from CardioAILib.radiomics.stability.moves import Rotate, Translate
from CardioAILib.radiomics.stability.noise import AddNoise, noise_level
from CardioAILib.radiomics.stability.reading import Perturbation, Reading
from CardioAILib.radiomics.stability.readings import SubjectReadings, one_reading, read_subject

__all__ = [
    "PERTURBATIONS",
    "REPEATED",
    "STABLE",
    "AddNoise",
    "Bins",
    "Dilate",
    "Erode",
    "Perturbation",
    "Reading",
    "Rotate",
    "Stability",
    "SubjectReadings",
    "Translate",
    "Waver",
    "measure_stability",
    "noise_level",
    "one_reading",
    "only",
    "read_subject",
    "require_spread",
    "stable_features",
    "summarize",
]
