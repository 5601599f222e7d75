import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate import brier_of_classes, macro_auc, mcnemar

LABELS = np.array([0, 0, 1, 1, 2, 2, 2])
CERTAIN = np.eye(3)[LABELS]


@pytest.fixture
def guesses():
    random = np.random.default_rng(0)
    return random.dirichlet(np.ones(3), len(LABELS))


def test_the_macro_area_is_scikit_learns(guesses):
    from sklearn.metrics import roc_auc_score

    theirs = roc_auc_score(LABELS, guesses, multi_class="ovr", average="macro")
    assert macro_auc(LABELS, guesses) == pytest.approx(theirs)


def test_certain_and_right_is_perfect_and_certain_and_wrong_is_two():
    assert macro_auc(LABELS, CERTAIN) == 1.0
    assert brier_of_classes(LABELS, CERTAIN) == 0.0
    assert brier_of_classes(LABELS, np.roll(CERTAIN, 1, axis=1)) == 2.0


def test_knowing_nothing_has_the_brier_score_of_even_chances():
    even = np.full((7, 3), 1 / 3)
    assert brier_of_classes(LABELS, even) == pytest.approx((2 / 3) ** 2 + 2 / 9)
    assert macro_auc(LABELS, even) == 0.5


def test_a_class_without_a_row_has_no_area(guesses):
    with pytest.raises(CohortError, match="no row of class 2"):
        macro_auc(LABELS[:4], guesses[:4])


def test_mcnemar_counts_only_what_one_of_them_got_wrong():
    both = np.ones(90, bool)
    one = np.r_[both, np.ones(10, bool)]
    other = np.r_[both, np.zeros(10, bool)]
    assert mcnemar(one, other) == pytest.approx(2 * 0.5**10)
    assert mcnemar(other, one) == mcnemar(one, other)
    assert mcnemar(one, one) == 1.0


@pytest.mark.parametrize(
    ("labels", "probabilities"),
    [([0, 1], [0.5, 0.5]), ([0, 1], [[0.5, 0.5]]), ([0, 3], CERTAIN[:2]), ([], np.zeros((0, 3)))],
)
def test_shapes_and_labels_that_do_not_fit_are_refused(labels, probabilities):
    with pytest.raises(InputError):
        brier_of_classes(labels, probabilities)


def test_a_probability_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="no number"):
        macro_auc(LABELS, CERTAIN * np.nan)
