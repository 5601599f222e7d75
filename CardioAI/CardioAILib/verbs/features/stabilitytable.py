"""The stability of features as a table, with the facts of the whole table beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from CardioAILib.codec import to_json, write_json
from CardioAILib.io.table import write_lines
from CardioAILib.radiomics.stability import STABLE, Stability, stable_features
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.features.compute import columns_of
from CardioAILib.verbs.features.presets import Preset
from CardioAILib.verbs.features.stabilitystacks import Measurement, Unit
from CardioAILib.verbs.origin import versions

LEADING = (
    "input",
    "structure",
    "feature",
    "icc",
    "lower",
    "upper",
    "cov",
    "worst perturbation",
    "n",
    "k",
    "note",
)


def write_table(
    found: Mapping[Measurement, Stability], preset: Preset, unit: Unit, seed: int, out: Path
) -> None:
    """Write a row a feature as CSV, and what holds for all of them as JSON beside.

    Args:
        found: Stability of the rated features of each input and structure.
        preset: What was computed.
        unit: Whose agreement was rated.
        seed: Seed of every random choice.
        out: The table; the other file has the same name and ends in `.json`.
    """
    first = next(iter(found.values()))
    header = [*LEADING, *(f"icc {kind}" for kind in first.by_kind)]
    rows = [row for key, own in found.items() for row in _rows(key, own)]
    write_lines([header, *rows], out)
    facts = {
        "note": RESEARCH_ONLY,
        "icc": "ICC(2,1): absolute agreement, two-way random, single reading, of the unperturbed "
        "reading and all perturbations by the same protocol; interval of 95 %",
        "cov": "within-subject coefficient of variation, root mean square over units",
        "unit": unit,
        "seed": seed,
        "preset": {"name": preset.name, "digest": preset.digest, **preset.meaning},
        "perturbations": [
            {"kind": one.kind, "same protocol": one.same_protocol, **to_json(one)}
            for one in first.perturbations
        ],
        "measured": [_summary(key, own) for key, own in found.items()],
        "left out": sorted(set(columns_of(preset)) - set(first.names)),
        "versions": versions(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(facts, out.with_suffix(".json"))


def _rows(key: Measurement, found: Stability) -> Iterator[list[object]]:
    worst = found.worst_kinds()
    for index, name in enumerate(found.names):
        numbers = (found.icc, found.lower, found.upper, found.variation)
        yield [
            *key,
            name,
            *(cell(part[index]) for part in numbers),
            worst[index],
            int(found.complete[index]),
            found.readings,
            found.reasons[index],
            *(cell(part[index]) for part in found.by_kind.values()),
        ]


def _summary(key: Measurement, found: Stability) -> dict[str, object]:
    return {
        "input": key[0],
        "structure": key[1],
        "units": found.subjects,
        "slices": found.slices,
        "features": len(found.names),
        f"features with ICC {STABLE:g} or more": int(stable_features(found).sum()),
        "slices that a perturbation would have emptied, left as they were": dict(found.spared),
    }


def cell(value: float) -> str:
    """Return a number as text that reads back the same, empty for nan."""
    return "" if np.isnan(value) else repr(float(value))
