"""All that decides a simulated echo study, and the clips that are drawn of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from CardioAILib.phantoms.echobeat import Beat, random_beat
from CardioAILib.phantoms.echodiverse import diverse_heart, diverse_pose
from CardioAILib.phantoms.echodrawing import draw_clip, draw_labels
from CardioAILib.phantoms.echomotion import motion_of, random_abnormal
from CardioAILib.phantoms.echopatient import random_anatomy, random_pose
from CardioAILib.phantoms.echoscanner import Sector
from CardioAILib.phantoms.echoscene import LABELS, Anatomy, Pose
from CardioAILib.study import Image, Mask, Role

ECHO_VIEWS = ("A4C", "A2C", "PLAX")

OTHER_VIEWS = ("PSAX", "subcostal", "A3C")
"""Views that no system here reads, drawn so that they can be told from the others."""

ALL_VIEWS = ECHO_VIEWS + OTHER_VIEWS
SIZE = (176, 208)

DEPTHS_MM = {
    "A4C": (160, 178),
    "A2C": (160, 178),
    "PLAX": (148, 165),
    "PSAX": (135, 158),
    "subcostal": (175, 200),
    "A3C": (160, 178),
}
"""Least and largest depth that a view is examined at."""

FANS, VARIED_FANS = (37, 42), (28, 48)
"""Half the angle of the fan, degrees: of one scanner, and of many."""

ZOOMS = (0.72, 1.12)
"""Depths that examiners choose, relative to those."""

CLIP_KEY, DIVERSE_KEY = 77, 79
"""Set chance of a clip apart from that of its patient, and of what differs between hearts more than
usual."""


@dataclass(frozen=True)
class Order:
    """All that decides a study.

    Args:
        wma: 1 with a wall motion abnormality, 0 without.
        seed: Numbers that seed all chance.
        views: Of `ECHO_VIEWS`.
        frames: Frames of each clip.
        size: Rows and columns of a frame.
        signal: Whether the clips show the abnormality.
        shared: Chance that an abnormality is of the whole ventricle.
        missing: Chance that a view is missing.
        clips: Clips of each view.
        varied: Whether hearts, poses, depth, width of the fan, gain and contrast differ far more.
    """

    wma: int
    seed: tuple[int, ...]
    views: tuple[str, ...] = ECHO_VIEWS
    frames: int = 40
    size: tuple[int, int] = SIZE
    signal: bool = True
    shared: float = 0.3
    missing: float = 0.0
    clips: int = 1
    varied: bool = False


@dataclass(frozen=True, eq=False)
class EchoImages(Mapping[Role, Image]):
    """Clips and segmentations of a simulated study, drawn when they are asked for.

    Args:
        order: All that decides the study.
        roles: Their roles.
    """

    order: Order
    roles: tuple[Role, ...]

    def __getitem__(self, role: Role) -> Image:
        """Return a clip (T, 1, H, W), uint8, or its labels."""
        if role not in self.roles:
            raise KeyError(role)
        return _image(self.order, role)

    def __iter__(self) -> Iterator[Role]:
        return iter(self.roles)

    def __len__(self) -> int:
        return len(self.roles)

    def __contains__(self, role: object) -> bool:
        # Mapping's own answer would draw the clip.
        return role in self.roles


def abnormal_of(order: Order) -> dict[int, str]:
    """Return the abnormal segments of a study's patient, and how each moves."""
    abnormal = random_abnormal(order.shared, chances_of(order)[0])
    return abnormal if order.wma else {}


def anatomy_of(order: Order) -> Anatomy:
    """Return the heart of a study, as drawn."""
    _, moves, body, *_ = chances_of(order)
    shown = abnormal_of(order) if order.signal else {}
    anatomy = random_anatomy(motion_of(shown, moves), body)
    if not order.varied:
        return anatomy
    return diverse_heart(anatomy, np.random.default_rng((*order.seed, DIVERSE_KEY)))


def beat_of(order: Order) -> Beat:
    """Return the rhythm of a study's clips."""
    rng = chances_of(order)[3]
    return random_beat(float(rng.integers(56, 88)), order.frames, rng)


# Few: a clip and its labels are megabytes, and are asked for one after the other.
@lru_cache(maxsize=4)
def _image(order: Order, role: Role) -> Image:
    anatomy, beat = anatomy_of(order), beat_of(order)
    number = int(role.phase or 1)
    view = role.view or order.views[0]
    key = (*order.seed, CLIP_KEY, ALL_VIEWS.index(view), number)
    pose, sector, rng = _acquisition(view, anatomy, order, np.random.default_rng(key))
    matrix = np.diag([-sector.pixel_mm, -sector.pixel_mm, 1.0, 1.0])
    times = beat.times_ms(order.frames)
    if role.kind == "mask":
        labels = draw_labels(view, anatomy, pose, beat, sector, order.frames)
        return Mask(labels[:, None], matrix, times_ms=times, labels=dict(LABELS))
    drawn = draw_clip(view, anatomy, pose, beat, sector, order.frames, rng, order.varied)
    return Image(drawn[:, None], matrix, times_ms=times)


def _acquisition(
    view: str, anatomy: Anatomy, order: Order, rng: np.random.Generator
) -> tuple[Pose, Sector, np.random.Generator]:
    pose = random_pose(view, anatomy, rng)
    pose = diverse_pose(view, pose, rng) if order.varied else pose
    depth = rng.uniform(*DEPTHS_MM[view]) * (rng.uniform(*ZOOMS) if order.varied else 1.0)
    fan = VARIED_FANS if order.varied else FANS
    sector = Sector(round(float(depth)), float(np.radians(rng.uniform(*fan))), 3.0, order.size)
    return pose, sector, rng


def chances_of(order: Order) -> list[np.random.Generator]:
    """Return one source each: lesion, motion, body, rhythm, person, views that are missing."""
    return np.random.default_rng(order.seed).spawn(6)
