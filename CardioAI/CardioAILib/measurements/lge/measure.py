"""All that a reader measures on a short-axis stack of late enhancement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan, nan

import numpy as np

from CardioAILib.errors import GridMismatchError, InputError
from CardioAILib.measurements.coordinates import WallCoordinates, wall_coordinates
from CardioAILib.measurements.depth import wall_borders
from CardioAILib.measurements.lge.asked import Asked, chosen_reference, labeled_region
from CardioAILib.measurements.lge.bysegment import (
    SegmentReading,
    read_segments,
    segment_values,
    told,
)
from CardioAILib.measurements.lge.contrast import (
    beyond_blood,
    contrast_values,
    dark_blood,
    no_remote,
    oddities,
    warn_beyond_blood,
)
from CardioAILib.measurements.lge.extent import (
    extent_values,
    place_values,
    share_percent,
    slice_percents,
)
from CardioAILib.measurements.lge.names import (
    ABOVE,
    ABOVE_BLOOD,
    DEFAULT,
    EXTENT_ABOVE_BLOOD,
    LGE_MEASUREMENTS,
    NOT_ASSESSABLE,
    PRESENT,
    SUGGESTION,
    Method,
)
from CardioAILib.measurements.lge.presence import presence, without_absence
from CardioAILib.measurements.lge.reference import Reference
from CardioAILib.measurements.lge.threshold import above_blood, enhanced_by, require_method
from CardioAILib.measurements.orientation import AUTO, Orientation
from CardioAILib.measurements.segmentation import Segmentation, segmentation_of
from CardioAILib.measurements.segments import layer_numbers
from CardioAILib.measurements.tidy import Heart, tidy_heart
from CardioAILib.measurements.volumes import volume_ml
from CardioAILib.results import Finding
from CardioAILib.study import Image, Mask, same_grid

OF_SEGMENTS = ("segments", "orientation", "apical cap", "basal wall", "mirrored")
"""Checks that bear on values by segment alone."""


@dataclass(frozen=True, eq=False)
class LateEnhancement:
    """What was measured of one stack.

    Args:
        values: Every name of `LGE_MEASUREMENTS`, nan where it could not be measured.
        findings: What is missing, and what makes a value doubtful.
        above: From which signal on the values by segment, layer and slice, and suggestions, count
            a pixel as enhanced, in words.
        reference: The remote myocardium that thresholds refer to.
        enhanced: The pixels that do (S, H, W); none where the method cannot tell.
        segments: The 17 segments; none where they cannot be told.
        slices_percent: Enhanced share of each slice's myocardium (S,), nan without any.
        of_segments: How the segments were told, which bears on values by segment alone.
    """

    values: Mapping[str, float]
    findings: tuple[Finding, ...]
    above: str
    reference: Reference
    enhanced: np.ndarray
    segments: tuple[SegmentReading, ...] = ()
    slices_percent: tuple[float, ...] = ()
    of_segments: tuple[Finding, ...] = ()

    @property
    def suggestion(self) -> str:
        """The suggested patterns, in words that say that they are no more than that."""
        if not self.segments:
            return ""
        unsure = isnan(self.values[PRESENT])
        return f"{NOT_ASSESSABLE if unsure else told(self.segments)} ({SUGGESTION})"


def enhancement_of(
    image: Image,
    mask: Mask,
    *,
    method: Method = DEFAULT,
    reference: Asked = "auto",
    orientation: Orientation = AUTO,
) -> LateEnhancement:
    """Measure late enhancement on a short-axis stack and its segmentation.

    What the mask labels scar or no-reflow counts as myocardium: no label of scar is used. Where no
    myocardium is remote and the blood is darker than it, as in amyloidosis, values by segment,
    layer and slice, and suggestions, count what is brighter than the blood.

    Args:
        image: Stack (1, S, H, W), magnitude or phase-sensitive.
        mask: Its segmentation, with myocardium and LV cavity; the RV cavity tells the segments.
        method: Of the values by segment, layer and slice.
        reference: The remote myocardium: "auto", the darkest 60 degrees of each slice; "stack",
            those of the whole stack; AHA segments such as (8, 9); or the name of a label
            that a reader drew in the myocardium.
        orientation: What is known of the heart's place beyond the mask.

    Raises:
        InputError: The image is no single stack, holds nan, or an argument is unknown.
        GridMismatchError: Image and mask lie on different grids.
        EmptyMaskError: Myocardium, LV cavity or reference is missing.
    """
    if len(image.array) != 1:
        raise InputError(
            got=f"{len(image.array)} time points",
            wanted="one stack of late enhancement",
            fix="take one of them; a series of early images goes to early_darkening",
        )
    if not same_grid(image, mask):
        raise GridMismatchError(
            got="an image and a segmentation on different grids",
            wanted="the segmentation on the grid of its image",
            fix="resample the mask to the image",
        )
    place, region = segmentation_of(mask), None
    if isinstance(reference, str) and reference not in ("auto", "stack"):
        region = labeled_region(mask, reference)
        # A voxel has one label: what is drawn as the reference is myocardium all the same.
        place = replace(place, myocardium=place.myocardium | region)
    how = {"method": method, "reference": reference, "orientation": orientation}
    return measure_enhancement(image.array[0], place, region=region, **how)


def measure_enhancement(
    signal: np.ndarray,
    place: Segmentation,
    *,
    method: Method = DEFAULT,
    reference: Asked = "auto",
    region: np.ndarray | None = None,
    orientation: Orientation = AUTO,
) -> LateEnhancement:
    """Measure late enhancement inside a segmented myocardium.

    Args:
        signal: Image (S, H, W).
        place: The segmentation, scar included in its myocardium.
        method: As in `enhancement_of`.
        reference: As there; the name of `region` where that is given.
        region: Pixels (S, H, W) of remote myocardium.
        orientation: As there.

    Raises:
        InputError, GridMismatchError, EmptyMaskError: As there.
    """
    require_method(method)
    signal = _require_signal(signal, place)
    heart = tidy_heart(place.myocardium, place.lv_cavity, place.rv_cavity, place.spacing)
    located, of_place = _located(place, heart, orientation)
    of_segments = tuple(one for one in of_place if one.check in OF_SEGMENTS)
    findings = tuple(one for one in of_place if one.check not in OF_SEGMENTS)
    remote = chosen_reference(signal, heart, located, reference, region)
    by_method, of_methods = enhanced_by(signal, heart.wall, remote)
    values = {
        **contrast_values(signal, heart, remote),
        **extent_values(by_method, heart, volume_ml(heart.wall, place)),
    }
    findings = (*findings, *oddities(values), *of_methods)
    enhanced, by = by_method[method].mask, ABOVE[method]
    if no_remote(values) and dark_blood(values):
        enhanced, by = above_blood(signal, heart), ABOVE_BLOOD
        values[EXTENT_ABOVE_BLOOD] = share_percent(enhanced, heart.wall)
    elif beyond_blood(values, method):
        findings = (*findings, warn_beyond_blood(values, method))
    pixels = np.zeros_like(heart.wall) if enhanced is None else enhanced
    found = LateEnhancement(_all(values), findings, by, remote, pixels, of_segments=of_segments)
    if enhanced is None:
        return found
    placed = _placed(found, signal, heart, located)
    if by == ABOVE_BLOOD or not beyond_blood(values, method):
        return placed
    return replace(placed, values=without_absence(placed.values))


def _placed(
    found: LateEnhancement, signal: np.ndarray, heart: Heart, located: WallCoordinates | None
) -> LateEnhancement:
    """Return the same with values by segment, layer and slice, and what they suggest."""
    enhanced = found.enhanced
    depth = wall_borders(heart).depth if located is None else located.depth
    present, findings = presence(signal, enhanced, heart, located)
    segments = () if located is None else read_segments(enhanced, located)
    values = {
        **found.values,
        **place_values(enhanced, heart, layer_numbers(depth)),
        **(segment_values(segments) if segments else {}),
        PRESENT: present,
    }
    return replace(
        found,
        values=values,
        findings=(*found.findings, *findings),
        segments=segments,
        slices_percent=tuple(slice_percents(enhanced, heart).tolist()),
    )


def _all(values: Mapping[str, float]) -> dict[str, float]:
    return {name: values.get(name, nan) for name in LGE_MEASUREMENTS}


def _require_signal(signal: np.ndarray, place: Segmentation) -> np.ndarray:
    given = np.asarray(signal, float)
    if given.shape != place.myocardium.shape:
        raise GridMismatchError(
            got=f"an image of shape {given.shape} with myocardium of {place.myocardium.shape}",
            wanted="one grid (S, H, W)",
            fix="resample the mask to the image",
        )
    inside = given[place.myocardium | place.lv_cavity]
    if not np.isfinite(inside).all():
        raise InputError(
            got=f"{int((~np.isfinite(inside)).sum())} pixels of the heart NaN or infinite",
            wanted="finite intensities",
            fix="export the image again, or replace those pixels",
        )
    return given


def _located(
    place: Segmentation, heart: Heart, orientation: Orientation
) -> tuple[WallCoordinates | None, tuple[Finding, ...]]:
    """Return where the wall's pixels lie, or None and why they cannot be told."""
    masks = place.myocardium, place.lv_cavity, place.rv_cavity
    try:
        found = wall_coordinates(*masks, place.spacing, place.ijk_to_ras, orientation)
    except InputError as error:
        finding = Finding("segments", f"no values by segment: {error.got}")
        return None, (*heart.findings, finding)
    return found, found.findings
