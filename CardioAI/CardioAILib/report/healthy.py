"""A heart's measurements beside the range of healthy adults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from CardioAILib.measurements.normal import SEXES, Range, normal_range, standing
from CardioAILib.report.measured import BY_SEGMENT, is_known, label_of, shown, unit_of, words_of
from CardioAILib.report.tables import Rows

INITIALS = {"female": "F", "male": "M"}
UNKNOWN_SEX = "depends on sex"


@dataclass(frozen=True)
class Beside:
    """A value beside the range of healthy hearts.

    Args:
        text: The range in words, of one sex or of both; empty where there is none.
        verdict: "below", "within" or "above"; empty without a range, or where it depends on a sex
            that is not known.
        source: Where the range comes from.
    """

    text: str
    verdict: str
    source: str


def sex_of(facts: Mapping[str, Any]) -> str | None:
    """Return "female" or "male" by the cohort table's column `sex`, or None."""
    word = str(facts.get("sex", "")).strip().lower()
    return next((sex for sex in SEXES if word and sex.startswith(word)), None)


def beside(name: str, value: float | None, sex: str | None) -> Beside:
    """Set a value beside the range of its sex, or of both where it is unknown."""
    sexes = SEXES if sex is None else (sex,)
    ranges = {one: normal_range(name, one) for one in sexes}
    known = {one: found for one, found in ranges.items() if found is not None}
    if not known:
        return Beside("", "", "")
    texts = [f"{INITIALS[one]} {_span(r)}" if sex is None else _span(r) for one, r in known.items()]
    verdicts = {_verdict(value, found) for found in known.values()}
    verdict = verdicts.pop() if len(verdicts) == 1 else UNKNOWN_SEX
    return Beside(", ".join(texts), verdict, next(iter(known.values())).source)


def measurement_rows(
    measurements: Mapping[str, Any], sex: str | None
) -> tuple[Rows, Rows, list[str]]:
    """Return a row a measurement but those of segments.

    Args:
        measurements: Values by name with unit.
        sex: "female", "male", or None.

    Returns:
        Those with a range of healthy adults, all others, and the sources of the ranges.
    """
    header = ["measurement", "value", "unit"]
    ranged, others, sources = [[*header, "healthy adults", ""]], [header], []
    for name, value in measurements.items():
        if BY_SEGMENT in name:
            continue
        row = [words_of(name), shown(value), unit_of(name)]
        found = beside(name, value, sex)
        if not found.text:
            others.append(row)
            continue
        ranged.append([*row, found.text, found.verdict])
        sources.append(found.source)
    return ranged, others, list(dict.fromkeys(sources))


def cases_rows(
    cases: Sequence[tuple[str, Mapping[str, Any], str | None]],
) -> tuple[Rows, list[str]]:
    """Return a row a measurement that has a range of healthy hearts, a column a case.

    Args:
        cases: Title, measurements and sex of each case.

    Returns:
        The rows with their header, and the sources of the ranges.
    """
    names = dict.fromkeys(name for _, values, _ in cases for name in values)
    rows = [["measurement", "healthy adults", *(title for title, *_ in cases)]]
    sources = []
    for name in names:
        found = beside(name, None, None)
        if BY_SEGMENT in name or not found.text:
            continue
        cells = [_case_cell(name, values.get(name), sex) for _, values, sex in cases]
        rows.append([label_of(name), found.text, *cells])
        sources.append(found.source)
    return rows, list(dict.fromkeys(sources))


def _case_cell(name: str, value: Any, sex: str | None) -> str:
    verdict = beside(name, value, sex).verdict
    return shown(value) if verdict in ("", UNKNOWN_SEX) else f"{shown(value)} ({verdict})"


def _span(found: Range) -> str:
    return f"{found.low:g} to {found.high:g}"


def _verdict(value: Any, found: Range) -> str:
    return standing(float(value), found) if is_known(value) else ""
