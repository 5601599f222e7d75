"""Why a network says what it says, and whether it looked at the heart."""

from CardioAILib.explain.audit import attention_audit, heart_of
from CardioAILib.explain.declared import ActivationMaps, GradCAM
from CardioAILib.explain.permutation import Importance, permutation_importance
from CardioAILib.explain.regions import BAND, MARGIN, band_of, shares_of

__all__ = [
    "BAND",
    "MARGIN",
    "ActivationMaps",
    "GradCAM",
    "Importance",
    "attention_audit",
    "band_of",
    "heart_of",
    "permutation_importance",
    "shares_of",
]
