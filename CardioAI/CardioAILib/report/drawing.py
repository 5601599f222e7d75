"""What a report asks of whoever can draw slices as 3D Slicer shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from CardioAILib.results import Result
from CardioAILib.study import Image, Mask
from CardioAILib.system import System


@dataclass(frozen=True, eq=False)
class CaseImages:
    """One case, ready to be drawn.

    Args:
        system: The system that judged it.
        result: The result.
        input: Name of the system's input that is shown.
        image: The image (1, S, H, W).
        mask: The structure that the system looks at, its only label, on the image's grid; without
            a pixel where there is no segmentation.
        heatmap: The heatmap on the same grid, as a share of its maximum on the slice shown.
        slice: Index of the slice shown.
        window: Intensities shown as black and as white.
        margin: Tissue shown around the structure, in mm; infinite shows the whole image.
        inverted: Whether what is bright is shown dark, as planar scintigraphy is read.
        place: Where the slice is, in words; its number where empty.
    """

    system: System
    result: Result
    input: str
    image: Image
    mask: Mask
    heatmap: Image
    slice: int
    window: tuple[float, float]
    margin: float
    inverted: bool = False
    place: str = ""

    @property
    def where(self) -> str:
        """Where the slice is, in words."""
        return self.place or f"slice {self.slice}"

    @property
    def outline(self) -> np.ndarray:
        """The structure on the slice shown (H, W), boolean."""
        return self.mask.array[0, self.slice] > 0


@dataclass(frozen=True, eq=False)
class Outlined:
    """A slice with its structure.

    Args:
        slice: Its index.
        pixels: The slice (H, W).
        outline: The structure on it (H, W), boolean; without a pixel where it shows none.
        aspect: Height of a pixel by its width.
    """

    slice: int
    pixels: np.ndarray
    outline: np.ndarray
    aspect: float


class Drawer(Protocol):
    """Draws a case as slice views of 3D Slicer."""

    def __call__(self, case: CaseImages, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Draw the slice with the outline, and the same with the heatmap and a ruler.

        Nothing that belongs beside the picture lies on it: who asks draws the color bar there. A
        scan in inverted gray has words and scale below it for the same reason, and no ruler.

        Args:
            case: The case.
            size: Width and height of each picture in pixels.

        Returns:
            Both pictures (H, W, 3), uint8.
        """
        ...
