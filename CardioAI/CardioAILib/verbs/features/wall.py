"""Radiomics by region of the wall: segments, layers, or layers of segments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from CardioAILib.errors import GridMismatchError, InputError
from CardioAILib.measurements import AUTO, By, Orientation, Regions, wall_regions
from CardioAILib.radiomics import SOUND, Settings, extract_volume, feature_names
from CardioAILib.radiomics.maps import near_features
from CardioAILib.radiomics.settings import CLASSES
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY, Mask

FEATURES = (
    "original_firstorder_Mean",
    "original_firstorder_Variance",
    "original_firstorder_Skewness",
    "original_firstorder_Entropy",
    "original_glcm_JointEntropy",
    "original_glcm_Contrast",
)
"""Features of regions where no others are asked for."""

NO_PART = "no part"
UNDEFINED = "features without a value are not defined for these voxels"
TEXTURES = ("glcm", "gldm", "glrlm", "glszm", "ngtdm")
FEWEST_VOXELS = 20
"""A slice of a region with fewer voxels says nothing of texture."""
THICK = 2.0
"""Slices this many times as far apart as pixels are measured one by one: across them, neighbors
are no neighbors."""


@dataclass(frozen=True, eq=False)
class WallFeatures:
    """Features of the regions of one wall.

    Args:
        regions: The regions.
        names: Names of the features.
        values: Value of each feature in each region, (R, F), nan where there is none.
        notes: Why a region lacks values, or empty, in order of the regions.
        preset: Name of the preset that they were taken by, where there is one.
    """

    regions: Regions
    names: tuple[str, ...]
    values: np.ndarray
    notes: tuple[str, ...]
    preset: str = ""


def regions_of_mask(mask: Mask, by: By = "aha", orientation: Orientation = AUTO) -> Regions:
    """Divide the wall that a segmentation of one frame shows.

    Args:
        mask: Myocardium, and LV and RV cavity where they are segmented, (1, S, H, W).
        by: How to divide; see `measurements.wall_regions`.
        orientation: What is known beyond the mask.

    Raises:
        InputError: There are several frames, or apex or septum cannot be told.
        EmptyMaskError: No slice shows myocardium with a cavity.
    """
    if len(mask.array) != 1:
        raise InputError(
            got=f"a segmentation of {len(mask.array)} frames",
            wanted="one frame",
            fix="divide the wall frame by frame",
        )
    shown = {name: mask.of(name)[0] for name in (MYOCARDIUM, LV_CAVITY, RV_CAVITY)}
    given = [part if part.any() else None for part in (shown[LV_CAVITY], shown[RV_CAVITY])]
    matrix = mask.ijk_to_ras
    return wall_regions(shown[MYOCARDIUM], *given, mask.spacing, matrix, by, orientation)


def wall_features(
    image: np.ndarray,
    regions: Regions,
    spacing: tuple[float, float, float],
    settings: Settings = SOUND,
    features: Sequence[str] = FEATURES,
    *,
    engine: str = "auto",
    fewest: int = FEWEST_VOXELS,
) -> WallFeatures:
    """Measure each region of a wall as one region of a volume.

    Shape and first-order features are of all voxels of a region. Texture is three-dimensional
    where slices lie about as close as pixels; else it is the mean over the region's slices
    (IBSI: 2D, averaged), each with its own bins where their number is fixed.

    Args:
        image: Intensities (S, H, W).
        regions: Its regions; see `regions_of_mask`.
        spacing: Millimeters along (S, H, W).
        settings: Intensity scale and bins; its classes and image types do not matter.
        features: Names as pyradiomics gives them, of the original image.
        engine: Radiomics engine.
        fewest: Voxels that texture needs in a slice, or in the volume.

    Raises:
        GridMismatchError: Image and regions differ in shape.
        InputError: A name is no feature of the original image, the wall holds NaN, or no region
            can be measured.
    """
    names = tuple(dict.fromkeys(features))
    _require(image, regions, settings, names)
    textures = [name for name in names if _class(name) in TEXTURES]
    others = [name for name in names if name not in textures]
    whole, texture = (_measure(settings, own, spacing, engine) for own in (others, textures))
    by_slice = spacing[0] > THICK * max(spacing[1:])
    few = f"texture: fewer than {fewest} voxels{' in every slice' if by_slice else ''}"
    values, notes = np.full((len(regions.regions), len(names)), np.nan), []
    places = [names.index(name) for name in (*others, *textures)]
    for row, (pixels, inside) in enumerate(_parts(image, regions)):
        parts = [(pixels, inside)] if inside.any() else []
        slices = list(zip(pixels[:, None], inside[:, None], strict=True)) if by_slice else parts
        one, two = whole(parts), texture([part for part in slices if part[1].sum() >= fewest])
        values[row, places] = [*one.values, *two.values]
        notes.append("no voxel" if not parts else "; ".join(_notes(one, two, few)))
    _require_some(values, notes)
    return WallFeatures(regions, names, values, tuple(notes))


def _require(
    image: np.ndarray, regions: Regions, settings: Settings, names: tuple[str, ...]
) -> None:
    if image.shape != regions.labels.shape:
        raise GridMismatchError(
            got=f"an image of shape {image.shape} with regions of shape {regions.labels.shape}",
            wanted="regions on the image's grid",
            fix="divide the mask that lies on this image",
        )
    bad = int((~np.isfinite(image[regions.labels > 0])).sum())
    if bad:
        raise InputError(
            got=f"{bad} voxels NaN or infinite in the wall",
            wanted="finite intensities",
            fix="export the image again, or replace those voxels",
        )
    everything = replace(settings, image_types=("original",), classes=CLASSES)
    require_feature(names, feature_names(everything))


def _require_some(values: np.ndarray, notes: Sequence[str]) -> None:
    if values.size and np.isnan(values).all():
        raise InputError(
            got=f"no region that can be measured: {'; '.join(sorted(set(notes)))}",
            wanted="regions with enough voxels, and bins that suit the intensities",
            fix="divide by 'layers' or 'aha', or correct the preset's bins",
        )


def require_feature(names: Sequence[str], known: Sequence[str]) -> None:
    """Refuse names that are no columns.

    Raises:
        InputError: One is unknown; near ones are named.
    """
    if unknown := [name for name in names if name not in known]:
        near = near_features(unknown[0], known) or list(known)[:3]
        raise InputError(
            got=f"the feature '{unknown[0]}'",
            wanted="a feature of the original image",
            fix=f"use its full name, such as {', '.join(near)}",
        )


def _class(name: str) -> str:
    return name.split("_")[1]


@dataclass(frozen=True)
class _Mean:
    """Means of features over parts, nan where no part could be measured; and why parts lack."""

    values: list[float]
    trouble: str = ""


Part = tuple[np.ndarray, np.ndarray]


def _measure(
    settings: Settings, names: list[str], spacing: tuple[float, float, float], engine: str
) -> Callable[[list[Part]], _Mean]:
    """Return what measures these features of parts, computing no class that none needs."""
    if not names:
        return lambda parts: _Mean([])
    classes = tuple({_class(name) for name in names})
    own = replace(settings, image_types=("original",), classes=classes, label=1)
    known = feature_names(own)
    places = [known.index(name) for name in names]

    def mean(parts: list[Part]) -> _Mean:
        found, trouble = [], ""
        for pixels, inside in parts:
            try:
                found.append(extract_volume(pixels, inside, spacing, own, engine)[places])
            except InputError as error:
                trouble = error.got
        if not found:
            return _Mean([np.nan] * len(names), trouble or NO_PART)
        lost = len(parts) - len(found)
        told = f"{lost} of {len(parts)} slices left out: {trouble}" if lost else ""
        return _Mean(np.mean(found, axis=0).tolist(), told)

    return mean


def _notes(one: _Mean, two: _Mean, few: str) -> list[str]:
    notes = [mean.trouble for mean in (one, two)]
    if not any(notes) and np.isnan([*one.values, *two.values]).any():
        return [UNDEFINED]
    return list(dict.fromkeys(few if note == NO_PART else note for note in notes if note))


def _parts(image: np.ndarray, regions: Regions) -> Iterator[Part]:
    """Yield each region's surroundings and its voxels in them; empty ones where it has none."""
    boxes = ndimage.find_objects(regions.labels, len(regions.regions))
    # A margin in the slice, since a region that fills its whole volume is refused.
    margin = ((0, 0), (1, 1), (1, 1))
    for number, box in enumerate(boxes, start=1):
        box = box or (slice(0, 0),) * 3
        yield np.pad(image[box], margin), np.pad(regions.labels[box] == number, margin)
