"""What the columns of a table of features are, in both languages of radiomics."""

from __future__ import annotations

from CardioAILib.mrml.inputs import Node
from CardioAILib.radiomics.ibsi.counterparts import counterpart
from CardioAILib.verbs.features.diagnostics import PREFIX
from CardioAILib.verbs.features.rows import KEYS

SHAPE_UNITS = {
    "LeastAxisLength": "mm",
    "MajorAxisLength": "mm",
    "MinorAxisLength": "mm",
    "Maximum2DDiameterColumn": "mm",
    "Maximum2DDiameterRow": "mm",
    "Maximum2DDiameterSlice": "mm",
    "Maximum3DDiameter": "mm",
    "MeshVolume": "mm\N{SUPERSCRIPT THREE}",
    "VoxelVolume": "mm\N{SUPERSCRIPT THREE}",
    "SurfaceArea": "mm\N{SUPERSCRIPT TWO}",
    "SurfaceVolumeRatio": "1/mm",
}


def feature_columns(table: Node) -> tuple[str, ...]:
    """Return the names of the columns that hold features, in their order."""
    names = (table.GetColumnName(index) for index in range(table.GetNumberOfColumns()))
    return tuple(name for name in names if name not in KEYS and not name.startswith(PREFIX))


def describe_columns(table: Node) -> None:
    """Write beside each feature what the other naming calls it, as the column's description."""
    for name in feature_columns(table):
        if text := other_name(name):
            table.SetColumnDescription(name, text)


def other_name(column: str) -> str:
    """Return the IBSI name of a pyradiomics column, or the reverse; empty where there is none."""
    own = counterpart(column)
    if own is None or not own.ibsi_name:
        return ""
    text = f"{own.ibsi_name} (IBSI {own.identifier}, {own.tag})"
    if column.endswith(own.pyradiomics) or not own.pyradiomics:
        return text
    return f"{text}; pyradiomics original_{own.pyradiomics}"


def unit_of(column: str) -> str:
    """Return the unit of a column of features; empty where it has none, or that of the image."""
    own = counterpart(column)
    kind, _, name = own.pyradiomics.partition("_") if own else ("", "", "")
    if kind == "shape":
        return SHAPE_UNITS.get(name, "")
    return "bits" if name.endswith("Entropy") else ""
