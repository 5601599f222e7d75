"""Every function of labels and scores refuses the same bad input, and says so."""

import numpy as np
import pytest
from CardioAILib import evaluate
from CardioAILib.errors import CohortError, InputError

FUNCTIONS = {
    "roc_auc": evaluate.roc_auc,
    "roc_curve": evaluate.roc_curve,
    "delong_interval": evaluate.delong_interval,
    "delong_test": lambda y, s: evaluate.delong_test(y, s, s),
    "delong_covariance": evaluate.delong_covariance,
    "operating_point": lambda y, s: evaluate.operating_point(y, s, 0.5),
    "threshold_sweep": lambda y, s: evaluate.threshold_sweep(y, s, [0.5]),
    "threshold_at_sensitivity": evaluate.threshold_at_sensitivity,
    "youden_threshold": evaluate.youden_threshold,
    "by_group": lambda y, s: evaluate.by_group(y, s, ["a"] * len(y), 0.5),
    "brier": evaluate.brier,
    "calibration_curve": evaluate.calibration_curve,
    "expected_calibration_error": evaluate.expected_calibration_error,
    "calibration_slope_intercept": evaluate.calibration_slope_intercept,
    "decision_curve": evaluate.decision_curve,
}
NEEDS_BOTH_CLASSES = [
    "roc_auc",
    "roc_curve",
    "delong_interval",
    "delong_test",
    "delong_covariance",
    "threshold_at_sensitivity",
    "youden_threshold",
    "calibration_slope_intercept",
]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [
        ([0, 1, 0], [0.1, 0.2], "3 labels, 2"),
        ([0, 1], [0.1, np.nan], "1 NaN or infinite values among 2"),
        ([0, 1], [0.1, np.inf], "1 NaN or infinite values among 2"),
        ([0, 2], [0.1, 0.2], "labels with the value 2"),
        ([0, np.nan], [0.1, 0.2], "NaN or infinite values among 2 labels"),
        ([], [], "labels of shape"),
        ([[0, 1]], [[0.1, 0.2]], "labels of shape"),
        (["no", "yes"], [0.1, 0.2], "labels that are not numbers"),
    ],
)
def test_bad_arrays_are_refused(name, labels, scores, message):
    with pytest.raises(InputError, match=message):
        FUNCTIONS[name](labels, scores)


@pytest.mark.parametrize("name", NEEDS_BOTH_CLASSES)
@pytest.mark.parametrize("label", [0, 1])
def test_one_class_is_refused_where_two_are_needed(name, label):
    with pytest.raises(CohortError, match="of each class"):
        FUNCTIONS[name]([label] * 4, [0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize(("successes", "total"), [(-1, 3), (4, 3)])
def test_impossible_counts_have_no_interval(successes, total):
    with pytest.raises(InputError, match="successes"):
        evaluate.wilson(successes, total)


def test_estimate_reads_as_a_table_cell():
    interval = evaluate.Interval(0.741, 0.869, 0.95, "DeLong")
    assert str(evaluate.Estimate(0.81, interval)) == "0.81 (0.74 to 0.87)"


def test_all_names_exist_and_are_documented():
    for name in evaluate.__all__:
        assert getattr(evaluate, name).__doc__
