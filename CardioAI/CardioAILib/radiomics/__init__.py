"""The 944 radiomic features of Fahmy 2022, without pyradiomics."""

from __future__ import annotations

from CardioAILib.radiomics.dispatch import Engine, extract
from CardioAILib.radiomics.names import feature_names
from CardioAILib.radiomics.settings import PAPER, RELEASED, SOUND, Settings
from CardioAILib.radiomics.volume import extract_volume

__all__ = [
    "PAPER",
    "RELEASED",
    "SOUND",
    "Engine",
    "Settings",
    "extract",
    "extract_volume",
    "feature_names",
]
