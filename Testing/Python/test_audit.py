import numpy as np
import pytest
from CardioAILib.explain import GradCAM, attention_audit, heart_of
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays


def square_ring(size: int = 21, outer: int = 5, inner: int = 3) -> np.ndarray:
    """A square ring of myocardium in the middle of one slice."""
    middle = size // 2
    ring = np.zeros((1, size, size), bool)
    ring[0, middle - outer : middle + outer + 1, middle - outer : middle + outer + 1] = True
    ring[0, middle - inner : middle + inner + 1, middle - inner : middle + inner + 1] = False
    return ring


def test_the_cavity_belongs_to_the_heart():
    heart = heart_of(square_ring(), 0.0, (1.0, 1.0))
    assert np.array_equal(heart, square_ring(inner=-1))


def test_a_ring_closed_only_at_corners_is_filled():
    ring = np.zeros((1, 5, 5), bool)
    ring[0, [1, 2, 2, 3], [2, 1, 3, 2]] = True
    assert heart_of(ring, 0.0, (1.0, 1.0))[0, 2, 2]


def test_an_open_ring_is_not_filled():
    ring = square_ring()
    ring[0, 10, 13:] = False
    assert not heart_of(ring, 0.0, (1.0, 1.0))[0, 10, 10]


def test_the_margin_is_in_millimetres_along_each_axis():
    # One voxel, pixels of 2 mm down and 0.5 mm across, margin 3 mm: one row and six columns.
    point = np.zeros((1, 9, 21), bool)
    point[0, 4, 10] = True
    heart = heart_of(point, 3.0, (2.0, 0.5))[0]
    assert np.flatnonzero(heart[:, 10]).tolist() == [3, 4, 5]
    assert np.flatnonzero(heart[4]).tolist() == list(range(4, 17))
    # One row off: sqrt(9 - 4) = 2.24 mm are four columns of 0.5 mm.
    assert np.flatnonzero(heart[3]).tolist() == list(range(6, 15))


def test_slices_without_mask_have_no_heart():
    mask = np.concatenate([square_ring(), np.zeros((1, 21, 21), bool), square_ring()])
    heart = heart_of(mask, 100.0, (1.0, 1.0))
    assert [bool(part.any()) for part in heart] == [True, False, True]
    assert heart[0].all()


def test_the_share_inside_as_worked_by_hand():
    maps = np.array([[[3.0, 1.0], [0.0, 4.0]], [[0.0, 2.0], [0.0, 0.0]]])
    heart = np.array([[[True, True], [True, False]], [[False, False], [False, False]]])
    attention = attention_audit(maps, heart)
    assert attention.inside == pytest.approx((3 + 1) / 10)
    assert attention.area == 3 / 8
    assert attention.flagged


def test_only_positive_energy_counts():
    maps = np.array([[[3.0, -50.0], [-2.0, 1.0]]])
    heart = np.array([[[True, True], [False, False]]])
    assert attention_audit(maps, heart).inside == 0.75


def test_a_share_on_the_limit_is_not_flagged():
    maps = np.array([[[1.0, 1.0]]])
    heart = np.array([[[True, False]]])
    assert not attention_audit(maps, heart).flagged
    assert attention_audit(maps, heart, flag_below=0.51).flagged
    assert not attention_audit(maps, heart, flag_below=0.3).flagged


def test_a_map_without_energy_looks_nowhere_and_is_not_flagged():
    heart = np.array([[[True, False]]])
    for maps in (np.zeros((1, 1, 2)), np.full((1, 1, 2), -3.0)):
        attention = attention_audit(maps, heart)
        assert (attention.inside, attention.area, attention.flagged) == (None, 0.5, False)


def zone(heart: float, border: float, outside: float) -> str:
    """The zone of a map with these energies in the heart, within the margin, and beyond."""
    maps = np.array([[[heart, border, outside]]])
    near = np.array([[[True, True, False]]])
    return attention_audit(maps, near, undilated=np.array([[[True, False, False]]])).zone


@pytest.mark.parametrize(
    ("energy", "expected"),
    [
        ((5, 0, 5), "heart"),
        ((4, 1, 5), "border"),
        ((0, 9, 1), "border"),
        ((4, 0.9, 5), "outside"),
        ((0, 0, 1), "outside"),
        ((0, 0, 0), ""),
    ],
)
def test_the_zone_is_where_half_of_the_energy_lies(energy, expected: str):
    assert zone(*energy) == expected


def test_without_the_heart_itself_no_zone_is_told():
    maps = np.ones((1, 2, 2))
    assert attention_audit(maps, maps > 0).zone == ""


@given(arrays(np.float64, (2, 4, 4), elements=st.floats(0, 9)), st.floats(0.5, 4))
def test_the_share_does_not_depend_on_the_map_s_scale(maps: np.ndarray, factor: float):
    heart = np.zeros((2, 4, 4), bool)
    heart[:, 1:3, 1:3] = True
    assume(maps.max() > 1e-6)
    one, other = attention_audit(maps, heart), attention_audit(maps * factor, heart)
    assert 0 <= one.inside <= 1
    assert other.inside == pytest.approx(one.inside)


def test_an_even_map_has_the_share_of_the_area():
    heart = heart_of(square_ring(), 2.0, (1.0, 1.0))
    attention = attention_audit(np.ones(heart.shape), heart)
    assert attention.inside == pytest.approx(attention.area)


def test_the_audit_s_defaults_are_declared():
    declared = GradCAM("dl", "relu3")
    assert (declared.gated, declared.heart_margin, declared.flag_below) == (False, 10.0, 0.5)
