"""Input checks before any number: refuse what cannot work, warn of what may not."""

from CardioAILib.quality.checks import (
    check_mask,
    check_pixels,
    check_study,
    check_together,
    warn_of_geometry,
    warn_of_mask,
)
from CardioAILib.quality.needed import require

__all__ = [
    "check_mask",
    "check_pixels",
    "check_study",
    "check_together",
    "require",
    "warn_of_geometry",
    "warn_of_mask",
]
