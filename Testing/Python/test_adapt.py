"""Another division of the subjects than the declared one."""

import pytest
from CardioAILib.system import CrossValidation, HoldOut
from CardioAILib.systems import FAHMY_2022, MARTINI_2020
from CardioAILib.verbs.adapt import adapt, divided


def test_a_paper_that_held_a_part_out_keeps_its_own_shares():
    assert adapt(MARTINI_2020, hold_out=True).protocol == HoldOut(0.65, 0.15, 0.20)
    assert divided(FAHMY_2022.protocol, None, hold_out=True) == HoldOut()


def test_folds_instead_of_a_part_choose_the_epoch_on_as_many_of_the_learners():
    crossed = adapt(MARTINI_2020, folds=4).protocol
    assert crossed == CrossValidation(4, pytest.approx(0.15 / 0.80))


def test_nothing_asked_for_changes_nothing():
    assert adapt(MARTINI_2020).protocol is MARTINI_2020.protocol
    assert adapt(FAHMY_2022).protocol is FAHMY_2022.protocol
