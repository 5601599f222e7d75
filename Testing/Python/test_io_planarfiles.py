"""Planar scans that cohort tables and pictures hold."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from CardioAILib.errors import CardioAIError, InputError, MissingInputError, UnreadableFileError
from CardioAILib.io import read_cohort, write_cohort
from CardioAILib.study import Role, Study
from CardioAILib.verbs.headers import header_findings
from helpers_nm import SPACING, both_views, one_view, tracer, write

ANTERIOR, POSTERIOR = Role("NM", "planar", "anterior"), Role("NM", "planar", "posterior")


@pytest.fixture
def row(tmp_path: Path) -> Callable[..., Study]:
    """The study of a table with one row."""

    def read(**cells: object) -> Study:
        write_cohort([{"subject": "s1", **cells}], tmp_path / "cohort.csv")
        (study,) = read_cohort(tmp_path / "cohort.csv")
        return study

    return read


def picture(folder: Path, levels: np.ndarray, name: str = "scan.png") -> str:
    """Write a picture (H, W) or (H, W, channels)."""
    image = sitk.GetImageFromArray(levels, isVector=levels.ndim == 3)
    sitk.WriteImage(image, str(folder / name))
    return name


def body(shape: tuple[int, int] = (40, 16)) -> np.ndarray:
    """A bright body on a dark ground."""
    levels = np.zeros(shape, np.uint8)
    levels[4:36, 5:11] = np.arange(32 * 6).reshape(32, 6) + 20
    return levels


# DICOM


def test_cells_may_name_one_file_of_both_views(row: Callable[..., Study], tmp_path: Path):
    made, front, back = both_views()
    write(made, tmp_path)
    study = row(anterior="scan.dcm", posterior="scan.dcm")
    np.testing.assert_array_equal(study.images[ANTERIOR].array[0, 0], front)
    np.testing.assert_array_equal(study.images[POSTERIOR].array[0, 0], back)
    np.testing.assert_allclose(study.images[ANTERIOR].spacing[1:], SPACING)


def test_the_posterior_view_in_the_file_of_the_anterior_one_is_taken_along(
    row: Callable[..., Study], tmp_path: Path
):
    made, _, back = both_views()
    write(made, tmp_path)
    study = row(anterior="scan.dcm")
    np.testing.assert_array_equal(study.images[POSTERIOR].array[0, 0], back)


def test_a_posterior_view_that_the_table_names_is_kept(row: Callable[..., Study], tmp_path: Path):
    write(both_views()[0], tmp_path)
    made = one_view("posterior", seed=5)
    write(made, tmp_path, "back.dcm")
    study = row(anterior="scan.dcm", posterior="back.dcm")
    assert study.images.files[POSTERIOR] == (tmp_path / "back.dcm",)


def test_no_posterior_view_is_made_up(row: Callable[..., Study], tmp_path: Path):
    write(one_view("anterior"), tmp_path)
    assert POSTERIOR not in row(anterior="scan.dcm").images


def test_the_header_fills_in_the_facts_that_the_table_leaves_out(
    row: Callable[..., Study], tmp_path: Path
):
    told = tracer(RadionuclideTotalDose=612.0, Radiopharmaceutical="DPD")
    write(both_views(RadiopharmaceuticalInformationSequence=told)[0], tmp_path)
    facts = row(anterior="scan.dcm", dose_MBq=700, grade=2).facts
    assert (facts["dose_MBq"], facts["radiopharmaceutical"], facts["grade"]) == (700, "DPD", 2)


def test_a_file_whose_header_tells_no_view_is_of_the_column_that_names_it(
    row: Callable[..., Study], tmp_path: Path
):
    write(one_view(None), tmp_path)
    study = row(posterior="scan.dcm")
    assert study.images[POSTERIOR].ijk_to_ras[0, 0] > 0
    (finding,) = header_findings(study)
    assert "taken for the posterior one" in finding.message


def test_a_file_of_the_other_view_is_refused(row: Callable[..., Study], tmp_path: Path):
    write(one_view("posterior"), tmp_path)
    with pytest.raises(MissingInputError, match="posterior view in the column 'anterior'"):
        _ = row(anterior="scan.dcm").images[ANTERIOR]


def test_a_damaged_file_is_told_when_its_pixels_are_asked_for(
    row: Callable[..., Study], tmp_path: Path
):
    path = write(one_view("anterior"), tmp_path)
    for kept in (300, 0):
        path.write_bytes(path.read_bytes()[:kept])
        study = row(anterior="scan.dcm")
        assert not header_findings(study)
        with pytest.raises(UnreadableFileError, match="truncated or damaged"):
            _ = study.images[ANTERIOR]


# Pictures


def test_a_gray_picture_is_taken_with_a_warning(row: Callable[..., Study], tmp_path: Path):
    picture(tmp_path, body())
    study = row(anterior="scan.png")
    image = study.images[ANTERIOR]
    np.testing.assert_array_equal(image.array[0, 0], body())
    axes = image.ijk_to_ras[:3, :2] / image.spacing[1]
    np.testing.assert_allclose(axes, [[-1, 0], [0, 0], [0, -1]])
    (finding,) = header_findings(study)
    assert (finding.check, finding.message[:9]) == ("picture", "anterior:")


def test_an_inverted_picture_is_turned_and_takes_the_size_of_the_table(
    row: Callable[..., Study], tmp_path: Path
):
    picture(tmp_path, 255 - body())
    image = row(anterior="scan.png", assumed_spacing_mm="2.2x2.4x10").images[ANTERIOR]
    np.testing.assert_array_equal(image.array[0, 0], body())
    np.testing.assert_allclose(image.spacing[1:], (2.4, 2.2))


def test_a_whole_body_of_unknown_pixel_size_is_of_usual_height(
    row: Callable[..., Study], tmp_path: Path
):
    levels = np.zeros((400, 100), np.uint8)
    levels[20:360, 30:70] = 90
    picture(tmp_path, levels)
    spacing = row(anterior="scan.png").images[ANTERIOR].spacing
    assert spacing[1] == spacing[2] == pytest.approx(1700 / 340, rel=0.02)
    picture(tmp_path, levels[:120], "chest.png")
    assert row(anterior="chest.png").images[ANTERIOR].spacing[1:] == (1.0, 1.0)


@pytest.mark.parametrize("channels", [3, 4])
def test_gray_in_channels_of_color_is_gray(
    row: Callable[..., Study], tmp_path: Path, channels: int
):
    levels = np.repeat(body()[..., np.newaxis], channels, axis=-1)
    levels[..., 3:] = 255
    picture(tmp_path, levels)
    np.testing.assert_array_equal(row(anterior="scan.png").images[ANTERIOR].array[0, 0], body())


def test_a_jpeg_is_read_too(row: Callable[..., Study], tmp_path: Path):
    picture(tmp_path, body(), "scan.jpg")
    found = row(anterior="scan.jpg").images[ANTERIOR].array[0, 0].astype(int)
    assert np.abs(found - body()).mean() < 12


def test_a_color_screenshot_is_refused(row: Callable[..., Study], tmp_path: Path):
    levels = np.repeat(body()[..., np.newaxis], 3, axis=-1)
    levels[..., 2] //= 2
    picture(tmp_path, levels)
    with pytest.raises(InputError, match="a color picture of a scan"):
        _ = row(anterior="scan.png").images[ANTERIOR]


@pytest.mark.parametrize("inverted", [False, True])
def test_two_views_side_by_side_are_refused(
    row: Callable[..., Study], tmp_path: Path, inverted: bool
):
    levels = np.hstack([body(), body()])
    levels[::7, 15] = 10  # scatter between both, brighter than air
    picture(tmp_path, 255 - levels if inverted else levels)
    with pytest.raises(InputError, match="two views side by side"):
        _ = row(anterior="scan.png").images[ANTERIOR]


def test_a_truncated_picture_is_refused_without_its_name(row: Callable[..., Study], tmp_path: Path):
    path = tmp_path / picture(tmp_path, body(), "Doe.png")
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(CardioAIError) as caught:
        _ = row(anterior="Doe.png").images[ANTERIOR]
    assert "Doe" not in str(caught.value)


@pytest.mark.parametrize("name", ["Doe.jpg", "Doe.png"])
def test_a_picture_of_which_the_end_is_missing_is_refused(
    row: Callable[..., Study], tmp_path: Path, name: str
):
    noise = np.random.default_rng(0).integers(0, 200, (200, 80)).astype(np.uint8)
    path = tmp_path / picture(tmp_path, noise, name)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UnreadableFileError, match="no whole image") as caught:
        _ = row(anterior=name).images[ANTERIOR]
    assert "Doe" not in str(caught.value)


def test_an_empty_picture_is_left_to_the_checks(row: Callable[..., Study], tmp_path: Path):
    picture(tmp_path, np.zeros((20, 8), np.uint8))
    assert not row(anterior="scan.png").images[ANTERIOR].array.any()
