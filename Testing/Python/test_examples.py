import numpy as np
import pytest
from CardioAILib.examples import UNKNOWN, Examples, concatenate
from helpers_learning import examples_of

SUBJECTS = ("b", "a", "b", "c", "a")


@pytest.fixture
def five() -> Examples:
    table = np.arange(10.0).reshape(5, 2)
    return examples_of(SUBJECTS, (1, 0, 1, UNKNOWN, 0), tables={"size": table})


def test_examples_are_counted(five: Examples):
    assert len(five) == 5


def test_taking_by_index_and_by_truth_keeps_every_row_together(five: Examples):
    by_index = five.take(np.array([1, 4]))
    by_truth = five.take(five.subjects == "a")
    for taken in (by_index, by_truth):
        assert taken.subjects.tolist() == ["a", "a"]
        assert taken.labels.tolist() == [0, 0]
        assert taken.slices.tolist() == [1, 4]
        assert taken.tables["size"].tolist() == [[2, 3], [8, 9]]
        assert np.array_equal(taken.images, five.images[[1, 4]])
        assert np.array_equal(taken.masks, five.masks[[1, 4]])


def test_rows_can_be_taken_in_another_order(five: Examples):
    assert five.take(np.array([3, 0])).subjects.tolist() == ["c", "b"]


def test_examples_of_subjects_come_in_their_own_order(five: Examples):
    chosen = five.of_subjects(np.array(["c", "b"]))
    assert chosen.slices.tolist() == [0, 2, 3]
    assert len(five.of_subjects(np.array(["nobody"]))) == 0


def test_a_table_is_added_beside_the_others(five: Examples):
    more = five.with_table("deep", np.zeros((5, 3)))
    assert set(more.tables) == {"size", "deep"}
    assert set(five.tables) == {"size"}


def test_studies_are_named_once_in_order_of_appearance(five: Examples):
    assert five.keys() == [("b", "rest"), ("a", "rest"), ("c", "rest")]


def test_studies_of_one_subject_are_told_apart():
    examples = examples_of(("a", "a", "a"), (1, 1, 1))
    examples.studies[:] = ["one", "two", "one"]
    assert examples.keys() == [("a", "one"), ("a", "two")]


def test_joining_the_parts_gives_the_whole(five: Examples):
    joined = concatenate([five.take(np.arange(2)), five.take(np.arange(2, 5))])
    assert joined.keys() == five.keys()
    for name in ("images", "masks", "spacing", "labels", "subjects", "slices", "training"):
        assert np.array_equal(getattr(joined, name), getattr(five, name))
    assert np.array_equal(joined.tables["size"], five.tables["size"])


def test_joining_keeps_the_tables_that_every_part_has(five: Examples):
    more = five.with_table("deep", np.zeros((5, 3)))
    assert set(concatenate([more, five]).tables) == {"size"}
    assert concatenate([more, five]).tables["size"].shape == (10, 2)
