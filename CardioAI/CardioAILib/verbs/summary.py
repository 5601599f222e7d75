"""What a model learned, in plain values for reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from CardioAILib.learning.ensemble import fitted_networks_of, named_network, networks_of
from CardioAILib.learning.tabular import FittedTabular
from CardioAILib.verbs.model import Model


def summarize(model: Model) -> dict[str, Any]:
    """Return development figures, selected features and training curves, member by member."""
    return {
        "development": model.development,
        "thresholds": model.thresholds,
        "features": {
            arm: [member[arm].weights_ for member in model.members]
            for arm in _arms_of(model, FittedTabular)
            if model.members[0][arm].weights_
        },
        "curves": {
            named_network(arm, part): [
                fitted_networks_of(member[arm])[part].history_ for member in model.members
            ]
            for arm in model.arms
            for part in networks_of(model.system.arms[arm])
        },
        "widths": {
            named_network(arm, part): network.architecture.width
            for arm in model.arms
            for part, network in networks_of(model.system.arms[arm]).items()
        },
    }


def _arms_of(model: Model, kind: type) -> list[str]:
    first: Mapping[str, Any] = model.members[0]
    return [arm for arm in model.arms if isinstance(first[arm], kind)]
