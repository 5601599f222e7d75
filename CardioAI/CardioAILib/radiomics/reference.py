"""The real pyradiomics, for who has it and wants to compare."""

from __future__ import annotations

import logging
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CardioAILib.errors import DependencyError, InputError
from CardioAILib.radiomics.names import feature_names
from CardioAILib.radiomics.settings import Settings
from CardioAILib.radiomics.voxels import VoxelRegion

GENERATORS = {
    "original": "Original",
    "exponential": "Exponential",
    "gradient": "Gradient",
    "logarithm": "Logarithm",
    "square": "Square",
    "squareroot": "SquareRoot",
}
"""pyradiomics' image type by our name; every other name is one of ``Wavelet``'s."""


def extract_slice_by_pyradiomics(
    image: NDArray[np.float64],
    mask: NDArray[np.bool_],
    spacing: tuple[float, float],
    settings: Settings,
) -> NDArray[np.float64]:
    """Compute the features of one slice with pyradiomics.

    Args:
        image: Shape (H, W), already scaled.
        mask: Shape (H, W).
        spacing: Row and column spacing in mm.
        settings: What to compute.

    Returns:
        Shape (F,), in the order of ``feature_names(settings)``.

    Raises:
        DependencyError: If pyradiomics does not import.
        InputError: If pyradiomics refuses the slice.
    """
    extractor = _build_extractor(import_pyradiomics(), settings, flat=True)
    volumes = [_as_volume(array, spacing, settings) for array in (image, mask.astype(np.uint8))]
    return _execute(extractor, volumes, settings)


def extract_region(region: VoxelRegion, settings: Settings) -> NDArray[np.float64]:
    """Compute the features of a region of a volume with pyradiomics.

    Args:
        region: The voxels.
        settings: What to compute.

    Returns:
        Shape (F,), in the order of ``feature_names(settings)``.

    Raises:
        DependencyError: If pyradiomics does not import.
        InputError: If pyradiomics refuses the region.
    """
    extractor = _build_extractor(import_pyradiomics(), settings, flat=False)
    import SimpleITK as sitk

    image, mask = region.crop()
    volumes = [sitk.GetImageFromArray(array) for array in (image, mask.astype(np.uint8))]
    for volume in volumes:
        volume.SetSpacing(region.spacing[::-1])
    return _execute(extractor, volumes, settings)


def _execute(extractor: Any, volumes: list[Any], settings: Settings) -> NDArray[np.float64]:
    try:
        values = extractor.execute(*volumes)
    except ValueError as error:
        raise InputError(
            got=f"an image that pyradiomics refuses ({error})",
            wanted="an image and mask that it accepts",
            fix="leave it out",
        ) from error
    return np.array([float(values[name]) for name in feature_names(settings)])


def import_pyradiomics() -> ModuleType:
    """Return pyradiomics' extractor module, silenced.

    Raises:
        DependencyError: If it does not import.
    """
    try:
        from radiomics import featureextractor
    except ImportError as error:
        raise DependencyError(
            got=f"no usable pyradiomics ({error})",
            wanted="pyradiomics 3.0.1",
            fix="use engine='native', or run 'pip install numpy versioneer' and then"
            " 'pip install --no-build-isolation pyradiomics==3.0.1' with a C compiler at hand",
        ) from error
    logging.getLogger("radiomics").setLevel(logging.ERROR)
    return featureextractor


def _build_extractor(module: ModuleType, settings: Settings, *, flat: bool) -> Any:
    binning = (
        {"binWidth": settings.bin_width}
        if settings.bin_count is None
        else {"binCount": settings.bin_count}
    )
    extractor = module.RadiomicsFeatureExtractor(
        force2D=flat, force2Ddimension=0, label=1, additionalInfo=False, **binning
    )
    extractor.disableAllImageTypes()
    for name in settings.image_types:
        extractor.enableImageTypeByName(GENERATORS.get(name, "Wavelet"))
    extractor.disableAllFeatures()
    for kind in settings.classes:
        extractor.enableFeatureClassByName(kind)
    return extractor


def _as_volume(array: NDArray, spacing: tuple[float, float], settings: Settings) -> Any:
    import SimpleITK as sitk

    flat = settings.singleton == "z"
    volume = sitk.GetImageFromArray(array[None] if flat else array[..., None])
    row_mm, column_mm, slice_mm = *spacing, settings.slice_mm
    volume.SetSpacing((column_mm, row_mm, slice_mm) if flat else (slice_mm, column_mm, row_mm))
    return volume
