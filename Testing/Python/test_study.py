import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.study import Cohort, Image, Mask, Role, Study, same_grid
from helpers_learning import CINE, CINE_MASK, examination, placed, sound_image, sound_mask, turned
from hypothesis import given
from hypothesis import strategies as st

PART = st.sampled_from([None, "MR", "cine", "SAX"])
ROLE = st.builds(Role, PART, PART, PART, PART)


@given(ROLE)
def test_an_open_role_and_the_role_itself_match(role: Role):
    assert Role().matches(role)
    assert role.matches(role)


@given(ROLE, ROLE)
def test_a_role_matches_when_every_part_it_names_is_equal(one: Role, other: Role):
    names = ("modality", "kind", "view", "phase")
    named = [name for name in names if getattr(one, name) is not None]
    assert one.matches(other) == all(getattr(one, n) == getattr(other, n) for n in named)


def test_a_closed_role_does_not_match_an_open_one():
    assert not CINE.matches(Role(kind="cine"))
    assert Role(kind="cine").matches(CINE)


def test_the_column_leaves_out_the_modality_and_what_is_open():
    assert CINE.column == "cine_SAX_ES"
    assert CINE_MASK.column == "mask_SAX_ES"
    assert Role("MR", "LGE").column == "LGE"
    assert Role().column == ""


@pytest.mark.parametrize("shape", [(16, 16), (6, 16, 16), (1, 1, 6, 16, 16)])
def test_an_array_of_other_axes_is_refused(shape: tuple[int, ...]):
    with pytest.raises(InputError) as raised:
        Image(np.zeros(shape), np.eye(4))
    assert str(shape) in raised.value.got
    assert "(T, S, H, W)" in raised.value.wanted
    assert "newaxis" in raised.value.fix


def test_a_matrix_of_other_shape_is_refused():
    with pytest.raises(InputError, match=r"\(3, 3\)"):
        Image(np.zeros((1, 1, 2, 2)), np.eye(3))


def test_spacing_is_in_array_order_whatever_the_orientation():
    for degrees in (0.0, 33.0, 90.0, 211.0):
        image = sound_image(spacing=(1.2, 1.5, 8.0), turn=turned(degrees))
        assert image.spacing == pytest.approx((8.0, 1.5, 1.2), abs=1e-12)


def test_grids_are_the_same_up_to_a_hundredth_of_a_millimetre():
    image = sound_image()
    assert same_grid(image, sound_image(origin=(0.009, 0.0, -0.009)))
    assert not same_grid(image, sound_image(origin=(0.0, 0.011, 0.0)))


def test_a_small_difference_of_spacing_that_adds_up_is_another_grid():
    # Sixteen columns of 0.0007 mm more put the far corner 0.0112 mm away.
    assert same_grid(sound_image(), sound_image(spacing=(1.0006, 1.0, 8.0)))
    assert not same_grid(sound_image(), sound_image(spacing=(1.0007, 1.0, 8.0)))


def test_another_size_is_another_grid_but_the_number_of_frames_is_not():
    image = sound_image()
    assert not same_grid(image, sound_image((1, 6, 16, 15)))
    assert not same_grid(image, sound_image((1, 5, 16, 16)))
    assert same_grid(image, sound_image((3, 6, 16, 16)))


def test_a_grid_with_rows_and_columns_exchanged_is_another_grid():
    # First and last voxel of both lie at the same place; every voxel off the diagonal does not.
    exchanged = placed()[:, [1, 0, 2, 3]]
    image = sound_image()
    assert not same_grid(image, Image(image.array, exchanged))


def test_a_grid_turned_about_its_own_diagonal_is_another_grid():
    # Turning about the line from the first to the last corner moves neither of them.
    image = sound_image((1, 6, 16, 16), spacing=(1.0, 1.0, 8.0))
    turn = turned(40.0, axis=(16.0, 16.0, 48.0))
    matrix = placed()
    matrix[:3, :3] = turn @ matrix[:3, :3]
    assert not same_grid(image, Image(image.array, matrix))


def test_a_mask_gives_the_pixels_of_one_structure():
    mask = sound_mask(np.array([[[[0, 1], [2, 2]]]]))
    assert mask.of("myocardium").tolist() == [[[[False, True], [False, False]]]]
    assert mask.of("lv_cavity").tolist() == [[[[False, False], [True, True]]]]
    assert mask.of("myocardium").dtype == bool


def test_a_structure_without_label_has_no_pixel():
    mask = sound_mask()
    assert mask.of("rv_cavity").shape == mask.array.shape
    assert not mask.of("rv_cavity").any()


def test_a_mask_is_of_myocardium_unless_told_otherwise():
    assert dict(Mask(np.ones((1, 1, 2, 2), np.uint8), np.eye(4)).labels) == {"myocardium": 1}


def test_a_study_finds_the_first_role_that_matches():
    study = examination(sound_image(), sound_mask())
    assert study.find(CINE) == CINE
    assert study.find(Role(view="SAX")) == CINE
    assert study.find(Role(kind="mask")) == CINE_MASK
    assert study.find(Role(kind="LGE")) is None
    assert study.key == ("s1", "rest")


def test_a_cohort_is_narrowed_in_order_and_keeps_its_name():
    studies = tuple(Study(f"s{i}", "rest", {}, {"age": float(i)}) for i in (3, 1, 2, 0))
    cohort = Cohort(studies, "clinic")
    older = cohort.where(lambda study: study.facts["age"] >= 1)
    assert [study.subject for study in older] == ["s3", "s1", "s2"]
    assert (len(older), older.name) == (3, "clinic")
    assert len(cohort) == 4
