"""Simulated echo clips of a moving left ventricle whose wall motion is known.

A speckled heart in views of Sahashi 2024, with or without segments that move badly. Scar, T1, T2
and extracellular volume are drawn for each patient and shown by nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.phantoms.echobeat import Beat, random_beat
from CardioAILib.phantoms.echodiverse import diverse_heart, diverse_pose
from CardioAILib.phantoms.echodrawing import draw_clip, draw_labels
from CardioAILib.phantoms.echomotion import (
    SEGMENTS_OF_VIEW,
    as_cell,
    motion_of,
    random_abnormal,
    shows,
)
from CardioAILib.phantoms.echopatient import random_anatomy, random_pose, tissue_facts
from CardioAILib.phantoms.echoscanner import Sector
from CardioAILib.phantoms.echoscene import LABELS, Anatomy, Pose
from CardioAILib.phantoms.echowalls import ejection_fraction
from CardioAILib.study import Cohort, Fact, Image, Mask, Role, Study

ECHO_VIEWS = ("A4C", "A2C", "PLAX")

SIMULATED = "simulated"
TARGETS = ("wma", "lge", "t1_ms", "t2_ms", "ecv_percent")
"""Columns of truth, each of which says where it is from."""
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

CLIP_KEY, VIEW_KEY, DIVERSE_KEY = 77, 78, 79
"""Set chance of a clip apart from that of its patient, of views from that of studies, and of what
differs between hearts more than usual."""


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


def echo_cohort(
    n: int,
    seed: int = 0,
    signal: bool = True,
    views: tuple[str, ...] = ECHO_VIEWS,
    frames: int = 40,
    size: tuple[int, int] = SIZE,
    shared: float = 0.3,
    missing: float = 0.0,
    clips: int = 1,
) -> Cohort:
    """Simulate a cohort of echo studies, half of them with a wall motion abnormality.

    A subject is the same in a cohort of any size: chance comes from the seed and its number.

    Args:
        n: Number of subjects.
        seed: Seed of the cohort.
        signal: False draws every ventricle as normal, whatever its label.
        views: Of `ECHO_VIEWS`.
        frames: Frames of each clip, which show at least one heartbeat.
        size: Rows and columns of a frame.
        shared: Chance that an abnormality is of the whole ventricle, and so in every view;
            otherwise it is of one coronary territory, which some views do not show.
        missing: Chance that a view is missing; one is always there.
        clips: Clips of each view.

    Returns:
        Studies with the roles `echo_A4C` ... and `mask_A4C` ..., labeled as `LABELS`; the facts
        `wma`, `wma_segments`, `wma_A4C` ..., `ef_percent` (biplane, of the segmentations), `lge`,
        `lge_segments`, `t1_ms`, `t2_ms`, `ecv_percent` (none of which an image shows),
        `heart_rate`, `frame_rate_hz`, `age`, `sex`, `source_note`.

    Raises:
        InputError: A view is unknown.
    """
    given = {
        "views": tuple(views),
        "frames": frames,
        "size": tuple(size),
        "signal": signal,
        "shared": shared,
        "missing": missing,
        "clips": clips,
    }
    studies = (
        echo_study(f"ECHO{number:04d}", Order(number % 2, (seed, number), **given))
        for number in range(1, n + 1)
    )
    return Cohort(tuple(studies), name="simulated echo")


def echo_study(subject: str, order: Order) -> Study:
    """Simulate one patient's echo, drawn when it is asked for.

    Raises:
        InputError: A view is unknown.
    """
    _require_views(order.views)
    roles = [
        Role("US", kind, view, phase)
        for view in _present(order)
        for phase in (None, *(str(clip) for clip in range(2, order.clips + 1)))
        for kind in ("echo", "mask")
    ]
    return Study(subject, "1", EchoImages(order, tuple(roles)), _facts(order))


def view_cohort(n: int, seed: int = 0, frames: int = 16, size: tuple[int, int] = SIZE) -> Cohort:
    """Simulate clips of views that nobody named: A4C, A2C, PLAX and others in turn.

    Args:
        n: Number of subjects, of one clip each.
        seed: Seed of the cohort.
        frames: Frames of each clip.
        size: Rows and columns of a frame.

    Returns:
        Studies with the role `echo`, the facts `view` ("A4C", "A2C", "PLAX" or "other"),
        `view_drawn`, which names the other ones too, and those of `echo_cohort` on the person.
    """
    return Cohort(
        tuple(_one_view(number, seed, frames, size) for number in range(1, n + 1)),
        name="simulated echo views",
    )


def _one_view(number: int, seed: int, frames: int, size: tuple[int, int]) -> Study:
    turn, group = (number - 1) % (len(ECHO_VIEWS) + 1), (number - 1) // (len(ECHO_VIEWS) + 1)
    named = turn < len(ECHO_VIEWS)
    view = ECHO_VIEWS[turn] if named else OTHER_VIEWS[group % len(OTHER_VIEWS)]
    order = Order(group % 2, (seed, VIEW_KEY, number), (view,), frames, size, varied=True)
    facts = _facts(order)
    kept = {name: facts[name] for name in ("heart_rate", "age", "sex", "source_note")}
    told = {"view": view if named else "other", "view_drawn": view, "view_source": SIMULATED}
    images = EchoImages(order, (Role("US", "echo"),))
    return Study(f"VIEW{number:04d}", "1", images, {**told, **kept})


def abnormal_of(order: Order) -> dict[int, str]:
    """Return the abnormal segments of a study's patient, and how each moves."""
    abnormal = random_abnormal(order.shared, _chances(order)[0])
    return abnormal if order.wma else {}


def anatomy_of(order: Order) -> Anatomy:
    """Return the heart of a study, as drawn."""
    _, moves, body, *_ = _chances(order)
    shown = abnormal_of(order) if order.signal else {}
    anatomy = random_anatomy(motion_of(shown, moves), body)
    if not order.varied:
        return anatomy
    return diverse_heart(anatomy, np.random.default_rng((*order.seed, DIVERSE_KEY)))


def beat_of(order: Order) -> Beat:
    """Return the rhythm of a study's clips."""
    rng = _chances(order)[3]
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


def _facts(order: Order) -> dict[str, Fact]:
    abnormal, beat = abnormal_of(order), beat_of(order)
    person = _chances(order)[4]
    return {
        "wma": float(order.wma),
        "wma_segments": as_cell(tuple(abnormal)),
        **{f"wma_{view}": float(shows(view, tuple(abnormal))) for view in SEGMENTS_OF_VIEW},
        "wma_kind": next(iter(abnormal.values()), "normal"),
        "ef_percent": round(ejection_fraction(anatomy_of(order).ventricle), 2),
        **tissue_facts(person),
        "heart_rate": beat.rate,
        "frame_rate_hz": round(1000 / beat.frame_ms, 2),
        "age": float(person.integers(35, 86)),
        "sex": str(person.choice(["F", "M"])),
        **{f"{target}_source": SIMULATED for target in TARGETS},
        "source_note": SIMULATED,
    }


def _present(order: Order) -> tuple[str, ...]:
    """Return the views that are not missing, at least one."""
    rng = _chances(order)[5]
    chance = rng.random(len(ECHO_VIEWS))
    kept = tuple(v for v in order.views if chance[ECHO_VIEWS.index(v)] >= order.missing)
    return kept or (order.views[int(rng.integers(len(order.views)))],)


def _chances(order: Order) -> list[np.random.Generator]:
    """Return one source each: lesion, motion, body, rhythm, person, views that are missing."""
    return np.random.default_rng(order.seed).spawn(6)


def _require_views(views: tuple[str, ...]) -> None:
    for view in views:
        if view not in ECHO_VIEWS:
            raise InputError(
                got=f"the view '{view}'",
                wanted=f"one of {', '.join(ECHO_VIEWS)}",
                fix="choose views that can be simulated",
            )
