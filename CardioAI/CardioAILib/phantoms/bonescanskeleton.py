"""The skeleton of a simulated bone scan: points of every bone of one grown person.

Landmarks follow usual proportions of a person of 1.70 m who lies with straight legs and pointed
feet: the notch of the sternum at 0.17 of the height from the crown, the hips at 0.48, the knees
at 0.72. Uptake is relative to the ribs; ends of bones take up more than shafts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from CardioAILib.phantoms.bonescanshapes import ball, mirrored, sheet, tube

STATURE_MM = 1700.0
"""Of the person drawn here."""

NOTCH_Z = 290.0
"""Upper end of the sternum."""

FIRST_RIB_Z, RIB_STEP = 268.0, 23.5
RIB_WIDTHS = (58, 84, 102, 114, 122, 128, 132, 133, 131, 124, 110, 88)
RIB_DEPTHS = (48, 64, 76, 86, 93, 97, 99, 100, 98, 92, 82, 72)
RIB_DROPS = (26, 42, 58, 72, 86, 98, 108, 114, 116, 110, 60, 36)
RIB_ENDS = (158, 156, 152, 150, 147, 144, 140, 132, 124, 116, 86, 66)
"""Half width, half depth, descent (mm) and angle (degrees) from the back to the front end."""

LUMBAR = tuple((0.0, -42.0 + 3.0 * abs(level - 3), 566.0 + 37.0 * level) for level in range(5))


@dataclass(frozen=True, eq=False)
class Bone:
    """One bone.

    Args:
        name: Kind of the bone.
        points: Where it gives off counts (N, 3), mm.
        uptake: Counts of one point, relative to those of a rib.
    """

    name: str
    points: np.ndarray
    uptake: float


@lru_cache(maxsize=1)
def skeleton() -> tuple[Bone, ...]:
    """Return all bones, the same objects at each call."""
    return (*_head(), *_spine(), *_chest(), *_both(_pelvis()), *_both(_arm()), *_both(_leg()))


def _head() -> Iterator[Bone]:
    yield Bone("skull", ball((0, 0, 96), (76, 94, 96), hollow=8), 0.27)
    yield Bone("skull", ball((0, 52, 165), (44, 34, 36)), 0.2)
    yield Bone("jaw", tube([(-48, 0, 190), (-34, 55, 212), (34, 55, 212), (48, 0, 190)], 6), 0.35)
    yield Bone("jaw", tube([(-26, 72, 182), (0, 80, 182), (26, 72, 182)], 7), 0.8)


def _spine() -> Iterator[Bone]:
    for level in range(7):
        yield Bone("cervical", ball((0, -45, 172 + 13.5 * level), (17, 18, 8)), 0.4)
    for level in range(12):
        place = (0, -62 + 4 * abs(level - 6), FIRST_RIB_Z + RIB_STEP * level)
        yield Bone("thoracic", ball(place, (17 + 0.4 * level, 26, 13)), 0.38)
    for place in LUMBAR:
        yield Bone("lumbar", ball(place, (25, 30, 20)), 0.3)
    column = [(0, -58, FIRST_RIB_Z), (0, -40, FIRST_RIB_Z + 6 * RIB_STEP), *LUMBAR]
    yield Bone("lumbar", tube(column, 13), 0.16)
    yield Bone("sacrum", ball((0, -62, 785), (48, 16, 48)), 0.5)


def _chest() -> Iterator[Bone]:
    for number in range(12):
        left = tube(_rib(number), 4.5)
        yield Bone("rib", left, 0.6)
        yield Bone("rib", mirrored(left), 0.6)
        end = tube(_rib(number)[-3:], 5)
        yield Bone("rib", end, 0.3)
        yield Bone("rib", mirrored(end), 0.3)
    yield Bone("manubrium", ball((0, 76, NOTCH_Z + 24), (27, 7, 27)), 1.25)
    yield Bone("sternum", ball((0, 88, NOTCH_Z + 108), (17, 7, 66)), 0.85)
    collar = tube([(24, 72, NOTCH_Z + 6), (70, 62, NOTCH_Z - 2), (148, 15, NOTCH_Z - 10)], 5.5)
    joint = ball((26, 70, NOTCH_Z + 10), (12, 10, 11))
    yield from _both([Bone("clavicle", collar, 0.55), Bone("clavicle", joint, 0.9)])


def _rib(number: int) -> np.ndarray:
    """Return places along a left rib (30, 3), from the spine to its front end."""
    angles = np.radians(np.linspace(14, RIB_ENDS[number], 30))
    descent = RIB_DROPS[number] * (1 - np.cos(angles)) / 2
    x = RIB_WIDTHS[number] * np.sin(angles) ** 0.85
    y = -RIB_DEPTHS[number] * np.cos(angles) + 4
    return np.stack([x, y, FIRST_RIB_Z + RIB_STEP * number + descent], axis=1)


def _pelvis() -> Iterator[Bone]:
    crest = [(42, -72, 742), (72, -58, 706), (108, -10, 692), (132, 38, 712), (128, 62, 748)]
    lower = [(52, -60, 790), (66, -42, 790), (84, -10, 795), (94, 12, 796), (98, 26, 796)]
    yield Bone("ilium", sheet(crest, lower), 0.38)
    yield Bone("ilium", tube(crest, 5), 0.45)
    yield Bone("sacroiliac", ball((44, -66, 765), (10, 14, 28)), 0.8)
    yield Bone("hip", ball((90, 0, 815), (27, 24, 25), hollow=8), 0.4)
    ring = [
        (86, 10, 838),
        (40, 45, 846),
        (12, 58, 852),
        (12, 52, 878),
        (48, 0, 915),
        (78, -15, 880),
    ]
    yield Bone("pubis", tube(ring, 7), 0.42)


def _arm() -> Iterator[Bone]:
    edge = [(92, -96, 300), (84, -98, 370), (100, -92, 448)]
    yield Bone("scapula", sheet(edge, [(146, -40, 318), (128, -72, 390), (104, -90, 448)], 1), 0.32)
    yield Bone("scapula", tube([(92, -96, 316), (140, -60, 290), (166, -10, 284)], 6), 0.5)
    yield Bone("shoulder", ball((158, -8, 312), (24, 24, 24)), 0.4)
    yield Bone("humerus", tube([(166, -5, 330), (208, -5, 575)], 8), 0.26)
    yield Bone("elbow", ball((212, -5, 600), (24, 14, 17)), 0.42)
    yield Bone("forearm", tube([(206, -5, 615), (228, 0, 835)], 5), 0.28)
    yield Bone("forearm", tube([(222, -5, 615), (250, 0, 835)], 5), 0.28)
    yield Bone("wrist", ball((242, 0, 856), (24, 10, 18)), 0.45)
    for finger in range(4):
        tip = (232 + 10 * finger, 8, 1010 - 12 * abs(finger - 1))
        yield Bone("hand", tube([(230 + 7 * finger, 2, 875), tip], 3), 0.35)


def _leg() -> Iterator[Bone]:
    yield Bone("hip", ball((90, 0, 815), (22, 22, 22)), 0.25)
    yield Bone("femur", tube([(95, 0, 822), (140, -8, 862)], 11), 0.35)
    yield Bone("femur", ball((148, -10, 862), (17, 18, 26)), 0.38)
    yield Bone("femur", tube([(142, -5, 885), (92, 5, 1180)], 11), 0.2)
    yield Bone("knee", ball((86, 0, 1205), (38, 28, 30)), 0.13)
    yield Bone("knee", ball((86, 38, 1205), (19, 9, 19)), 0.2)
    yield Bone("knee", ball((84, 0, 1250), (36, 25, 22)), 0.16)
    yield Bone("tibia", tube([(80, 8, 1270), (76, 0, 1575)], 9), 0.26)
    yield Bone("tibia", tube([(112, -12, 1262), (98, -10, 1580)], 4), 0.22)
    yield Bone("ankle", ball((82, 0, 1600), (30, 22, 24)), 0.36)
    yield Bone("foot", ball((80, 15, 1650), (26, 32, 36)), 0.22)
    yield Bone(
        "foot", sheet([(58, 40, 1680), (66, 60, 1770)], [(98, 30, 1680), (90, 55, 1745)]), 0.28
    )


def _both(bones: Iterator[Bone] | list[Bone]) -> Iterator[Bone]:
    for bone in bones:
        yield bone
        yield Bone(bone.name, mirrored(bone.points), bone.uptake)
