"""Reading and writing volumes and masks."""

import gzip

import numpy as np
import pytest
import SimpleITK as sitk
from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.io import read_image, read_mask, write_image
from CardioAILib.io.labels import format_labels, parse_labels
from CardioAILib.study import Image, Mask
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

SUFFIXES = (".nii", ".nii.gz", ".nrrd", ".mha")
ANGLE = st.floats(-180, 180)
STEP = st.floats(0.5, 12)
PLACE = st.floats(-200, 200)


def _image(shape=(1, 3, 5, 4), matrix=None, dtype=np.float32):
    values = np.random.default_rng(0).normal(100, 30, shape).astype(dtype)
    return Image(values, np.eye(4) if matrix is None else matrix)


def _write_vector(path, kind="vector"):
    pixels = np.arange(3 * 4 * 5 * 2, dtype=np.float32).reshape(3, 4, 5, 2)
    sitk.WriteImage(sitk.GetImageFromArray(pixels, isVector=True), str(path))
    if path.suffix == ".nrrd":
        path.write_bytes(path.read_bytes().replace(b"kinds: vector", f"kinds: {kind}".encode()))
    return pixels


def _write_segments(path, *segments, array=None):
    """Write a `.seg.nrrd` with (name, value, code) segments."""
    pixels = np.zeros((3, 4, 5), np.uint8)
    pixels[:, 1, 1:4] = [[1, 2, 3]] if array is None else array
    image = sitk.GetImageFromArray(pixels)
    for number, (name, value, code) in enumerate(segments):
        entry = f"Context~SCT^85756007^Tissue~SCT^{code}^Meaning~^^~Parts~^^~^^"
        image.SetMetaData(f"Segment{number}_Name", name)
        image.SetMetaData(f"Segment{number}_LabelValue", str(value))
        image.SetMetaData(f"Segment{number}_Layer", "0")
        tags = f"Segmentation.Status:done|TerminologyEntry:{entry}|" if code else ""
        image.SetMetaData(f"Segment{number}_Tags", tags)
    sitk.WriteImage(image, str(path))


def _refused(error, raised, *words):
    """Check the class, that all three parts are said, and words of the message."""
    assert isinstance(raised.value, error)
    assert raised.value.got
    assert raised.value.wanted
    assert raised.value.fix
    for word in words:
        assert word in str(raised.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(
    angles=st.tuples(ANGLE, ANGLE, ANGLE),
    steps=st.tuples(STEP, STEP, STEP),
    place=st.tuples(PLACE, PLACE, PLACE),
    flips=st.tuples(*[st.sampled_from([-1, 1])] * 3),
)
@settings(max_examples=12, deadline=None)
def test_any_oblique_or_flipped_volume_survives_the_disk(
    suffix, tmp_path_factory, angles, steps, place, flips
):
    matrix = np.eye(4)
    turn = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
    matrix[:3, :3] = turn * (np.array(steps) * flips)
    matrix[:3, 3] = place
    image = _image(matrix=matrix)
    path = tmp_path_factory.mktemp("volume") / f"image{suffix}"
    write_image(image, path)
    back = read_image(path)
    np.testing.assert_array_equal(back.array, image.array)
    assert back.array.dtype == np.float32
    np.testing.assert_allclose(back.ijk_to_ras, matrix, atol=2e-3)
    np.testing.assert_allclose(back.spacing, image.spacing, rtol=1e-5)
    assert back.source == (f"image{suffix}",)
    assert len(back.digest) == 64


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_time_series_come_back_with_time_first(suffix, tmp_path):
    image = _image((4, 3, 5, 6), np.diag([1.5, -1.5, 10, 1.0]))
    write_image(image, tmp_path / f"cine{suffix}")
    back = read_image(tmp_path / f"cine{suffix}")
    np.testing.assert_array_equal(back.array, image.array)
    np.testing.assert_allclose(back.ijk_to_ras, image.ijk_to_ras, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32])
def test_integers_stay_integers(dtype, tmp_path):
    image = _image(dtype=dtype)
    write_image(image, tmp_path / "image.nrrd")
    assert read_image(tmp_path / "image.nrrd").array.dtype == dtype


@pytest.mark.parametrize(("dtype", "stored"), [(bool, np.uint8), (np.float64, np.float32)])
def test_what_files_cannot_hold_is_narrowed(dtype, stored, tmp_path):
    write_image(_image(dtype=dtype), tmp_path / "image.nii")
    assert read_image(tmp_path / "image.nii").array.dtype == stored


def test_lps_of_itk_becomes_ras(tmp_path):
    stored = sitk.GetImageFromArray(np.zeros((3, 4, 5), np.float32))
    stored.SetOrigin((10, 20, 30))
    stored.SetSpacing((1, 2, 3))
    sitk.WriteImage(stored, str(tmp_path / "image.nrrd"))
    image = read_image(tmp_path / "image.nrrd")
    expected = [[-1, 0, 0, -10], [0, -2, 0, -20], [0, 0, 3, 30], [0, 0, 0, 1]]
    np.testing.assert_allclose(image.ijk_to_ras, expected)
    assert image.spacing == (3, 2, 1)
    assert image.array.shape == (1, 3, 4, 5)


def test_nifti_sform_is_the_matrix(tmp_path):
    matrix = np.array([[0, 0, 8, -7], [1.5, 0, 0, 5], [0, -1.5, 0, 3], [0, 0, 0, 1.0]])
    write_image(_image(matrix=matrix), tmp_path / "image.nii")
    rows = np.frombuffer((tmp_path / "image.nii").read_bytes()[280:328], "<f4").reshape(3, 4)
    np.testing.assert_allclose(rows, matrix[:3], atol=1e-6)


def test_one_plane_becomes_one_slice(tmp_path):
    sitk.WriteImage(sitk.GetImageFromArray(np.ones((4, 5), np.uint8)), str(tmp_path / "a.mha"))
    assert read_image(tmp_path / "a.mha").array.shape == (1, 1, 4, 5)


def test_slicer_sequence_is_a_time_series(tmp_path):
    pixels = _write_vector(tmp_path / "a.nrrd", kind="list")
    image = read_image(tmp_path / "a.nrrd")
    np.testing.assert_array_equal(image.array, np.moveaxis(pixels, -1, 0))


def test_packed_volume_is_not_mixed_with_its_unpacked_namesake(tmp_path):
    packed, plain = _image(), Image(np.zeros((1, 3, 5, 4), np.float32), np.eye(4))
    write_image(packed, tmp_path / "a.nii.gz")
    write_image(plain, tmp_path / "a.nii")
    np.testing.assert_array_equal(read_image(tmp_path / "a.nii.gz").array, packed.array)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("part", [0.0, 0.4, 0.9, 0.99])
def test_truncated_file_is_refused(suffix, part, tmp_path):
    write_image(_image((1, 4, 30, 30)), tmp_path / f"whole{suffix}")
    data = (tmp_path / f"whole{suffix}").read_bytes()
    path = tmp_path / f"part{suffix}"
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(UnreadableFileError) as raised:
        read_image(path)
    _refused(UnreadableFileError, raised, path.name, "copy or export")


def test_gzip_of_several_members_is_whole(tmp_path):
    write_image(_image(), tmp_path / "a.nii")
    data = (tmp_path / "a.nii").read_bytes()
    (tmp_path / "b.nii.gz").write_bytes(gzip.compress(data[:400]) + gzip.compress(data[400:]))
    np.testing.assert_array_equal(read_image(tmp_path / "b.nii.gz").array, _image().array)


def test_text_is_no_image(tmp_path):
    (tmp_path / "notes.nii").write_text("not an image")
    with pytest.raises(UnreadableFileError) as raised:
        read_image(tmp_path / "notes.nii")
    _refused(UnreadableFileError, raised, "'notes.nii'", "NIfTI", "copy")


def test_missing_file_is_named_without_its_folder(tmp_path):
    with pytest.raises(UnreadableFileError) as raised:
        read_image(tmp_path / "gone.nii")
    _refused(UnreadableFileError, raised, "no file", "gone.nii", "check the path")
    assert str(tmp_path) not in str(raised.value)


@pytest.mark.parametrize("suffix", [".nrrd", ".nii", ".mha"])
def test_vectors_are_refused(suffix, tmp_path):
    _write_vector(tmp_path / f"a{suffix}")
    with pytest.raises(InputError) as raised:
        read_image(tmp_path / f"a{suffix}")
    _refused(InputError, raised, "2 float32 values a pixel", "one real number")


@pytest.mark.parametrize("name", ["a.png", "a.mhd", "nii"])
def test_other_formats_are_not_written(name, tmp_path):
    with pytest.raises(InputError) as raised:
        write_image(_image(), tmp_path / name)
    _refused(InputError, raised, name, ".nii.gz", "choose")


def test_sheared_volume_is_not_written(tmp_path):
    matrix = np.eye(4)
    matrix[0, 1] = 0.5
    with pytest.raises(InputError) as raised:
        write_image(_image(matrix=matrix), tmp_path / "a.nii")
    _refused(InputError, raised, "right angles", "resample")
    assert not list(tmp_path.iterdir())


def test_failed_writing_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    write_image(_image(), tmp_path / "a.nii")
    before = (tmp_path / "a.nii").read_bytes()

    def fail(_, path, **__):
        with open(path, "wb") as file:
            file.write(b"half")
        raise RuntimeError("disk full")

    monkeypatch.setattr(sitk, "WriteImage", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        write_image(_image((1, 2, 2, 2)), tmp_path / "a.nii")
    assert [path.name for path in tmp_path.iterdir()] == ["a.nii"]
    assert (tmp_path / "a.nii").read_bytes() == before


def test_plain_mask_of_one_value_is_myocardium(tmp_path):
    write_image(Image(np.full((1, 2, 3, 3), 7, np.uint8), np.eye(4)), tmp_path / "m.nii")
    mask = read_mask(tmp_path / "m.nii")
    assert mask.labels == {"myocardium": 7}
    assert mask.of("myocardium").all()


def test_float_mask_of_whole_numbers_becomes_integer(tmp_path):
    write_image(Image(np.ones((1, 2, 3, 3), np.float32), np.eye(4)), tmp_path / "m.nii")
    assert read_mask(tmp_path / "m.nii").array.dtype.kind == "i"


def test_given_labels_are_kept(tmp_path):
    pixels = np.arange(4, dtype=np.uint8).reshape(1, 1, 2, 2)
    write_image(Image(pixels, np.eye(4)), tmp_path / "m.nii")
    labels = {"rv_cavity": 1, "myocardium": 2}
    mask = read_mask(tmp_path / "m.nii", labels)
    assert isinstance(mask, Mask)
    assert mask.labels == labels


def test_several_values_without_meaning_are_refused(tmp_path):
    pixels = np.arange(4, dtype=np.uint8).reshape(1, 1, 2, 2)
    write_image(Image(pixels, np.eye(4)), tmp_path / "m.nii")
    with pytest.raises(InputError) as raised:
        read_mask(tmp_path / "m.nii")
    _refused(InputError, raised, "1, 2, 3", "mask_labels")


@pytest.mark.parametrize("value", [0.5, -1.0, np.nan])
def test_fractions_and_negative_labels_are_refused(value, tmp_path):
    write_image(Image(np.full((1, 2, 3, 3), value, np.float32), np.eye(4)), tmp_path / "m.nrrd")
    with pytest.raises(InputError) as raised:
        read_mask(tmp_path / "m.nrrd")
    _refused(InputError, raised, "m.nrrd", "whole numbers", "nearest neighbor")


def test_segments_are_known_by_terminology_before_name(tmp_path):
    path = tmp_path / "s.seg.nrrd"
    _write_segments(
        path, ("A", 1, "53085002"), ("left ventricle", 2, "74281007"), ("C", 3, "87878005")
    )
    assert read_mask(path).labels == {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3}


def test_segments_are_known_by_name(tmp_path):
    path = tmp_path / "s.seg.nrrd"
    _write_segments(path, ("RV Cavity", 1, ""), ("LV Myocardium", 2, ""), ("scar", 3, ""))
    mask = read_mask(path)
    assert mask.labels == {"rv_cavity": 1, "myocardium": 2}
    assert mask.of("myocardium").sum() == 3


@pytest.mark.parametrize("names", [("scar", "clot"), ("myocardium", "lv myocardium")])
def test_unknown_or_repeated_segments_are_refused(names, tmp_path):
    path = tmp_path / "s.seg.nrrd"
    _write_segments(path, *((name, value, "") for value, name in enumerate(names, 1)))
    with pytest.raises(InputError) as raised:
        read_mask(path)
    _refused(InputError, raised, names[0], "terminology")


def test_segments_in_layers_are_refused(tmp_path):
    path = tmp_path / "s.seg.nrrd"
    image = sitk.GetImageFromArray(np.zeros((3, 4, 5, 2), np.uint8), isVector=True)
    image.SetMetaData("Segment0_Name", "myocardium")
    image.SetMetaData("Segment0_LabelValue", "1")
    sitk.WriteImage(image, str(path))
    with pytest.raises(InputError) as raised:
        read_mask(path)
    _refused(InputError, raised, "overlap", "single layer", "labelmap")


def test_label_lists_survive_text():
    text = "rv_cavity=1;myocardium=2;lv_cavity=3"
    assert format_labels(parse_labels(text)) == text


@pytest.mark.parametrize("text", ["", "myocardium", "a=0", "a=1;a=2", "a=1;b=1", "a=-1", "a=x"])
def test_malformed_label_lists_are_refused(text):
    with pytest.raises(InputError) as raised:
        parse_labels(text)
    _refused(InputError, raised, "label list", "rv_cavity=1")
