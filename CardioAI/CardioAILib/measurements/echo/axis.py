"""The long axis of the left ventricle on a segmented frame.

Lang et al., J Am Soc Echocardiogr 28:1, 2015: from the middle of the line between the two ends of
the mitral ring to the most distant point of the cavity.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from CardioAILib.measurements.echo.frames import Plane
from CardioAILib.measurements.echo.names import APICAL_VIEWS

LEAST_PIXELS = 30
"""A cavity of fewer pixels is no cavity."""
NEAR = 0.06
"""Of the root of the cavity's area: nearer than that, cavity and wall touch."""
LEAST_OPENING = 0.15
"""Of the root of the cavity's area: a gap of the wall that is narrower is no mitral ring."""
FLAT = 1e-6
"""Points whose breadth is less, in mm, lie on a line."""
MOST_CORNERS = 40
"""Of a cavity's hull, so that trying all triangles takes little time."""
FARTHEST = 0.02
"""Share of the cavity's pixels, the most distant ones, that give the direction of the apex."""


@dataclass(frozen=True, eq=False)
class LongAxis:
    """Where the ventricle lies; points are (x to the right, y downward) in mm from pixel (0, 0).

    Args:
        hinges: The ends of the mitral ring (2, 2), first that to the negative side of `across`.
        base: Their middle (2,).
        along: Unit vector from base to apex (2,).
        across: Unit vector across (2,), to the image's right; of a parasternal view to its top.
        length: From base to apex, in mm.
        guessed: Whether the ring was told from the cavity's shape alone.
    """

    hinges: np.ndarray
    base: np.ndarray
    along: np.ndarray
    across: np.ndarray
    length: float
    guessed: bool

    def seen(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how far points (N, 2) lie along the axis from the base, and across it, in mm."""
        away = points - self.base
        return away @ self.along, away @ self.across

    def moved(self, by: np.ndarray) -> LongAxis:
        """Return the axis shifted by a vector (2,)."""
        return replace(self, hinges=self.hinges + by, base=self.base + by)

    def at(self, along: np.ndarray, across: np.ndarray) -> np.ndarray:
        """Return the points (N, 2) there."""
        return self.base + np.outer(along, self.along) + np.outer(across, self.across)


def tidy(cavity: np.ndarray) -> np.ndarray | None:
    """Return the largest piece of a cavity, papillary muscles filled; None where there is none."""
    from scipy import ndimage

    pieces, count = ndimage.label(cavity)
    if not count:
        return None
    sizes = np.bincount(pieces.ravel())[1:]
    if sizes.max() < LEAST_PIXELS:
        return None
    return ndimage.binary_fill_holes(pieces == 1 + sizes.argmax())


def long_axis(cavity: np.ndarray, plane: Plane, view: str, seen: np.ndarray) -> LongAxis:
    """Return the long axis of a tidy cavity (H, W).

    Args:
        cavity: See `tidy`.
        plane: The frame, whose wall and atrium tell where the mitral ring is.
        view: In a parasternal view the base lies to the right, else it lies deeper than the apex;
            that is asked only where neither wall nor atrium tells.
        seen: Pixels (H, W) inside of the sector, not on its edge: where the sector cuts a wall
            off, there is no ring.
    """
    border = points_of(edge_of(cavity), plane.spacing)
    ring = _ring(cavity, plane, view, seen)
    guessed = ring is None
    hinges = _corners(border, view) if ring is None else farthest_pair(ring)
    pixel = sum(plane.spacing) / 2
    base = hinges.mean(axis=0)
    inside = points_of(cavity, plane.spacing) - base
    away = np.linalg.norm(inside, axis=1)
    # Of a round cavity the pixels opposite to the apex may be as distant.
    apical = inside @ inside[away.argmax()] > 0
    far = inside[apical & (away >= np.quantile(away, 1 - FARTHEST))].mean(axis=0)
    along = far / np.linalg.norm(far)
    # Border pixels have their middle half a pixel inside of the border.
    base = base - along * pixel / 2
    across = _across(along, view)
    if (hinges[0] - hinges[1]) @ across > 0:
        hinges = hinges[::-1]
    return LongAxis(hinges, base, along, across, float(away.max()) + pixel, guessed)


def points_of(region: np.ndarray, spacing: tuple[float, float]) -> np.ndarray:
    """Return the pixels of a region as points (N, 2) = (x, y), in mm."""
    rows, columns = np.nonzero(region)
    return np.column_stack([columns * spacing[1], rows * spacing[0]])


def edge_of(region: np.ndarray) -> np.ndarray:
    """Return the pixels of a region that have a neighbor outside."""
    from scipy import ndimage

    return region & ~ndimage.binary_erosion(region)


def farthest_pair(points: np.ndarray) -> np.ndarray:
    """Return the two points (2, 2) that lie farthest apart."""
    from scipy.spatial.distance import pdist, squareform

    hull = _hull(points)
    apart = squareform(pdist(hull))
    return hull[list(np.unravel_index(apart.argmax(), apart.shape))]


def _ring(cavity: np.ndarray, plane: Plane, view: str, seen: np.ndarray) -> np.ndarray | None:
    """Return the points (N, 2) of the cavity's border at the mitral ring; None where none tells.

    That is where the wall leaves it open; without a wall, where the atrium touches it. A wall may
    be open elsewhere too: the gap toward atrium or base is the ring.
    """
    size = float(np.sqrt(cavity.sum() * plane.spacing[0] * plane.spacing[1]))
    edge, near = edge_of(cavity) & seen, NEAR * size
    if plane.myocardium.any():
        gaps = _pieces(edge & (_away_from(plane.myocardium, plane.spacing) > near), plane.spacing)
        # What lies near the wall is the ring's too, up to the corners.
        gaps = [_with_near(gap, points_of(edge, plane.spacing), near) for gap in gaps]
    elif plane.atrium.any():
        gaps = _pieces(edge & (_away_from(plane.atrium, plane.spacing) <= near), plane.spacing)
    else:
        return None
    gaps = [gap for gap in gaps if _width(gap) >= LEAST_OPENING * size]
    if not gaps:
        return None
    if plane.atrium.any():
        there = points_of(plane.atrium, plane.spacing).mean(axis=0)
        return min(gaps, key=lambda gap: float(np.linalg.norm(gap.mean(axis=0) - there)))
    return max(gaps, key=lambda gap: float(gap.mean(axis=0)[_base_axis(view)]))


def _with_near(gap: np.ndarray, border: np.ndarray, near: float) -> np.ndarray:
    """Return the points of a border that lie no farther than `near` from a gap."""
    from scipy.spatial import cKDTree

    away, _ = cKDTree(gap).query(border)
    return border[away <= near]


def _away_from(region: np.ndarray, spacing: tuple[float, float]) -> np.ndarray:
    from scipy import ndimage

    return ndimage.distance_transform_edt(~region, sampling=spacing)


def _pieces(region: np.ndarray, spacing: tuple[float, float]) -> list[np.ndarray]:
    from scipy import ndimage

    numbers, count = ndimage.label(region, np.ones((3, 3)))
    return [points_of(numbers == number, spacing) for number in range(1, count + 1)]


def _width(points: np.ndarray) -> float:
    """Return the distance of the farthest two of some points."""
    return float(np.linalg.norm(np.subtract(*farthest_pair(points))))


def _corners(border: np.ndarray, view: str) -> np.ndarray:
    """Return the ends (2, 2) of the ring by shape alone.

    The largest triangle inside a bullet has its tip in the apex and its base on the ring.
    """
    hull = _hull(border)
    hull = hull[:: 1 + len(hull) // MOST_CORNERS]
    triples = np.array(list(combinations(range(len(hull)), 3)))
    (ax, ay), (bx, by) = ((hull[triples[:, k]] - hull[triples[:, 0]]).T for k in (1, 2))
    corners = hull[triples[np.abs(ax * by - ay * bx).argmax()]]
    return corners[corners[:, _base_axis(view)].argsort()[1:]]


def _hull(points: np.ndarray) -> np.ndarray:
    """Return the corners (M, 2) of the convex hull; all points where they lie on a line."""
    from scipy.spatial import ConvexHull

    if len(points) < 3 or np.linalg.matrix_rank(points - points[0], tol=FLAT) < 2:
        return points
    return points[ConvexHull(points).vertices]


def _base_axis(view: str) -> int:
    """Return along which coordinate (x or y) the base is the greater end."""
    return 1 if view in APICAL_VIEWS else 0


def _across(along: np.ndarray, view: str) -> np.ndarray:
    """Return the unit vector across: image right in apical views, image top in parasternal ones."""
    turned = np.array([-along[1], along[0]])
    right_way = turned[0] > 0 if view in APICAL_VIEWS else turned[1] < 0
    return turned if right_way else -turned
