"""Numbers done on several threads, and regions that compiled code finds."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from CardioAILib.radiomics.region import find_region
from CardioAILib.radiomics.threads import on_threads


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_number_is_done_once_and_reported_in_order_on_the_calling_thread(threads):
    done, told, here = [], [], set()

    def report(count, total):
        told.append((count, total))
        here.add(threading.get_ident())

    on_threads(20, threads, done.append, report)
    assert sorted(done) == list(range(20))
    assert told == [(count, 20) for count in range(1, 21)]
    assert here == {threading.get_ident()}


def test_two_threads_work_at_the_same_time():
    both = threading.Barrier(2, timeout=5)
    on_threads(2, 2, lambda _: both.wait(), lambda *_: None)
    assert not both.broken


def test_an_error_on_any_thread_comes_through_and_ends_the_rest():
    done = []

    def work(number):
        if number == 3:
            raise ValueError("number 3")
        time.sleep(0.005)
        done.append(number)

    with pytest.raises(ValueError, match="number 3"):
        on_threads(1000, 3, work, lambda *_: None)
    assert len(done) < 20


def test_nothing_to_do_is_done():
    on_threads(0, 1, lambda _: pytest.fail("called"), lambda *_: pytest.fail("told"))


def test_compiled_code_finds_the_same_region():
    survey = pytest.importorskip("CardioAILib.radiomics.survey", reason="numba is not installed")
    random = np.random.default_rng(4)
    for share in (0.003, 0.05, 0.5, 1.0):
        mask = random.random((23, 31)) < share
        mask[random.integers(23), random.integers(31)] = True
        found, expected = survey.locate(mask), find_region(mask)
        assert found.box == expected.box
        np.testing.assert_array_equal(found.rows, expected.rows)
        np.testing.assert_array_equal(found.columns, expected.columns)
