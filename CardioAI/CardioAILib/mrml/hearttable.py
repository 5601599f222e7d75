"""The measurements of a heart as a table node, each beside the range of healthy adults."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import Maker, all_or_nothing, place_beside, write_attributes
from CardioAILib.mrml.tables import new_table
from CardioAILib.report.healthy import beside
from CardioAILib.report.measured import DEFINED, is_known, unit_of
from CardioAILib.results import RESEARCH_ONLY, Finding

HEADER = ("measurement", "value", "unit", "healthy adults", "beside them", "definition", "source")
ROLE = "measurements"


def show_measurements(
    scene: Node,
    values: Mapping[str, float],
    neighbor: Node,
    *,
    sex: str | None = None,
    findings: Iterable[Finding] = (),
    attributes: Mapping[str, str] | None = None,
) -> Node:
    """Show what was measured as a table, under the study of its segmentation.

    Args:
        scene: The scene.
        values: Measurements by name, nan where one could not be made.
        neighbor: Node that the table comes to lie beside.
        sex: "female" or "male" for its range; None for those of both.
        findings: What a reader should know of the values.
        attributes: Where they come from.

    Returns:
        The vtkMRMLTableNode, columns `HEADER`.
    """
    with all_or_nothing(scene) as maker:
        table = measurement_table(maker, "measurements of the heart", values, sex)
        told = {"Findings": "; ".join(finding.message for finding in findings)}
        write_attributes(table, told | dict(attributes or {}))
        place_beside(scene, [table], neighbor)
    return table


def measurement_table(
    maker: Maker, name: str, values: Mapping[str, float], sex: str | None = None
) -> Node:
    """Make the table of measurements, all of them, those of segments too."""
    rows = list(measurement_rows(values, sex))
    columns = dict(zip(HEADER, map(list, zip(*rows, strict=True)), strict=True))
    table = new_table(maker, name, columns)
    write_attributes(table, {"Role": ROLE, "Note": RESEARCH_ONLY, "Sex": sex or "not known"})
    return table


def measurement_rows(values: Mapping[str, Any], sex: str | None) -> Iterator[tuple[Any, ...]]:
    """Yield a row a measurement under `HEADER`; the value is a number, nan where it is not known.

    The source is that of the range of healthy adults, else of the definition.
    """
    for name, value in values.items():
        found, defined = beside(name, value, sex), DEFINED.get(name)
        number = float(value) if is_known(value) else math.nan
        meaning, source = (defined.meaning, defined.source) if defined else ("", "")
        told = found.text, found.verdict, meaning, found.source or source
        yield (name, number, unit_of(name), *told)
