"""What an evaluation of two classes holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from CardioAILib.evaluate import (
    CalibrationBin,
    Estimate,
    GroupResult,
    OperatingPoint,
    Recalibration,
    RocCurve,
)
from CardioAILib.results import Result
from CardioAILib.system import System
from CardioAILib.verbs.band import Band
from CardioAILib.verbs.byview import ViewEvaluation
from CardioAILib.verbs.classes import ReaderAgreement
from CardioAILib.verbs.deciles import Deciles
from CardioAILib.verbs.foldrows import FoldRow


@dataclass(frozen=True, eq=False)
class ArmEvaluation:
    """How one arm did.

    Args:
        auc: AUC with DeLong's interval.
        auc_bootstrap: The same with an interval from resampled subjects.
        operating: Decisions at the threshold in force.
        threshold: What the threshold is, in words.
        folds: A row a fold or member, as in the paper's tables 3 and 4.
        roc: ROC curve.
        brier: Brier score.
        ece: Expected calibration error.
        calibration: Observed against predicted risk.
        recalibration: Slope and intercept, or None where they do not exist.
        p_against_primary: DeLong's p against the primary arm, or None for that arm itself.
        sweep: What thresholds of 0.1 to 0.9 would do, as in Martini's table 3.
        band: What a rule-out point below the threshold leaves undecided, where there is one.
    """

    auc: Estimate
    auc_bootstrap: Estimate
    operating: OperatingPoint
    threshold: str
    folds: tuple[FoldRow, ...]
    roc: RocCurve
    brier: float
    ece: float
    calibration: tuple[CalibrationBin, ...]
    recalibration: Recalibration | None
    p_against_primary: float | None
    sweep: tuple[OperatingPoint, ...]
    band: Band | None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a system did on a cohort.

    Args:
        system: The declaration.
        mode: "sound" or "paper".
        cohort: Name of the cohort.
        subjects: Number of subjects.
        positives: Number of positive studies.
        negatives: Number of negative studies.
        target_source: Where the truth comes from, in words.
        cross_validated: Whether each study was held out of its own model.
        arms: Evaluation of each arm, on the results in which it and the primary arm spoke; none
            of an arm that spoke on one class only.
        groups: Subgroups of the primary arm, by column; their decisions are at its threshold, or
            at the median score where thresholds differ by fold.
        seen: Number of studies that took part in training; none should have.
        results: The results, in order.
        labels: Truth of each result (N,).
        deciles: Studies by tenth of the primary arm's probability.
        agreements: How well readers agree with themselves, each other and the primary arm.
        views: Evaluation of each view alone, where the views have a truth of their own.
    """

    system: System
    mode: str
    cohort: str
    subjects: int
    positives: int
    negatives: int
    target_source: str
    cross_validated: bool
    arms: Mapping[str, ArmEvaluation]
    groups: Mapping[str, tuple[GroupResult, ...]]
    seen: int
    results: tuple[Result, ...]
    labels: np.ndarray
    deciles: Deciles
    agreements: tuple[ReaderAgreement, ...] = ()
    views: Mapping[str, ViewEvaluation] = field(default_factory=dict)
