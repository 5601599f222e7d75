"""The 944 radiomic features of Fahmy 2022, without pyradiomics."""

from CardioAILib.radiomics.engine import extract
from CardioAILib.radiomics.names import feature_names
from CardioAILib.radiomics.settings import PAPER, RELEASED, SOUND, Settings

__all__ = ["PAPER", "RELEASED", "SOUND", "Settings", "extract", "feature_names"]
