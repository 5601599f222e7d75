"""What a model learned, in plain values for reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from CardioAILib.learning.network import FittedNetwork
from CardioAILib.learning.tabular import FittedTabular
from CardioAILib.verbs.model import Model


def summarize(model: Model) -> dict[str, Any]:
    """Return development figures, selected features and training curves, member by member."""
    return {
        "development": model.development,
        "thresholds": model.thresholds,
        "features": {
            arm: [
                {column.name: column.weight for column in member[arm].columns_}
                for member in model.members
            ]
            for arm in _arms_of(model, FittedTabular)
        },
        "curves": {
            arm: [member[arm].history_ for member in model.members]
            for arm in _arms_of(model, FittedNetwork)
        },
        "widths": {
            arm: model.system.arms[arm].architecture.width for arm in _arms_of(model, FittedNetwork)
        },
    }


def _arms_of(model: Model, kind: type) -> list[str]:
    first: Mapping[str, Any] = model.members[0]
    return [arm for arm in model.arms if isinstance(first[arm], kind)]
