"""Arrays in, numbers out: the statistics of a diagnostic study."""

from CardioAILib.evaluate.agreement import (
    BlandAltman,
    bland_altman,
    cohen_kappa,
    kappa_interval,
    mean_absolute_error,
    r_squared,
)
from CardioAILib.evaluate.bootstrap import bootstrap_by_subject
from CardioAILib.evaluate.calibration import (
    CalibrationBin,
    Recalibration,
    bins_for,
    brier,
    calibration_curve,
    calibration_slope_intercept,
    expected_calibration_error,
)
from CardioAILib.evaluate.classes import brier_of_classes, macro_auc, mcnemar
from CardioAILib.evaluate.compare import (
    MeanSD,
    MedianIQR,
    chi_square,
    kruskal_wallis,
    mann_whitney,
    mean_sd,
    median_iqr,
    stars,
    t_test,
)
from CardioAILib.evaluate.decision_curve import DecisionCurve, decision_curve
from CardioAILib.evaluate.delong import delong_covariance, delong_interval, delong_test
from CardioAILib.evaluate.groups import GroupResult, by_group
from CardioAILib.evaluate.icc import (
    Agreement,
    icc_agreement,
    icc_of_features,
    within_subject_variation,
)
from CardioAILib.evaluate.intervals import Estimate, Interval, wilson
from CardioAILib.evaluate.operating import (
    OperatingPoint,
    npv_at_prevalence,
    operating_point,
    ppv_at_prevalence,
    threshold_at_sensitivity,
    threshold_sweep,
    youden_threshold,
)
from CardioAILib.evaluate.quantities import QuantityFigures, error_difference, quantity_figures
from CardioAILib.evaluate.resampled import auc_by_subject, f1_by_subject
from CardioAILib.evaluate.roc import RocCurve, roc_auc, roc_curve

__all__ = [
    "Agreement",
    "BlandAltman",
    "CalibrationBin",
    "DecisionCurve",
    "Estimate",
    "GroupResult",
    "Interval",
    "MeanSD",
    "MedianIQR",
    "OperatingPoint",
    "QuantityFigures",
    "Recalibration",
    "RocCurve",
    "auc_by_subject",
    "bins_for",
    "bland_altman",
    "bootstrap_by_subject",
    "brier",
    "brier_of_classes",
    "by_group",
    "calibration_curve",
    "calibration_slope_intercept",
    "chi_square",
    "cohen_kappa",
    "decision_curve",
    "delong_covariance",
    "delong_interval",
    "delong_test",
    "error_difference",
    "expected_calibration_error",
    "f1_by_subject",
    "icc_agreement",
    "icc_of_features",
    "kappa_interval",
    "kruskal_wallis",
    "macro_auc",
    "mann_whitney",
    "mcnemar",
    "mean_absolute_error",
    "mean_sd",
    "median_iqr",
    "npv_at_prevalence",
    "operating_point",
    "ppv_at_prevalence",
    "quantity_figures",
    "r_squared",
    "roc_auc",
    "roc_curve",
    "stars",
    "t_test",
    "threshold_at_sensitivity",
    "threshold_sweep",
    "wilson",
    "within_subject_variation",
    "youden_threshold",
]
