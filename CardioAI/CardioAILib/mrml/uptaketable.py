"""The ratios of a planar scan as a table node that follows its regions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.layers import of_class
from CardioAILib.mrml.making import PREFIX, all_or_nothing, place_beside, write_attributes
from CardioAILib.mrml.planarfacts import OF_SCAN
from CardioAILib.mrml.tables import add_column, locked
from CardioAILib.report.measured import DEFINED, is_known, unit_of, words_of
from CardioAILib.results import RESEARCH_ONLY, Finding

HEADER = ("measurement", "value", "unit", "definition", "source")
ROLE = "uptake"


def show_uptake(
    scene: Node, volume: Node, values: Mapping[str, float], findings: Sequence[Finding] = ()
) -> Node:
    """Show what was measured on a scan as a table; called again, change the one that is there.

    Args:
        scene: The scene.
        volume: Volume of the anterior view.
        values: By name, nan where a value could not be measured.
        findings: What a reader should know of them.

    Returns:
        The vtkMRMLTableNode, columns `HEADER`.
    """
    table = uptake_of(scene, volume)
    if table is None:
        with all_or_nothing(scene) as maker:
            table = maker.node("vtkMRMLTableNode", f"{volume.GetName()} uptake")
            table.SetNodeReferenceID(OF_SCAN, volume.GetID())
            write_attributes(table, {"Role": ROLE, "Note": RESEARCH_ONLY})
            place_beside(scene, [table], volume)
    modified = table.StartModify()
    table.RemoveAllColumns()
    for name, column in zip(HEADER, zip(*uptake_rows(values), strict=True), strict=True):
        add_column(table, name, list(column))
    write_attributes(locked(table), {"Findings": "; ".join(one.message for one in findings)})
    table.EndModify(modified)
    return table


def uptake_of(scene: Node, volume: Node) -> Node | None:
    """Return the table of a scan, or None."""
    tables = of_class(scene, "vtkMRMLTableNode")
    own = (table for table in tables if table.GetNodeReference(OF_SCAN) is volume)
    return next((table for table in own if table.GetAttribute(PREFIX + "Role") == ROLE), None)


def uptake_rows(values: Mapping[str, float]) -> Iterator[tuple[str, float, str, str, str]]:
    """Yield a row a value under `HEADER`."""
    for name, value in values.items():
        number = float(value) if is_known(value) else math.nan
        known = DEFINED.get(name)
        told = (known.meaning, known.source) if known else ("", "")
        yield (words_of(name), number, unit_of(name), *told)
