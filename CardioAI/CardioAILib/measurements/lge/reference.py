"""The myocardium that counts as remote: what every threshold of late enhancement refers to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from CardioAILib.errors import EmptyMaskError, InputError
from CardioAILib.measurements.polar import angles
from CardioAILib.measurements.sectors import SECTORS, sector_of
from CardioAILib.measurements.tidy import Heart

Automatic = Literal["auto", "stack"]
"""The sector of lowest mean of each slice, or the one of the whole stack."""

WIDTH = SECTORS // 6
"""Sectors of 10 degrees in one of 60."""
FEWEST_PIXELS = 8
"""Fewer tell no standard deviation."""
LEAST_SHARE = 0.5
"""Least pixels of a sector, as a share of those of an even sixth of its slice's wall."""


@dataclass(frozen=True, eq=False)
class Reference:
    """The reference region.

    Args:
        kind: Where it comes from: "auto", "stack", or "given".
        where: What it is, a line each part.
        mask: Its pixels (S, H, W), boolean.
        mean: Mean signal (S,): of the slice's own reference, or the same in all.
        sd: Standard deviation of the signal (S,), with one degree of freedom less than pixels.
        segments: AHA segments that it touches; none where they cannot be told.
    """

    kind: str
    where: tuple[str, ...]
    mask: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    segments: tuple[int, ...] = ()

    def told(self) -> str:
        """Return the reference in words, with its mean and standard deviation."""
        used = self.mask.any(axis=(1, 2))
        mean, sd = self.mean[used].mean(), self.sd[used].mean()
        numbers = ", ".join(map(str, self.segments))
        within = f" (in AHA segments {numbers})" if numbers and self.kind != "given" else ""
        return f"{'; '.join(self.where)}{within}: mean {mean:.4g}, SD {sd:.3g}"

    def above(self, signal: np.ndarray) -> np.ndarray:
        """Return a signal (S, H, W) minus the mean of its slice's reference."""
        return signal - self.mean[:, None, None]

    def deviations(self, signal: np.ndarray) -> np.ndarray:
        """Return a signal (S, H, W) in standard deviations above the mean of the reference."""
        return self.above(signal) / self.sd[:, None, None]


def given_reference(
    signal: np.ndarray, wall: np.ndarray, region: np.ndarray, name: str
) -> Reference:
    """Return a reference that someone chose.

    Args:
        signal: Image (S, H, W).
        wall: Myocardium (S, H, W).
        region: Chosen pixels (S, H, W); those outside the myocardium do not count.
        name: What it is, in words.

    Raises:
        EmptyMaskError: Too few pixels of the myocardium are chosen.
        InputError: They all have the same value.
    """
    mask = region & wall
    if mask.sum() < FEWEST_PIXELS:
        raise EmptyMaskError(
            got=f"{mask.sum()} pixels of myocardium in the reference {name}",
            wanted=f"at least {FEWEST_PIXELS}",
            fix="choose a larger region of remote myocardium, or leave the choice to 'auto'",
        )
    values = signal[mask]
    return Reference(
        "given",
        (name,),
        mask,
        np.full(len(signal), values.mean()),
        _spread(np.full(len(signal), values.std(ddof=1))),
    )


def darkest_sectors(signal: np.ndarray, heart: Heart, kind: Automatic = "auto") -> Reference:
    """Return the sectors of 60 degrees whose mean signal is lowest.

    Sectors begin every 10 degrees. Slices of one acquisition may differ in inversion time and
    scale, so by default each slice has its own; a slice without a cavity takes that of the
    nearest slice that has one.

    Args:
        signal: Image (S, H, W).
        heart: Its myocardium and cavity.
        kind: "auto" for the sector of each slice, "stack" for the darkest of all slices.

    Raises:
        EmptyMaskError: No slice has a sector of enough pixels.
        InputError: A sector holds one value alone.
    """
    found = [(int(index), *_darkest(signal, heart, index)) for index in heart.rings]
    found = [one for one in found if np.isfinite(one[2])]
    if not found:
        raise EmptyMaskError(
            got="a myocardium so small or open that no sector of 60 degrees can be told",
            wanted=f"a sector with {FEWEST_PIXELS} pixels at least",
            fix="segment the whole ring of the myocardium, or name a reference region",
        )
    if kind == "stack":
        found = [min(found, key=lambda one: one[2])]
    places = np.array([one[0] for one in found])
    own = nearest(len(signal), places)
    mask = np.zeros(heart.wall.shape, bool)
    for index, start, _, _ in found:
        mask[index] = _in_sector(heart, index, start)
    mean, spread = (np.array([one[column] for one in found]) for column in (2, 3))
    where = tuple(
        f"slice {index}, {10 * start} to {10 * (start + WIDTH) % 360} degrees"
        for index, start, _, _ in found
    )
    return Reference(kind, where, mask, mean[own], _spread(spread)[own])


def nearest(slices: int, places: np.ndarray) -> np.ndarray:
    """Return for each slice which of the places (P,), in slices, is nearest to it."""
    return np.abs(np.arange(slices)[:, None] - places).argmin(axis=1)


def _darkest(signal: np.ndarray, heart: Heart, index: int) -> tuple[int, float, float]:
    """Return start, mean and standard deviation of a slice's sector of lowest mean; or nan."""
    wall = heart.wall[index]
    sector, values = sector_of(angles(heart, index)[wall]), signal[index][wall]
    shift = float(values.mean())
    counts = _windows(np.bincount(sector, minlength=SECTORS))
    sums = _windows(np.bincount(sector, values - shift, SECTORS))
    squares = _windows(np.bincount(sector, np.square(values - shift), SECTORS))
    least = max(FEWEST_PIXELS, LEAST_SHARE * wall.sum() / 6)
    means = np.divide(sums, counts, out=np.full(SECTORS, np.nan), where=counts >= least)
    if np.isnan(means).all():
        return 0, np.nan, np.nan
    start = int(np.nanargmin(means))
    variance = (squares[start] - sums[start] * means[start]) / (counts[start] - 1)
    return start, shift + float(means[start]), float(np.sqrt(max(variance, 0.0)))


def _windows(by_sector: np.ndarray) -> np.ndarray:
    """Return the sum of each sector of 60 degrees, by the sector of 10 that it begins with."""
    return np.sum([np.roll(by_sector, -step) for step in range(WIDTH)], axis=0)


def _in_sector(heart: Heart, index: int, start: int) -> np.ndarray:
    sector = sector_of(angles(heart, index))
    return heart.wall[index] & ((sector - start) % SECTORS < WIDTH)


def _spread(deviation: np.ndarray) -> np.ndarray:
    if not (deviation > 0).all():
        raise InputError(
            got="one value in all pixels of the reference",
            wanted="an image whose noise can be measured",
            fix="give the image as it was acquired, neither masked nor drawn",
        )
    return deviation
