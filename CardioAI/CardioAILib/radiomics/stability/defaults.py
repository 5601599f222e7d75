"""What readings of one heart may differ by, unless a caller says otherwise."""

from __future__ import annotations

from CardioAILib.radiomics.stability.bins import Bins
from CardioAILib.radiomics.stability.contours import Dilate, Erode, Waver
from CardioAILib.radiomics.stability.moves import Rotate, Translate
from CardioAILib.radiomics.stability.noise import AddNoise
from CardioAILib.radiomics.stability.reading import Perturbation

REPEATED: tuple[Perturbation, ...] = (
    Erode(),
    Dilate(),
    Waver(),
    Rotate(),
    Translate(),
    AddNoise(),
)
"""What differs when a patient is scanned and contoured again by the same protocol."""

PERTURBATIONS: tuple[Perturbation, ...] = (*REPEATED, Bins(0.5), Bins(2.0))
"""The same, and half or twice the gray levels, as another laboratory may choose."""
