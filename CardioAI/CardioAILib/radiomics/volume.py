"""Radiomic features of a region in three dimensions, by one of the engines."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import InputError
from CardioAILib.radiomics.dispatch import Engine, choose_engine
from CardioAILib.radiomics.settings import Settings
from CardioAILib.radiomics.voxels import take_region


def extract_volume(
    image: ArrayLike,
    mask: ArrayLike,
    spacing: ArrayLike,
    settings: Settings,
    engine: Engine = "auto",
) -> NDArray[np.float64]:
    """Compute the radiomic features of a region in three dimensions.

    Neighbors are the 26 around a voxel, in 13 directions (pyradiomics without ``force2D``,
    distance 1, symmetrical GLCM, no normalization, no resampling). Spacing bears on shape and
    ``TotalEnergy`` only, so voxels should be close to cubes. Values agree with pyradiomics 3.0.1
    to 1e-6 relative. Single precision is binned in single precision. Intensities outside the
    region are not looked at.

    Args:
        image: Shape (S, H, W); ``settings.scale`` multiplies it.
        mask: Shape (S, H, W), bool or integer; the region is where it equals ``settings.label``.
        spacing: Slice, row and column spacing in mm, shape (3,).
        settings: What to compute, of the original image only; ``singleton`` and ``slice_mm``
            have no meaning here.
        engine: As in ``extract``.

    Returns:
        Shape (F,), one value for each of ``feature_names(settings)``.

    Raises:
        InputError: If an intensity inside the region is not finite, the mask is empty, covers the
            whole volume or lies within a line, shapes differ, the settings ask for other images
            than the original, or the engine is unknown.
        DependencyError: If the engine asked for is not installed.
    """
    if settings.image_types != ("original",):
        raise InputError(
            got=f"image_types={settings.image_types!r} for a volume",
            wanted="image_types=('original',), the only image with features in three dimensions",
            fix="change image_types, or use extract slice by slice",
        )
    chosen = choose_engine(engine)
    region = take_region(image, mask, spacing, settings)
    # Engines are imported where they run: each needs a package that others do without.
    if chosen == "native":
        from CardioAILib.radiomics.volumeengine import extract_region
    elif chosen == "pyradiomics":
        from CardioAILib.radiomics.reference import extract_region
    else:
        from CardioAILib.radiomics.portable.volumes import extract_region
    return extract_region(region, settings)
