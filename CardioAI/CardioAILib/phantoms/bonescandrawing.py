"""One patient before one camera: counts of each view, labels and where the images lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter

from CardioAILib.phantoms.bonescanbody import LEG, lungs, perfused, thickness
from CardioAILib.phantoms.bonescancamera import (
    CAMERAS,
    Camera,
    Grid2D,
    arriving,
    blurred,
    layers_of,
    places_on,
    soft_tissue,
)
from CardioAILib.phantoms.bonescanpatient import Person, Uptake
from CardioAILib.phantoms.bonescansources import (
    LABELS,
    Sources,
    alike,
    bones_of,
    fractures_of,
    heart_of,
    injection_of,
    joined,
    metastases_of,
    organs_of,
)
from CardioAILib.study import HEART

SOFT, BLOOD = 0.0065, 0.0006
"""Counts of a mm of soft tissue, and of a point of blood, for one of a point of a rib."""

AIR = 0.4
"""Part of the lungs that is air."""

STATIC_TOP_MM, STATIC_PIXELS = 150.0, 256
"""Where a view of the thorax begins below the crown, and its rows and columns."""

FRONT_MM = 20.0
"""Ribs before this are what the heart is compared with."""

WHOLE_BODY_ROWS = 1024
VIEWS = ("anterior", "posterior")

PAINTED = ("spine", "kidneys", "ribs", HEART, "sternum", "bladder", "injection_site", "metastases")
"""Labels from back to front."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A study.

    Args:
        counts: Of each view (H, W), float32, whole numbers.
        matrices: From (column, row, slice) to RAS mm of each view.
        labels: Structures of the anterior view (H, W), uint8.
    """

    counts: Mapping[str, np.ndarray]
    matrices: Mapping[str, np.ndarray]
    labels: np.ndarray


@dataclass(frozen=True, eq=False)
class Scene:
    """A patient before a camera.

    Args:
        grid: The pixels.
        deep: How deep the body is (H, W), mm.
        bones: The skeleton.
        walls: The heart's walls.
        others: All else that gives off counts from one place.
    """

    grid: Grid2D
    deep: np.ndarray
    bones: Sources
    walls: Sources
    others: tuple[Sources, ...]

    @property
    def joined(self) -> Sources:
        """All sources as one."""
        return joined((self.bones, self.walls, *self.others))


def draw(
    person: Person,
    uptake: Uptake,
    size: tuple[int, int],
    views: Sequence[str],
    port: bool,
    chances: Sequence[np.random.Generator],
) -> Drawn:
    """Draw the views of a patient.

    Args:
        person: The patient.
        uptake: What takes up how much.
        size: Rows and columns of a whole body.
        views: "anterior", "posterior".
        port: Whether the tracer was injected through a port in the chest.
        chances: Sources of chance of lesions and of the camera.
    """
    lesions, seen_by, *_ = chances
    placing, *noise = seen_by.spawn(3)
    scene = scene_of(person, uptake, grid_of(person, size, placing), port, lesions)
    sources = scene.joined
    arrived = {
        view: _emitted(person, uptake, scene, sources, view == "anterior")
        for view in ("anterior", *(view for view in views if view != "anterior"))
    }
    strength = person.counts / arrived["anterior"].sum()
    counts = {
        view: _counted(strength * layers, person, scene.grid, view, noise[VIEWS.index(view)])
        for view, layers in arrived.items()
        if view in views
    }
    matrices = {view: _matrix(scene.grid, view) for view in VIEWS}
    return Drawn(counts, matrices, _labels(scene.grid, sources))


def grid_of(person: Person, size: tuple[int, int], rng: np.random.Generator) -> Grid2D:
    """Return where the pixels lie: the patient near the middle of the bed, or the thorax."""
    coarser = WHOLE_BODY_ROWS / size[0]
    pixel = CAMERAS[person.camera].pixel_mm * coarser
    rows, columns = size
    above, aside = rng.uniform(90, 260), rng.normal(0, 10)
    if person.static:
        rows, above = columns, -(STATIC_TOP_MM * person.build.height + rng.normal(0, 12))
    x = (np.arange(columns) - columns / 2 + 0.5) * pixel - aside
    return Grid2D(x, (np.arange(rows) + 0.5) * pixel - above, pixel)


def scene_of(
    person: Person, uptake: Uptake, grid: Grid2D, port: bool, rng: np.random.Generator
) -> Scene:
    """Return a patient, the heart's walls as strong as the ratio to the ribs says.

    Args:
        person: The patient.
        uptake: What takes up how much.
        grid: The pixels.
        port: Whether the tracer was injected through a port in the chest.
        rng: Source of chance.
    """
    own = rng.spawn(6)
    deep = thickness(grid.x, grid.z, person.build)
    bones = bones_of(person.build, uptake, own[0])
    walls, blood, atria = heart_of(person.build, own[1])
    ribs = (bones.labels == LABELS["ribs"]) & (bones.points[:, 1] > FRONT_MM)
    of_ribs = arriving(grid, bones.points[ribs], bones.weights[ribs], deep)
    of_walls = arriving(grid, walls, np.ones(len(walls)), deep)
    strength = uptake.heart_to_bone * of_ribs.mean / of_walls.mean
    others = [
        alike(blood, BLOOD * uptake.blood * uptake.soft, HEART),
        alike(atria, BLOOD * uptake.blood * uptake.soft),
        *organs_of(person.build, uptake, own[2]),
        *injection_of(person.build, port, own[3]),
        *fractures_of(bones, uptake, own[4]),
        *(metastases_of(bones, uptake, own[5]) if person.metastases else ()),
    ]
    return Scene(grid, deep, bones, alike(walls, strength, HEART), tuple(others))


def _emitted(
    person: Person, uptake: Uptake, scene: Scene, sources: Sources, front: bool
) -> np.ndarray:
    """Return what reaches the camera (2, H, W), before blur."""
    grid, deep = scene.grid, scene.deep
    layers = layers_of(grid, arriving(grid, sources.points, sources.weights, deep, front))
    air = AIR * lungs(grid.x, grid.z, person.build)
    coarser = (grid.pixel_mm / CAMERAS["A"].pixel_mm) ** 2
    soft = soft_tissue(deep, np.minimum(air, 0.7 * deep)) * perfused(grid.z, person.build)
    layers[0] += SOFT * uptake.soft * coarser * soft
    return layers


def _counted(
    layers: np.ndarray,
    person: Person,
    grid: Grid2D,
    view: str,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return whole counts (H, W), float32, of what reaches a camera."""
    camera = CAMERAS[person.camera]
    rows = slice(None) if person.static else _scanned(grid, person, camera)
    mean = blurred(layers[:, rows], camera, grid.pixel_mm) + camera.background
    counts = np.zeros(grid.shape, np.float32)
    counts[rows] = rng.poisson(mean)
    return counts if view == "anterior" else np.ascontiguousarray(counts[:, ::-1])


def _scanned(grid: Grid2D, person: Person, camera: Camera) -> slice:
    """Return the rows that the camera passes."""
    above, below = camera.margin_mm
    feet = LEG[-1, 0] * person.build.height
    rows = np.flatnonzero((grid.z > -above - 6) & (grid.z < feet + below + 6))
    return slice(rows[0], rows[-1] + 1)


def _labels(grid: Grid2D, sources: Sources) -> np.ndarray:
    """Return the structures of the anterior view (H, W), those in front over those behind."""
    rows, columns = places_on(grid, sources.points)
    rank = np.zeros(len(LABELS) + 1, np.uint8)
    for place, name in enumerate(PAINTED, start=1):
        rank[LABELS[name]] = place
    kept = (rows >= 0) & (sources.labels > 0)
    ranks = np.zeros(grid.shape, np.uint8)
    np.maximum.at(ranks, (rows[kept], columns[kept]), rank[sources.labels[kept]])
    back = np.zeros(len(LABELS) + 1, np.uint8)
    back[rank] = np.arange(len(rank))
    back[0] = 0
    return back[maximum_filter(ranks, 3)]


def _matrix(grid: Grid2D, view: str) -> np.ndarray:
    """Return the matrix (4, 4) to RAS mm of a view, seen from the front or from behind."""
    sign = -1.0 if view == "anterior" else 1.0
    matrix = np.zeros((4, 4))
    matrix[0, 0] = sign * grid.pixel_mm
    matrix[2, 1] = -grid.pixel_mm
    matrix[1, 2] = sign * grid.pixel_mm
    matrix[3, 3] = 1.0
    first = grid.x[0] if view == "anterior" else grid.x[-1]
    matrix[0, 3], matrix[2, 3] = -first, -grid.z[0]
    return matrix
