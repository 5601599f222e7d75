"""Why a network says what it says, and whether it looked at the heart."""

from CardioAILib.explain.audit import attention_audit, heart_of
from CardioAILib.explain.declared import GradCAM
from CardioAILib.explain.regions import shares_of

__all__ = ["GradCAM", "attention_audit", "heart_of", "shares_of"]
