"""The segmented frames of an echo view, as a study holds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.study import LEFT_ATRIUM, LV_CAVITY, MYOCARDIUM, Mask, Role, Study

MODALITY, SEGMENTATION = "US", "mask"
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
        role: Role of the segmentation; of stills that of the first.
        stills: Whether the frames are one still of ED and one of ES rather than a clip.
    """

    view: str
    planes: tuple[Plane, ...]
    times_ms: np.ndarray
    calibrated: bool
    role: Role
    stills: bool = False


def segmented_view(study: Study, view: str) -> SegmentedView | None:
    """Return a view's segmented clip, else its stills at ED and ES, else None.

    Of several segmented clips of a view the first is taken.
    """
    clips = [role for role in study.images if _is_clip(role, view)]
    if clips:
        role = min(clips, key=lambda one: int(one.phase or 1))
        mask = study.images[role]
        return _view_of(view, role, (mask,)) if isinstance(mask, Mask) else None
    roles = [Role(MODALITY, SEGMENTATION, view, phase) for phase in STILLS]
    found = [study.images.get(role) for role in roles]
    stills = tuple(mask for mask in found if isinstance(mask, Mask))
    return _view_of(view, roles[0], stills) if len(stills) == len(STILLS) else None


def _is_clip(role: Role, view: str) -> bool:
    if not Role(MODALITY, SEGMENTATION, view).matches(role):
        return False
    return role.phase is None or role.phase.isdigit()


def _view_of(view: str, role: Role, masks: tuple[Mask, ...]) -> SegmentedView:
    planes = tuple(plane for mask in masks for plane in _planes(mask))
    stills = len(masks) > 1
    known = () if stills else masks[0].times_ms
    times = np.array(known) if len(known) == len(planes) else np.full(len(planes), np.nan)
    return SegmentedView(view, planes, times, all(m.calibrated for m in masks), role, stills)


def _planes(mask: Mask) -> list[Plane]:
    """Return every frame of a segmentation; of a still its only one."""
    parts = [mask.of(name)[:, 0] for name in (LV_CAVITY, MYOCARDIUM, LEFT_ATRIUM)]
    return [Plane(*own, mask.spacing[1:]) for own in zip(*parts, strict=True)]
