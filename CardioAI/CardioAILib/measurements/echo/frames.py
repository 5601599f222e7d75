"""The segmented frames of an echo view, as a study holds them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from CardioAILib.study import LEFT_ATRIUM, LV_CAVITY, MYOCARDIUM, Image, Mask, Role, Study

MODALITY, SEGMENTATION, CLIP = "US", "mask", "echo"
STILLS = ("ED", "ES")


@dataclass(frozen=True, eq=False)
class Plane:
    """One segmented frame.

    Args:
        cavity: LV cavity (H, W), bool.
        myocardium: LV myocardium (H, W), bool.
        atrium: Left atrium (H, W), bool.
        spacing: Distance of rows and of columns, in mm.
    """

    cavity: np.ndarray
    myocardium: np.ndarray
    atrium: np.ndarray
    spacing: tuple[float, float]


@dataclass(frozen=True, eq=False)
class SegmentedView:
    """All frames of a view.

    Args:
        view: "A4C", "A2C" or "PLAX".
        planes: The frames in order.
        times_ms: Time of each (T,), nan where it is not known.
        calibrated: Whether mm are known.
        sector: What was scanned (H, W), bool; the whole frame where no clip tells.
        stills: Whether the frames are one still of ED and one of ES rather than a clip.
    """

    view: str
    planes: tuple[Plane, ...]
    times_ms: np.ndarray
    calibrated: bool
    sector: np.ndarray
    stills: bool = False


def segmented_view(study: Study, view: str) -> SegmentedView | None:
    """Return a view's segmented clip, else its stills at ED and ES, else None.

    Of several segmented clips of a view the first is taken.
    """
    clips = [role for role in study.images if _is_clip(role, view)]
    if clips:
        role = min(clips, key=lambda one: int(one.phase or 1))
        mask = study.images[role]
        clip = study.images.get(replace(role, kind=CLIP))
        return _view_of(view, (mask,), clip) if isinstance(mask, Mask) else None
    roles = [Role(MODALITY, SEGMENTATION, view, phase) for phase in STILLS]
    found = [study.images.get(role) for role in roles]
    stills = tuple(mask for mask in found if isinstance(mask, Mask))
    return _view_of(view, stills, None) if len(stills) == len(STILLS) else None


def _is_clip(role: Role, view: str) -> bool:
    if not Role(MODALITY, SEGMENTATION, view).matches(role):
        return False
    return role.phase is None or role.phase.isdigit()


def _view_of(view: str, masks: tuple[Mask, ...], clip: Image | None) -> SegmentedView:
    planes = tuple(plane for mask in masks for plane in _planes(mask))
    stills = len(masks) > 1
    stated = () if stills else masks[0].times_ms or (() if clip is None else clip.times_ms)
    times = np.array(stated) if len(stated) == len(planes) else np.full(len(planes), np.nan)
    known = all(image.calibrated for image in (*masks, *filter(None, [clip])))
    return SegmentedView(view, planes, times, known, _sector(planes[0], clip), stills)


def _sector(plane: Plane, clip: Image | None) -> np.ndarray:
    """Return what is ever brighter than black, and what that encloses."""
    from scipy import ndimage

    whole = np.ones(plane.cavity.shape, bool)
    if clip is None or clip.array.shape[2:] != whole.shape:
        return whole
    seen = ndimage.binary_fill_holes((clip.array[:, 0] > 0).any(axis=0))
    return seen if seen.any() else whole


def _planes(mask: Mask) -> list[Plane]:
    """Return every frame of a segmentation; of a still its only one."""
    parts = [mask.of(name)[:, 0] for name in (LV_CAVITY, MYOCARDIUM, LEFT_ATRIUM)]
    return [Plane(*own, mask.spacing[1:]) for own in zip(*parts, strict=True)]
