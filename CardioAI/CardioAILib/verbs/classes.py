"""What an evaluation of more than two classes holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from CardioAILib.evaluate import CalibrationBin, Estimate
from CardioAILib.results import Result
from CardioAILib.system import System


@dataclass(frozen=True)
class ClassFold:
    """One fold's model on its test set: the held-out part, or a test cohort that all share.

    Args:
        fold: Number of the fold, from 1.
        n: Number of results.
        accuracy: Share of them that were called right.
    """

    fold: int
    n: int
    accuracy: float


@dataclass(frozen=True)
class PositiveCalls:
    """How an arm answers the yes or no that is asked of several classes.

    Args:
        positives: Number of results that are positive.
        sensitivity: Share of them that were called positive, with Wilson's interval.
        specificity: Share of the others that were not, with Wilson's interval.
        auc: AUC of the summed probability of the positive classes, with DeLong's interval; None
            where fewer than two results are on a side.
    """

    positives: int
    sensitivity: Estimate
    specificity: Estimate
    auc: Estimate | None


@dataclass(frozen=True)
class ClassGroup:
    """One row of a subgroup table.

    Args:
        group: Name of the group.
        n: Number of results in it.
        accuracy: Share called right, with Wilson's interval.
        positive: Calls of the positive classes, where the task names any.
        macro_auc: Mean over classes of the AUC of one against the rest; None where the group
            lacks a class.
    """

    group: str
    n: int
    accuracy: Estimate
    positive: PositiveCalls | None = None
    macro_auc: float | None = None


@dataclass(frozen=True)
class AttentionRow:
    """How many maps look at one zone, by whether the answer was right.

    Args:
        zone: "heart", "border" or "outside".
        right: Right answers whose map looks there.
        wrong: Wrong answers whose map looks there.
    """

    zone: str
    right: int
    wrong: int


@dataclass(frozen=True, eq=False)
class ClassArm:
    """How one arm did.

    Args:
        accuracy: Share of results called right, with Wilson's interval.
        accuracy_bootstrap: The same with an interval from resampled subjects.
        confusion: Counts (K, K), a row a true class, a column a called one, summed over folds.
        recall: Share of each true class called so (K,), with Wilson's interval.
        precision: Share of each called class that is so (K,), with Wilson's interval.
        macro_auc: Mean over classes of the AUC of one against the rest, with an interval from
            resampled subjects; None where a class has no result.
        brier: Mean squared distance of the probabilities from the truth, summed over classes.
        ece: Expected calibration error of the called class's probability.
        calibration: Share called right against the called class's probability.
        folds: A row a fold or member.
        p_against_primary: McNemar's exact p against the primary arm, or None for that arm itself.
        by_subject: Accuracy of each subject's mean probability, where subjects have several
            results; else None.
        auc: AUC of each class against the rest (K,), with DeLong's interval; None where fewer
            than two results are on a side.
        positive: Calls of the positive classes, where the task names any.
    """

    accuracy: Estimate
    accuracy_bootstrap: Estimate
    confusion: np.ndarray
    recall: tuple[Estimate, ...]
    precision: tuple[Estimate, ...]
    macro_auc: Estimate | None
    brier: float
    ece: float
    calibration: tuple[CalibrationBin, ...]
    folds: tuple[ClassFold, ...]
    p_against_primary: float | None
    by_subject: Estimate | None
    auc: tuple[Estimate | None, ...] = ()
    positive: PositiveCalls | None = None


@dataclass(frozen=True)
class Discrepancy:
    """One case on which truth, reader and model do not all agree.

    Args:
        subject: Pseudonym.
        study: Study within the subject.
        truth: True class.
        reader: Class that the reader named.
        model: Class that the primary arm called.
    """

    subject: str
    study: str
    truth: str
    reader: str
    model: str


@dataclass(frozen=True)
class ReaderComparison:
    """A reader's labels beside the truth and the primary arm's, on the cases that both judged.

    Args:
        reader: The reader, as the column `<target>_<reader>` names him.
        n: Cases that he labeled.
        accuracy: Share that he called as the truth.
        model_accuracy: Share of the same cases that the model called as the truth.
        agreement: Share on which reader and model agree.
        kappa_truth: Cohen's kappa of reader and truth, or None where it does not exist.
        kappa_model: Cohen's kappa of reader and model, or None where it does not exist.
        p: McNemar's exact p, reader against model.
        discrepancies: The cases on which not all agree, in order.
    """

    reader: str
    n: int
    accuracy: Estimate
    model_accuracy: Estimate
    agreement: Estimate
    kappa_truth: float | None
    kappa_model: float | None
    p: float
    discrepancies: tuple[Discrepancy, ...]


@dataclass(frozen=True)
class ReaderAgreement:
    """How well two readings of the same studies agree; the model's is one of them.

    Args:
        one: Who read, as the column `<target>_<reader>` names him.
        other: Who read again or beside him.
        kind: "same reader", "two readers" or "reader and model".
        n: Studies that both read.
        agreement: Share on which they agree, with Wilson's interval.
        kappa: Cohen's kappa of the task's classes, with an interval from resampled subjects; None
            where it does not exist.
        kappa_positive: The same of positive against other classes, where the task names any.
        kappa_weighted: Kappa of grades on one scale whose disagreements count by the square of
            their distance; None for other classes.
    """

    one: str
    other: str
    kind: str
    n: int
    agreement: Estimate
    kappa: Estimate | None
    kappa_positive: Estimate | None
    kappa_weighted: Estimate | None = None


@dataclass(frozen=True, eq=False)
class VisualRule:
    """The grade that the visual rule suggests beside truth and network, where both spoke.

    Args:
        arm: The network's arm.
        agreements: Rule with truth, network with truth, rule with network.
        confusion: Counts (K, K), a row a true grade, a column a grade of the rule.
        beside: Counts (K, K), a row a grade of the network, a column one of the rule.
        positive: Calls of the positive grades by the rule; ranked by the ratio that it grades.
    """

    arm: str
    agreements: tuple[ReaderAgreement, ...]
    confusion: np.ndarray
    beside: np.ndarray
    positive: PositiveCalls

    @property
    def n(self) -> int:
        """Number of scans that both graded."""
        return int(self.confusion.sum())


@dataclass(frozen=True, eq=False)
class ClassEvaluation:
    """How a system of more than two classes did on a cohort.

    Args:
        system: The declaration.
        mode: "sound" or "paper".
        cohort: Name of the cohort.
        subjects: Number of subjects.
        counts: Number of results of each true class (K,).
        target_source: Where the truth comes from, in words.
        cross_validated: Whether each result was held out of its own model.
        arms: Evaluation of each arm, on the results in which it spoke.
        groups: Accuracy of the primary arm in subgroups, by column.
        seen: Number of results whose images took part in training; none should have.
        results: The results, in order.
        labels: Truth of each result (N,).
        attention: Where the maps look, a row a zone; empty where none was made.
        readers: Readers whose labels the cohort table holds too.
        agreements: How well these readers agree with themselves, each other and the model.
        visual: The visual rule of planar scans; None where it graded none.
    """

    system: System
    mode: str
    cohort: str
    subjects: int
    counts: tuple[int, ...]
    target_source: str
    cross_validated: bool
    arms: Mapping[str, ClassArm]
    groups: Mapping[str, tuple[ClassGroup, ...]]
    seen: int
    results: tuple[Result, ...]
    labels: np.ndarray
    attention: tuple[AttentionRow, ...] = ()
    readers: tuple[ReaderComparison, ...] = ()
    agreements: tuple[ReaderAgreement, ...] = ()
    visual: VisualRule | None = None
