import pytest
from CardioAILib.progress import part, shares, silent, tracked


class Heard(list):
    """A progress that remembers what it was told."""

    def __call__(self, done: float, message: str) -> None:
        self.append((done, message))


def test_a_part_takes_its_share_of_the_whole():
    heard = Heard()
    within = part(heard, 0.2, 0.6)
    for done in (0.0, 0.5, 1.0):
        within(done, "epoch")
    assert [done for done, _ in heard] == pytest.approx([0.2, 0.4, 0.6])
    assert {message for _, message in heard} == {"epoch"}


def test_parts_of_parts_multiply_and_tell_where_they_are():
    heard = Heard()
    part(part(heard, 0.5, 1.0, "fold 2"), 0.0, 0.5, "arm dl")(0.5, "epoch 3")
    assert heard == [(0.625, "fold 2, arm dl, epoch 3")]


@pytest.mark.parametrize(
    ("prefix", "message", "told"),
    [("", "b", "b"), ("a", "", "a"), ("", "", ""), ("a", "b", "a, b")],
)
def test_empty_pieces_leave_no_comma(prefix: str, message: str, told: str):
    heard = Heard()
    part(heard, 0.0, 1.0, prefix)(1.0, message)
    assert heard == [(1.0, told)]


def test_items_are_told_before_each_and_after_the_last():
    heard = Heard()
    seen = []
    for item in tracked(iter("abcd"), heard, "study"):
        seen.append((item, len(heard)))
    assert seen == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]
    shares = [(i / 4, f"study {i + 1}/4") for i in range(4)]
    assert heard == [*shares, (1.0, "study")]


def test_each_item_may_tell_its_own_share():
    heard = Heard()
    for _, own in shares("ab", heard, "study"):
        own(0.5, "features")
    assert heard == [
        (0.0, "study 1/2"),
        (0.25, "study 1/2, features"),
        (0.5, "study 2/2"),
        (0.75, "study 2/2, features"),
        (1.0, "study"),
    ]


def test_no_items_are_done_at_once():
    heard = Heard()
    assert list(tracked([], heard, "study")) == []
    assert heard == [(1.0, "study")]


def test_an_interrupted_loop_never_says_that_it_is_done():
    heard = Heard()
    for _ in tracked("abc", heard, "study"):
        break
    assert heard == [(0.0, "study 1/3")]


def test_silence_takes_anything():
    assert silent(0.5, "anything") is None
