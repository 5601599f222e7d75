import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate import icc_agreement, icc_of_features, within_subject_variation

JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)
"""Six targets rated by four judges: table 2 of Shrout and Fleiss 1979."""


def features(*tables: np.ndarray) -> np.ndarray:
    return np.stack(tables, axis=2)


def drawn(subjects: int, readings: int, count: int, seed: int = 0) -> tuple[np.ndarray, float]:
    """Features of a known ICC: spread of subjects 1, of readings 0.5, of errors 0.7."""
    random = np.random.default_rng(seed)
    x = random.normal(0, 1, (subjects, 1, count)) + random.normal(0, 0.5, (1, readings, count))
    return x + random.normal(0, 0.7, (subjects, readings, count)), 1 / (1 + 0.25 + 0.49)


def test_the_published_example_with_its_interval():
    # Value by Shrout and Fleiss; the interval as R's packages psych and irr print it.
    found = icc_of_features(features(JUDGES))
    assert found.icc[0] == pytest.approx(0.29, abs=0.005)
    assert found.lower[0] == pytest.approx(0.019, abs=0.0005)
    assert found.upper[0] == pytest.approx(0.761, abs=0.0005)
    assert icc_agreement(JUDGES) == found.icc[0]


def test_all_features_at_once_equal_each_alone():
    x, _ = drawn(8, 4, 20)
    together = icc_of_features(x)
    for k in range(20):
        alone = icc_of_features(x[:, :, k : k + 1])
        assert alone.icc[0] == pytest.approx(together.icc[k], rel=1e-12)
        assert alone.lower[0] == pytest.approx(together.lower[k], rel=1e-9)


def test_unit_and_offset_do_not_matter():
    found = icc_of_features(features(JUDGES, JUDGES * 1e-200, JUDGES + 1e9, JUDGES * 1e180))
    assert np.ptp(found.icc) < 1e-6
    assert np.ptp(found.lower) < 1e-5


def test_the_interval_holds_the_truth_as_often_as_it_says():
    x, truth = drawn(20, 5, 1000)
    found = icc_of_features(x)
    holds = ((found.lower <= truth) & (truth <= found.upper)).mean()
    assert 0.93 < holds < 0.985
    assert found.icc.mean() == pytest.approx(truth, abs=0.02)
    narrower = icc_of_features(x, level=0.5)
    assert ((narrower.upper - narrower.lower) < (found.upper - found.lower)).all()


def test_identical_readings_agree_fully_and_a_shift_of_one_lowers_agreement():
    same = np.repeat(np.arange(6.0)[:, None], 3, axis=1)
    found = icc_of_features(features(same, same + np.array([0, 0, 3])))
    assert (found.icc[0], found.lower[0], found.upper[0]) == (1.0, 1.0, 1.0)
    assert found.icc[1] < 0.7


def test_readings_that_say_nothing_of_subjects_do_not_agree():
    noise = np.random.default_rng(1).normal(size=(60, 4, 200))
    assert abs(icc_of_features(noise).icc.mean()) < 0.02


@pytest.mark.parametrize("value", [0.0, 1e-300, 3.3, -1e12])
def test_a_constant_feature_has_no_icc_and_says_why(value: float):
    constant = np.full(JUDGES.shape, value)
    rounded = constant * (1 + 1e-15 * np.random.default_rng(0).normal(size=JUDGES.shape))
    found = icc_of_features(features(constant, JUDGES, rounded))
    assert np.isnan(found.icc).tolist() == [True, False, True]
    assert np.isnan(found.lower).tolist() == [True, False, True]
    assert found.reasons == ("the same value throughout", "", "the same value throughout")


def test_a_subject_with_a_hole_is_left_out_of_that_feature_only():
    holed = JUDGES.copy()
    holed[2, 1] = np.nan
    holed[4, 3] = np.inf
    found = icc_of_features(features(holed, JUDGES))
    rest = np.delete(JUDGES, [2, 4], axis=0)
    assert found.icc[0] == pytest.approx(icc_agreement(rest), rel=1e-12)
    assert found.icc[1] == pytest.approx(icc_agreement(JUDGES), rel=1e-12)
    assert found.complete.tolist() == [4, 6]


def test_a_feature_with_one_whole_subject_or_none_has_no_icc():
    one, none = JUDGES.copy(), np.full(JUDGES.shape, np.nan)
    one[1:, 0] = np.nan
    found = icc_of_features(features(one, none))
    assert np.isnan(found.icc).all()
    assert set(found.reasons) == {"fewer than two subjects with every reading"}
    assert found.complete.tolist() == [1, 0]


@pytest.mark.parametrize("shape", [(6, 4), (1, 4, 2), (6, 1, 2), (6,)])
def test_readings_of_another_shape_are_refused(shape: tuple[int, ...]):
    for function in (icc_of_features, within_subject_variation):
        with pytest.raises(InputError, match="subjects, readings, features"):
            function(np.ones(shape))


def test_a_level_that_is_no_fraction_is_refused():
    with pytest.raises(InputError, match="level 95"):
        icc_of_features(features(JUDGES), level=95)


def test_equal_ratings_of_one_feature_are_refused():
    with pytest.raises(CohortError, match="same rating"):
        icc_agreement(np.full((4, 3), 0.1))


def test_variation_within_subjects_as_worked_by_hand():
    # Subject 1: mean 10, SD 2 (20 %); subject 2: mean 100, SD 0.
    x = np.array([[8.0, 10, 12], [100, 100, 100]])
    expected = np.sqrt((0.2**2 + 0) / 2)
    found = within_subject_variation(features(x, -x, 1000 * x))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_variation_exists_only_for_quantities_of_one_sign():
    one_sign, zero_mean = np.array([[1.0, 3], [-1, -3]]), np.array([[1.0, -1], [5, 6]])
    empty = np.full((2, 2), np.nan)
    assert np.isnan(within_subject_variation(features(one_sign, zero_mean, empty))).all()


def test_variation_leaves_out_subjects_with_holes():
    x = np.array([[8.0, 10, 12], [100, np.nan, 100]])
    assert within_subject_variation(features(x))[0] == pytest.approx(0.2)
