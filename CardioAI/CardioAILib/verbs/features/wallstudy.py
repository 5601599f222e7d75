"""Radiomics by region of the wall of one image, as a preset takes intensities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from CardioAILib.errors import InputError
from CardioAILib.measurements import AUTO, By, Orientation
from CardioAILib.radiomics import Settings
from CardioAILib.study import MYOCARDIUM, Image, Mask
from CardioAILib.verbs.features.conditioning import resegmented
from CardioAILib.verbs.features.mapinputs import departures, map_intensities, map_region
from CardioAILib.verbs.features.presetfiles import find_preset
from CardioAILib.verbs.features.presets import Preset
from CardioAILib.verbs.features.wall import FEATURES, WallFeatures, regions_of_mask, wall_features


def measure_regions(
    image: Image,
    mask: Mask,
    features: Sequence[str] = FEATURES,
    preset: Preset | Path | str = "fahmy2022",
    by: By = "aha",
    orientation: Orientation = AUTO,
    engine: str = "auto",
) -> WallFeatures:
    """Divide the wall and measure each region, on the image's own grid.

    Args:
        image: One frame (1, S, H, W), a short-axis stack.
        mask: Its segmentation on the same grid, with the cavities where they are segmented.
        features: Names of features of the original image; none measures thickness alone.
        preset: Preset, its name, or the path of its file: how intensities are taken and binned.
        by: "aha", "layers" or "aha-layers".
        orientation: What is known beyond the mask.
        engine: Radiomics engine.

    Returns:
        The features; the regions carry all findings.

    Raises:
        GridMismatchError: Mask and image differ in their grid.
        EmptyMaskError: There is no myocardium, or no slice shows it with a cavity.
        InputError: Preset or features cannot be used, or apex or septum cannot be told.
    """
    chosen = preset if isinstance(preset, Preset) else find_preset(preset)
    if not isinstance(chosen.settings, Settings):
        raise InputError(
            got=f"the preset '{chosen.name}'",
            wanted="a preset of pyradiomics' features for regions of the wall",
            fix="choose fahmy2022, or a parameter file of pyradiomics",
        )
    wall = map_region(image, mask, MYOCARDIUM)
    regions = regions_of_mask(mask, by, orientation)
    pixels = map_intensities(image.array[0], chosen)
    kept = resegmented(pixels, wall, chosen)
    inside = replace(regions, labels=regions.labels * kept)
    measured = wall_features(
        pixels, inside, image.spacing, chosen.settings, features, engine=engine
    )
    told = replace(regions, findings=(*regions.findings, *departures(chosen, "regions")))
    return replace(measured, regions=told, preset=chosen.name)
