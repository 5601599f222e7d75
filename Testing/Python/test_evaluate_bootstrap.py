import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate import bootstrap_by_subject, roc_auc


@pytest.fixture
def cohort() -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat([0, 1], 20)
    return labels, labels + np.random.default_rng(0).normal(size=40)


def test_copied_rows_do_not_narrow_the_interval_by_subject(cohort):
    copies = [np.repeat(array, 6) for array in cohort]
    subjects = np.repeat(np.arange(40), 6)
    by_row = bootstrap_by_subject(roc_auc, np.arange(240), *copies, n=300).interval
    by_subject = bootstrap_by_subject(roc_auc, subjects, *copies, n=300).interval
    single = bootstrap_by_subject(roc_auc, np.arange(40), *cohort, n=300).interval
    assert by_subject.width > 1.7 * by_row.width
    assert (by_subject.low, by_subject.high) == pytest.approx((single.low, single.high))


def test_mean_has_the_textbook_interval():
    values = np.random.default_rng(1).normal(size=200)
    interval = bootstrap_by_subject(np.mean, np.arange(200), values, n=2000).interval
    half = 1.96 * values.std() / np.sqrt(200)
    assert interval.width / 2 == pytest.approx(half, rel=0.08)
    assert interval.redrawn == 0


def test_same_seed_same_interval(cohort):
    runs = [bootstrap_by_subject(roc_auc, np.arange(40), *cohort, n=50, seed=s) for s in (1, 1, 2)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_order_of_rows_does_not_matter_to_the_clusters():
    subjects = np.array(["b", "a", "b", "a"])
    seen = set()

    def record(values):
        seen.add(tuple(sorted(values.tolist())))
        return values.mean()

    bootstrap_by_subject(record, subjects, np.array([1, 2, 3, 4]), n=50)
    assert seen == {(1, 2, 3, 4), (1, 1, 3, 3), (2, 2, 4, 4)}


def test_draws_of_one_class_are_drawn_again_and_counted():
    labels, scores = [0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9]
    interval = bootstrap_by_subject(roc_auc, range(4), labels, scores, n=400).interval
    # Of four draws all fall in one class with probability 1/8, so about 400/7 were repeated.
    assert 30 < interval.redrawn < 90
    assert np.isfinite([interval.low, interval.high]).all()


def test_strata_keep_the_number_of_each_class():
    labels, scores = np.array([0, 0, 0, 1]), np.array([0.1, 0.6, 0.4, 0.5])
    interval = bootstrap_by_subject(roc_auc, range(4), labels, scores, strata=labels, n=200)
    assert interval.interval.redrawn == 0


def test_statistic_that_is_nearly_never_defined_is_an_error():
    def only_on_the_cohort(values):
        return 1.0 if np.unique(values).size == values.size else float("nan")

    with pytest.raises(CohortError, match="draws"):
        bootstrap_by_subject(only_on_the_cohort, range(12), range(12), n=5)


def test_statistic_undefined_on_the_cohort_is_an_error():
    with pytest.raises(CohortError, match="0 positives"):
        bootstrap_by_subject(roc_auc, range(3), [0, 0, 0], [1, 2, 3])
    with pytest.raises(CohortError, match="whole cohort"):
        bootstrap_by_subject(lambda x: float("nan"), range(3), [0, 0, 0])


@pytest.mark.parametrize(
    ("subjects", "arrays", "options", "message"),
    [
        ([], [[]], {}, "subjects of shape"),
        ([1, 2], [], {}, "0 arrays"),
        ([1, 2], [[1, 2, 3]], {}, "same length"),
        ([1, 2], [[1, 2]], {"n": 0}, "n 0"),
        ([1, 2], [[1, 2]], {"level": 95}, "level 95"),
        ([1, 1], [[1, 2]], {"strata": [0, 1]}, "two strata"),
        ([1, 2], [[1, 2]], {"strata": [0]}, "same length"),
    ],
)
def test_bad_input_says_what_is_wrong(subjects, arrays, options, message):
    with pytest.raises(InputError, match=message):
        bootstrap_by_subject(np.mean, subjects, *arrays, **options)
