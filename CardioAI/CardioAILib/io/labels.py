"""Which number stands for which structure in a segmentation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.structures import Candidate, choose
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY

VENTRICLES = (MYOCARDIUM, LV_CAVITY, RV_CAVITY)
EXAMPLE = "rv_cavity=1;myocardium=2;lv_cavity=3"


@dataclass(frozen=True)
class Segment:
    """One segment of a `.seg.nrrd` header."""

    name: str
    value: int
    layer: int
    tags: str

    @property
    def candidate(self) -> Candidate:
        """What this segment may be, by its terminology and its name."""
        entry = re.search(r"TerminologyEntry:([^|]*)", self.tags)
        return Candidate(str(self.value), self.name, entry[1] if entry else "")


def parse_labels(text: str) -> dict[str, int]:
    """Read `rv_cavity=1;myocardium=2;lv_cavity=3`.

    Raises:
        InputError: The text is not of that form, or names a structure or value twice.
    """
    pairs = [part.strip() for part in text.split(";") if part.strip()]
    found = [re.fullmatch(r"(\w+)\s*=\s*([1-9]\d*)", pair) for pair in pairs]
    labels = {match[1]: int(match[2]) for match in found if match}
    if not pairs or len(labels) < len(pairs) or len(set(labels.values())) < len(pairs):
        raise InputError(
            got=f"the label list '{text}'",
            wanted="each structure once with its own positive number",
            fix=f"write it as {EXAMPLE}",
        )
    return labels


def format_labels(labels: Mapping[str, int]) -> str:
    """Write labels as `parse_labels` reads them."""
    return ";".join(f"{structure}={value}" for structure, value in labels.items())


def segments(header: Mapping[str, str]) -> list[Segment]:
    """Return the segments that a `.seg.nrrd` header declares; none for a plain file."""
    numbers = sorted(
        int(match[1]) for key in header if (match := re.fullmatch(r"Segment(\d+)_LabelValue", key))
    )
    return [
        Segment(
            name=header.get(f"Segment{number}_Name", ""),
            value=int(header[f"Segment{number}_LabelValue"]),
            layer=int(header.get(f"Segment{number}_Layer", 0)),
            tags=header.get(f"Segment{number}_Tags", ""),
        )
        for number in numbers
    ]


def labels_of_segments(found: list[Segment]) -> dict[str, int]:
    """Return the label of each structure among the segments of one layer.

    Raises:
        InputError: No segment is a known structure, or two are the same one.
    """
    candidates = [segment.candidate for segment in found]
    known = {structure: choose(candidates, structure) for structure in VENTRICLES}
    labels = {structure: int(own[0].id) for structure, own in known.items() if own}
    if not labels or any(len(own) > 1 for own in known.values()):
        names = ", ".join(f"'{segment.name}'" for segment in found)
        raise InputError(
            got=f"segments {names}",
            wanted="one segment each for myocardium, left ventricle, right ventricle, "
            "with the myocardium at least",
            fix="set the segment's terminology, or its name, to one of these in the "
            "Segmentations module and save again",
        )
    return labels


def labels_of_values(array: np.ndarray) -> dict[str, int]:
    """Return `{"myocardium": v}` for a mask whose only non-zero value is v (1 if empty).

    Raises:
        InputError: Several values are present, so that the numbers need a meaning.
    """
    values = np.unique(array)
    values = values[values != 0]
    if len(values) > 1:
        raise InputError(
            got=f"a mask with the values {', '.join(str(int(v)) for v in values[:8])}",
            wanted="to know which structure each value is",
            fix=f"add the column mask_labels to the cohort table, as in {EXAMPLE}",
        )
    return {MYOCARDIUM: int(values[0]) if len(values) else 1}
