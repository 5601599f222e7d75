import numpy as np
import pytest
from CardioAILib.errors import CohortError
from CardioAILib.explain import permutation_importance
from CardioAILib.explain.permutation import exchanged

NAMES = ("noise", "planted", "faint")


def planted(count: int = 80, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three features of as many subjects: one tells much, one a little, one nothing."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    table = random.normal(size=(count, 3))
    table[:, 1] += 3 * labels
    table[:, 2] += 0.7 * labels
    return table, labels, np.array([f"s{index:02d}" for index in range(count)])


def weighted(table: np.ndarray, groups: np.ndarray) -> np.ndarray:
    return 3 * table[:, 1] + 0.7 * table[:, 2]


def test_the_planted_feature_comes_first_and_an_unused_one_is_worth_nothing():
    found = permutation_importance(weighted, *planted(), NAMES)
    assert [own.feature for own in found] == ["planted", "faint", "noise"]
    assert found[0].low > 0.2
    assert (found[2].mean, found[2].low, found[2].high) == (0.0, 0.0, 0.0)
    assert all(own.low <= own.mean <= own.high for own in found)


def test_a_score_of_one_feature_alone_falls_to_chance():
    _, labels, subjects = planted(400)
    separated = np.where(labels, 1.0, 0.0)[:, None]
    (found,) = permutation_importance(
        lambda own, groups: own[:, 0], separated, labels, subjects, ["all"]
    )
    assert found.mean == pytest.approx(0.5, abs=0.05)


def test_a_feature_that_misleads_is_worth_less_than_nothing():
    table, labels, subjects = planted()
    (found,) = permutation_importance(
        lambda own, groups: -own[:, 0], table[:, [1]], labels, subjects, ["planted"]
    )
    assert found.high < 0


def test_the_same_seed_gives_the_same_and_another_another():
    one, again, other = (
        permutation_importance(weighted, *planted(), NAMES, seed=seed) for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other


def test_the_table_itself_is_left_alone():
    table, labels, subjects = planted()
    before = table.copy()
    permutation_importance(weighted, table, labels, subjects, NAMES)
    assert np.array_equal(table, before)


def test_all_rows_of_a_subject_take_the_values_of_one_other():
    subjects = np.array(["a", "a", "b", "c", "c", "c", "d", "e"])
    random = np.random.default_rng(0)
    for _ in range(20):
        donor = exchanged(subjects, np.zeros(8, int), random)
        givers = {name: set(subjects[donor[subjects == name]]) for name in np.unique(subjects)}
        assert all(len(own) == 1 for own in givers.values())
        assert set.union(*givers.values()) == set(subjects)


def test_values_stay_inside_their_group_and_each_group_has_its_own_score():
    table, labels, subjects = planted()
    groups = np.repeat([0, 1], 40)
    donor = exchanged(subjects, groups, np.random.default_rng(0))
    assert np.array_equal(groups[donor], groups)
    assert not np.array_equal(donor, np.arange(80))

    def first_half_only(own: np.ndarray, whose: np.ndarray) -> np.ndarray:
        return np.where(whose == 0, weighted(own, whose), 0.0)

    half = permutation_importance(first_half_only, table, labels, subjects, NAMES, groups=groups)
    whole = permutation_importance(weighted, table, labels, subjects, NAMES, groups=groups)
    assert 0 < half[0].mean < whole[0].mean


def test_rows_of_one_class_are_refused():
    table, _, subjects = planted()
    with pytest.raises(CohortError):
        permutation_importance(weighted, table, np.ones(80, int), subjects, NAMES)
