"""One reading of a subject's slices, and what every perturbation of it offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.settings import Settings


@dataclass(frozen=True, eq=False)
class Reading:
    """Slices of one subject as one scan and one reader gave them.

    Args:
        images: Shape (N, H, W), float64.
        masks: Shape (N, H, W), bool.
        spacing: Row and column spacing in mm, shape (N, 2).
        settings: How features are computed from them; its label is 1.
    """

    images: NDArray[np.float64]
    masks: NDArray[np.bool_]
    spacing: NDArray[np.float64]
    settings: Settings

    def __len__(self) -> int:
        return len(self.images)

    def take(self, which: NDArray[np.bool_]) -> Reading:
        """Return the slices where this is true (N,)."""
        return Reading(self.images[which], self.masks[which], self.spacing[which], self.settings)


class Perturbation(Protocol):
    """Something that differs between two readings of the same heart."""

    @property
    def kind(self) -> str:
        """What differs, in a word or two; readings of one kind are judged together."""
        ...

    @property
    def same_protocol(self) -> bool:
        """Whether a repeated reading by the same protocol may differ so."""
        ...

    def draw(self, random: np.random.Generator, slices: int) -> NDArray[Any]:
        """Draw the parameters of one reading of one subject, one row a slice (N, ...)."""
        ...

    def apply(self, reading: Reading, drawn: NDArray[Any]) -> Reading:
        """Return the reading so changed; nothing is random any more."""
        ...


def usable(image: NDArray[np.float64], mask: NDArray[np.bool_]) -> bool:
    """Say whether features exist: two rows and columns, background, and intensities that vary."""
    wide = mask.any(axis=0).sum() > 1 and mask.any(axis=1).sum() > 1
    return bool(wide and not mask.all() and np.ptp(image[mask]) > 0)
