"""The comparison with IBSI 1 as a page of Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from CardioAILib.io.atomic import whole_file
from CardioAILib.radiomics import ibsi
from CardioAILib.radiomics.ibsi.catalog import CATALOG, MISSING
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.features.ibsitable import (
    AGREED,
    NOT_AGREED,
    NOT_OFFERED,
    Line,
    count_verdicts,
)

FAMILY_NAMES = {
    "stages": "Image and masks, step by step",
    "morph": "Morphology",
    "loc": "Local intensity",
    "stat": "Intensity-based statistics",
    "ih": "Intensity histogram",
    "ivh": "Intensity-volume histogram",
    "cm": "Gray level co-occurrence matrix",
    "rlm": "Gray level run length matrix",
    "szm": "Gray level size zone matrix",
    "dzm": "Gray level distance zone matrix",
    "ngt": "Neighborhood gray tone difference matrix",
    "ngl": "Neighboring gray level dependence matrix",
}
"""Titles of the families, in the order of the reference manual."""

INTRODUCTION = """\
# Agreement with IBSI 1

The Image Biomarker Standardisation Initiative gives reference values for radiomic features of a
digital phantom and of a CT under five configurations of image processing (reference manual:
arXiv:1612.07003; Zwanenburg et al., Radiology 2020;295:328-338), and for image and masks on the
way. This page sets the values of `CardioAILib.radiomics.ibsi` beside all of them: **of {all}
reference values {agreed} are agreed and {wrong} are not.**

{research}

*Agreed*: within the published tolerance, or equal to the reference value at the three digits that
it is printed with. *Not offered*: IBSI names the feature but has no reference value for it, and we
do not compute it; these are {missing}.

Repeat it with `python3 run.py benchmark ibsi_reference_values`, which writes this page where
`--out Resources/Documentation/ibsi.md` is given. `--data` names the folder of the phantoms
(github.com/theibsi/data_sets) and of the reference values as machine-readable tables
(github.com/oncoray/mirp, `test/data/ibsi_1_reference_values`).

| case | features agreed | image and masks agreed | not agreed | not offered |
|---|---|---|---|---|
"""

PYRADIOMICS = """
## Names beside pyradiomics'

A name stands where both define the same quantity; values agree only under the same binning and
aggregation. pyradiomics' `Kurtosis` is missing since it is 3 above IBSI's, which is the excess.
Lengths of axes differ a little in small regions: IBSI's reference values divide the covariance by
N - 1, pyradiomics by N.

| tag | IBSI name | identifier | pyradiomics |
|---|---|---|---|
"""


def ibsi_page(tables: Mapping[str, list[Line]]) -> str:
    """Return the page.

    Args:
        tables: What ``compare_with_ibsi`` returns.
    """
    lines = [line for own in tables.values() for line in own]
    counts = count_verdicts(lines)
    names = ", ".join(f"`{tag}`" for tag in MISSING)
    head = INTRODUCTION.format(
        agreed=counts[AGREED],
        all=counts[AGREED] + counts[NOT_AGREED],
        wrong=counts[NOT_AGREED],
        research=RESEARCH_ONLY,
        missing=names,
    )
    totals = [_totals(title, own) for title, own in (*tables.items(), ("**all**", lines))]
    cases = "".join(_case(title, own) for title, own in tables.items())
    return head + "\n".join(totals) + "\n" + cases + _names()


def write_ibsi_page(tables: Mapping[str, list[Line]], out: Path) -> None:
    """Write the page; the file appears whole or not at all."""
    with whole_file(out, ".md") as draft:
        draft.write_text(ibsi_page(tables), encoding="utf-8", newline="\n")


def _totals(title: str, lines: list[Line]) -> str:
    counts = count_verdicts(lines)
    staged = count_verdicts([line for line in lines if line.family == "stages"])[AGREED]
    missed = counts[NOT_AGREED], counts[NOT_OFFERED]
    return _row(title, counts[AGREED] - staged, staged, *missed)


def _case(title: str, lines: list[Line]) -> str:
    text = f"\n## {title}\n"
    for family, name in FAMILY_NAMES.items():
        own = [line for line in lines if line.family == family]
        if own:
            counts = count_verdicts(own)
            told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
            rows = "\n".join(_row(*_cells(line)) for line in own)
            text += f"\n### {name}: {told}\n\n| tag | identifier | ours | reference | tolerance | "
            text += f"verdict |\n|---|---|---|---|---|---|\n{rows}\n"
    return text


def _cells(line: Line) -> tuple[str, ...]:
    return (
        f"`{line.tag}`",
        _identifier(line),
        _number(line.ours, 5),
        _number(line.reference, 6),
        _number(line.tolerance, 6),
        line.verdict,
    )


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}g}"


def _identifier(line: Line) -> str:
    if line.tag in MISSING:
        return MISSING[line.tag][1]
    return "" if line.family == "stages" else CATALOG[ibsi.tag_stem(line.tag)][1]


def _names() -> str:
    rows = [
        _row(f"`{stem}`", name, identifier, f"`{theirs}`" if theirs else "")
        for stem, (name, identifier, theirs) in CATALOG.items()
    ]
    return PYRADIOMICS + "\n".join(rows) + "\n"


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"
