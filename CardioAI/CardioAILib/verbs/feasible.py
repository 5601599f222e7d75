"""Whether a cohort has enough subjects for every split of a fit, known before any work."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.learning import Deep, LassoTop, Network, Run, Tabular
from CardioAILib.learning.run import choose_device
from CardioAILib.learning.splits import require_classes, subject_labels
from CardioAILib.study import Cohort
from CardioAILib.system import System


def require_feasible(system: System, labeled: Cohort, arms: tuple[str, ...], run: Run) -> None:
    """Refuse a fit that would fail after hours: device, classes, folds, inner folds.

    Raises:
        InputError: The device is absent.
        CohortError: One class only, or too few subjects of a class for a split.
    """
    choose_device(run.device)
    subjects = np.array([study.subject for study in labeled])
    labels = np.array([system.task.label(study) for study in labeled], int)
    _, highest = subject_labels(subjects, labels)
    folds = system.protocol.folds
    require_classes(highest, folds)
    fewest = int(np.unique(highest, return_counts=True)[1].min())
    left = fewest - -(-fewest // folds)
    for arm, split, least in splits_within(system, arms):
        if left < least:
            raise CohortError(
                got=f"{fewest} subjects of the rarer class, of which {left} are left to learn "
                f"from in a fold",
                wanted=f"{least} for {split} of the arm '{arm}'",
                fix="add subjects, ask for more folds (--folds), or name other arms (--arm)",
            )


def splits_within(system: System, arms: tuple[str, ...]) -> Iterator[tuple[str, str, int]]:
    """Yield arm, split and subjects of a class it needs, for every split inside a fold."""
    epoch = 2 if system.protocol.validation else 1
    for name in arms:
        arm = system.arms[name]
        if isinstance(arm, Network):
            yield name, "the choice of the epoch", epoch
        if not isinstance(arm, Tabular):
            continue
        for step in arm.steps:
            if isinstance(step, LassoTop) and step.by_subject:
                yield name, f"the {step.folds} folds of its feature selection", step.folds
        for feature in arm.features:
            if isinstance(feature, Deep) and feature.inner is not None:
                # What an inner fold leaves must still choose an epoch.
                yield name, f"its {feature.inner} inner folds", max(feature.inner, 2 * epoch)
