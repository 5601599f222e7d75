"""Studies by tenth of the probability, and by the side of the band that they fall on."""

import numpy as np
import pytest
from CardioAILib.study import Study
from CardioAILib.systems import MARTINI_2020
from CardioAILib.verbs.band import Sorted, band_of
from CardioAILib.verbs.deciles import deciles

LABELS = np.array([0, 0, 0, 1, 1])
SCORES = np.array([0.0, 0.09, 0.3, 0.7, 1.0])


def studies(*diagnoses: str | None) -> list[Study]:
    told = [{} if name is None else {"diagnosis": name} for name in diagnoses]
    return [Study(f"s{index}", "1", {}, facts) for index, facts in enumerate(told)]


def test_studies_are_counted_by_diagnosis_and_tenth_those_without_the_disease_first():
    own = studies("valve", "gammopathy", "valve", "AL", "ATTR")
    found = deciles(MARTINI_2020, own, LABELS, SCORES)
    assert found.names == ("gammopathy", "valve", "AL", "ATTR")
    assert found.positive == (False, False, True, True)
    assert found.counts[1] == (1, 0, 0, 1, 0, 0, 0, 0, 0, 0)
    assert [row.index(1) for row in found.counts] == [0, 0, 7, 9]


def test_where_a_diagnosis_is_not_told_the_two_classes_stand_in():
    found = deciles(MARTINI_2020, studies("valve", None, "valve", "AL", "ATTR"), LABELS, SCORES)
    assert found.names == MARTINI_2020.task.names
    assert [sum(row) for row in found.counts] == [3, 2]


def test_one_diagnosis_of_both_classes_is_counted_apart():
    found = deciles(MARTINI_2020, studies(*["dyscrasia"] * 5), LABELS, SCORES)
    assert found.names == ("dyscrasia", "dyscrasia")
    assert [sum(row) for row in found.counts] == [3, 2]


@pytest.mark.parametrize(("score", "side"), [(0.39, 0), (0.4, 1), (0.49, 1), (0.5, 2)])
def test_the_band_begins_with_the_rule_out_point_and_ends_before_the_threshold(score, side):
    band = band_of(MARTINI_2020, "dl", np.array([1]), np.array([score]))
    sides = [band.ruled_out, band.indeterminate, band.called]
    assert sides.pop(side) == Sorted(1, 1)
    assert sides == [Sorted(0, 0)] * 2


def test_neither_another_arm_nor_the_published_mode_has_a_band():
    assert band_of(MARTINI_2020, "gbm", LABELS, SCORES) is None
    assert band_of(MARTINI_2020.in_mode("paper"), "dl", LABELS, SCORES) is None
