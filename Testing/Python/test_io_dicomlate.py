"""Late enhancement of DICOM studies: each view once, what the header says of it, and doubts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.io import Series, read_dicom_study
from CardioAILib.quality import check_study
from CardioAILib.study import Role
from CardioAILib.systems.martini2020 import MARTINI_2020
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.prepared import noted
from helpers_dicom import LATE, enhanced, image, save, siemens, stills, value

MAGNITUDE = LATE["Siemens"]
PSIR = {**MAGNITUDE, "ImageType": ["ORIGINAL", "PRIMARY", "R", "ND"]}


def late(folder: Path) -> dict[str, Series]:
    return {own.role.column: own for own in read_dicom_study(folder) if own.role.kind == "LGE"}


def checks(series: Series) -> list[str]:
    return [finding.check for finding in series.findings]


# Vendors


@pytest.mark.parametrize("vendor", ["Siemens", "GE", "Philips"])
def test_a_short_axis_stack_of_every_vendor_comes_in_order(vendor: str, tmp_path: Path):
    stills(tmp_path, **LATE[vendor])
    series = late(tmp_path)["LGE_SAX"]
    np.testing.assert_array_equal(series.image.array, [[value(0, level) for level in range(4)]])
    assert series.image.spacing == pytest.approx((8.0, 1.5, 1.5), abs=1e-4)
    assert not series.findings


def test_a_stack_in_an_enhanced_file_is_late_enhancement_too(tmp_path: Path):
    modifier = {"InversionRecovery": "YES", "InversionTimes": [290.0]}
    enhanced(tmp_path, phases=1, modifier=modifier)
    series = late(tmp_path)["LGE_SAX"]
    assert series.image.array.shape == (1, 4, 6, 6)
    assert series.facts["LGE_SAX_inversion_ms"] == 290.0


def test_slices_in_a_series_each_are_one_stack(tmp_path: Path):
    for level in range(4):
        uid = f"1.2.7.{level}"
        stills(tmp_path, levels=[level], SeriesInstanceUID=uid, **MAGNITUDE)
    assert len(late(tmp_path)["LGE_SAX"].slices) == 4


def test_signed_pixels_keep_their_sign(tmp_path: Path):
    made = image("4C", 0, 0, **PSIR, PixelRepresentation=1, RescaleSlope=1, RescaleIntercept=-4096)
    made.PixelData = np.full((6, 6), 100, np.int16).tobytes()
    save(made, tmp_path / "one.dcm")
    assert (late(tmp_path)["LGE_4C"].image.array == 100 - 4096).all()


# What is said of it


def test_the_facts_say_what_the_header_told(tmp_path: Path):
    stills(tmp_path, **MAGNITUDE)
    facts = late(tmp_path)["LGE_SAX"].facts
    assert facts == {
        "vendor": "Siemens",
        "LGE_SAX_type": "LGE",
        "LGE_SAX_reconstruction": "magnitude",
        "LGE_SAX_inversion_ms": 300.0,
        "LGE_SAX_thickness_mm": 6.0,
    }


def test_a_type_that_only_a_name_told_is_called_unknown(tmp_path: Path):
    stills(tmp_path, SeriesDescription="late sax")
    assert late(tmp_path)["LGE_SAX"].facts["LGE_SAX_type"] == "unknown"


def test_mixed_inversion_times_are_all_said(tmp_path: Path):
    stills(tmp_path, levels=[0, 1], **{**MAGNITUDE, "SeriesInstanceUID": "1.8.1"})
    other = {**MAGNITUDE, "SeriesInstanceUID": "1.8.2", "InversionTime": 340.0}
    stills(tmp_path, levels=[2, 3], **other)
    assert late(tmp_path)["LGE_SAX"].facts["LGE_SAX_inversion_ms"] == "300;340"


def test_inversion_times_at_one_place_are_a_scout_and_no_late_enhancement(tmp_path: Path):
    stills(tmp_path, "4C", slices=1, **MAGNITUDE, SeriesInstanceUID="1.8.1")
    for number, time in enumerate((100.0, 200.0, 300.0)):
        own = {**MAGNITUDE, "InversionTime": time, "SeriesInstanceUID": "1.8.2"}
        save(image("SAX", 0, 0, **own, InstanceNumber=number), tmp_path / f"scout{number}")
    assert {*late(tmp_path)} == {"LGE_4C"}


@pytest.mark.parametrize(("said", "kind"), [(0, "magnitude"), (2, "PSIR")])
def test_a_file_of_ge_tells_the_reconstruction_in_its_own_attribute(
    said: int, kind: str, tmp_path: Path
):
    made = image("4C", 0, 0, **LATE["GE"])
    made.add_new((0x0043, 0x0010), "LO", "GEMS_PARM_01")
    made.add_new((0x0043, 0x102F), "SS", said)
    save(made, tmp_path / "one.dcm")
    assert late(tmp_path)["LGE_4C"].facts["LGE_4C_reconstruction"] == kind


# Two of a kind


def test_magnitude_is_taken_before_phase_sensitive_images_of_a_series_with_both(tmp_path: Path):
    for level in range(3):
        both = {"SeriesInstanceUID": "1.8.1"}
        save(image("SAX", level, 0, **MAGNITUDE, **both), tmp_path / f"m{level}")
        signed = image("SAX", level, 0, **PSIR, **both)
        signed.PixelData = np.full((6, 6), 999, np.uint16).tobytes()
        save(signed, tmp_path / f"p{level}")
    series = late(tmp_path)["LGE_SAX"]
    assert series.image.array.max() < 999
    assert series.facts["LGE_SAX_reconstruction"] == "magnitude"
    assert checks(series) == ["reconstruction"]


def test_phase_sensitive_images_alone_are_taken_and_called_so(tmp_path: Path):
    stills(tmp_path, **PSIR)
    assert late(tmp_path)["LGE_SAX"].facts["LGE_SAX_reconstruction"] == "PSIR"


def test_of_a_view_acquired_again_the_later_is_taken_and_that_is_said(tmp_path: Path):
    for number in (1, 2, 3):
        own = {"SeriesInstanceUID": f"1.8.{number}", "SeriesNumber": number}
        made = image("2C", 0, 0, **MAGNITUDE, **own)
        made.PixelData = np.full((6, 6), number, np.uint16).tobytes()
        save(made, tmp_path / str(number))
    series = late(tmp_path)["LGE_2C"]
    assert (series.image.array == 3).all()
    assert series.findings[0].message.startswith("slices acquired more than once: 2;")


def test_a_view_acquired_again_at_another_angle_is_taken_once(tmp_path: Path):
    stills(tmp_path, slices=5, **MAGNITUDE, SeriesInstanceUID="1.8.1")
    tilted = [0.82, 0.02, 0.572, 0.35, 0.79, -0.503]
    other = {"SeriesInstanceUID": "1.8.2", "ImageOrientationPatient": tilted}
    stills(tmp_path, slices=2, **MAGNITUDE, **other)
    series = late(tmp_path)["LGE_SAX"]
    assert len(series.slices) == 5
    assert "2 stacks show the view SAX" in series.findings[-1].message


# Slices that are missing


def test_a_gap_is_told_and_the_longer_part_taken(tmp_path: Path):
    stills(tmp_path, levels=[0, 1, 2, 3, 4, 6, 7], **MAGNITUDE)
    series = late(tmp_path)["LGE_SAX"]
    assert len(series.slices) == 5
    assert checks(series) == ["slices", "gaps"]
    assert "8.0 mm apart but for 16.0 mm after slice 5" in series.findings[1].message


def test_slices_with_gaps_everywhere_are_refused_when_they_are_read(tmp_path: Path):
    stills(tmp_path, levels=[0, 1, 4, 5, 9], **MAGNITUDE)
    with pytest.raises(InputError, match="mm apart"):
        late(tmp_path)["LGE_SAX"].read()


# Studies


def test_a_study_has_its_cines_and_its_late_enhancement(tmp_path: Path):
    siemens(tmp_path / "cine", PatientSex="F")
    for number, view in enumerate(("SAX", "2C", "4C")):
        slices = 4 if view == "SAX" else 1
        uid = f"1.8.{number}"
        stills(tmp_path / "late", view, slices, **MAGNITUDE, SeriesInstanceUID=uid)
    (study,) = cohort_of(tmp_path)
    assert {role.column for role in study.images} == {"cine_SAX", "LGE_SAX", "LGE_2C", "LGE_4C"}
    assert study.images[Role("MR", "LGE", "4C")].array.shape == (1, 1, 6, 6)
    assert study.facts["sex"] == "F"
    assert study.facts["LGE_2C_inversion_ms"] == study.facts["LGE_SAX_inversion_ms"] == 300.0
    assert not noted(study)


def test_what_the_header_says_lets_a_system_of_magnitude_images_refuse_others(tmp_path: Path):
    stills(tmp_path, **PSIR, SeriesInstanceUID="1.8.1")
    stills(tmp_path, "4C", slices=1, **MAGNITUDE, SeriesInstanceUID="1.8.2")
    stills(tmp_path, "2C", slices=1, **MAGNITUDE, SeriesInstanceUID="1.8.3")
    (study,) = cohort_of(tmp_path)
    with pytest.raises(InputError, match=r"PSIR images in LGE_SAX.*take the magnitude series"):
        check_study(MARTINI_2020, study)


def test_a_series_beside_late_enhancement_whose_header_tells_no_type_is_told(tmp_path: Path):
    stills(tmp_path, "4C", slices=1, **MAGNITUDE, SeriesInstanceUID="1.8.1")
    stills(tmp_path, SeriesInstanceUID="1.8.2", SeriesDescription="series 5")
    (told,) = late(tmp_path)["LGE_4C"].findings
    assert told.check == "image type"
    assert "tells no image type, left out: 1; if one is late enhancement" in told.message


def test_late_enhancement_straight_through_the_body_is_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    stills(tmp_path, "4C", slices=1, **MAGNITUDE, SeriesInstanceUID="1.8.1")
    stills(tmp_path, "axial", **MAGNITUDE, SeriesInstanceUID="1.8.2")
    with caplog.at_level("INFO"):
        assert {*late(tmp_path)} == {"LGE_4C"}
    assert "series passed over: 1 (late enhancement of no known view)" in caplog.text


def test_doubts_of_late_enhancement_reach_the_study(tmp_path: Path):
    stills(tmp_path, levels=[0, 1, 2, 3, 4, 6, 7], **MAGNITUDE)
    (study,) = cohort_of(tmp_path)
    assert "LGE_SAX, gaps: neighbors lie 8.0 mm apart" in noted(study)[0].message


def test_nothing_of_a_patient_is_in_the_facts(tmp_path: Path):
    said: dict[str, Any] = {"SeriesDescription": "late Doe Jane"}
    stills(tmp_path, **MAGNITUDE, **said)
    (study,) = cohort_of(tmp_path)
    assert "Doe" not in repr(study.facts)
    assert "P-77" not in repr(study)
