"""The view of a slice, from its place in the patient and from its name."""

import numpy as np
import pytest
from CardioAILib.io.dicomroles import view_of, view_of_matrix, view_of_normal, view_of_words
from helpers_dicom import directions

SUNNYBROOK = (-0.650, 0.653, 0.389)


def normal(view: str) -> np.ndarray:
    return np.cross(*directions(view))


@pytest.mark.parametrize("view", ["SAX", "4C", "2C", "3C"])
def test_place_tells_the_view_of_a_real_heart_either_way_round(view: str):
    assert view_of_normal(normal(view)) == view
    assert view_of_normal(-3 * normal(view)) == view


def test_place_tells_the_short_axis_of_another_heart():
    assert view_of_normal(np.array(SUNNYBROOK)) == "SAX"


@pytest.mark.parametrize("across", [(0, 0, 1), (0, 1, 0), (1, 0, 0), (0.05, 0.05, 1)])
def test_slices_straight_through_the_body_are_no_view(across: tuple[float, ...]):
    assert view_of_normal(np.array(across)) is None


def test_a_slice_between_two_views_is_left_in_doubt():
    assert view_of_normal(normal("2C") + normal("4C")) is None


def test_matrix_of_an_image_tells_its_view_in_ras():
    row, column = directions("4C")
    matrix = np.eye(4)
    matrix[:3, :3] = np.column_stack([row * 1.4, column * 1.4, np.cross(row, column) * 6])
    assert view_of_matrix(np.diag([-1.0, -1.0, 1.0, 1.0]) @ matrix) == "4C"
    assert view_of_matrix(np.eye(4)) is None


@pytest.mark.parametrize(
    ("words", "view"),
    [
        ("cine_trufi_retro 4CH", "4C"),
        ("CINESAX", "SAX"),
        ("cine SA stack", "SAX"),
        ("FIESTA Short Axis", "SAX"),
        ("Kurzachse retro", "SAX"),
        ("cine Petit Axe", "SAX"),
        ("eje corto", "SAX"),
        ("2ch_bh", "2C"),
        ("VLA left", "2C"),
        ("Zweikammerblick", "2C"),
        ("2 cavités", "2C"),
        ("RV 2CH", "RV2C"),
        ("VLA right", "RV2C"),
        ("HLA", "4C"),
        ("4-chamber", "4C"),
        ("4 cámaras", "4C"),
        ("Vierkammerblick", "4C"),
        ("quattro camere", "4C"),
        ("3CH LVOT", "3C"),
        ("lvot", "3C"),
        ("cine 32 ch coil", None),
        ("cine 12 channel", None),
        ("sagittal", None),
        ("cine retro", None),
    ],
)
def test_names_tell_the_view_in_many_languages(words: str, view: str | None):
    assert view_of_words(words) == view


def test_name_decides_where_the_place_leaves_doubt():
    found = view_of(normal("2C") + normal("4C"), "cine 2ch", 1)
    assert (found.name, found.told_by) == ("2C", "name")


def test_place_is_believed_against_the_name_and_that_is_said():
    found = view_of(normal("SAX"), "cine 4ch", 8)
    assert (found.name, found.told_by) == ("SAX", "place")
    assert found.doubt == "the slices lie as SAX but are called 4C; SAX was believed"


def test_name_tells_the_right_ventricle_from_the_left_in_parallel():
    assert view_of(normal("2C"), "RV 2CH", 1).name == "RV2C"
    assert view_of(normal("2C"), "cine", 1).name == "2C"


def test_many_parallel_oblique_slices_without_a_name_are_short_axis():
    between = normal("2C") + normal("4C")
    assert view_of(between, "cine", 9).name == "SAX"
    assert view_of(between, "cine", 2).name is None
    assert view_of(np.array([0.0, 0.0, 1.0]), "cine", 40).name is None
