import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.learning.splits import (
    folds_by,
    folds_by_subject,
    hold_out_by_subject,
    hold_out_once,
    require_classes,
    subject_labels,
)
from CardioAILib.system import HoldOut
from hypothesis import given, settings
from hypothesis import strategies as st

Sample = tuple[np.ndarray, np.ndarray]


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Examples of 5 to 15 subjects of each class, 1 to 4 each, in any order.

    Of a positive subject all examples but one may be negative.
    """
    subjects, labels = [], []
    for label in (0, 1):
        for index in range(draw(st.integers(5, 15))):
            count = draw(st.integers(1, 4))
            subjects += [f"s{label}{index:02d}"] * count
            labels += [label] + [label * draw(st.integers(0, 1)) for _ in range(count - 1)]
    order = draw(st.permutations(range(len(labels))))
    return np.array(subjects)[order], np.array(labels)[order]


def is_positive(names: np.ndarray) -> np.ndarray:
    return np.array([name.startswith("s1") for name in names])


def cohort(negative: int, positive: int) -> Sample:
    labels = np.repeat([0, 1], [negative, positive])
    return np.array([f"s{index}" for index in range(len(labels))]), labels


@settings(max_examples=50, deadline=None)
@given(samples(), st.integers(2, 5), st.integers(0, 9))
def test_no_subject_is_in_two_folds_and_each_is_held_out_once(sample, folds: int, seed: int):
    subjects, labels = sample
    parts = list(folds_by_subject(subjects, labels, folds, seed))
    assert len(parts) == folds
    for learn, hold in parts:
        assert not set(learn) & set(hold)
        assert set(learn) | set(hold) == set(subjects)
    held = np.concatenate([hold for _, hold in parts])
    assert sorted(held) == sorted(set(subjects))


@settings(max_examples=50, deadline=None)
@given(samples(), st.integers(2, 5), st.integers(0, 9))
def test_every_fold_has_its_share_of_each_class(sample, folds: int, seed: int):
    subjects, labels = sample
    positive = is_positive(np.unique(subjects)).sum()
    for learn, hold in folds_by_subject(subjects, labels, folds, seed):
        inside = is_positive(hold).sum()
        assert positive // folds <= inside <= -(-positive // folds)
        assert is_positive(learn).any()
        assert not is_positive(learn).all()
        assert 0 < inside < len(hold)


@settings(max_examples=50, deadline=None)
@given(samples(), st.floats(0.0, 1.0), st.integers(0, 9))
def test_subjects_set_aside_leave_each_class_on_both_sides(sample, share: float, seed: int):
    subjects, labels = sample
    learn, aside = hold_out_by_subject(subjects, labels, share, seed)
    assert not set(learn) & set(aside)
    assert sorted([*learn, *aside]) == sorted(set(subjects))
    for side in (learn, aside):
        assert is_positive(side).any()
        assert not is_positive(side).all()


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_even_the_smallest_and_the_largest_share_leave_a_subject_of_each_class(share: float):
    learn, aside = hold_out_by_subject(*cohort(5, 3), share, seed=0)
    assert (len(learn), len(aside)) == ((6, 2) if share == 0 else (2, 6))
    for side in (learn, aside):
        assert any(int(name[1:]) < 5 for name in side)
        assert any(int(name[1:]) >= 5 for name in side)


def test_the_wanted_share_of_each_class_is_set_aside():
    learn, aside = hold_out_by_subject(*cohort(20, 10), 0.2, seed=3)
    for side, negative, positive in ((aside, 4, 2), (learn, 16, 8)):
        index = np.array([int(name[1:]) for name in side])
        assert ((index < 20).sum(), (index >= 20).sum()) == (negative, positive)


def test_splits_follow_the_seed():
    sample = cohort(12, 9)
    for split in (
        lambda seed: hold_out_by_subject(*sample, 0.3, seed)[1],
        lambda seed: next(folds_by_subject(*sample, 3, seed))[1],
    ):
        assert split(1).tolist() == split(1).tolist()
        assert any(split(1).tolist() != split(seed).tolist() for seed in range(2, 6))


def test_the_order_of_examples_does_not_change_the_split():
    subjects, labels = cohort(12, 9)
    back = slice(None, None, -1)
    one = hold_out_by_subject(subjects, labels, 0.3, 1)[1]
    assert one.tolist() == hold_out_by_subject(subjects[back], labels[back], 0.3, 1)[1].tolist()
    folds = [
        [hold.tolist() for _, hold in folds_by_subject(s, y, 3, 1)]
        for s, y in ((subjects, labels), (subjects[back], labels[back]))
    ]
    assert folds[0] == folds[1]


def test_a_subject_with_one_positive_example_is_positive():
    names, highest = subject_labels(np.array(["b", "a", "b", "a"]), np.array([0, 0, 1, 0]))
    assert names.tolist() == ["a", "b"]
    assert highest.tolist() == [0, 1]


def test_one_class_cannot_be_divided():
    for split in (
        lambda: list(folds_by_subject(*cohort(8, 0), 2, 0)),
        lambda: hold_out_by_subject(*cohort(8, 0), 0.2, 0),
    ):
        with pytest.raises(CohortError) as raised:
            split()
        assert raised.value.got == "subjects of one class only (8 of class 0)"
        assert raised.value.wanted == "subjects of both classes"
        assert "target column" in raised.value.fix


def test_fewer_subjects_than_folds_are_refused_with_the_number_that_works():
    with pytest.raises(CohortError) as raised:
        list(folds_by_subject(*cohort(9, 3), 5, 0))
    assert raised.value.got == "too few subjects (9 of class 0, 3 of class 1)"
    assert "at least 5 subjects of each class" in raised.value.wanted
    assert "3 folds or fewer" in raised.value.fix
    assert "--folds" in raised.value.fix


def test_it_is_subjects_that_are_counted_not_examples():
    subjects, labels = np.repeat(["a", "b", "c"], 10), np.repeat([0, 0, 1], 10)
    with pytest.raises(CohortError, match="2 of class 0, 1 of class 1"):
        list(folds_by_subject(subjects, labels, 2, 0))


def test_nobody_is_advised_to_ask_for_one_fold():
    for split in (
        lambda: list(folds_by_subject(*cohort(9, 1), 5, 0)),
        lambda: hold_out_by_subject(*cohort(9, 1), 0.2, 0),
    ):
        with pytest.raises(CohortError) as raised:
            split()
        assert "1 of class 1" in raised.value.got
        assert "1 folds" not in raised.value.fix


def test_no_subject_at_all_is_refused():
    with pytest.raises(CohortError):
        list(folds_by_subject(*cohort(0, 0), 2, 0))
    with pytest.raises(CohortError):
        hold_out_by_subject(*cohort(0, 0), 0.2, 0)


def test_one_fold_is_refused():
    with pytest.raises(CohortError, match="2"):
        list(folds_by_subject(*cohort(9, 9), 1, 0))


def of_classes(*counts: int) -> Sample:
    labels = np.repeat(np.arange(len(counts)), counts)
    return np.array([f"s{index:02d}" for index in range(len(labels))]), labels


def views(subjects: int, seed: int = 0) -> Sample:
    """Subjects who show two to four of four classes, as hearts show planes."""
    random = np.random.default_rng(seed)
    names, labels = [], []
    for index in range(subjects):
        shown = random.permutation(4)[: random.integers(2, 5)]
        names += [f"s{index:02d}"] * len(shown)
        labels += shown.tolist()
    return np.array(names), np.array(labels)


def test_several_classes_are_shared_out_alike():
    subjects, labels = of_classes(20, 10, 5)
    for learn, hold in folds_by_subject(subjects, labels, 5, 1):
        held = np.isin(subjects, hold)
        assert np.bincount(labels[held]).tolist() == [4, 2, 1]
        assert np.bincount(labels[np.isin(subjects, learn)]).tolist() == [16, 8, 4]


def test_of_several_classes_a_subject_has_its_most_frequent_one():
    subjects, labels = np.array(["a"] * 3 + ["b"] * 2), np.array([1, 2, 1, 2, 0])
    assert subject_labels(subjects, labels)[1].tolist() == [1, 0]


def test_every_class_and_its_count_is_told_when_one_has_fewer_subjects_than_folds():
    with pytest.raises(CohortError) as raised:
        list(folds_by_subject(*of_classes(9, 3, 7), 5, 0))
    assert raised.value.got == "too few subjects (9 of class 0, 3 of class 1, 7 of class 2)"
    assert "3 folds or fewer" in raised.value.fix


def test_a_class_without_subjects_is_told_by_its_name():
    with pytest.raises(CohortError, match=r"5 of class normal, 0 of class HCM, 6 of class DCM"):
        require_classes(np.repeat([0, 2], [5, 6]), 2, ("normal", "HCM", "DCM"))


@pytest.mark.parametrize("seed", range(5))
def test_subjects_of_several_classes_stay_whole_and_each_fold_shows_every_class(seed: int):
    subjects, labels = views(24, seed)
    held = []
    for learn, hold in folds_by_subject(subjects, labels, 3, seed):
        assert not set(learn) & set(hold)
        assert set(learn) | set(hold) == set(subjects)
        assert set(labels[np.isin(subjects, hold)]) == {0, 1, 2, 3}
        held += hold.tolist()
    assert sorted(held) == sorted(set(subjects))


def test_a_class_that_too_few_subjects_show_is_refused():
    subjects, labels = views(24)
    rare = np.where((labels == 3) & (subjects != "s00"), 2, labels)
    rare[0] = 3
    with pytest.raises(CohortError, match="1 of class 3"):
        list(folds_by_subject(subjects, rare, 3, 0))


def test_subjects_of_several_classes_can_be_set_aside_too():
    subjects, labels = views(40)
    learn, aside = hold_out_by_subject(subjects, labels, 0.2, 0)
    assert len(aside) == pytest.approx(8, abs=2)
    assert set(labels[np.isin(subjects, learn)]) == {0, 1, 2, 3}


def test_studies_may_be_divided_where_a_publication_did_so():
    subjects, labels = of_classes(6, 6, 6)
    studies = np.array([f"{name} view {view}" for name in subjects for view in "ab"])
    learn, _ = next(folds_by(studies, np.repeat(labels, 2), 3, 0))
    own = {name.split()[0] for name in learn}
    assert len(learn) == 24
    assert len(own) > 12


def test_one_division_holds_the_declared_share_out():
    subjects, labels = of_classes(20, 10, 10)
    learn, hold = hold_out_once(subjects, labels, HoldOut(0.6, 0.2, 0.2), 0)
    assert not set(learn) & set(hold)
    assert np.bincount(labels[np.isin(subjects, hold)]).tolist() == [4, 2, 2]
    assert len(learn) == 32


@pytest.mark.parametrize("shares", [(0.6, 0.2, 0.1), (0.0, 0.5, 0.5), (1.0, 0.0, 0.0)])
def test_shares_that_are_no_parts_of_a_whole_are_refused(shares: tuple[float, float, float]):
    with pytest.raises(InputError, match="add up to 1"):
        hold_out_once(*of_classes(9, 9), HoldOut(*shares), 0)
