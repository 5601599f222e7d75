from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.measurements import READINGS, Segmentation, read_again


def heart(slices: int = 6, shown: int = 6) -> Segmentation:
    """A left ventricle of radius 4 in a wall up to 8, with a right one beside it."""
    rows, columns = np.mgrid[:40, :40] - 20.0
    radius = np.hypot(rows, columns)
    on = (np.arange(slices) < shown)[:, None, None]
    right = (np.hypot(rows, columns + 14) < 7) & (radius > 8)
    return Segmentation(
        on & (radius > 4) & (radius <= 8),
        on & (radius <= 4),
        on & right,
        (8.0, 1.5, 1.5),
        np.diag([1.5, 1.5, 8.0, 1.0]),
    )


def parts(place: Segmentation) -> tuple[np.ndarray, ...]:
    return place.myocardium, place.lv_cavity, place.rv_cavity


@pytest.mark.parametrize(("reading", "sign"), [("outward", 1), ("inward", -1)])
def test_every_outline_moves_by_one_pixel(reading: str, sign: int):
    read, again = heart(), read_again(heart(), reading)
    middle = 20
    for before, after in (
        (read.lv_cavity, again.lv_cavity),
        (read.lv_cavity | read.myocardium, again.lv_cavity | again.myocardium),
    ):
        widths = before[0, middle].sum(), after[0, middle].sum()
        assert widths[1] - widths[0] == 2 * sign
    assert np.sign(again.rv_cavity.sum() - read.rv_cavity.sum()) == sign


@pytest.mark.parametrize("reading", READINGS)
def test_parts_never_overlap_and_the_grid_stays(reading: str):
    read, again = heart(), read_again(heart(), reading)
    assert np.sum(parts(again), axis=0).max() == 1
    assert again.spacing == read.spacing
    assert np.array_equal(again.ijk_to_ras, read.ijk_to_ras)


@pytest.mark.parametrize(
    ("reading", "lost"), [("without first slice", 0), ("without last slice", 3)]
)
def test_the_outermost_slice_with_a_heart_is_left_out(reading: str, lost: int):
    read, again = heart(6, shown=4), read_again(heart(6, shown=4), reading)
    for before, after in zip(parts(read), parts(again), strict=True):
        assert not after[lost].any()
        others = np.arange(6) != lost
        assert np.array_equal(before[others], after[others])


@pytest.mark.parametrize("reading", READINGS[2:])
def test_a_heart_in_three_slices_keeps_them(reading: str):
    assert read_again(heart(6, shown=3), reading).lv_cavity.any(axis=(1, 2)).sum() == 3


@pytest.mark.parametrize("reading", READINGS)
def test_without_a_right_ventricle_there_is_none_in_any_reading(reading: str):
    assert read_again(replace(heart(), rv_cavity=None), reading).rv_cavity is None


def test_an_unknown_reading_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="wanted one of outward, inward"):
        read_again(heart(), "upside down")
