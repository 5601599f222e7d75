"""Another bin setting, which publications choose freely."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.bins import MAX_LEVELS
from CardioAILib.radiomics.stability.reading import Reading


@dataclass(frozen=True)
class Bins:
    """Multiply the number of gray levels.

    This changes what is measured: many textures grow with the number of gray levels. So its
    agreement is told beside that of repeated readings, and no part of it.

    Args:
        factor: On the bin count, or one over the factor on the bin width.
    """

    factor: float
    kind: ClassVar[str] = "bin setting"
    same_protocol: ClassVar[bool] = False

    def draw(self, random: np.random.Generator, slices: int) -> NDArray[np.float64]:
        """Return the factor for each slice (N,)."""
        return np.full(slices, self.factor)

    def apply(self, reading: Reading, drawn: NDArray[np.float64]) -> Reading:
        """Return the reading with other settings; images and masks stay."""
        settings, factor = reading.settings, float(drawn[0])
        if settings.bin_count is None:
            changed = replace(settings, bin_width=settings.bin_width / factor)
        else:
            count = min(MAX_LEVELS, max(1, round(settings.bin_count * factor)))
            changed = replace(settings, bin_count=count)
        return replace(reading, settings=changed)
