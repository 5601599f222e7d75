"""Texture features of a region, under every aggregation that is asked for (IBSI 3.6 to 3.11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.ibsi.elements import (
    Elements,
    Part,
    find_dependence,
    find_depths,
    find_pairs,
    find_runs,
    find_tones,
    find_zones,
    join,
    parts_of,
)
from CardioAILib.radiomics.ibsi.emphasis import describe_table
from CardioAILib.radiomics.ibsi.pairs import describe_pairs
from CardioAILib.radiomics.ibsi.roi import Roi
from CardioAILib.radiomics.ibsi.settings import DIRECTIONAL, dimensions
from CardioAILib.radiomics.ibsi.tones import describe_tones

EMPHASES = {
    "small": ("sre", "sze", "sde", "lde"),
    "large": ("lre", "lze", "lde", "hde"),
    "low": ("lgre", "lgze", "lgze", "lgce"),
    "high": ("hgre", "hgze", "hgze", "hgce"),
    "small_low": ("srlge", "szlge", "sdlge", "ldlge"),
    "small_high": ("srhge", "szhge", "sdhge", "ldhge"),
    "large_low": ("lrlge", "lzlge", "ldlge", "hdlge"),
    "large_high": ("lrhge", "lzhge", "ldhge", "hdhge"),
    "gray_nonuniformity": ("glnu", "glnu", "glnu", "glnu"),
    "gray_nonuniformity_norm": ("glnu_norm", "glnu_norm", "glnu_norm", "glnu_norm"),
    "size_nonuniformity": ("rlnu", "zsnu", "zdnu", "dcnu"),
    "size_nonuniformity_norm": ("rlnu_norm", "zsnu_norm", "zdnu_norm", "dcnu_norm"),
    "percentage": ("r_perc", "z_perc", "z_perc", "dc_perc"),
    "gray_variance": ("gl_var", "gl_var", "gl_var", "gl_var"),
    "size_variance": ("rl_var", "zs_var", "zd_var", "dc_var"),
    "entropy": ("rl_entr", "zs_entr", "zd_entr", "dc_entr"),
    "energy": (None, None, None, "dc_energy"),
}
"""Tags of ``describe_table``'s values in the families rlm, szm, dzm and ngl."""

TABLES = ("rlm", "szm", "dzm", "ngl")

FIND: dict[str, Callable[[Part], list[Elements]]] = {
    "cm": find_pairs,
    "rlm": find_runs,
    "szm": find_zones,
    "dzm": find_depths,
    "ngt": find_tones,
    "ngl": find_dependence,
}
"""What the matrices of a family count."""


def textures(roi: Roi, families: Sequence[str], aggregations: Sequence[str]) -> dict[str, float]:
    """Compute texture features.

    Args:
        roi: The region.
        families: Which of ``FIND``.
        aggregations: Which of ``settings.AGGREGATIONS``.

    Returns:
        Values by tag. Parts and directions without any element are left out of means; where
        none has one, as in a region of one voxel, values are nan.
    """
    out: dict[str, float] = {}
    for dimension in dimensions(tuple(aggregations)):
        parts = parts_of(roi, dimension)
        for family in families:
            found = [FIND[family](part) for part in parts]
            for suffix in _suffixes(family, dimension, aggregations):
                values = _mean_of(_groups(found, suffix), partial(_describe, family, roi))
                out |= {f"{family}_{name}_{suffix}": value for name, value in values.items()}
    return out


def _suffixes(family: str, dimension: str, aggregations: Sequence[str]) -> list[str]:
    if family not in DIRECTIONAL:
        return [dimension]
    return [name for name in aggregations if name.rpartition("_")[0] == dimension]


def _groups(found: list[list[Elements]], suffix: str) -> list[list[Elements]]:
    """Return what is added up before features are computed, by part and direction in `found`."""
    dimension, _, way = suffix.partition("D")
    if dimension == "2":
        return [[one] for part in found for one in part] if way == "_avg" else found
    if way == "_avg":
        return [list(along) for along in zip(*found, strict=True)]
    return [[one for part in found for one in part]]


def _mean_of(
    groups: list[list[Elements]], describe: Callable[[Elements], dict[str, float]]
) -> dict[str, float]:
    rows = [describe(joined) for joined in map(join, groups) if joined.grays.size]
    return {name: float(np.mean([row[name] for row in rows])) for name in (rows[0] if rows else ())}


def _describe(family: str, roi: Roi, elements: Elements) -> dict[str, float]:
    if family == "cm":
        return describe_pairs(*_count(elements)[:2], roi.level_count)
    if family == "ngt":
        counts = np.bincount(elements.grays)
        differences = np.bincount(elements.grays, elements.others)
        grays = np.flatnonzero(counts)
        return describe_tones(counts[grays], differences[grays], grays.astype(np.float64))
    values = describe_table(*_count(elements), elements.voxels)
    column = TABLES.index(family)
    return {tags[column]: values[name] for name, tags in EMPHASES.items() if tags[column]}


def _count(
    elements: Elements,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the matrix of what occurs, the gray levels of its rows, the others of its columns."""
    grays, row = np.unique(elements.grays, return_inverse=True)
    others, column = np.unique(elements.others, return_inverse=True)
    counts = np.bincount(row * others.size + column, minlength=grays.size * others.size)
    return (
        counts.reshape(grays.size, others.size),
        grays.astype(np.float64),
        others.astype(np.float64),
    )
