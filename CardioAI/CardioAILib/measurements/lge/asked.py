"""Which myocardium a user wants to count as remote."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.measurements.coordinates import WallCoordinates
from CardioAILib.measurements.lge.reference import Reference, darkest_sectors, given_reference
from CardioAILib.measurements.segments import SEGMENTS, segment_numbers
from CardioAILib.measurements.tidy import Heart
from CardioAILib.study import (
    HEART,
    LV_CAVITY,
    MYOCARDIUM,
    NO_REFLOW,
    PERICARDIAL_EFFUSION,
    PLEURAL_EFFUSION,
    RV_CAVITY,
    SCAR,
    Mask,
)

STRUCTURES = (
    *(HEART, MYOCARDIUM, LV_CAVITY, RV_CAVITY, SCAR, NO_REFLOW),
    *(PERICARDIAL_EFFUSION, PLEURAL_EFFUSION),
)
"""Labels that mean something else than a reference."""

Asked = str | tuple[int, ...]
"""A reference: "auto", "stack", segments such as (8, 9), or the name of a label of the mask."""


def chosen_reference(
    signal: np.ndarray,
    heart: Heart,
    located: WallCoordinates | None,
    asked: Asked,
    region: np.ndarray | None,
) -> Reference:
    """Return the reference that is asked for.

    Args:
        signal: Image (S, H, W).
        heart: Myocardium and cavity.
        located: Where the wall's pixels lie, or None.
        asked: As `Asked` says; the name of `region` where that is given.
        region: Pixels (S, H, W) of remote myocardium, or None.

    Raises:
        InputError: There is no such reference.
        EmptyMaskError: It holds too little myocardium.
    """
    found = _chosen(signal, heart, located, asked, region)
    if located is None:
        return found
    touched = np.unique(segment_numbers(located.angle, located.level)[found.mask])
    return replace(found, segments=tuple(int(number) for number in touched if number))


def _chosen(
    signal: np.ndarray,
    heart: Heart,
    located: WallCoordinates | None,
    asked: Asked,
    region: np.ndarray | None,
) -> Reference:
    if region is not None:
        return given_reference(signal, heart.wall, region, f"label {asked}")
    if asked == "auto" or asked == "stack":
        return darkest_sectors(signal, heart, asked)
    return _of_segments(signal, heart, located, asked)


def _of_segments(
    signal: np.ndarray, heart: Heart, located: WallCoordinates | None, asked: Asked
) -> Reference:
    known = range(1, len(SEGMENTS) + 1)
    if isinstance(asked, str) or not asked or any(number not in known for number in asked):
        raise InputError(
            got=f"the reference {asked!r}",
            wanted="'auto', 'stack', segments from 1 to 17, or a label of the segmentation",
            fix="correct it",
        )
    if located is None:
        raise InputError(
            got="segments as reference in a stack whose segments cannot be told",
            wanted="a right ventricle or its insertion, and which end is the apex",
            fix="segment the RV cavity, give the insertion, or leave the reference to 'auto'",
        )
    inside = np.isin(segment_numbers(located.angle, located.level), asked)
    name = f"AHA segments {', '.join(map(str, asked))}"
    return given_reference(signal, heart.wall, inside, name)


def labeled_region(mask: Mask, name: str) -> np.ndarray:
    """Return the pixels (S, H, W) of a label that a reader drew as remote.

    Raises:
        InputError: The segmentation has no such label, or it is one of a structure.
    """
    own = [label for label in mask.labels if label not in STRUCTURES]
    if name not in own:
        raise InputError(
            got=f"the reference {name!r} in a segmentation with {', '.join(mask.labels)}",
            wanted="'auto', 'stack', segments from 1 to 17, or a label of its own for it",
            fix="correct the reference, or draw it and name it in 'mask_labels', as in 'remote=5'",
        )
    return mask.of(name)[0]
