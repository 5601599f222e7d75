"""All that gives off counts in a simulated bone scan: points with weights and what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from CardioAILib.phantoms.bonescanbody import Build, reach_of
from CardioAILib.phantoms.bonescanheart import CENTER, heart_points
from CardioAILib.phantoms.bonescanpatient import Uptake
from CardioAILib.phantoms.bonescanshapes import ball
from CardioAILib.phantoms.bonescanskeleton import skeleton
from CardioAILib.study import HEART

LABELS = {
    HEART: 1,
    "sternum": 2,
    "ribs": 3,
    "spine": 4,
    "kidneys": 5,
    "bladder": 6,
    "injection_site": 7,
    "metastases": 8,
}
"""Of the segmentation."""

GROUPS = {
    "manubrium": "sternum",
    "sternum": "sternum",
    "rib": "ribs",
    "thoracic": "spine",
    "lumbar": "spine",
}
"""What kinds of bones are labeled as."""

ARMS = ("humerus", "elbow", "forearm", "wrist", "hand")
SPINE = ("cervical", "thoracic", "lumbar")
AXIAL = ("rib", "thoracic", "lumbar", "sternum", "manubrium", "ilium", "sacrum", "skull", "scapula")
"""Where metastases grow."""

WORN = ("lumbar", "shoulder", "knee", "clavicle", "jaw", "hip", "foot", "wrist", "cervical")
"""Bones at joints that wear."""

BLADDER, BLADDER_HALF = (0.0, 25.0, 800.0), (38.0, 28.0, 30.0)
KIDNEY, KIDNEY_HALF = (62.0, -62.0, 590.0), (25.0, 20.0, 48.0)
ELBOW, PORT = (214.0, 25.0, 600.0), (-62.0, 95.0, 330.0)


@dataclass(frozen=True, eq=False)
class Sources:
    """Points that give off counts.

    Args:
        points: Places (N, 3), mm.
        weights: Counts that leave each point (N,).
        labels: Value in the segmentation of each (N,), 0 for what is not labeled.
    """

    points: np.ndarray
    weights: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True, eq=False)
class Atlas:
    """The skeleton as arrays.

    Args:
        points: Places (N, 3).
        uptake: Of each point.
        bone: Index of the bone of each point.
        labels: Value in the segmentation of each point.
        arms: Which points are of the arms, bool.
        kinds: Kind of each bone.
    """

    points: np.ndarray
    uptake: np.ndarray
    bone: np.ndarray
    labels: np.ndarray
    arms: np.ndarray
    kinds: tuple[str, ...]


@lru_cache(maxsize=1)
def atlas() -> Atlas:
    """Return the skeleton as arrays, the same at each call."""
    bones = skeleton()
    sizes = [len(bone.points) for bone in bones]
    kinds = tuple(bone.name for bone in bones)
    values = [LABELS.get(GROUPS.get(kind, ""), 0) for kind in kinds]
    return Atlas(
        points=np.concatenate([bone.points for bone in bones]).astype(np.float32),
        uptake=np.repeat([bone.uptake for bone in bones], sizes).astype(np.float32),
        bone=np.repeat(np.arange(len(bones)), sizes),
        labels=np.repeat(np.array(values, np.uint8), sizes),
        arms=np.repeat([kind in ARMS for kind in kinds], sizes),
        kinds=kinds,
    )


def bones_of(build: Build, uptake: Uptake, rng: np.random.Generator) -> Sources:
    """Return the skeleton of a person, each bone a little different, some joints worn."""
    one = atlas()
    each = np.exp(0.12 * rng.standard_normal(len(one.kinds)))
    worn = np.exp(rng.exponential(0.22, len(one.kinds)))
    for index, kind in enumerate(one.kinds):
        each[index] *= uptake.spine if kind in SPINE else 1.0
        each[index] *= worn[index] if kind in WORN else 1.0
    points = placed(one.points, build)
    points[one.arms, 0] *= reach_of(points[one.arms, 2], build)
    return Sources(points, one.uptake * (uptake.bone * each)[one.bone], one.labels)


def placed(points: np.ndarray, build: Build) -> np.ndarray:
    """Return points of the drawn person (N, 3) in another person."""
    return points * np.array((build.frame, build.frame, build.height), np.float32)


def heart_of(build: Build, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return points of the heart's walls, ventricles and atria of a person, each (N, 3)."""
    size = build.frame * np.clip(rng.normal(1.05, 0.09), 0.85, 1.35)
    shift = rng.normal(0, (6, 4, 9))
    center = placed(CENTER + shift, build)
    return tuple(part * size + center for part in heart_points())


def organs_of(build: Build, uptake: Uptake, rng: np.random.Generator) -> list[Sources]:
    """Return kidneys and bladder."""
    full = np.clip(rng.normal(1.0, 0.2), 0.55, 1.5)
    bladder = ball(BLADDER, np.array(BLADDER_HALF) * full)
    sides = rng.normal(1, 0.15, 2)
    found = [spot(bladder, 1.6 * uptake.bladder / full**2, "bladder", build)]
    for side, much in zip((1, -1), sides, strict=True):
        x, y, z = KIDNEY
        place = (side * x, y, z + (8 if side < 0 else 0) + rng.normal(0, 8))
        found.append(spot(ball(place, KIDNEY_HALF), 0.42 * uptake.kidneys * much, "kidneys", build))
    return found


def injection_of(build: Build, port: bool, rng: np.random.Generator) -> list[Sources]:
    """Return what is left where the tracer was injected; of a port, that too.

    In about one patient of ten some of it ran beside the vein.
    """
    side = rng.choice([1, -1])
    beside = rng.random() < 0.1
    half = rng.uniform(12, 22) if beside else rng.uniform(4, 8)
    x, y, z = ELBOW + rng.normal(0, (4, 4, 25))
    much = rng.uniform(6, 20) if beside else rng.uniform(0.5, 6)
    arm = spot(ball((side * x, y, z), (half, half, 1.6 * half)), much, "injection_site", build)
    arm.points[:, 0] *= reach_of(arm.points[:, 2], build)
    return [arm, spot(ball(PORT, (10, 8, 10)), 9.0, "injection_site", build)] if port else [arm]


def metastases_of(bones: Sources, uptake: Uptake, rng: np.random.Generator) -> list[Sources]:
    """Return hot lesions at places in the axial skeleton."""
    one = atlas()
    places = np.flatnonzero(np.isin(one.bone, [i for i, k in enumerate(one.kinds) if k in AXIAL]))
    found = []
    for place in rng.choice(places, int(rng.integers(1, 14))):
        half = rng.uniform(6, 16) * np.exp(0.25 * rng.standard_normal(3))
        points = ball(bones.points[place], half)
        weight = rng.uniform(1.0, 3.5) * uptake.bone
        found.append(alike(points, weight, "metastases"))
    return found


def fractures_of(bones: Sources, uptake: Uptake, rng: np.random.Generator) -> list[Sources]:
    """Return what healing ribs take up, in one patient of eight."""
    one = atlas()
    if rng.random() > 0.125:
        return []
    ribs = np.flatnonzero(one.labels == LABELS["ribs"])
    first = bones.points[rng.choice(ribs)]
    places = [first + np.array((0, 0, 24.0 * number)) for number in range(int(rng.integers(1, 4)))]
    return [alike(ball(place, (7, 6, 6)), rng.uniform(1.0, 2.5) * uptake.bone) for place in places]


def joined(parts: Sequence[Sources]) -> Sources:
    """Return all sources as one."""
    return Sources(
        np.concatenate([part.points for part in parts]).astype(np.float32),
        np.concatenate([part.weights for part in parts]).astype(np.float32),
        np.concatenate([part.labels for part in parts]),
    )


def spot(points: np.ndarray, weight: float, name: str, build: Build) -> Sources:
    """Return an organ of the drawn person in another person."""
    return alike(placed(points, build), weight, name)


def alike(points: np.ndarray, weight: float, name: str = "") -> Sources:
    """Return points that all give off as much, labeled by a name of `LABELS` or not at all."""
    count = len(points)
    return Sources(points, np.full(count, weight), np.full(count, LABELS.get(name, 0), np.uint8))
