import numpy as np
import pytest
from CardioAILib.evaluate import roc_auc, roc_curve
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from sklearn.metrics import roc_auc_score


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Small cohorts with both classes and many ties."""
    size = draw(st.integers(2, 30))
    labels = draw(st.lists(st.integers(0, 1), min_size=size, max_size=size))
    labels[:2] = [0, 1]
    scores = draw(st.lists(st.integers(-4, 4), min_size=size, max_size=size))
    return np.array(labels), np.array(scores) / 4


@given(cohorts())
@settings(max_examples=60, deadline=None)
def test_area_is_mann_whitney_scikit_learn_and_trapezoid(cohort):
    labels, scores = cohort
    positives, negatives = scores[labels == 1], scores[labels == 0]
    u = mannwhitneyu(positives, negatives, method="asymptotic").statistic
    auc = roc_auc(labels, scores)
    assert auc == pytest.approx(u / (positives.size * negatives.size))
    assert auc == pytest.approx(roc_auc_score(labels, scores))
    assert auc == pytest.approx(roc_curve(labels, scores).area)


@given(cohorts())
@settings(max_examples=30, deadline=None)
def test_reversing_scores_or_labels_mirrors_the_area(cohort):
    labels, scores = cohort
    assert roc_auc(labels, -scores) == pytest.approx(1 - roc_auc(labels, scores))
    assert roc_auc(1 - labels, scores) == pytest.approx(1 - roc_auc(labels, scores))


def test_a_tie_counts_one_half():
    assert roc_auc([0, 1], [0.3, 0.3]) == 0.5
    # Pairs: 0.5 against 0.5 and 0.2, 0.7 against both: (0.5 + 1 + 1 + 1) / 4
    assert roc_auc([1, 1, 0, 0], [0.5, 0.7, 0.5, 0.2]) == 0.875


def test_curve_runs_from_corner_to_corner():
    curve = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    assert (curve.fpr[0], curve.tpr[0], curve.thresholds[0]) == (0, 0, np.inf)
    assert (curve.fpr[-1], curve.tpr[-1]) == (1, 1)
    assert curve.thresholds[1:].tolist() == [0.8, 0.4, 0.35, 0.1]


def test_boolean_labels_are_welcome():
    assert roc_auc([False, True], [0.1, 0.9]) == 1.0
