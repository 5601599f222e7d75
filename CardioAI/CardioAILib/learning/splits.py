"""Splits that never divide a subject."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from CardioAILib.errors import CohortError


def subject_labels(subjects: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each subject once, sorted, with its largest label."""
    names, rows = np.unique(subjects, return_inverse=True)
    highest = np.full(len(names), np.iinfo(int).min)
    np.maximum.at(highest, rows, labels)
    return names, highest


def folds_by_subject(
    subjects: np.ndarray, labels: np.ndarray, folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Divide subjects into stratified folds.

    Args:
        subjects: Subject of each example (N,).
        labels: Label of each example (N,), 0 or 1.
        folds: Number of parts.
        seed: Seed of the shuffle.

    Yields:
        The subjects to learn from and the subjects held out.

    Raises:
        CohortError: One class only, or fewer subjects of a class than folds.
    """
    from sklearn.model_selection import StratifiedKFold

    names, highest = subject_labels(subjects, labels)
    require_classes(highest, folds)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for learn, hold in splitter.split(names, highest):
        yield names[learn], names[hold]


def hold_out_by_subject(
    subjects: np.ndarray, labels: np.ndarray, share: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Set a stratified share of the subjects aside, at least one of each class.

    Returns:
        The subjects to learn from and the subjects set aside.

    Raises:
        CohortError: A class has fewer than two subjects.
    """
    names, highest = subject_labels(subjects, labels)
    require_classes(highest, 2)
    random = np.random.default_rng(seed)
    aside = []
    for label in np.unique(highest):
        members = random.permutation(names[highest == label])
        count = min(max(1, round(share * len(members))), len(members) - 1)
        aside.append(members[:count])
    chosen = np.concatenate(aside)
    return names[~np.isin(names, chosen)], np.sort(chosen)


def require_classes(labels: np.ndarray, least: int) -> None:
    """Refuse labels of subjects (N,) that no stratified split can divide.

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
    told = ", ".join(f"{n} of class {c}" for c, n in zip(classes, counts, strict=True)) or "none"
    if len(classes) < 2:
        raise CohortError(
            got=f"subjects of one class only ({told})",
            wanted="subjects of both classes",
            fix="fill the target column for both classes",
        )
    if counts.min() < least:
        fewer = f"ask for {counts.min()} folds or fewer (--folds), or " if counts.min() > 1 else ""
        raise CohortError(
            got=f"too few subjects ({told})",
            wanted=f"at least {least} subjects of each class, one for each part",
            fix=f"{fewer}add subjects",
        )
