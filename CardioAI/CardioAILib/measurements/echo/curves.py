"""How a view's wall moves along its frames, by segment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from CardioAILib.measurements.echo.outline import POINTS, Outline
from CardioAILib.measurements.echo.walls import segments_of

PERCENT = 100.0
LEAST_SEEN = 0.5
"""Share of a segment's points that must be seen."""
OF_LENGTH = 3
"""Every so many points give the length of the endocardium, so that pixels' steps do not count."""


@dataclass(frozen=True, eq=False)
class ViewCurves:
    """A view along its frames; nan where a frame is not segmented.

    Args:
        times_ms: Time of each frame (T,), nan where it is not known.
        area: LV cavity (T,), in `area_unit`.
        area_unit: "cm²", or "pixels" where the spacing is unknown.
        excursion: Inward motion since ED (T,) of each segment, % of the ED radius.
        thickening: Gain of wall thickness since ED (T,) of each segment, %.
        shortening: Change of the endocardium's length since ED (T,), %.
    """

    times_ms: np.ndarray
    area: np.ndarray
    area_unit: str
    excursion: Mapping[int, np.ndarray]
    thickening: Mapping[int, np.ndarray]
    shortening: np.ndarray


def excursions(outlines: Sequence[Outline | None], ed: Outline, view: str) -> dict[int, np.ndarray]:
    """Return the inward motion of each segment's endocardium (T,), % of the radius at ED.

    Points keep their share of their wall's length from annulus to apex; each moves inward by its
    way along the normal of the border at ED. The frame of reference is the image: how the whole
    heart moves is not taken away, since with it the motion of healthy walls would fall on sick
    ones (Sheehan 1986).
    """
    inward = normals(ed.endo)

    def moved(outline: Outline) -> np.ndarray:
        way = ((outline.endo - ed.endo) * inward).sum(axis=1) * PERCENT / ed.radius
        return np.where(ed.seen & outline.seen, way, nan)

    return _by_segment(outlines, ed, view, moved)


def thickenings(
    outlines: Sequence[Outline | None], ed: Outline, view: str
) -> dict[int, np.ndarray]:
    """Return the gain of each segment's wall thickness (T,), % of that at ED."""
    return _by_segment(
        outlines, ed, view, lambda outline: PERCENT * (outline.thickness / ed.thickness - 1)
    )


def shortenings(outlines: Sequence[Outline | None], ed: Outline) -> np.ndarray:
    """Return the change of the endocardium's length (T,), %: negative where it is shorter."""
    start = length_of(ed)
    lengths = [nan if one is None else length_of(one) for one in outlines]
    return PERCENT * (np.array(lengths) / start - 1)


def length_of(outline: Outline) -> float:
    """Return the length of the endocardium from one end of the ring to the other, in mm."""
    walls = outline.endo[:POINTS], outline.endo[POINTS:]
    return sum(_length(wall[_kept(len(wall))]) for wall in walls)


def normals(line: np.ndarray) -> np.ndarray:
    """Return the unit vectors (P, 2) across a border that point into what it goes around."""
    smooth = np.stack([_smoothed(line[:, k]) for k in range(2)], axis=1)
    steps = np.gradient(smooth, axis=0)
    steps /= np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), np.finfo(float).tiny)
    across = np.column_stack([-steps[:, 1], steps[:, 0]])
    middle = line.mean(axis=0)
    inward = np.sign(((middle - line) * across).sum())
    return across * inward


def _smoothed(values: np.ndarray) -> np.ndarray:
    """Return means over five neighbors, fewer at the ends."""
    padded = np.pad(values, 2, mode="edge")
    return np.convolve(padded, np.full(5, 1 / 5), mode="valid")


def _kept(count: int) -> np.ndarray:
    return np.unique(np.append(np.arange(0, count, OF_LENGTH), count - 1))


def _length(line: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


def _by_segment(
    outlines: Sequence[Outline | None],
    ed: Outline,
    view: str,
    read: Callable[[Outline], np.ndarray],
) -> dict[int, np.ndarray]:
    """Return the mean of what is read of each frame's points, over the points of each segment."""
    numbers = segments_of(ed, view)
    frames = [{} if one is None else _means(read(one), numbers) for one in outlines]
    every = np.unique(numbers[numbers > 0]).tolist()
    return {segment: np.array([f.get(segment, nan) for f in frames]) for segment in every}


def _means(values: np.ndarray, numbers: np.ndarray) -> dict[int, float]:
    every = np.unique(numbers[numbers > 0]).tolist()
    return {segment: _mean(values[numbers == segment]) for segment in every}


def _mean(values: np.ndarray) -> float:
    """Return the mean of what is known; nan where less than half is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) >= LEAST_SEEN * len(values) else nan
