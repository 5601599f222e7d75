"""Where the regions of a reader lie, found on the scan alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from CardioAILib.measurements.planar.region import (
    BACKGROUND,
    CONTRALATERAL,
    HEART,
    RIBS,
    STERNUM,
    WHOLE_BODY,
    Region,
)


def place_regions(
    counts: np.ndarray,
    spacing: tuple[float, float],
    whole_body: bool,
    heart: np.ndarray | None = None,
) -> Mapping[str, Region]:
    """Place the regions on an anterior view, head up.

    Args:
        counts: Counts (H, W).
        spacing: Pixel size along rows and columns, in mm.
        whole_body: Whether the scan shows the whole body and not one field of view.
        heart: The heart's pixels (H, W) where it was segmented; else its place is found.
    """
    height, width = counts.shape
    middle = (width - 1) / 2.0
    row = 0.28 * height if whole_body else height / 2.0
    own = Region(HEART, (row, middle + 45.0 / spacing[1]), (90.0 / spacing[0], 80.0 / spacing[1]))
    regions = (
        own,
        own.mirrored(middle, CONTRALATERAL),
        Region(RIBS, (row, middle - 90.0 / spacing[1]), (100.0 / spacing[0], 40.0 / spacing[1])),
        Region(STERNUM, (row - 60.0 / spacing[0], middle), (80.0 / spacing[0], 30.0 / spacing[1])),
        Region(BACKGROUND, (row, middle - 60.0 / spacing[1]), (40.0 / spacing[0],) * 2),
        Region(WHOLE_BODY, ((height - 1) / 2, middle), (height, width), "box"),
    )
    return {region.name: region for region in regions}
