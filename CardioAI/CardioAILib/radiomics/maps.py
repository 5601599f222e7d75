"""Features as maps: each pixel of a region takes the feature of the window around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import EmptyMaskError, InputError
from CardioAILib.radiomics.dispatch import Engine, choose_engine
from CardioAILib.radiomics.inputs import check_arrays, take_slice
from CardioAILib.radiomics.names import FEATURES
from CardioAILib.radiomics.region import find_region
from CardioAILib.radiomics.settings import CLASSES, IMAGE_TYPES, Settings


@cache
def map_features() -> tuple[str, ...]:
    """Name every feature that has a map, like ``wavelet-LH_glrlm_RunEntropy``."""
    return tuple(
        f"{image_type}_{kind}_{name}"
        for image_type in IMAGE_TYPES
        for kind in CLASSES[1:]
        for name in FEATURES[kind]
    )


def feature_map(
    image: ArrayLike,
    mask: ArrayLike,
    spacing: ArrayLike,
    settings: Settings,
    feature: str,
    radius: int = 1,
    engine: Engine = "auto",
) -> NDArray[np.float64]:
    """Map one feature over the region of one slice.

    Each pixel gets the feature of the pixels of the region in the square of 2 ``radius`` + 1
    pixels around it; under ``singleton="x"``, in its row alone. Gray levels are those of the
    whole region, so that pixels compare. This is pyradiomics 3.0.1 with ``voxelBased``,
    ``maskedKernel``, ``force2D`` and one pixel a batch. In larger batches its ``glcm_MCC``, and
    for some pixels ``glcm_JointAverage``, is lost as soon as one pixel lacks neighbors in a
    direction. Where pyradiomics' answer depends on the batch, a window without a run has nan.

    Args:
        image: Shape (H, W); ``settings.scale`` multiplies it.
        mask: Shape (H, W), bool or integer; the region is where it equals ``settings.label``.
        spacing: Row and column spacing in mm, shape (2,).
        settings: Bins, scale and layout; its choice of image types and classes does not count.
        feature: One of ``map_features()``.
        radius: Pixels from the window's center to its edge.
        engine: ``native``, or ``numpy``, which gives the same numbers without numba, some
            hundred times slower; ``auto`` is ``native`` where numba imports.

    Returns:
        Shape (H, W), nan outside the region and where the feature is not defined, as textures
        of a pixel without neighbors.

    Raises:
        InputError: The feature is unknown or of shape, the radius is below 1 or the window
            larger than the region, or the slice cannot be used (see ``extract``).
    """
    parsed, radius = parse_feature(feature), _whole(radius)
    stack = np.asarray(image)[np.newaxis], np.asarray(mask)[np.newaxis]
    images, masks, mm = check_arrays(*stack, spacing)
    taken = take_slice(0, images[0], masks[0], settings)
    return _map_slice(*taken, mm[0].tolist(), settings, parsed, radius, engine)


def feature_maps(
    images: ArrayLike,
    masks: ArrayLike,
    spacing: ArrayLike,
    settings: Settings,
    feature: str,
    radius: int = 1,
    engine: Engine = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float64]:
    """Map one feature over every slice of a stack, each with gray levels of its own.

    Args:
        images: Shape (S, H, W).
        masks: Shape (S, H, W); slices whose region is empty, smaller than the window or within
            a single row or column stay nan.
        spacing: Row and column spacing in mm, shape (2,).
        settings: As in ``feature_map``.
        feature: As in ``feature_map``.
        radius: As in ``feature_map``.
        engine: As in ``feature_map``.
        progress: Called as ``progress(done, total)`` after every slice that has a map.

    Returns:
        Shape (S, H, W).

    Raises:
        EmptyMaskError: No slice shows the region.
        GridMismatchError: Images and masks differ in shape.
        InputError: No slice has a map, or as ``feature_map``; the message names the slice.
    """
    parsed, radius = parse_feature(feature), _whole(radius)
    images, masks, mm = check_arrays(images, masks, spacing)
    out = np.full(images.shape, np.nan)
    mapped = _mapped(masks, settings.label, radius)
    for done, number in enumerate(mapped, start=1):
        taken = take_slice(number, images[number], masks[number], settings)
        how = mm[number].tolist(), settings, parsed, radius, engine
        try:
            out[number] = _map_slice(*taken, *how)
        except InputError as error:
            got = f"{error.got} in slice {number}"
            raise InputError(got=got, wanted=error.wanted, fix=error.fix) from error
        if progress is not None:
            progress(done, len(mapped))
    return out


def parse_feature(feature: str) -> tuple[str, str, str]:
    """Divide a feature's name into image type, class and name.

    Raises:
        InputError: It has no map.
    """
    feature = str(feature)
    if feature in map_features():
        image_type, kind, name = feature.split("_")
        return image_type, kind, name
    if "shape" in feature.split("_"):
        raise InputError(
            got=f"the feature '{feature}'",
            wanted="a feature of intensities or texture: a shape has no map",
            fix="choose a feature of another class, as original_firstorder_Entropy",
        )
    near = near_features(feature, map_features())
    raise InputError(
        got=f"the feature '{feature}', which is none",
        wanted="an image type, a class and a name, as original_glcm_Contrast",
        fix=f"did you mean {', '.join(near)}" if near else "choose one of map_features()",
    )


def near_features(asked: str, known: Sequence[str]) -> list[str]:
    """Return up to three features that a wrong name may mean.

    They are of the image type that it names, else of the original image. Features whose own
    name is the asked one come first: "Entropy" means original_firstorder_Entropy before
    original_glcm_SumEntropy.
    """
    image_type, _, _ = asked.partition("_")
    image_type = image_type if image_type in IMAGE_TYPES else "original"
    pool = [name for name in known if name.startswith(f"{image_type}_")] or list(known)
    last = asked.rpartition("_")[2].casefold()
    exact = [name for name in pool if name.rpartition("_")[2].casefold() == last]
    ordered = get_close_matches(asked, exact, n=3, cutoff=0.0) if exact else []
    return list(dict.fromkeys([*ordered, *get_close_matches(asked, pool, n=3, cutoff=0.4)]))[:3]


def _map_slice(
    image: NDArray[np.floating],
    region: NDArray[np.bool_],
    spacing: list[float],
    settings: Settings,
    feature: tuple[str, str, str],
    radius: int,
    engine: Engine,
) -> NDArray[np.float64]:
    image_type, kind, name = feature
    filter_values, bin_values, slide = _tools(engine)
    place = find_region(region)
    _check_fit(radius, place.box[2:])
    wanted = replace(settings, image_types=(image_type,))
    values = filter_values(image, place, tuple(spacing), wanted)[image_type]
    levels = bin_values(values, settings)
    out = np.full(image.shape, np.nan)
    out[place.rows, place.columns] = slide(
        values.astype(np.float64),
        levels,
        place,
        radius,
        settings.singleton,
        (kind, FEATURES[kind].index(name)),
        spacing[0] * spacing[1] * settings.slice_mm,
    )
    return out


def _mapped(masks: NDArray, label: int, radius: int) -> list[int]:
    """Choose the slices that have a map; where none has, the first with a region tells why."""
    regions = masks == label
    shown = np.flatnonzero(regions.any(axis=(1, 2))).tolist()
    if not shown:
        raise EmptyMaskError(
            got=f"no pixel of value {label} in the mask",
            wanted="a region in at least one slice",
            fix="check the segmentation, or set the label of the structure",
        )
    return [number for number in shown if _holds(regions[number], radius)] or shown[:1]


def _holds(region: NDArray[np.bool_], radius: int) -> bool:
    """Tell whether a region is large enough for maps with windows of this radius."""
    box = find_region(region).box[2:]
    return max(box) >= 2 * radius + 1 and min(box) > 1


def _whole(radius: float) -> int:
    if not (isinstance(radius, Real) and radius >= 1 and float(radius).is_integer()):
        raise InputError(
            got=f"a radius of {radius!r} pixels",
            wanted="a whole number from 1",
            fix="use 1 for windows of 3 x 3 pixels, 2 for 5 x 5",
        )
    return int(radius)


def _check_fit(radius: int, box: tuple[int, int]) -> None:
    side = 2 * radius + 1
    if side > max(box):
        raise InputError(
            got=f"windows of {side} x {side} pixels on a region of {box[0]} x {box[1]}",
            wanted="windows smaller than the region",
            fix="use a smaller radius, or one number for the whole region: extract",
        )


def _tools(engine: Engine) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Return what filters, bins and slides the window, compiled or with NumPy alone."""
    chosen = choose_engine(engine)
    if chosen == "pyradiomics":
        raise InputError(
            got="maps by pyradiomics",
            wanted="'auto', 'native' or 'numpy'",
            fix="leave engine out: the numbers are the same",
        )
    if chosen == "native":
        from CardioAILib.radiomics._mapkernels import slide_window
        from CardioAILib.radiomics.binning import gray_levels
        from CardioAILib.radiomics.filters import filtered_values
    else:
        from CardioAILib.radiomics._mapwindows import slide_window
        from CardioAILib.radiomics.portable.binning import gray_levels
        from CardioAILib.radiomics.portable.filters import filtered_values
    return filtered_values, gray_levels, slide_window
