"""A radiomic feature as a map over a structure, on the grid of the image."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from CardioAILib.codec import to_json, write_json
from CardioAILib.io.volumes import suffix_of, write_image
from CardioAILib.progress import Progress, silent
from CardioAILib.radiomics.dispatch import choose_engine
from CardioAILib.radiomics.maps import feature_maps
from CardioAILib.results import RESEARCH_ONLY, Finding
from CardioAILib.study import MYOCARDIUM, Image, Mask
from CardioAILib.verbs.features.mapinputs import (
    departures,
    kept_region,
    map_intensities,
    map_region,
    map_settings,
)
from CardioAILib.verbs.features.presetfiles import find_preset
from CardioAILib.verbs.features.presets import Preset
from CardioAILib.verbs.origin import versions

CHECK = "feature map"
FIRST_USE = "the first map of a class on a machine is compiled (5-20 s)"


@dataclass(frozen=True, eq=False)
class FeatureMap:
    """One feature over one structure of one image.

    Args:
        image: The map (1, S, H, W) on the grid of the image, float64, nan outside the structure
            and where the feature is not defined.
        feature: Its name, as `original_glcm_Contrast`.
        radius: Pixels from a window's center to its edge.
        structure: What it covers.
        preset: Name of the preset.
        settings: All of the preset that changes a number, as plain values.
        versions: Version of each library that took part.
        inputs: SHA-256 of image and mask.
        findings: What a reader should know.
    """

    image: Image
    feature: str
    radius: int
    structure: str
    preset: str
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    inputs: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    note: str = RESEARCH_ONLY

    @property
    def origin(self) -> dict[str, Any]:
        """All but the pixels, as plain values."""
        names = [name for name in self.__dataclass_fields__ if name != "image"]
        return {name: to_json(getattr(self, name)) for name in names}


def map_feature(
    image: Image,
    mask: Mask,
    feature: str,
    preset: Preset | Path | str = "fahmy2022",
    structure: str = MYOCARDIUM,
    radius: int | None = None,
    progress: Progress = silent,
) -> FeatureMap:
    """Map a feature over a structure, slice by slice, where the image was acquired.

    The image keeps its pixels: nothing is resampled, so that a map lies on what was acquired.
    Intensities are those of the preset: of a preset with the source "system", the stack's
    range from 0 to 1; of a native one, as stored, normalized where it says so. Gray levels are
    those of the structure in one slice.

    Args:
        image: One frame (1, S, H, W).
        mask: Its segmentation on the same grid.
        feature: One of `radiomics.maps.map_features()`.
        preset: Preset, its name, or the path of its file.
        structure: What to cover.
        radius: Pixels from a window's center to its edge; None for the preset's.
        progress: Told the share done.

    Raises:
        InputError: Feature, radius, preset or intensities cannot be used.
        GridMismatchError: Mask and image differ in their grid.
        EmptyMaskError: The mask does not show the structure.
    """
    chosen = preset if isinstance(preset, Preset) else find_preset(preset)
    settings = map_settings(chosen, image)
    region = map_region(image, mask, structure)
    pixels = map_intensities(image.array[0], chosen)
    kept = kept_region(pixels, region, chosen)
    radius = chosen.kernel_radius if radius is None else radius
    compiled = choose_engine("auto") == "native"
    progress(0.0, f"{feature}; {FIRST_USE}" if compiled else feature)
    told = _told(progress, feature)
    spacing = image.spacing[1:]
    found = feature_maps(pixels, kept, spacing, settings, feature, radius, progress=told)
    return FeatureMap(
        image=Image(found[np.newaxis], image.ijk_to_ras),
        feature=feature,
        radius=radius,
        structure=structure,
        preset=chosen.name,
        settings=replace(chosen, settings=settings, kernel_radius=radius).meaning,
        versions=versions(),
        inputs={"image": image.digest, "mask": mask.digest},
        findings=(*departures(chosen, CHECK), *_slicewise(chosen), *_empty(found, region)),
    )


def outside_value(values: np.ndarray) -> float:
    """Return a number clearly below all of a map, for files and displays that know no nan."""
    inside = values[np.isfinite(values)]
    if not inside.size:
        return -1.0
    low, high = float(inside.min()), float(inside.max())
    return low - (max(high - low, 0.01 * max(abs(low), abs(high))) or 1.0)


def write_feature_map(found: FeatureMap, path: Path | str) -> Path:
    """Write a map as a volume, and beside it, as JSON, where it comes from.

    Pixels without a value hold the number that the JSON calls `outside`: readers of NIfTI turn
    nan into 0, which a feature may be.

    Args:
        found: The map.
        path: File name with an ending that `write_image` takes.

    Returns:
        The path of the JSON file.
    """
    path = Path(path)
    about = path.with_name(path.name[: -len(suffix_of(path))] + ".json")
    values = found.image.array
    outside = outside_value(values)
    filled = np.where(np.isfinite(values), values, outside)
    write_image(replace(found.image, array=filled), path)
    write_json({**found.origin, "outside": outside}, about)
    return about


def _told(progress: Progress, feature: str) -> Callable[[int, int], None]:
    def report(done: int, total: int) -> None:
        progress(done / total, f"{feature}, slice {done}/{total}")

    return report


def _slicewise(preset: Preset) -> list[Finding]:
    message = "the map is made slice by slice, though the preset measures volumes"
    return [Finding(CHECK, message)] if preset.dimension == 3 else []


def _empty(found: np.ndarray, region: np.ndarray) -> list[Finding]:
    lost = region.any(axis=(1, 2)) & ~np.isfinite(found).any(axis=(1, 2))
    if not lost.any():
        return []
    named = ", ".join(map(str, np.flatnonzero(lost)))
    message = f"no map in slices {named}: too little of the structure, or of it in the range"
    return [Finding(CHECK, message)]
