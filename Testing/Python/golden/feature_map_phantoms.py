"""Drawn images and masks for feature maps, in integer arithmetic: equal on every machine."""

from __future__ import annotations

import numpy as np
from golden.radiomics_phantoms import Phantom, islands, ring_mask, textured


def thin_ring() -> Phantom:
    """Draw a textured ring three pixels thick on 24 x 24 pixels."""
    return textured(24, 24), ring_mask(24, 24, 6, 8), (1.0, 1.0)


def speckled() -> Phantom:
    """Draw small islands, lone pixels among them, at the border and of oblong pixels."""
    image, _, spacing = islands()
    mask = np.zeros(image.shape, bool)
    mask[0, 0] = mask[:2, 5:8] = mask[6, 3] = mask[7, 4] = mask[10:13, -3:] = True
    return np.round(image * 4) / 4, mask, spacing


PHANTOMS = {"thin_ring": thin_ring, "speckled": speckled}
