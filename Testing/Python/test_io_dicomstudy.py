"""Whole DICOM studies in the ways of scanners: each view once, in order, and what is refused."""

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import CardioAILib.io
import numpy as np
import pytest
from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.io import read_dicom_study
from CardioAILib.io.dicomframes import KEPT
from conftest import SHARED
from helpers_dicom import STUDY, corner, enhanced, ge, image, philips, save, siemens, value

WAYS = [siemens, ge, philips, enhanced]


def wanted(phases: int, levels: list[int]) -> np.ndarray:
    return np.array([[value(phase, level) for level in levels] for phase in range(phases)])


# Vendors


@pytest.mark.parametrize("way", WAYS)
def test_slices_and_phases_of_every_vendor_come_in_order(way: Callable[..., Any], tmp_path: Path):
    way(tmp_path / "a" / "b")
    (series,) = read_dicom_study(tmp_path)
    pixels = wanted(3, [0, 1, 2, 3])
    np.testing.assert_array_equal(series.image.array, 2 * pixels - 1 if way is enhanced else pixels)
    assert series.role.column == "cine_SAX"
    np.testing.assert_allclose(series.image.spacing, (8.0, 1.5, 1.5), atol=1e-4)
    np.testing.assert_allclose(
        series.image.ijk_to_ras[:3, 3] * (-1, -1, 1), corner("SAX", 0), atol=1e-4
    )
    assert not series.findings


@pytest.mark.parametrize(
    ("way", "times"),
    [(siemens, (0, 33, 66)), (ge, (0, 41, 82)), (philips, (1, 2, 3)), (enhanced, (0, 30, 60))],
)
def test_phases_have_their_trigger_times_or_positions(
    way: Callable[..., Any], times: tuple[float, ...], tmp_path: Path
):
    way(tmp_path)
    assert read_dicom_study(tmp_path)[0].times == times


def test_trigger_times_that_are_all_the_same_do_not_order_the_phases(tmp_path: Path):
    ge(tmp_path, slices=2, TriggerTime=0.0)
    (series,) = read_dicom_study(tmp_path)
    np.testing.assert_array_equal(series.image.array, wanted(3, [0, 1]))


def test_views_of_one_study_are_told_apart(tmp_path: Path):
    siemens(tmp_path, "SAX", slices=6)
    siemens(tmp_path, "4C", slices=1)
    ge(tmp_path, "2C", slices=1, SeriesInstanceUID="1.2.9")
    columns = [series.role.column for series in read_dicom_study(tmp_path)]
    assert columns[0] == "cine_SAX"
    assert sorted(columns) == ["cine_2C", "cine_4C", "cine_SAX"]


def test_two_chamber_views_in_parallel_are_told_apart_by_name(tmp_path: Path):
    siemens(tmp_path, "2C", slices=1, SeriesDescription="cine 2CH")
    siemens(tmp_path, "2C", slices=1, first=4, SeriesDescription="cine RV 2CH")
    found = {series.role.view: series for series in read_dicom_study(tmp_path)}
    assert {*found} == {"2C", "RV2C"}
    np.testing.assert_array_equal(found["RV2C"].image.array, wanted(3, [4]))


def test_a_view_that_nothing_tells_stays_open(tmp_path: Path):
    ge(tmp_path, "axial", slices=2)
    assert read_dicom_study(tmp_path)[0].role.column == "cine"


# What is passed over


def test_other_series_are_passed_over_and_the_log_says_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    siemens(tmp_path / "cine")
    others = {
        "scout": {"SeriesDescription": "localizer", "SeriesInstanceUID": "1.5.1"},
        "late": {"InversionTime": 300.0, "SeriesInstanceUID": "1.5.2"},
        "flow": {"ImageType": ["ORIGINAL", "PRIMARY", "P"], "SeriesInstanceUID": "1.5.3"},
        "mpr": {"ImageType": ["DERIVED", "SECONDARY"], "SeriesInstanceUID": "1.5.4"},
    }
    for name, said in others.items():
        ge(tmp_path / name, "SAX", slices=9, **said)
    ge(tmp_path / "still", "3C", slices=9, phases=1, SeriesInstanceUID="1.5.5")
    (tmp_path / "notes.txt").write_text("Doe, Jane")
    with caplog.at_level(logging.INFO):
        (series,) = read_dicom_study(tmp_path)
    assert len(series.slices) == 4
    for reason in (
        "a localizer",
        "inversion recovery, several images",
        "phase contrast",
        "derived",
    ):
        assert f"series passed over: 1 ({reason}" in caplog.text
    assert "series passed over: 1 (one image a slice, no cardiac phases)" in caplog.text
    assert "no DICOM, or damaged: 1" in caplog.text
    assert "Doe" not in caplog.text
    assert "P-77" not in caplog.text


def test_the_same_file_twice_counts_once(tmp_path: Path):
    made = [image("SAX", 0, phase, TriggerTime=33.0 * phase) for phase in range(3)]
    for phase, one in enumerate(made):
        save(one, tmp_path / f"{phase}.dcm")
        save(one, tmp_path / "copy" / f"{phase}.dcm")
    assert read_dicom_study(tmp_path)[0].image.array.shape[:2] == (3, 1)


def test_a_slice_acquired_again_is_taken_from_the_later_series(tmp_path: Path):
    siemens(tmp_path, slices=4)
    again = {"SeriesInstanceUID": "1.7", "SeriesNumber": 30}
    for phase in range(3):
        made = image("SAX", 2, phase, TriggerTime=33.0 * phase, **again)
        made.PixelData = np.full((6, 6), 900 + phase, np.uint16).tobytes()
        save(made, tmp_path / "again" / str(phase))
    (series,) = read_dicom_study(tmp_path)
    assert (series.image.array[:, 2, 0, 0] == [900, 901, 902]).all()
    np.testing.assert_array_equal(series.image.array[:, [0, 1, 3]], wanted(3, [0, 1, 3]))
    assert "slices acquired more than once: 1;" in series.findings[0].message


def test_a_whole_stack_wins_over_a_later_single_slice(tmp_path: Path):
    ge(tmp_path / "stack")
    other = np.full((6, 6), 999, np.uint16).tobytes()
    ge(tmp_path / "single", slices=1, SeriesInstanceUID="1.7", SeriesNumber=30, PixelData=other)
    (series,) = read_dicom_study(tmp_path)
    np.testing.assert_array_equal(series.image.array, wanted(3, [0, 1, 2, 3]))


def test_a_view_acquired_twice_at_different_angles_is_taken_once(tmp_path: Path):
    siemens(tmp_path, slices=5)
    tilted = [0.82, 0.02, 0.572, 0.35, 0.79, -0.503]
    ge(tmp_path / "scout", slices=2, SeriesInstanceUID="1.8", ImageOrientationPatient=tilted)
    (series,) = read_dicom_study(tmp_path)
    assert len(series.slices) == 5
    assert "2 stacks show the view SAX" in series.findings[-1].message


def test_slices_at_the_ends_that_lack_phases_are_left_out(tmp_path: Path):
    siemens(tmp_path, slices=5)
    (tmp_path / "SAX0").joinpath("0-0.IMA").unlink()
    (series,) = read_dicom_study(tmp_path)
    np.testing.assert_array_equal(series.image.array, wanted(3, [1, 2, 3, 4]))
    assert "of 5 slices, number 1 along the stack lack phases" in series.findings[0].message


def test_two_images_of_one_trigger_time_leave_the_later(tmp_path: Path):
    siemens(tmp_path, slices=2)
    made = image("SAX", 1, 2, TriggerTime=66.0, SeriesInstanceUID="1.2.4.83.1", InstanceNumber=9)
    made.PixelData = np.full((6, 6), 777, np.uint16).tobytes()
    save(made, tmp_path / "twice.dcm")
    (series,) = read_dicom_study(tmp_path)
    assert series.image.array.shape[:2] == (3, 2)
    assert (series.image.array[2, 1] == 777).all()


# The patient


def test_body_and_scanner_are_known_and_nobody_is_named(tmp_path: Path):
    body = {"PatientSize": 1.83, "PatientWeight": 75.5, "PatientSex": "F", "PatientAge": "051Y"}
    siemens(tmp_path, slices=1, MagneticFieldStrength=1.5, **body)
    (series,) = read_dicom_study(tmp_path)
    assert series.facts == {
        "height_cm": 183.0,
        "weight_kg": 75.5,
        "sex": "F",
        "age": 51.0,
        "vendor": "Siemens",
        "field_T": 1.5,
    }
    assert "P-77" not in repr(series.facts)
    assert "Doe" not in repr(series.facts)


@pytest.mark.filterwarnings("ignore:Invalid value for VR DA")
@pytest.mark.parametrize(
    ("said", "age"),
    [
        ({"PatientBirthDate": "19700601", "StudyDate": "20200531"}, 49.0),
        ({"PatientBirthDate": "19700601", "StudyDate": "20200601"}, 50.0),
        ({"PatientAge": "006M"}, 0.0),
        ({"PatientAge": "101Y"}, 90.0),
        ({"PatientBirthDate": "00000000", "StudyDate": "20120000"}, None),
        ({"PatientSize": 0.0}, None),
    ],
)
def test_age_is_in_whole_years_or_absent(tmp_path: Path, said: dict[str, Any], age: float | None):
    siemens(tmp_path, slices=1, **said)
    facts = read_dicom_study(tmp_path)[0].facts
    assert facts.get("age") == age
    assert "height_cm" not in facts


def test_two_patients_under_one_study_are_refused(tmp_path: Path):
    siemens(tmp_path)
    ge(tmp_path, "4C", PatientID="P-78")
    with pytest.raises(InputError, match=r"one study with images of 2 patients.*mixed up"):
        read_dicom_study(tmp_path)


def test_two_studies_of_a_folder_stay_apart(tmp_path: Path):
    siemens(tmp_path / "one")
    ge(tmp_path / "two", StudyInstanceUID="1.9.9", PatientID="P-78")
    assert [series.study for series in read_dicom_study(tmp_path)] == [STUDY, "1.9.9"]


# Refused


def test_a_folder_without_a_cine_says_what_was_passed_over(tmp_path: Path):
    ge(tmp_path / "late", InversionTime=300.0)
    ge(tmp_path / "still", phases=1, SeriesInstanceUID="1.5.5")
    with pytest.raises(
        UnreadableFileError, match=r"1 series: inversion recovery, several .*, 1 series: one"
    ):
        read_dicom_study(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableFileError, match="no MR image that knows its place"):
        read_dicom_study(tmp_path)


@pytest.mark.parametrize(
    "said",
    [
        {"PixelSpacing": [0.0, 0.0]},
        {"PixelSpacing": 1.5},
        {"ImageOrientationPatient": [0.0] * 6},
        {"ImageOrientationPatient": [1.0, 0.0, 0.0]},
        {"ImagePositionPatient": [1.0, 2.0]},
    ],
)
def test_images_whose_place_cannot_be_true_are_passed_over(tmp_path: Path, said: dict[str, Any]):
    siemens(tmp_path, **said)
    with pytest.raises(UnreadableFileError, match="no MR image that knows its place"):
        read_dicom_study(tmp_path)


def test_a_damaged_header_is_passed_over(tmp_path: Path):
    siemens(tmp_path, slices=4, phases=3)
    file = next(path for path in sorted(tmp_path.rglob("*")) if path.is_file())
    content = file.read_bytes()
    place = content.index(b"1.5\\1.5")
    file.write_bytes(content[:place] + b"1?5" + content[place + 3 :])
    (series,) = read_dicom_study(tmp_path)
    assert series.image.array.shape[:2] == (3, 3)


def test_a_gap_in_the_middle_is_refused_when_the_pixels_are_read(tmp_path: Path):
    siemens(tmp_path, slices=3)
    siemens(tmp_path, slices=3, first=5)
    (series,) = read_dicom_study(tmp_path)
    with pytest.raises(InputError, match=r"24\.0, 8\.0.* mm apart"):
        series.read()


def test_damaged_pixels_are_refused_when_they_are_read(tmp_path: Path):
    siemens(tmp_path, slices=1, PixelData=b"\0\0")
    with pytest.raises(UnreadableFileError, match="cannot be decoded"):
        read_dicom_study(tmp_path)[0].read()


def test_an_enhanced_file_without_places_is_passed_over(tmp_path: Path):
    made = image("SAX", 0, 0, SOPClassUID="1.2.840.10008.5.1.4.1.1.4.1")
    save(made, tmp_path / "odd.dcm")
    with pytest.raises(UnreadableFileError, match="no MR image that knows its place"):
        read_dicom_study(tmp_path)


def test_every_attribute_that_is_asked_for_is_kept_when_files_are_read():
    folder = Path(CardioAILib.io.__file__).parent
    code = "".join(
        file.read_text("utf-8") for file in (*folder.glob("dicom*.py"), folder / "pretext.py")
    )
    asked = {*re.findall(r'header(?:\.get\(|, )"([A-Z]\w+)"', code)}
    asked |= {*re.findall(r"header\.([A-Z]\w+)", code)}
    assert {"InversionTime", "PatientAge", "Rows"} <= asked <= {*KEPT}


# Real studies


def real(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not beside the project: no real DICOM study is read")
    return SHARED / name


def test_a_real_siemens_study_has_three_views_by_their_places():
    found = read_dicom_study(real("cmr_cine_dicom"))
    assert [series.role.column for series in found] == ["cine_SAX", "cine_4C", "cine_2C"]
    assert found[0].facts == {"vendor": "Siemens", "field_T": 3.0}


def test_a_real_ge_study_keeps_its_whole_slices():
    (series,) = read_dicom_study(real("sunnybrook_1pt"))
    assert series.role.column == "cine_SAX"
    assert series.times == (348.0, 929.0)
    assert series.image.array.shape == (2, 4, 256, 256)
    assert "number 1, 6 along the stack" in series.findings[0].message
