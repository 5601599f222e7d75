"""What the columns of a table of features are, in both languages of radiomics."""

from __future__ import annotations

from functools import cache

from CardioAILib.errors import InputError
from CardioAILib.mrml.inputs import Node
from CardioAILib.radiomics.ibsi.catalog import CATALOG
from CardioAILib.radiomics.ibsi.names import tag_stem
from CardioAILib.verbs.diagnostics import PREFIX
from CardioAILib.verbs.featurerows import KEYS


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
    if column.startswith("original_"):
        return _by_pyradiomics().get(column.removeprefix("original_"), "")
    try:
        name, code, theirs = CATALOG[tag_stem(column)]
    except InputError:
        return ""
    text = f"{name} (IBSI {code})"
    return f"{text}; pyradiomics original_{theirs}" if theirs else text


@cache
def _by_pyradiomics() -> dict[str, str]:
    return {
        theirs: f"{name} (IBSI {code}, {tag})"
        for tag, (name, code, theirs) in CATALOG.items()
        if theirs
    }
