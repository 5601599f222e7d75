"""Late enhancement of a cohort as tables: a row a study, and a row a segment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from math import isfinite
from numbers import Real
from pathlib import Path

from CardioAILib.codec import write_json
from CardioAILib.errors import CohortError, InputError
from CardioAILib.io.pictures import SPACING_COLUMN
from CardioAILib.io.table import write_lines
from CardioAILib.measurements import AUTO, LGE_DEFINITIONS, LGE_MEASUREMENTS, Orientation
from CardioAILib.measurements.lge import (
    SUGGESTION,
    LateEnhancement,
    Method,
    constants,
    enhancement_of,
)
from CardioAILib.progress import Progress, silent
from CardioAILib.quality import require
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort, Image, Mask, Study
from CardioAILib.verbs.enhanced import SEGMENTATION, STACK
from CardioAILib.verbs.features.table import Written, require_table_path
from CardioAILib.verbs.headers import header_findings
from CardioAILib.verbs.measuredeach import list_failures, measured_each
from CardioAILib.verbs.measuredtable import KEYS, PREFIX, digest_of, write_meanings
from CardioAILib.verbs.origin import versions
from CardioAILib.verbs.prepared import noted

ORIGIN = (
    "Versions_CardioAI",
    "Configuration_Digest",
    "Image_Hash",
    "Mask_Hash",
    "Reference",
    "Enhanced",
    "Suggestion",
    "Findings",
    "Segments",
    "Note",
)
SEGMENT_HEADER = (
    *KEYS,
    "segment",
    "name",
    "extent_percent",
    "pattern_suggestion",
    "endo_percent",
    "mid_percent",
    "epi_percent",
)
INSERTION = "rv_insertion_degrees"
"""Column of the cohort table with a study's own direction of the anterior RV insertion."""
OF_VOXELS = ("ml", "g")
"""Units of values that hang on the voxels' size."""

Seen = Callable[[Study, LateEnhancement], None]


@dataclass(frozen=True)
class HowEnhanced:
    """How late enhancement is measured.

    Args:
        method: Of the values by segment, layer and slice.
        reference: "auto", "stack", AHA segments such as (8, 9), or a label of the segmentation.
        orientation: What is known of the hearts' place beyond their masks; a study's own
            `rv_insertion_degrees` in the cohort table goes before its insertion.
    """

    method: Method = "5sd"
    reference: str | tuple[int, ...] = "auto"
    orientation: Orientation = AUTO


HOW = HowEnhanced()


def write_enhancement(
    cohort: Cohort,
    out: Path,
    how: HowEnhanced = HOW,
    *,
    seen: Seen | None = None,
    progress: Progress = silent,
) -> Written:
    """Measure the late enhancement of every study of a cohort, and write it as CSV.

    Beside the table lie the values by segment (`segments_beside`), the meaning of its columns, how
    it was measured as JSON, and the list of studies that could not be measured.

    Args:
        cohort: The studies, with LGE_SAX and mask_SAX_LGE.
        out: The table.
        how: How they are measured.
        seen: Told of each study that was measured.
        progress: Told the share done.

    Raises:
        InputError: The table cannot be written there.
        CohortError: No study can be measured; the reasons are listed beside the table.
    """
    require_table_path(out)
    rows, by_segment, failures = [], [], []
    measure = partial(_measured, how=how)
    each = measured_each(cohort, measure, failures, progress, "late enhancement of study")
    for study, (found, row) in each:
        rows.append(row)
        by_segment += _segment_rows(study, found)
        if seen is not None:
            seen(study, found)
    list_failures(failures, len(rows), out)
    write_lines([header(), *rows], out)
    write_lines([SEGMENT_HEADER, *by_segment], segments_beside(out))
    write_meanings(LGE_DEFINITIONS, out)
    write_json(_origin(how), out.with_suffix(".json"))
    return Written(out, len(rows), len(rows), tuple(failures))


def header() -> list[str]:
    """Return the names of the table's columns."""
    return [*KEYS, *LGE_MEASUREMENTS, *(PREFIX + name for name in ORIGIN)]


def segments_beside(out: Path) -> Path:
    """Return where the values by segment are written."""
    return out.with_name(f"{out.stem}.segments.csv")


@cache
def definition_digest() -> str:
    """Return the SHA-256 of the values' names, units and meanings, and of all constants."""
    return digest_of(LGE_DEFINITIONS, constants())


def _measured(study: Study, how: HowEnhanced) -> tuple[LateEnhancement, list[str]]:
    """Return what was measured of a study, and its row."""
    image, mask = _stack(study)
    place = _orientation(study, how.orientation)
    found = enhancement_of(
        image, mask, method=how.method, reference=how.reference, orientation=place
    )
    return found, _row(study, found, (image.digest, mask.digest))


def _orientation(study: Study, common: Orientation) -> Orientation:
    """Return what is known of a study's place: its own insertion, where the table has one.

    Raises:
        CohortError: The cell holds text.
        InputError: It holds no angle.
    """
    own = study.facts.get(INSERTION)
    if own is None:
        return common
    if not isinstance(own, Real):
        raise CohortError(
            got=f"'{own}' in column '{INSERTION}'",
            wanted="an angle in degrees, counterclockwise from the image's right",
            fix="correct the cell, or empty it",
        )
    return replace(common, anterior_insertion=float(own))


def _stack(study: Study) -> tuple[Image, Mask]:
    image, mask = require(study, STACK), require(study, SEGMENTATION)
    if not isinstance(mask, Mask):
        raise InputError(
            got=f"{SEGMENTATION.column}, an image",
            wanted="a segmentation with labels",
            fix="give a Mask for that role",
        )
    return image, mask


def _row(study: Study, found: LateEnhancement, digests: tuple[str, str]) -> list[str]:
    unsized = study.facts.get(SPACING_COLUMN) is not None
    left_out = {one.name for one in LGE_DEFINITIONS if unsized and one.unit in OF_VOXELS}
    values = ((name, found.values[name]) for name in LGE_MEASUREMENTS)
    cells = [repr(v) if isfinite(v) and name not in left_out else "" for name, v in values]
    doubts = (*noted(study), *header_findings(study), *found.findings)
    return [
        *study.key,
        *cells,
        versions()["cardioai"],
        definition_digest(),
        *digests,
        found.reference.told(),
        found.above,
        found.suggestion,
        "; ".join(one.message for one in doubts),
        "; ".join(one.message for one in found.of_segments),
        RESEARCH_ONLY,
    ]


def _segment_rows(study: Study, found: LateEnhancement) -> list[list[object]]:
    return [
        [
            *study.key,
            one.segment,
            one.name,
            *(f"{one.percent:.2f}" if isfinite(one.percent) else "",),
            one.pattern,
            *(f"{100 * share:.1f}" if isfinite(share) else "" for share in one.layers),
        ]
        for one in found.segments
    ]


def _origin(how: HowEnhanced) -> dict[str, object]:
    return {
        "measured": "late gadolinium enhancement",
        "method": how.method,
        "reference": how.reference,
        "apex": how.orientation.apex,
        "insertion": how.orientation.anterior_insertion,
        "constants": constants(),
        "definition": definition_digest(),
        "versions": versions(),
        "patterns": SUGGESTION,
        "note": RESEARCH_ONLY,
    }
