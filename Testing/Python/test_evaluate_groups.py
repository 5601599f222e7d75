import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.evaluate import by_group, delong_interval

LABELS = np.array([0, 0, 1, 1, 0, 1, 0, 0])
SCORES = np.array([0.1, 0.6, 0.4, 0.9, 0.3, 0.8, 0.2, 0.7])
GROUPS = ["b", "b", "b", "b", "a", "a", None, float("nan")]


def test_each_group_gets_its_own_numbers():
    results = {r.group: r for r in by_group(LABELS, SCORES, GROUPS, 0.5)}
    assert list(results) == ["a", "b", "missing"]
    assert results["b"].auc == delong_interval(LABELS[:4], SCORES[:4])
    assert (results["b"].n, results["b"].positives, results["b"].reason) == (4, 2, "")
    assert (results["b"].operating.tp, results["b"].operating.fp) == (1, 1)


def test_groups_cover_the_cohort():
    results = by_group(LABELS, SCORES, GROUPS, 0.5)
    assert sum(r.n for r in results) == LABELS.size
    assert sum(r.positives for r in results) == LABELS.sum()


def test_group_of_one_class_says_why_it_has_no_area():
    missing = by_group(LABELS, SCORES, GROUPS, 0.5)[-1]
    assert missing.auc is None
    assert missing.reason == "0 positives and 2 negatives; needs at least 2 of each class"
    assert missing.operating.specificity == 0.5


def test_numbers_are_groups_too():
    assert [r.group for r in by_group([0, 1], [0, 1], np.array([2, 1]), 0.5)] == ["1", "2"]


def test_groups_of_another_length_are_refused():
    with pytest.raises(InputError, match="same length"):
        by_group(LABELS, SCORES, ["a"], 0.5)
