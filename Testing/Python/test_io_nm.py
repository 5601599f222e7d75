"""Planar scans of nuclear medicine: views, geometry, counts and facts as headers tell them."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from CardioAILib.io import read_planar
from CardioAILib.io.nmwrite import write_planar_dicom
from CardioAILib.phantoms import bone_cohort
from CardioAILib.study import Role
from conftest import SHARED
from helpers_nm import (
    ANGLES,
    RIGHT_ORIENTATION,
    SPACING,
    both_views,
    code,
    counts,
    detector,
    item,
    one_view,
    planar,
    tracer,
    window,
    write,
)
from pydicom import dcmread
from pydicom.uid import RLELossless

ANTERIOR, POSTERIOR = Role("NM", "planar", "anterior"), Role("NM", "planar", "posterior")


def views(where: Path) -> dict[str, np.ndarray]:
    """The counts (H, W) of each view by its name."""
    return {str(one.role.view): one.image.array[0, 0] for one in read_planar(where)}


def checks(where: Path) -> set[str]:
    return {found.check for one in read_planar(where) for found in one.findings}


def require_views(where: Path, front: np.ndarray, back: np.ndarray) -> None:
    found = views(where)
    np.testing.assert_array_equal(found["anterior"], front)
    np.testing.assert_array_equal(found["posterior"], back)


# Which frame is which view


def test_both_views_of_one_file_are_told_by_view_codes(tmp_path: Path):
    made, front, back = both_views()
    path = write(made, tmp_path)
    require_views(path, front, back)
    assert not checks(path)


@pytest.mark.parametrize(
    "codes",
    [
        (("G-5215", "SRT"), ("G-5216", "SRT")),
        (("R-10206", "SNM3"), ("R-10214", "SNM3")),
        (("X1", "99CAM"), ("X2", "99CAM")),
    ],
)
def test_old_codes_and_meanings_tell_the_view_too(tmp_path: Path, codes: tuple):
    meanings = ("Posterior projection", "Anterior projection")
    items = [
        item(ViewCodeSequence=[code(*own, meaning)])
        for own, meaning in zip(reversed(codes), meanings, strict=True)
    ]
    path = write(planar(np.stack([counts(1), counts(2)]), items), tmp_path)
    require_views(path, counts(2), counts(1))


def test_the_order_of_frames_does_not_matter(tmp_path: Path):
    front, back = counts(1), counts(2)
    turned = [detector("posterior"), detector("anterior")]
    path = write(planar(np.stack([back, front]), turned), tmp_path)
    require_views(path, front, back)


def test_the_detector_vector_and_not_the_order_says_which_detector_it_was(tmp_path: Path):
    made, front, back = both_views(DetectorVector=[2, 1])
    require_views(write(made, tmp_path), back, front)


def test_each_view_may_have_a_file_of_its_own(tmp_path: Path):
    write(one_view("posterior", 2), tmp_path, "1.dcm")
    write(one_view("anterior", 1), tmp_path, "2.dcm")
    require_views(tmp_path, counts(1), counts(2))


@pytest.mark.parametrize(
    ("words", "view"),
    [
        ({"ImageID": "WB_ANT"}, "anterior"),
        ({"SeriesDescription": "Ganzkörper vorne"}, "anterior"),
        ({"SeriesDescription": "Ganzkörper von hinten"}, "posterior"),
        ({"SeriesDescription": "WB post-injection", "ImageID": "POSTERIOR"}, "posterior"),
        ({"SeriesDescription": "3h post inj ANT"}, "anterior"),
        ({"ProtocolName": "FACE POSTÉRIEURE"}, "posterior"),
    ],
)
def test_words_of_the_name_tell_the_view(tmp_path: Path, words: dict, view: str):
    path = write(one_view(None, **words), tmp_path)
    assert list(views(path)) == [view]
    assert "view" not in checks(path)


def test_the_angle_of_the_detector_tells_the_view_with_a_warning(tmp_path: Path):
    items = [detector(None, StartAngle=ANGLES[view]) for view in ("posterior", "anterior")]
    path = write(planar(np.stack([counts(1), counts(2)]), items), tmp_path)
    require_views(path, counts(2), counts(1))
    (finding,) = read_planar(path)[0].findings
    assert finding.check == "view"
    assert "the angle of its detector alone" in finding.message


def test_of_a_patient_on_the_stomach_the_angle_means_the_other_side(tmp_path: Path):
    path = write(planar(counts(1)[None], [detector(None, StartAngle=0)]), tmp_path)
    assert list(views(path)) == ["posterior"]
    made = planar(counts(1)[None], [detector(None, StartAngle=0)], PatientPosition="HFP")
    assert list(views(write(made, tmp_path))) == ["anterior"]


def test_orientations_that_differ_tell_the_views(tmp_path: Path):
    names = ("posterior", "anterior")
    items = [detector(None, ImageOrientationPatient=RIGHT_ORIENTATION[name]) for name in names]
    path = write(planar(np.stack([counts(1), counts(2)]), items), tmp_path)
    require_views(path, counts(2), counts(1))
    assert "its orientation alone" in read_planar(path)[0].findings[0].message


def test_a_name_that_lists_both_tells_the_order(tmp_path: Path):
    items = [detector(None), detector(None)]
    made = planar(np.stack([counts(1), counts(2)]), items, SeriesDescription="WB POST/ANT")
    path = write(made, tmp_path)
    require_views(path, counts(2), counts(1))
    assert "order" in read_planar(path)[0].findings[0].message


def test_four_views_in_one_file_leave_anterior_and_posterior_with_a_warning(tmp_path: Path):
    names = ("LAO", "posterior", "anterior", "LAO")
    frames = np.stack([counts(seed) for seed in range(4)])
    path = write(planar(frames, [detector(name) for name in names]), tmp_path)
    require_views(path, counts(2), counts(1))
    assert "4 views are in the file" in read_planar(path)[0].findings[0].message


# Geometry


def test_views_lie_as_seen_from_their_sides_around_one_middle(tmp_path: Path):
    made, *_ = both_views()
    front, back = (one.image for one in read_planar(write(made, tmp_path)))
    row, column = SPACING
    np.testing.assert_allclose(front.ijk_to_ras[:3, 0], (-column, 0, 0))
    np.testing.assert_allclose(back.ijk_to_ras[:3, 0], (column, 0, 0))
    for image in (front, back):
        np.testing.assert_allclose(image.ijk_to_ras[:3, 1], (0, 0, -row))
        assert np.linalg.det(image.ijk_to_ras[:3, :3]) > 0
        np.testing.assert_allclose(image.ijk_to_ras @ (2.0, 5.5, 0.0, 1.0), (0, 0, 0, 1), atol=1e-9)


def test_a_stated_position_is_kept(tmp_path: Path):
    orientation = RIGHT_ORIENTATION["anterior"]
    own = detector(
        "anterior", ImageOrientationPatient=orientation, ImagePositionPatient=[-30, 5, 900]
    )
    (one,) = read_planar(write(planar(counts(1)[None], [own]), tmp_path))
    np.testing.assert_allclose(one.image.ijk_to_ras[:3, 3], (30, -5, 900))


@pytest.mark.parametrize("stated", ["orientation", "letters"])
def test_feet_first_is_turned_head_up_and_keeps_its_place(tmp_path: Path, stated: str):
    axes = [-1.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    own = detector("anterior", ImagePositionPatient=[10, 0, 100])
    said = {} if stated == "orientation" else {"PatientOrientation": ["R", "H"]}
    if stated == "orientation":
        own.ImageOrientationPatient = axes
    path = write(planar(counts(1)[None], [own], **said), tmp_path)
    (one,) = read_planar(path)
    np.testing.assert_array_equal(one.image.array[0, 0], counts(1)[::-1, ::-1])
    assert {found.check for found in one.findings} == {"feet first", "mirrored"}
    last = one.image.ijk_to_ras @ (4.0, 11.0, 0.0, 1.0)
    np.testing.assert_allclose(last[:3], (-10, 0, 100))


def test_rows_alone_are_reversed_where_the_header_says_so_of_them_alone(tmp_path: Path):
    own = detector("anterior", ImageOrientationPatient=[1.0, 0, 0, 0, 0, 1.0])
    (one,) = read_planar(write(planar(counts(1)[None], [own]), tmp_path))
    np.testing.assert_array_equal(one.image.array[0, 0], counts(1)[::-1])
    assert [found.check for found in one.findings] == ["feet first"]


def test_mirrored_views_are_turned_back_where_both_sides_say_so(tmp_path: Path):
    names = ("anterior", "posterior")
    opposite = dict(zip(names, reversed(names), strict=True))
    items = [
        detector(name, ImageOrientationPatient=RIGHT_ORIENTATION[opposite[name]]) for name in names
    ]
    path = write(planar(np.stack([counts(1), counts(2)]), items), tmp_path)
    require_views(path, counts(1)[:, ::-1], counts(2)[:, ::-1])
    assert checks(path) == {"mirrored"}


def test_a_mirrored_view_is_turned_back_by_letters(tmp_path: Path):
    path = write(one_view("posterior", 2, PatientOrientation=["L", "F"]), tmp_path)
    np.testing.assert_array_equal(views(path)["posterior"], counts(2)[:, ::-1])
    assert checks(path) == {"mirrored"}


def test_one_orientation_for_both_sides_is_not_followed(tmp_path: Path):
    same = RIGHT_ORIENTATION["posterior"]
    items = [detector(name, ImageOrientationPatient=same) for name in ("anterior", "posterior")]
    path = write(planar(np.stack([counts(1), counts(2)]), items), tmp_path)
    require_views(path, counts(1), counts(2))
    assert checks(path) == {"orientation"}


# Counts


def test_counts_are_read_without_rescaling(tmp_path: Path):
    made, front, _ = both_views(RescaleSlope=0.5, RescaleIntercept=-3)
    path = write(made, tmp_path)
    np.testing.assert_array_equal(views(path)["anterior"], front)
    assert checks(path) == {"rescaled"}


def test_run_length_encoded_counts_are_the_same(tmp_path: Path):
    made, front, back = both_views()
    path = write(made, tmp_path)
    compressed = dcmread(path)
    compressed.compress(RLELossless)
    compressed.save_as(path)
    require_views(path, front, back)


@pytest.mark.parametrize("codec", ["JPEG", "JPEG2000"])
def test_lossless_jpeg_is_decoded_by_what_slicer_brings(tmp_path: Path, codec: str):
    image = sitk.GetImageFromArray(counts(1)[None])
    writer = sitk.ImageFileWriter()
    writer.SetImageIO("GDCMImageIO")
    writer.SetCompressor(codec)
    writer.UseCompressionOn()
    writer.SetFileName(str(tmp_path / "compressed"))
    writer.Execute(image)
    encoded = dcmread(tmp_path / "compressed")
    made = dcmread(write(one_view("anterior"), tmp_path))
    made.file_meta.TransferSyntaxUID = encoded.file_meta.TransferSyntaxUID
    made.PixelData = encoded.PixelData
    made["PixelData"].is_undefined_length = True
    made.save_as(tmp_path / "scan.dcm")
    np.testing.assert_array_equal(views(tmp_path / "scan.dcm")["anterior"], counts(1))


def test_signed_counts_that_are_not_below_0_are_taken(tmp_path: Path):
    frames = np.stack([counts(1), counts(2)]).astype(np.int16)
    require_views(write(planar(frames), tmp_path), counts(1), counts(2))


def test_each_view_has_a_digest_of_its_own_and_no_folder_in_its_source(tmp_path: Path):
    made, *_ = both_views()
    front, back = (one.image for one in read_planar(write(made, tmp_path)))
    assert front.source == ("scan.dcm",)
    assert len({front.digest, back.digest}) == 2


def test_a_simulated_scan_comes_back_as_it_was_written(tmp_path: Path):
    (study,) = bone_cohort(1, seed=3, views=("anterior", "posterior"))
    write_planar_dicom(study, tmp_path, views=("posterior", "anterior"), compressed=True)
    found = read_planar(tmp_path)
    assert [one.role for one in found] == [ANTERIOR, POSTERIOR]
    for one in found:
        known = study.images[one.role]
        np.testing.assert_array_equal(one.image.array, known.array)
        np.testing.assert_allclose(one.image.ijk_to_ras, known.ijk_to_ras, atol=1e-3)
    facts = ("dose_MBq", "isotope", "radiopharmaceutical", "acquisition", "sex", "age")
    assert {name: found[0].facts[name] for name in facts} == {n: study.facts[n] for n in facts}


# Which energy window, which scan


def test_of_two_energy_windows_that_of_technetium_is_taken(tmp_path: Path):
    frames = np.stack([counts(seed) for seed in range(4)])
    made = planar(
        frames,
        [detector("anterior"), detector("posterior")],
        NumberOfEnergyWindows=2,
        NumberOfDetectors=2,
        EnergyWindowVector=[1, 1, 2, 2],
        DetectorVector=[1, 2, 1, 2],
        EnergyWindowInformationSequence=[window(238, 252), window(126, 154)],
    )
    path = write(made, tmp_path)
    require_views(path, counts(2), counts(3))
    assert checks(path) == {"energy windows"}


def test_without_vectors_windows_come_one_after_the_other(tmp_path: Path):
    frames = np.stack([counts(seed) for seed in range(4)])
    made = planar(
        frames,
        [detector("anterior"), detector("posterior")],
        NumberOfEnergyWindows=2,
        NumberOfDetectors=2,
        EnergyWindowVector=None,
        DetectorVector=None,
        EnergyWindowInformationSequence=[window(0, 0, "Tc99m"), window(0, 0, "In111")],
    )
    require_views(write(made, tmp_path), counts(0), counts(1))


def test_the_whole_body_is_taken_before_static_views_and_of_two_the_later(tmp_path: Path):
    static = ["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"]
    write(one_view("anterior", 1, ImageType=static, AcquisitionTime="150000"), tmp_path, "1.dcm")
    write(one_view("anterior", 2, AcquisitionTime="080000"), tmp_path, "2.dcm")
    write(one_view("anterior", 3, AcquisitionTime="110000"), tmp_path, "3.dcm")
    np.testing.assert_array_equal(views(tmp_path)["anterior"], counts(3))
    assert checks(tmp_path) == {"scans"}


def test_a_posterior_view_of_another_time_is_left_out(tmp_path: Path):
    write(one_view("anterior", 1), tmp_path, "1.dcm")
    write(one_view("posterior", 2, AcquisitionTime="080000"), tmp_path, "2.dcm")
    assert list(views(tmp_path)) == ["anterior"]


def test_the_same_image_twice_is_one(tmp_path: Path):
    made, front, back = both_views()
    for name in ("1.dcm", "2.dcm"):
        write(made, tmp_path, name)
    require_views(tmp_path, front, back)
    assert checks(tmp_path) == {"copies"}


# Facts


def facts(folder: Path, **said: object) -> dict:
    made, *_ = both_views(**said)
    return dict(read_planar(write(made, folder))[0].facts)


def test_tracer_and_acquisition_become_facts_without_a_name(tmp_path: Path):
    told = tracer(
        RadionuclideTotalDose=612.0,
        RadiopharmaceuticalStartTime="085500.00",
        Radiopharmaceutical="Tc-99m HDP",
        RadionuclideCodeSequence=[code("C-163A8", "SNM3", "^99m^Technetium")],
    )
    found = facts(
        tmp_path,
        RadiopharmaceuticalInformationSequence=told,
        ActualFrameDuration=900000,
        ScanVelocity=2.5,
        PatientSize=1.7,
    )
    assert found == {
        "acquisition": "whole body",
        "isotope": "99mTc",
        "radiopharmaceutical": "HMDP",
        "dose_MBq": 612.0,
        "delay_min": 185.0,
        "duration_s": 900.0,
        "scan_speed_mm_per_s": 2.5,
        "height_cm": 170.0,
    }


@pytest.mark.parametrize(
    ("injected", "acquired", "minutes"),
    [
        ({"RadiopharmaceuticalStartTime": "220000"}, {"AcquisitionTime": "010000"}, 180.0),
        ({"RadiopharmaceuticalStartTime": "09:00:00"}, {"AcquisitionTime": "12:00:00"}, 180.0),
        ({"RadiopharmaceuticalStartDateTime": "20240310090000"}, {}, 180.0),
        ({"RadiopharmaceuticalStartDateTime": "20240309230000"}, {}, 780.0),
        (
            {"RadiopharmaceuticalStartDateTime": "20240310070000+0000"},
            {"TimezoneOffsetFromUTC": "+0200"},
            180.0,
        ),
        ({"RadiopharmaceuticalStartDateTime": "20240310090000+0100"}, {}, 180.0),
        ({"RadiopharmaceuticalStartTime": "090000"}, {"AcquisitionDate": None}, 180.0),
        (
            {"RadiopharmaceuticalStartDateTime": "20240310090000"},
            {"AcquisitionDate": None},
            180.0,
        ),
        (
            {"RadiopharmaceuticalStartTime": "090000"},
            {"AcquisitionDateTime": "20240310113000.5+0200"},
            150.0,
        ),
        ({"RadiopharmaceuticalStartTime": ""}, {}, None),
        ({}, {}, None),
    ],
)
@pytest.mark.filterwarnings("ignore:Invalid value for VR TM")
def test_the_delay_holds_past_midnight_and_without_dates(
    tmp_path: Path, injected: dict, acquired: dict, minutes: float | None
):
    told = tracer(**injected)
    found = facts(tmp_path, RadiopharmaceuticalInformationSequence=told, **acquired)
    assert found.get("delay_min") == minutes


def test_a_delay_that_cannot_be_is_left_out_with_a_warning(tmp_path: Path):
    told = tracer(RadiopharmaceuticalStartDateTime="20240301090000")
    made, *_ = both_views(RadiopharmaceuticalInformationSequence=told)
    (one, _) = read_planar(write(made, tmp_path))
    assert "delay_min" not in one.facts
    assert "delay" in {found.check for found in one.findings}


@pytest.mark.parametrize(
    ("stated", "dose", "warned"),
    [(650.0, 650.0, False), (6.5e8, 650.0, True), (20.0, 740.0, True), (650000.0, 650.0, True)],
)
def test_doses_in_other_units_are_turned_into_mbq_with_a_warning(
    tmp_path: Path, stated: float, dose: float, warned: bool
):
    made, *_ = both_views(
        RadiopharmaceuticalInformationSequence=tracer(RadionuclideTotalDose=stated)
    )
    (one, _) = read_planar(write(made, tmp_path))
    assert one.facts["dose_MBq"] == dose
    assert ("dose" in {found.check for found in one.findings}) == warned


def test_a_dose_that_is_none_is_left_out(tmp_path: Path):
    told = tracer(RadionuclideTotalDose=1.5)
    assert "dose_MBq" not in facts(tmp_path, RadiopharmaceuticalInformationSequence=told)


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ({"Radiopharmaceutical": "dpd"}, "radiopharmaceutical", "DPD"),
        ({"Radiopharmaceutical": "Something new"}, "radiopharmaceutical", "SOMETHING NEW"),
        ({"Radiopharmaceutical": "Tc-99m PYP"}, "isotope", "99mTc"),
        ({"Radiopharmaceutical": "I-123 MIBG"}, "isotope", "123I"),
        ({"Radiopharmaceutical": "MDP in 10 ml"}, "isotope", None),
        (
            {"RadionuclideCodeSequence": [code("C-111A1", "SRT", "^111^Indium")]},
            "isotope",
            "111In",
        ),
    ],
)
def test_tracers_and_isotopes_are_told_by_name(
    tmp_path: Path, said: dict, name: str, value: str | None
):
    found = facts(tmp_path, RadiopharmaceuticalInformationSequence=tracer(**said))
    assert found.get(name) == value


# Real files


@pytest.fixture
def real() -> Path:
    folder = SHARED / "nm_dicom"
    if not folder.exists():
        pytest.skip("the real NM files are not beside the project")
    return folder


def test_a_real_static_scan_of_two_detectors_has_its_counts_and_size(real: Path):
    path = real / "lung_perfusion_ANT_POST_2f.dcm"
    front, back = read_planar(path)
    stored = dcmread(path).pixel_array
    for one, frame in zip((front, back), stored, strict=True):
        np.testing.assert_array_equal(one.image.array[0, 0], frame)
        np.testing.assert_allclose(one.image.spacing, (2.3976,) * 3)
    assert (front.role, back.role) == (ANTERIOR, POSTERIOR)
    assert (front.facts["acquisition"], front.facts["isotope"]) == ("static", "99mTc")


def test_a_real_file_with_its_frames_exchanged_is_the_same(real: Path, tmp_path: Path):
    path = real / "lung_perfusion_ANT_POST_2f.dcm"
    made = dcmread(path)
    made.PixelData = made.pixel_array[::-1].tobytes()
    made.DetectorVector = [2, 1]
    made.save_as(tmp_path / "exchanged.dcm")
    expected = views(path)
    require_views(tmp_path, expected["anterior"], expected["posterior"])


def test_a_real_capture_of_a_whole_body_is_taken_with_warnings(real: Path, tmp_path: Path):
    path = real / "NM1_UNC_wholebody_bone_ANT.dcm"
    # Under another name: the name of the file tells nothing.
    copy = shutil.copy(path, tmp_path / "scan")
    (one,) = read_planar(copy)
    np.testing.assert_array_equal(one.image.array[0, 0], dcmread(path).pixel_array)
    assert one.image.array.sum() == 3596452
    np.testing.assert_allclose(one.image.spacing, (2.26,) * 3)
    assert {found.check for found in one.findings} == {"view", "capture"}
    assert (one.facts["duration_s"], one.facts["acquisition"]) == (1210.434, "whole body")
