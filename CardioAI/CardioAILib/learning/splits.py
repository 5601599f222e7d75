"""Splits that never divide a subject; parts have their share of every class or range of values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from CardioAILib.errors import CohortError, InputError
from CardioAILib.learning.strata import is_measured, strata_of
from CardioAILib.system import HoldOut


def subject_labels(subjects: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each subject once, sorted, with one label for it.

    Of two classes that is the largest label, so that one positive example makes a subject
    positive; of more it is the most frequent one, the first of equally frequent.
    """
    names, table = label_counts(subjects, labels)
    if table.shape[1] > 2:
        return names, table.argmax(axis=1)
    highest = table.shape[1] - 1 - (table[:, ::-1] > 0).argmax(axis=1)
    return names, highest


def label_counts(units: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each unit once, sorted, and its examples of each class (U, K)."""
    names, rows = np.unique(units, return_inverse=True)
    table = np.zeros((len(names), int(labels.max(initial=0)) + 1), int)
    np.add.at(table, (rows, labels), 1)
    return names, table


def folds_by_subject(
    subjects: np.ndarray, labels: np.ndarray, folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Divide subjects into stratified folds.

    Args:
        subjects: Subject of each example (N,).
        labels: Label of each example (N,), from 0, or its value as a float.
        folds: Number of parts.
        seed: Seed of the shuffle.

    Yields:
        The subjects to learn from and the subjects held out.

    Raises:
        CohortError: One class only, or fewer subjects of a class, or with a value, than folds.
    """
    return folds_by(subjects, labels, folds, seed)


def folds_by(
    units: np.ndarray, labels: np.ndarray, folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Divide units (subjects, or where a publication did so their studies) into stratified folds.

    Args:
        units: Name of the unit of each example (N,).
        labels: Label of each example (N,), from 0, or its value as a float.
        folds: Number of parts.
        seed: Seed of the shuffle.

    Yields:
        The names to learn from and the names held out.

    Raises:
        CohortError: One class only, or fewer units of a class, or with a value, than folds.
    """
    from sklearn.model_selection import StratifiedKFold

    measured, labels = is_measured(labels), strata_of(units, labels, folds)
    if shows_several(units, labels):
        yield from folds_of_mixed(units, labels, folds, seed)
        return
    names, own = subject_labels(units, labels)
    if not measured:
        require_classes(own, folds)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for learn, hold in splitter.split(names, own):
        yield names[learn], names[hold]


def shows_several(units: np.ndarray, labels: np.ndarray) -> bool:
    """Say whether a unit shows several of more than two classes, as one heart several views."""
    _, table = label_counts(units, labels)
    return table.shape[1] > 2 and bool((np.count_nonzero(table, axis=1) > 1).any())


def folds_of_mixed(
    units: np.ndarray, labels: np.ndarray, folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Divide units of several classes each, so that each fold has its share of every class."""
    from sklearn.model_selection import StratifiedGroupKFold

    names, table = label_counts(units, labels)
    shown = [np.full(count, label) for label, count in enumerate((table > 0).sum(axis=0))]
    require_classes(np.concatenate(shown), folds)
    owners, classes = np.nonzero(table)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for _, hold in splitter.split(owners, classes, owners):
        held = np.unique(owners[hold])
        learn = np.delete(np.arange(len(names)), held)
        require_classes(classes[np.isin(owners, learn)], 2)
        yield names[learn], names[held]


def hold_out_by_subject(
    subjects: np.ndarray, labels: np.ndarray, share: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Set a stratified share of the subjects aside, at least one of each class or range of values.

    Returns:
        The subjects to learn from and the subjects set aside.

    Raises:
        CohortError: A class has fewer than two subjects, or fewer than two have a value.
    """
    measured, parts = is_measured(labels), parts_of(share)
    if measured:
        parts = max(2, min(parts, len(np.unique(subjects))))
        labels = strata_of(subjects, labels, parts)
    if shows_several(subjects, labels):
        _, table = label_counts(subjects, labels)
        fewest = int(np.count_nonzero(table, axis=0).min())
        parts = max(2, min(parts, fewest))
        return next(folds_of_mixed(subjects, labels, parts, seed))
    names, highest = subject_labels(subjects, labels)
    if not measured:
        require_classes(highest, 2)
    random = np.random.default_rng(seed)
    aside = []
    for label in np.unique(highest):
        members = random.permutation(names[highest == label])
        count = min(max(1, round(share * len(members))), len(members) - 1)
        aside.append(members[:count])
    chosen = np.concatenate(aside)
    return names[~np.isin(names, chosen)], np.sort(chosen)


def parts_of(share: float) -> int:
    """Return of how many equal parts a share is one, 20 at most."""
    return round(1 / max(share, 0.05))


def hold_out_once(
    subjects: np.ndarray, labels: np.ndarray, shares: HoldOut, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Divide subjects once, as a protocol with a part held out says.

    Returns:
        The subjects to learn from, those that choose the epoch among them, and the subjects held
        out.

    Raises:
        CohortError: A class has fewer than two subjects, or fewer than two have a value.
        InputError: The shares are no parts of one whole.
    """
    parts = (shares.train, shares.validation, shares.test)
    if min(parts) < 0 or not shares.train or not shares.test or abs(sum(parts) - 1) > 1e-6:
        raise InputError(
            got=f"shares of {', '.join(f'{part:g}' for part in parts)}",
            wanted="shares to train, to choose the epoch and to test that add up to 1",
            fix="declare for instance HoldOut(train=0.6, validation=0.2, test=0.2)",
        )
    return hold_out_by_subject(subjects, labels, shares.test, seed)


def require_classes(labels: np.ndarray, least: int, names: Sequence[str] = ()) -> None:
    """Refuse labels of subjects (N,) that no stratified split can divide.

    Args:
        labels: One label a subject.
        least: Number of parts.
        names: Names of all classes, where those without any subject are to be refused too.

    Raises:
        CohortError: Fewer than two parts, one class only, or fewer subjects of a class than
            `least`.
    """
    if least < 2:
        raise CohortError(
            got=f"{least} parts",
            wanted="2 parts or more",
            fix="ask for at least 2 folds (--folds)",
        )
    classes, counts = np.unique(labels, return_counts=True)
    if names:
        classes, counts = np.array(names), np.bincount(labels, minlength=len(names))
    told = ", ".join(f"{n} of class {c}" for c, n in zip(classes, counts, strict=True)) or "none"
    several = len(classes) > 2
    if np.count_nonzero(counts) < 2:
        raise CohortError(
            got=f"subjects of one class only ({told})",
            wanted="subjects of every class" if several else "subjects of both classes",
            fix=f"fill the target column for {'every class' if several else 'both classes'}",
        )
    if counts.min() < least:
        fewer = f"ask for {counts.min()} folds or fewer (--folds), or " if counts.min() > 1 else ""
        raise CohortError(
            got=f"too few subjects ({told})",
            wanted=f"at least {least} subjects of each class, one for each part",
            fix=f"{fewer}add subjects",
        )
