"""From a row of the cohort table to what one result speaks of."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import MissingInputError
from CardioAILib.study import Cohort
from CardioAILib.systems import FAHMY_2022, GERMAIN_2021, GERMAIN_2021_PLANE
from CardioAILib.verbs import units
from CardioAILib.verbs.prepared import prepare_study
from CardioAILib.verbs.unitviews import SomeImages
from helpers_germain import cine, hearts, in_views, mask, small_germain, without

SYSTEM = small_germain(GERMAIN_2021)
SLICES = SYSTEM.as_published


@pytest.fixture
def study():
    return hearts(6).studies[0]


def keys(cohort):
    return [study.key for study in cohort]


def test_a_system_that_judges_studies_takes_them_as_they_are(study):
    cohort = Cohort((study,))
    assert units(FAHMY_2022, cohort) is cohort


def test_the_only_view_keeps_the_name_of_its_study(study):
    (unit,) = units(SYSTEM, Cohort((study,)))
    assert unit.key == study.key
    assert unit.facts["plane"] == "SAX"
    assert set(unit.images) == set(study.images)


def test_each_view_becomes_a_study_with_the_short_axis_masks(study):
    both = in_views(study, "SAX", "4C")
    short, long = units(SYSTEM, Cohort((both,)))
    assert (short.study, long.study) == ("1 SAX", "1 4C")
    assert [unit.subject for unit in (short, long)] == [study.subject] * 2
    assert {role.view for role in short.images} == {"SAX"}
    assert {role.view for role in long.images if role.kind == "cine"} == {"4C"}
    assert mask("ED") in long.images


@pytest.mark.parametrize(
    ("view", "plane"), [("2C", "VLA-left"), ("RV2C", "VLA-right"), ("4C", "4C"), ("SAX", "SAX")]
)
def test_a_view_is_the_truth_of_its_plane(study, view, plane):
    (unit,) = units(small_germain(GERMAIN_2021_PLANE), Cohort((in_views(study, view),)))
    assert unit.facts["plane"] == plane
    assert GERMAIN_2021_PLANE.task.label(unit) == GERMAIN_2021_PLANE.task.names.index(plane)


def test_what_the_table_says_of_the_plane_stays(study):
    told = replace(study, facts={"plane": "4C"})
    (unit,) = units(SYSTEM, Cohort((told,)))
    assert unit.facts["plane"] == "4C"


def test_a_view_without_both_phases_is_no_unit(study):
    half = without(in_views(study, "SAX", "4C"), cine("ES", "4C"))
    assert keys(units(SYSTEM, Cohort((half,)))) == [study.key]


def test_a_study_without_any_whole_view_stays_to_be_refused(study):
    broken = without(study, cine("ES"))
    (unit,) = units(SYSTEM, Cohort((broken,)))
    with pytest.raises(
        MissingInputError, match=r"cine_SAX_ED for subject .*cine_ED and cine_ES of one view"
    ):
        prepare_study(SYSTEM, unit)


def test_phases_of_different_views_are_refused_with_the_views_that_are_there(study):
    mixed = without(in_views(study, "SAX", "4C"), cine("ED"), cine("ES", "4C"))
    with pytest.raises(MissingInputError, match="cine_SAX_ES, cine_4C_ED"):
        prepare_study(SYSTEM, mixed)


def test_a_study_of_several_views_says_which_was_judged(study):
    prepared = prepare_study(SYSTEM, in_views(study, "SAX", "4C"))
    (told,) = [f.message for f in prepared.findings if f.check == "view"]
    assert told == "the study shows SAX, 4C; SAX was judged"


def test_units_of_units_are_the_same(study):
    for system in (SYSTEM, SLICES):
        once = units(system, Cohort((in_views(study, "SAX", "4C"),)))
        assert keys(units(system, once)) == keys(once)


def test_every_chosen_slice_is_a_study_where_it_lies(study):
    found = units(SLICES, Cohort((study,)))
    whole = study.images[cine("ED")]
    assert len(found) == 3
    for unit in found:
        index = int(unit.study.split()[-1])
        one = unit.images[cine("ED")]
        np.testing.assert_array_equal(one.array[0, 0], whole.array[0, index])
        np.testing.assert_allclose(
            one.ijk_to_ras @ [0, 0, 0, 1], whole.ijk_to_ras @ [0, 0, index, 1]
        )
        assert mask("ES") in unit.images
        assert one.digest == whole.digest


def test_chosen_slices_lie_in_the_middle_of_those_with_a_heart(study):
    shown = [
        np.flatnonzero(study.images[mask(phase)].of("heart")[0].any(axis=(1, 2)))
        for phase in ("ED", "ES")
    ]
    both = np.intersect1d(*shown)
    chosen = [int(unit.study.split()[-1]) for unit in units(SLICES, Cohort((study,)))]
    assert np.mean(chosen) == pytest.approx(both.mean(), abs=0.5)


def test_images_left_are_read_only_when_asked_for():
    class Files(dict):
        def __getitem__(self, role):
            raise AssertionError("read")

    images = SomeImages(Files({cine("ED"): 1, cine("ES"): 2}), (cine("ED"),))
    assert list(images) == [cine("ED")]
    assert len(images) == 1
    assert cine("ES") not in images
    with pytest.raises(KeyError):
        images[cine("ES")]
