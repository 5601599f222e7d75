"""Cine MR from DICOM: order, geometry, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.io import read_dicom_cine
from conftest import SHARED
from pydicom import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

MR = "1.2.840.10008.5.1.4.1.1.4"
ROW, COLUMN = np.array([0.8, 0.0, 0.6]), np.array([0.36, 0.8, -0.48])
NORMAL = np.cross(ROW, COLUMN)
STUDY = generate_uid()


def value(phase: int, level: int) -> np.ndarray:
    """Pixels (2, 3) that tell phase, slice, row and column."""
    return 100 * phase + 10 * level + np.arange(6).reshape(2, 3)


def write(
    path: Path, phase: int, level: int, place: float | None = None, **changed: object
) -> None:
    """Write one small MR image; each slice is a series of its own, as many scanners store it."""
    corner = np.array([10.0, 20.0, 30.0]) + NORMAL * 8.0 * level
    image = Dataset()
    image.SOPClassUID, image.SOPInstanceUID = MR, generate_uid()
    image.StudyInstanceUID, image.SeriesInstanceUID = STUDY, f"1.2.3.{level + 1}"
    image.Rows, image.Columns, image.PixelSpacing = 2, 3, [1.5, 1.25]
    image.SliceThickness, image.TriggerTime = 6.0, 40.0 * phase
    image.ImageOrientationPatient = [*ROW, *COLUMN]
    image.ImagePositionPatient = [float(f"{x:.6f}") for x in corner]
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation, image.SamplesPerPixel = 15, 0, 1
    image.PhotometricInterpretation = "MONOCHROME2"
    image.RescaleSlope, image.RescaleIntercept = 2, -1
    image.PixelData = value(phase, level).astype(np.uint16).tobytes()
    for name, new in changed.items():
        setattr(image, name, new)
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.save_as(path, enforce_file_format=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three phases of four slices, under names that say nothing of their order."""
    names = np.random.default_rng(0).permutation(12)
    for number, name in enumerate(names):
        write(tmp_path / f"{name:03}", number % 3, number // 3)
    (tmp_path / "DICOMDIR").write_bytes(b"no image")
    return tmp_path


def test_slices_and_phases_come_in_order_with_rescaled_pixels(folder: Path) -> None:
    (cine,) = read_dicom_cine(folder)
    wanted = [[2 * value(phase, level) - 1 for level in range(4)] for phase in range(3)]
    np.testing.assert_array_equal(cine.image.array, wanted)
    assert cine.times == (0.0, 40.0, 80.0)


def test_a_voxel_lies_where_the_standard_puts_it(folder: Path) -> None:
    (cine,) = read_dicom_cine(folder)
    i, j, k = 2, 1, 3
    lps = np.array([10, 20, 30]) + ROW * 1.25 * i + COLUMN * 1.5 * j + NORMAL * 8 * k
    found = cine.image.ijk_to_ras @ [i, j, k, 1]
    np.testing.assert_allclose(found[:3], lps * [-1, -1, 1], atol=1e-4)


def test_one_slice_takes_its_thickness_for_spacing(tmp_path: Path) -> None:
    write(tmp_path / "one", 0, 0)
    (cine,) = read_dicom_cine(tmp_path)
    assert cine.image.array.shape == (1, 1, 2, 3)
    assert cine.image.spacing[0] == pytest.approx(6.0)


def test_planes_are_told_apart(folder: Path) -> None:
    write(folder / "long-axis", 0, 9, ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    stack, other = read_dicom_cine(folder)
    assert (stack.image.array.shape[1], other.image.array.shape[1]) == (4, 1)


def test_a_missing_phase_is_refused(folder: Path) -> None:
    write(folder / "fourth", 3, 0)
    with pytest.raises(InputError, match=r"4, 3, 3, 3 phases.*add the missing files"):
        read_dicom_cine(folder)


def test_a_missing_slice_is_refused(folder: Path) -> None:
    for phase in range(3):
        write(folder / f"far-{phase}", phase, 5)
    with pytest.raises(InputError, match=r"16\.0 mm apart"):
        read_dicom_cine(folder)


def test_a_slice_shifted_sideways_is_refused(folder: Path) -> None:
    corner = np.array([10.0, 20.0, 30.0]) + NORMAL * 32 + ROW * 5
    for phase in range(3):
        place = [float(f"{x:.6f}") for x in corner]
        write(folder / f"aside-{phase}", phase, 4, ImagePositionPatient=place)
    with pytest.raises(InputError, match=r"sideways by 5\.0 mm"):
        read_dicom_cine(folder)


def test_a_folder_without_mr_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(UnreadableFileError, match="MR Image Storage"):
        read_dicom_cine(tmp_path)


def test_truncated_pixels_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "cut", 0, 0, PixelData=b"\0\0")
    with pytest.raises(UnreadableFileError, match="cannot be decoded"):
        read_dicom_cine(tmp_path)


def test_a_real_study_agrees_with_itk() -> None:
    folder = SHARED / "cmr_cine_dicom"
    if not folder.exists():
        pytest.skip("no real DICOM study beside the project")
    import SimpleITK as sitk
    from CardioAILib.io import read_image

    cines = read_dicom_cine(folder)
    assert [cine.image.array.shape[:2] for cine in cines] == [(25, 2), (25, 1), (25, 1)]
    reader = sitk.ImageSeriesReader()
    names = [min((folder / "Se6").glob("*.dcm"), key=_trigger_time)]
    reader.SetFileNames([str(name) for name in names])
    itk = sitk.GetArrayFromImage(reader.Execute())
    four_chamber = next(c for c in cines if c.times[1] == pytest.approx(35.04))
    np.testing.assert_array_equal(four_chamber.image.array[0], itk)
    # ITK calls a slice read by itself 1 mm thick; all else is the same.
    own, other = four_chamber.image.ijk_to_ras, read_image(names[0]).ijk_to_ras
    np.testing.assert_allclose(np.delete(own, 2, axis=1), np.delete(other, 2, axis=1), atol=1e-5)
    np.testing.assert_allclose(own[:, 2], 6.0 * other[:, 2], atol=1e-4)


def _trigger_time(path: Path) -> float:
    from pydicom import dcmread

    return float(dcmread(path, stop_before_pixels=True).TriggerTime)
