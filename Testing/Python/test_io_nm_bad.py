"""Files of nuclear medicine that are no planar scan, or that cannot be read: each is named."""

from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import (
    DependencyError,
    InputError,
    UnreadableFileError,
)
from CardioAILib.io import read_planar
from conftest import SHARED
from helpers_nm import (
    CAPTURE,
    both_views,
    code,
    counts,
    detector,
    item,
    one_view,
    planar,
    window,
    write,
)
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import JPEGLSLossless


def kinds(value: str) -> list[str]:
    return ["ORIGINAL", "PRIMARY", value, "EMISSION"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"ImageType": kinds("TOMO")}, "the projections of SPECT"),
        ({"ImageType": kinds("RECON TOMO")}, "reconstructed slices of SPECT"),
        ({"ImageType": kinds("RECON GATED TOMO")}, "gated SPECT"),
        ({"ImageType": kinds("DYNAMIC")}, "a dynamic series"),
        ({"ImageType": kinds("GATED")}, "a gated series"),
        ({"ImageType": ["ORIGINAL", "PRIMARY"], "SliceVector": [1, 2]}, "slices of SPECT"),
        ({"ImageType": ["ORIGINAL", "PRIMARY"], "PhaseVector": [1, 2]}, "a dynamic series"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "STATIC", "TRANSMISSION"]}, "a transmission scan"),
        ({"ImageID": "GEOMEAN"}, "the geometric mean of two views"),
        ({"SeriesDescription": "WB G-MEAN"}, "the geometric mean of two views"),
    ],
)
def test_what_is_not_planar_is_refused_by_name(tmp_path: Path, said: dict, told: str):
    made, *_ = both_views(**said)
    with pytest.raises(InputError, match=told):
        read_planar(write(made, tmp_path))


def test_a_real_spect_series_is_refused_by_name():
    path = SHARED / "nm_dicom" / "NM-MONO2-16-13x-heart_SPECT.dcm"
    if not path.exists():
        pytest.skip("the real NM files are not beside the project")
    with pytest.raises(InputError, match="reconstructed slices of SPECT"):
        read_planar(path)


def test_spect_beside_a_planar_scan_is_passed_over(tmp_path: Path):
    made, front, _ = both_views()
    write(made, tmp_path, "1.dcm")
    write(both_views(ImageType=kinds("TOMO"))[0], tmp_path, "2.dcm")
    one, _ = read_planar(tmp_path)
    np.testing.assert_array_equal(one.image.array[0, 0], front)


def test_a_color_screenshot_is_refused(tmp_path: Path):
    made = one_view("anterior", SamplesPerPixel=3, PhotometricInterpretation="RGB")
    with pytest.raises(InputError, match="a color picture of a scan"):
        read_planar(write(made, tmp_path))


def test_a_posterior_view_alone_is_read_as_such(tmp_path: Path):
    (one,) = read_planar(write(one_view("posterior"), tmp_path))
    assert one.role.view == "posterior"


def test_one_frame_of_which_nothing_tells_the_view_is_anterior_with_a_warning(tmp_path: Path):
    (one,) = read_planar(write(one_view(None), tmp_path))
    assert one.role.view == "anterior"
    assert "nothing in the header tells the view" in one.findings[0].message


@pytest.mark.parametrize("names", [(None, None), ("anterior", "anterior"), ("LAO", "LAO")], ids=str)
def test_frames_whose_views_are_unclear_are_refused(tmp_path: Path, names: tuple):
    made = planar(np.stack([counts(1), counts(2)]), [detector(name) for name in names])
    with pytest.raises(InputError, match="frames whose views are"):
        read_planar(write(made, tmp_path))


def test_an_oblique_view_is_no_anterior_one(tmp_path: Path):
    own = item(ViewCodeSequence=[code("399074003", "SCT", "Left anterior oblique")])
    with pytest.raises(InputError, match="frames whose views are other"):
        read_planar(write(planar(counts(1)[None], [own]), tmp_path))


def test_more_frames_than_windows_and_detectors_are_refused(tmp_path: Path):
    frames = np.stack([counts(seed) for seed in range(3)])
    made = planar(frames, EnergyWindowVector=None, DetectorVector=None, NumberOfDetectors=1)
    with pytest.raises(InputError, match="nothing that says which is which"):
        read_planar(write(made, tmp_path))


@pytest.mark.parametrize(
    "windows", [[window(150, 170), window(238, 252)], [window(126, 154), window(130, 150)], []]
)
def test_windows_of_which_technetium_cannot_be_told_are_refused(tmp_path: Path, windows: list):
    made, *_ = both_views(
        NumberOfEnergyWindows=2,
        NumberOfDetectors=1,
        EnergyWindowVector=[1, 2],
        DetectorVector=[1, 1],
        EnergyWindowInformationSequence=windows,
    )
    with pytest.raises(InputError, match="2 energy windows"):
        read_planar(write(made, tmp_path))


def test_counts_below_0_are_refused(tmp_path: Path):
    frames = counts(1)[None].astype(np.int16) - 100
    (one,) = read_planar(write(planar(frames, [detector("anterior")]), tmp_path))
    with pytest.raises(InputError, match="counts below 0"):
        _ = one.image


@pytest.mark.parametrize("share", [0.2, 0.5, 0.97])
def test_a_truncated_file_is_refused_with_a_remedy(tmp_path: Path, share: float):
    made, *_ = both_views()
    path = write(made, tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(UnreadableFileError, match=r"copy or export the scan again"):
        _ = [one.image for one in read_planar(path)]


def test_a_truncated_file_leaves_the_others_of_the_folder_in_place(tmp_path: Path):
    made, front, _ = both_views()
    path = write(made, tmp_path, "1.dcm")
    (tmp_path / "0.dcm").write_bytes(path.read_bytes()[:400])
    broken, one, _ = read_planar(tmp_path)
    np.testing.assert_array_equal(one.image.array[0, 0], front)
    with pytest.raises(UnreadableFileError, match="truncated or damaged"):
        _ = broken.image


def test_a_header_with_a_value_that_is_no_number_is_refused(tmp_path: Path):
    path = write(both_views()[0], tmp_path)
    frames = b"\x28\x00\x08\x00IS\x02\x00"
    content = path.read_bytes()
    assert content.count(frames + b"2 ") == 1
    path.write_bytes(content.replace(frames + b"2 ", frames + b"xx"))
    with pytest.raises(UnreadableFileError, match="a header with a value that cannot be read"):
        read_planar(path)


def test_scans_of_two_patients_in_one_study_are_refused(tmp_path: Path):
    write(one_view("anterior"), tmp_path, "1.dcm")
    write(one_view("posterior", PatientID="P-78"), tmp_path, "2.dcm")
    with pytest.raises(InputError, match="scans of 2 patients"):
        read_planar(tmp_path)


def test_a_file_that_only_its_name_calls_dicom_is_refused(tmp_path: Path):
    (tmp_path / "Doe.dcm").write_bytes(b"")
    with pytest.raises(UnreadableFileError, match="its first bytes do not") as caught:
        read_planar(tmp_path)
    assert "Doe" not in str(caught.value)
    write(both_views()[0], tmp_path, "other.dcm")
    assert [one.error is None for one in read_planar(tmp_path)] == [False, True, True]


def test_a_folder_without_nuclear_medicine_is_refused(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("nothing")
    write(one_view("anterior", SOPClassUID="1.2.840.10008.5.1.4.1.1.4"), tmp_path)
    with pytest.raises(UnreadableFileError, match="no image of nuclear medicine"):
        read_planar(tmp_path)


def test_a_missing_decoder_is_named_with_a_remedy(tmp_path: Path):
    path = write(one_view("anterior"), tmp_path)
    made = dcmread(path)
    made.file_meta.TransferSyntaxUID = JPEGLSLossless
    from pydicom.encaps import encapsulate

    made.PixelData = encapsulate([b"\xff\xd8\xff\xf7nothing of the kind\xff\xd9"])
    made["PixelData"].is_undefined_length = True
    made.save_as(path)
    (one,) = read_planar(path)
    with pytest.raises((DependencyError, UnreadableFileError), match=r"JPEG-LS|decoded"):
        _ = one.image


# What is taken with a warning


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ({"SOPClassUID": CAPTURE}, "capture"),
        ({"PixelSpacing": None}, "spacing unknown"),
        ({"PhotometricInterpretation": "MONOCHROME1"}, "display"),
        ({"LossyImageCompression": "01"}, "compression"),
        ({"RescaleSlope": 2.0, "RescaleIntercept": 0.0}, "rescaled"),
    ],
)
def test_doubtful_pixels_are_taken_with_a_warning(tmp_path: Path, said: dict, check: str):
    (one,) = read_planar(write(one_view("anterior", **said), tmp_path))
    np.testing.assert_array_equal(one.image.array[0, 0], counts(1))
    assert [found.check for found in one.findings] == [check]


def test_8_bit_counts_are_taken_with_a_warning(tmp_path: Path):
    frames = (counts(1) // 2).astype(np.uint8)[None]
    (one,) = read_planar(write(planar(frames, [detector("anterior")]), tmp_path))
    assert [found.check for found in one.findings] == ["8 bits"]


def test_a_capture_of_an_inverted_display_becomes_bright(tmp_path: Path):
    said = {"SOPClassUID": CAPTURE, "PhotometricInterpretation": "MONOCHROME1"}
    (one,) = read_planar(write(one_view("anterior", **said), tmp_path))
    np.testing.assert_array_equal(one.image.array[0, 0], counts(1).max() - counts(1))
    assert "turned" in {found.check: found.message for found in one.findings}["display"]


def test_a_capture_with_a_palette_is_refused_and_an_nm_image_with_one_is_not(tmp_path: Path):
    said = {"PhotometricInterpretation": "PALETTE COLOR"}
    (one,) = read_planar(write(one_view("anterior", **said), tmp_path))
    np.testing.assert_array_equal(one.image.array[0, 0], counts(1))
    with pytest.raises(InputError, match="a color picture"):
        read_planar(write(one_view("anterior", SOPClassUID=CAPTURE, **said), tmp_path))


def test_a_whole_body_of_unknown_pixel_size_is_of_usual_height(tmp_path: Path):
    frames = np.zeros((1, 400, 100), np.uint16)
    frames[0, 20:360, 30:70] = 90
    (one,) = read_planar(write(planar(frames, PixelSpacing=None), tmp_path))
    assert one.image.spacing[1] == one.image.spacing[2] == pytest.approx(5.0, rel=0.02)


@pytest.mark.parametrize("name", ["JPEG2000.dcm", "JPGExtended.dcm"])
def test_lossy_compressed_whole_bodies_of_pydicom_are_read_with_a_warning(name: str):
    path = get_testdata_file(name, download=False)
    if path is None:
        pytest.skip("pydicom's test files are not installed")
    (one,) = read_planar(path)
    assert one.image.array.shape == (1, 1, 1024, 256)
    assert one.image.array.sum() == pytest.approx(3.6e6, rel=0.06)
    assert "compression" in {found.check for found in one.findings}


def test_neither_errors_nor_findings_name_a_patient_or_a_folder(tmp_path: Path):
    folder = tmp_path / "Doe^Jane"
    write(one_view(None), folder, "1.dcm")
    write(one_view("anterior", StudyInstanceUID="1.2.7.2", ImageType=kinds("TOMO")), folder, "2")
    told = repr(read_planar(folder))
    for secret in ("Doe", "P-77", "1.2.7", str(tmp_path)):
        assert secret not in told
