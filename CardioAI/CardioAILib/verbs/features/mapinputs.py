"""What a feature map is made of: region, intensities and settings, as a preset asks for them."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.prepare import Rescale, Stack, prepare
from CardioAILib.radiomics import Settings
from CardioAILib.results import Finding
from CardioAILib.study import Image, Mask, same_grid
from CardioAILib.verbs.features.conditioning import normalized, resegmented
from CardioAILib.verbs.features.presets import Preset, with_slice_mm


def map_settings(preset: Preset, image: Image) -> Settings:
    """Return a preset's settings, for slices as thick as the image's where it is native.

    Raises:
        InputError: They are not of pyradiomics' features.
    """
    if not isinstance(preset.settings, Settings):
        raise InputError(
            got=f"the preset '{preset.name}', whose features have no maps",
            wanted="a preset of pyradiomics' features",
            fix="choose fahmy2022, or a parameter file of pyradiomics",
        )
    if preset.source == "system":
        return preset.settings
    return with_slice_mm(preset.settings, image.spacing[0])


def map_region(image: Image, mask: Mask, structure: str) -> np.ndarray:
    """Return where a structure lies in an image, boolean (S, H, W).

    Raises:
        InputError: There are several frames.
        GridMismatchError: Mask and image differ in their grid.
        EmptyMaskError: The mask does not show the structure.
    """
    if len(image.array) != 1 or len(mask.array) != 1:
        raise InputError(
            got=f"{len(image.array)} frames with a mask of {len(mask.array)}",
            wanted="one frame",
            fix="choose a frame of the cine, and its segmentation",
        )
    if not same_grid(image, mask):
        raise GridMismatchError(
            got="a mask on another grid than its image",
            wanted="a mask pixel for every image pixel",
            fix="resample the mask to the image first (prepare.resample_mask)",
        )
    region = mask.of(structure)[0]
    if not region.any():
        raise EmptyMaskError(
            got=f"no pixel of {structure}",
            wanted=f"a mask that shows one of {', '.join(mask.labels)}",
            fix="segment it, or name another structure",
        )
    return region


def map_intensities(pixels: np.ndarray, preset: Preset) -> np.ndarray:
    """Return the intensities (S, H, W) that a preset asks for, on the image's own grid.

    Raises:
        InputError: The whole stack's intensities count, and some are no numbers or all the same.
    """
    if preset.source == "system" or preset.normalize:
        _require_finite(pixels)
    if preset.source == "system":
        blank = np.zeros(pixels.shape, bool)
        stack = Stack(pixels.astype(np.float64), blank, (1.0, 1.0))
        return prepare(stack, (Rescale(),)).image
    return normalized(pixels, preset) if preset.normalize else pixels


def _require_finite(pixels: np.ndarray) -> None:
    bad = ~np.isfinite(pixels)
    if bad.any():
        named = ", ".join(map(str, np.flatnonzero(bad.any(axis=(1, 2)))))
        raise InputError(
            got=f"{int(bad.sum())} voxels NaN or infinite in slices {named} of the image",
            wanted="finite intensities everywhere, since the preset scales by the whole image",
            fix="export the image again, or use a preset that takes intensities as stored",
        )


def kept_region(pixels: np.ndarray, region: np.ndarray, preset: Preset) -> np.ndarray:
    """Return the region as `Settings.label` marks it, within the preset's range of intensities.

    Slices without two pixels in the range are left empty.

    Raises:
        EmptyMaskError: No slice has any.
    """
    kept, refused = np.zeros(region.shape, np.int32), None
    for index in np.flatnonzero(region.any(axis=(1, 2))):
        try:
            own = resegmented(pixels[index], region[index], preset)
        except EmptyMaskError as error:
            refused = error
            continue
        kept[index][own] = preset.settings.label
    if refused is not None and not kept.any():
        raise refused
    return kept


def departures(preset: Preset, what: str) -> list[Finding]:
    """Say what of a preset does not hold on an image's own grid.

    Args:
        preset: What was asked for.
        what: What is made, as `feature map`: the name of the findings.
    """
    says = []
    if preset.resampled_mm is not None:
        says.append("the preset's resampling is left out: the image's own grid is kept")
    if preset.source == "system":
        says.append("intensities are the stack's range from 0 to 1, on the image's own grid")
    return [Finding(what, message) for message in says]
