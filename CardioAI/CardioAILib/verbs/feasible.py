"""Whether a cohort has enough subjects for every split of a fit, known before any work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from CardioAILib.decide import AtSensitivity
from CardioAILib.errors import CohortError, InputError
from CardioAILib.learning import Deep, LassoTop, Run, Tabular, networks_of
from CardioAILib.learning.run import choose_device
from CardioAILib.learning.splits import hold_out_once, require_classes, subject_labels
from CardioAILib.study import Cohort
from CardioAILib.system import CrossValidation, HoldOut, System
from CardioAILib.verbs.crossfit import needs_validation
from CardioAILib.verbs.member import validation_share
from CardioAILib.verbs.studyfiles import SAME_PATIENT

FEWEST_VALUES = 3
"""Different values that figures of a measured quantity need."""


def require_feasible(system: System, labeled: Cohort, arms: tuple[str, ...], run: Run) -> None:
    """Refuse a fit that would fail after hours: device, classes, folds, inner folds.

    Raises:
        InputError: The device is absent.
        CohortError: One class only, too few subjects of a class for a split, or a patient who is
            there as several subjects.
    """
    choose_device(run.device)
    require_protocol(system)
    require_whole_patients(labeled)
    measures = system.task.measures
    fewest = (subjects_with_value if measures else fewest_of_a_class)(system, labeled)
    if measures and isinstance(system.protocol, HoldOut):
        require_enough_held(system, labeled, run.seed)
    left = left_to_learn(system.protocol, fewest)
    for arm, split, least in splits_within(system, arms):
        if left < least:
            raise CohortError(
                got=f"{fewest} subjects {'with a value' if measures else 'of the rarest class'}, "
                f"of which {left} are left to learn from in a fold",
                wanted=f"{least} for {split} of the arm '{arm}'",
                fix=f"{_more_folds(system, arms, fewest)}add subjects, or name other arms (--arm)",
            )


def require_whole_patients(labeled: Cohort) -> None:
    """Refuse subjects that are one patient, whom folds would divide.

    Raises:
        CohortError: The column `same_patient_as` says that subjects are one patient.
    """
    patients: dict[str, set[str]] = {}
    for study in labeled:
        first = str(study.facts.get(SAME_PATIENT) or study.subject)
        patients.setdefault(first, set()).add(study.subject)
    divided = sorted(own for subjects in patients.values() if len(subjects) > 1 for own in subjects)
    if divided:
        raise CohortError(
            got=f"patients who are there as several subjects, by the column '{SAME_PATIENT}': "
            f"{', '.join(divided)}",
            wanted="one subject a patient, whom no fold divides",
            fix="write the subject that the column names, and tell examinations apart by 'study'",
        )


def _more_folds(system: System, arms: tuple[str, ...], fewest: int) -> str:
    """Return the advice to ask for as many folds as leave enough to learn from, if any do."""
    protocol = system.protocol
    if isinstance(protocol, HoldOut):
        return ""
    needed = max(least for _, _, least in splits_within(system, arms))
    enough = (
        folds
        for folds in range(protocol.folds + 1, fewest + 1)
        if left_to_learn(replace(protocol, folds=folds), fewest) >= needed
    )
    folds = next(enough, None)
    return "" if folds is None else f"ask for {folds} folds (--folds {folds}), "


def require_protocol(system: System) -> None:
    """Refuse one part held out where the threshold needs scores that are not there.

    Raises:
        InputError: See above.
    """
    if isinstance(system.protocol, HoldOut) and isinstance(system.decide, AtSensitivity):
        raise InputError(
            got=f"one part held out, for {system.name}",
            wanted="folds: its threshold comes from scores that other folds held out",
            fix="leave --hold-out away",
        )

    if needs_validation(system) and not system.protocol.validation:
        raise InputError(
            got=f"one part held out and no subjects that choose the epoch, for {system.name}",
            wanted="such subjects: its threshold comes from their scores",
            fix="declare HoldOut with a share for validation, or ask for folds",
        )


def subjects_with_value(system: System, labeled: Cohort) -> int:
    """Return the number of subjects of a cohort whose quantity is known.

    Raises:
        CohortError: Fewer than the folds, or all of one value.
    """
    values = {system.task.label(study) for study in labeled}
    found = len({study.subject for study in labeled})
    parts = 2 if isinstance(system.protocol, HoldOut) else system.protocol.folds
    if found < max(parts, 2) or len(values) < 2:
        raise CohortError(
            got=f"{found} subjects with {len(values)} different values of {system.task.target}",
            wanted=f"at least {max(parts, 2)} subjects, whose values differ",
            fix=f"fill the column '{system.task.target}' for more subjects",
        )
    return found


def require_enough_held(system: System, labeled: Cohort, seed: int) -> None:
    """Refuse a held-out part that is too small to tell how well a quantity is told.

    Raises:
        CohortError: See above.
    """
    subjects = np.array([study.subject for study in labeled])
    values = np.array([system.task.label(study) for study in labeled], float)
    _, held = hold_out_once(subjects, values, system.protocol, seed)
    differ = len(np.unique(values[np.isin(subjects, held)]))
    if differ < FEWEST_VALUES:
        raise CohortError(
            got=f"{len(np.unique(subjects))} subjects, of which {len(held)} with {differ} "
            "different values are held out",
            wanted=f"{FEWEST_VALUES} different values there, to tell the error by",
            fix="add subjects, or ask for folds (--folds)",
        )


def fewest_of_a_class(system: System, labeled: Cohort) -> int:
    """Return the number of subjects (or studies, where these are divided) of the rarest class.

    Raises:
        CohortError: Too few for the folds; every class and its count are told.
    """
    protocol, names = system.protocol, system.task.names
    by_study = isinstance(protocol, CrossValidation) and protocol.by == "study"
    units = np.array([str(study.key if by_study else study.subject) for study in labeled])
    labels = np.array([system.task.label(study) for study in labeled], int)
    parts = 2 if isinstance(protocol, HoldOut) else protocol.folds
    if system.task.several:
        shown = np.unique(np.stack([np.unique(units, return_inverse=True)[1], labels]), axis=1)[1]
        require_classes(shown, parts, names)
    else:
        _, shown = subject_labels(units, labels)
        require_classes(shown, parts)
    return int(np.unique(shown, return_counts=True)[1].min())


def left_to_learn(protocol: CrossValidation | HoldOut, fewest: int) -> int:
    """Return how many subjects of a class a member learns from at least."""
    if isinstance(protocol, HoldOut):
        return fewest - max(1, round(protocol.test * fewest))
    return fewest - -(-fewest // protocol.folds)


def splits_within(system: System, arms: tuple[str, ...]) -> Iterator[tuple[str, str, int]]:
    """Yield arm, split and subjects of a class it needs, for every split inside a fold."""
    epoch = 2 if validation_share(system.protocol) else 1
    for name in arms:
        arm = system.arms[name]
        if networks_of(arm):
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
