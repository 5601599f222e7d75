"""What each feature of a tabular arm is worth on the studies that were held out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from CardioAILib.examples import Examples
from CardioAILib.explain import Importance, permutation_importance
from CardioAILib.learning import Tabular
from CardioAILib.learning.bystudy import first_rows
from CardioAILib.system import System
from CardioAILib.verbs.crossfit import CrossFit

IMPORTANCE = "importance"
"""Name of the development figure: arm to features with `mean`, `low` and `high`, largest first."""


def importance_figures(system: System, examples: Examples, crossfit: CrossFit) -> dict[str, Any]:
    """Return the permutation importance of each arm that judges studies by a table.

    Args:
        system: The declaration.
        examples: Development examples.
        crossfit: Members, folds and scores.

    Returns:
        Nothing where there is no such arm, or there are more than two classes.
    """
    arms = [name for name in crossfit.scores if getattr(system.arms[name], "unit", "") == "study"]
    if system.task.several or not arms:
        return {}
    found = {arm: importance_of(system, arm, examples, crossfit) for arm in arms}
    return {IMPORTANCE: {arm: [asdict(one) for one in own] for arm, own in found.items()}}


def importance_of(
    system: System, name: str, examples: Examples, crossfit: CrossFit
) -> tuple[Importance, ...]:
    """Return the permutation importance of an arm's features on held-out studies.

    Each study is scored by the member that never saw it, from the first reading of its
    segmentations where there are several; values stay inside of the fold.

    Args:
        system: The declaration.
        name: Name of the arm.
        examples: Development examples.
        crossfit: Members, folds and scores.
    """
    arm: Tabular = system.arms[name]
    members = crossfit.members
    held = [examples.take(crossfit.folds == fold) for fold in range(len(members))]
    tables = [
        arm.joined(own, arm.parts(own, member)) for own, member in zip(held, members, strict=True)
    ]
    studies = [first_rows(own) for own in held]

    def score(table: np.ndarray, folds: np.ndarray) -> np.ndarray:
        scores = np.empty(len(table))
        for fold, member in enumerate(members):
            rows = folds == fold
            scores[rows] = member[name].predict_rows([table[rows][:, member[name].kept]])
        return scores

    return permutation_importance(
        score,
        np.concatenate(tables),
        np.concatenate([own.labels for own in studies]),
        np.concatenate([own.subjects for own in studies]),
        [column for feature in arm.features for column in feature.names(system.arms)],
        groups=np.repeat(np.arange(len(members)), [len(own) for own in studies]),
    )
