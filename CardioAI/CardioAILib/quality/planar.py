"""The checks of a planar scan: what the network and a reader's ratios rest on."""

from __future__ import annotations

from CardioAILib.results import Finding
from CardioAILib.study import Study
from CardioAILib.system import Input


def is_planar(needed: Input) -> bool:
    """Say whether an input is a planar scan."""
    return needed.image.kind == "planar"


def check_planar(study: Study, needed: Input) -> list[Finding]:
    """Check one planar scan, by what its header said and by its pixels.

    Args:
        study: The study; its facts say what headers said, as in `delay_min`.
        needed: The input.

    Returns:
        Warnings.

    Raises:
        InputError: It cannot be judged.
    """
    return []
