"""Series with the labels that their headers tell, and those that cannot be placed."""

import logging
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import UnreadableFileError
from CardioAILib.io import read_pretext
from conftest import SHARED
from helpers_dicom import BLACK, LATE, enhanced, ge, philips, siemens, stills, value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Each image type in a view and by a vendor of its own, and what is none of them."""
    siemens(tmp_path / "cine", "4C", slices=1)
    stills(tmp_path / "late", "SAX", **LATE["GE"])
    stills(tmp_path / "black", "2C", slices=1, **BLACK["Philips"], PatientID="P-78")
    stills(tmp_path / "straight", "axial", **LATE["Siemens"], SeriesInstanceUID="1.6.1")
    signed = {**LATE["Siemens"], "ImageType": ["ORIGINAL", "PRIMARY", "R"]}
    stills(tmp_path / "psir", "SAX", **signed, SeriesInstanceUID="1.6.2")
    ge(tmp_path / "flow", "SAX", SeriesDescription="flow ao", SeriesInstanceUID="1.6.3")
    return tmp_path


def test_headers_tell_both_labels_and_what_told_them(folder: Path):
    found = {(own.type, own.orientation): own for own in read_pretext(folder).series}
    assert {*found} == {("cine", "4C"), ("LGE", "SAX"), ("black-blood", "2C")}
    assert found["LGE", "SAX"].told_by == ("inversion recovery", "place")
    assert found["cine", "4C"].told_by == ("several cardiac phases", "place")


def test_pixels_are_those_of_the_middle_phase_in_order_of_the_slices(folder: Path):
    found = {own.type: own for own in read_pretext(folder).series}
    np.testing.assert_array_equal(found["cine"].read(), [value(1, 0)])
    np.testing.assert_array_equal(found["LGE"].read(), [value(0, level) for level in range(4)])
    assert found["LGE"].read().dtype == np.float32
    assert found["LGE"].spacing == (1.5, 1.5)


def test_what_could_not_be_placed_is_counted_by_its_reason_and_logged(
    folder: Path, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO):
        pretext = read_pretext(folder)
    assert pretext.unplaced == {
        "LGE, no known view": 1,
        "LGE, phase-sensitive reconstruction": 1,
        "phase contrast": 1,
    }
    assert "series that could not be placed: 1 (phase contrast)" in caplog.text
    assert pretext.counts == {("cine", "4C"): 1, ("LGE", "SAX"): 1, ("black-blood", "2C"): 1}


def test_patients_are_told_apart_and_not_named(folder: Path):
    series = read_pretext(folder).series
    subjects = {own.type: own.subject for own in series}
    assert subjects["cine"] == subjects["LGE"] != subjects["black-blood"]
    assert "P-7" not in "".join(subjects.values())


@pytest.mark.parametrize("way", [ge, philips, enhanced])
def test_one_series_of_many_slices_is_placed_whole(way, tmp_path: Path):
    way(tmp_path)
    (series,) = read_pretext(tmp_path).series
    assert series.read().shape == (4, 6, 6)


def test_a_folder_in_which_nothing_can_be_placed_says_why(tmp_path: Path):
    ge(tmp_path, SeriesDescription="perfusion rest")
    with pytest.raises(UnreadableFileError, match=r"could be told \(1 series: perfusion\)"):
        read_pretext(tmp_path)


def test_a_real_study_is_placed_by_its_headers():
    folder = SHARED / "cmr_cine_dicom"
    if not folder.exists():
        pytest.skip("no real DICOM study beside the project")
    pretext = read_pretext(folder)
    assert pretext.counts == {("cine", "SAX"): 2, ("cine", "4C"): 1, ("cine", "2C"): 1}
    assert pretext.unplaced == {}
