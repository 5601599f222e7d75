"""Features by region of the wall as a table, and one of them as a bull's-eye takes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.measurements import Region
from CardioAILib.study import MYOCARDIUM
from CardioAILib.verbs.features.wall import WallFeatures, require_feature

THICKNESS, VOXELS = "wall_thickness_mm", "voxels"
UNITS = {THICKNESS: "mm"}
TITLES = {THICKNESS: "wall thickness"}
KEYS = ("subject", "study", "input", "structure")
COLUMNS = (*KEYS, "region", "segment", "level", "layer", VOXELS, THICKNESS)
NOTE = "note"


def values_of(measured: WallFeatures, name: str) -> dict[int | tuple[int, str], float]:
    """Return one feature by segment, or by segment and layer, as the bull's-eye takes it.

    Args:
        measured: Regions by "aha" or "aha-layers".
        name: One of its features, "wall_thickness_mm" or "voxels".

    Raises:
        InputError: There is no such column, or the regions are layers alone.
    """
    regions = measured.regions
    if name == THICKNESS:
        column: Sequence[float] = regions.wall_thickness_mm
    elif name == VOXELS:
        column = regions.voxels
    else:
        require_feature([name], (*measured.names, THICKNESS, VOXELS))
        column = measured.values[:, measured.names.index(name)].tolist()
    if any(region.segment is None for region in regions.regions):
        raise InputError(
            got="layers that go all around the wall",
            wanted="regions with a segment",
            fix="divide the wall by 'aha' or 'aha-layers'",
        )
    return {
        _key(region): float(value) for region, value in zip(regions.regions, column, strict=True)
    }


def header_of(names: Iterable[str]) -> list[str]:
    """Return the names of a table's columns."""
    return [*COLUMNS, *names, NOTE]


def rows_of(
    measured: WallFeatures, subject: str, study: str, input_: str, structure: str = MYOCARDIUM
) -> list[list[object]]:
    """Return a row a region under `header_of`; a value that is missing is an empty cell.

    "wall_thickness_mm" is that of the whole wall, of layers too.
    """
    keys = [subject, study, input_, structure]
    regions = measured.regions
    columns = (
        regions.regions,
        regions.voxels,
        regions.wall_thickness_mm,
        measured.values,
        measured.notes,
    )
    return [
        [*keys, *_words(region), count, _cell(thickness), *map(_cell, values), note]
        for region, count, thickness, values, note in zip(*columns, strict=True)
    ]


def _key(region: Region) -> int | tuple[int, str]:
    assert region.segment is not None
    return (region.segment, region.layer) if region.layer else region.segment


def _words(region: Region) -> tuple[object, ...]:
    segment = "" if region.segment is None else region.segment
    return region.name, segment, region.level, region.layer


def _cell(value: float) -> str:
    return repr(float(value)) if np.isfinite(value) else ""
