"""The papers' printed numbers, recomputed from their counts."""

import numpy as np
import pytest
from CardioAILib.evaluate import OperatingPoint, RocCurve, roc_auc, threshold_sweep

PATIENTS = 21  # Martini 2020: 21 amyloidosis, 21 not
THRESHOLDS = np.arange(1, 10) / 10
FALSE_POSITIVES = (18, 14, 12, 6, 4, 2, 0, 0, 0)
FALSE_NEGATIVES = (0, 0, 0, 0, 1, 2, 5, 7, 13)


@pytest.fixture
def martini() -> tuple[np.ndarray, np.ndarray]:
    """A cohort of 42 with the published counts: each score lies between two thresholds."""
    middles = np.arange(10) / 10 + 0.05
    negatives = -np.diff((PATIENTS, *FALSE_POSITIVES, 0))
    positives = np.diff((0, *FALSE_NEGATIVES, PATIENTS))
    labels = np.repeat([0, 1], PATIENTS)
    return labels, np.concatenate([np.repeat(middles, negatives), np.repeat(middles, positives)])


def test_martini_sweep_has_the_published_counts_and_the_rates_they_imply(martini):
    points = threshold_sweep(*martini, THRESHOLDS)
    assert tuple(p.fp for p in points) == FALSE_POSITIVES
    assert tuple(p.fn for p in points) == FALSE_NEGATIVES
    percent = [
        tuple(round(100 * rate) for rate in (p.sensitivity, p.specificity, p.ppv, p.npv))
        for p in points
    ]
    assert percent == [
        (100, 14, 54, 100),
        (100, 33, 60, 100),
        (100, 43, 64, 100),
        (100, 71, 78, 100),
        (95, 81, 83, 94),
        (90, 90, 90, 90),
        (76, 100, 100, 81),
        (67, 100, 100, 75),
        (38, 100, 100, 62),
    ]


def test_martini_deep_learning_row_at_one_half(martini):
    point = threshold_sweep(*martini, THRESHOLDS)[4]
    assert (point.tp, point.fp, point.tn, point.fn) == (20, 4, 17, 1)
    # 37/42, 20/24, 20/21, 40/45
    assert round(point.accuracy, 2) == 0.88
    assert round(point.ppv, 2) == 0.83
    assert round(point.sensitivity, 2) == 0.95
    assert round(point.f1, 2) == 0.89


def test_martini_gradient_boosting_row():
    point = OperatingPoint(0.5, tp=18, fp=1, tn=20, fn=3)
    rates = (point.accuracy, point.ppv, point.sensitivity, point.f1)
    assert [round(100 * r) for r in rates] == [90, 95, 86, 90]


def test_martini_nine_points_give_the_trapezoid_area(martini):
    tpr = 1 - np.array((*FALSE_NEGATIVES, PATIENTS))[::-1] / PATIENTS
    fpr = np.array((*FALSE_POSITIVES, 0))[::-1] / PATIENTS
    curve = RocCurve(np.append(fpr, 1), np.append(tpr, 1), np.append(THRESHOLDS, (1, 0)))
    assert round(curve.area, 3) == 0.975
    assert roc_auc(*martini) == pytest.approx(curve.area)


def test_fahmy_recall_column_is_the_negative_predictive_value():
    # 75 with scar, 84 without; sensitivity 0.92 and specificity 0.42 are 69/75 and 35/84.
    point = OperatingPoint(0.5, tp=69, fp=49, tn=35, fn=6)
    assert round(point.sensitivity, 2) == 0.92
    assert round(point.specificity, 2) == 0.42
    assert round(point.npv, 2) == 0.85  # 35/41, printed as "Recall"
    assert round(point.ppv, 2) == 0.58  # 69/118
    assert round(point.accuracy, 2) == 0.65  # 104/159
