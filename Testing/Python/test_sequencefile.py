"""Clips and their heatmaps as files of 3D Slicer's sequences."""

from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.io import read_image
from CardioAILib.io.sequencefile import write_sequence
from CardioAILib.study import Image
from CardioAILib.verbs.heatmapfiles import write_heatmap

MATRIX = np.array([[-0.3, 0, 0, 4], [0, -0.4, 0, 5], [0, 0, 1, 6], [0, 0, 0, 1.0]])


def clip(kind: str = "uint8", times: tuple[float, ...] = (0.0, 33.3667, 70.1)) -> Image:
    array = np.random.default_rng(0).integers(0, 250, (3, 1, 8, 12)).astype(kind)
    return Image(array, MATRIX, times_ms=times)


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float32"])
def test_a_clip_comes_back_as_it_was_written(tmp_path: Path, kind: str):
    given = clip(kind)
    write_sequence(given, tmp_path / "clip.seq.nrrd")
    found = read_image(tmp_path / "clip.seq.nrrd")
    assert found.array.dtype == given.array.dtype
    np.testing.assert_array_equal(found.array, given.array)
    np.testing.assert_allclose(found.ijk_to_ras, MATRIX)


def test_the_header_holds_true_frame_times_in_seconds(tmp_path: Path):
    write_sequence(clip(), tmp_path / "clip.seq.nrrd", {"note": "a word"})
    header = (tmp_path / "clip.seq.nrrd").read_bytes().split(b"\n\n")[0].decode().splitlines()
    assert "axis 3 index values:=0 0.0333667 0.0701" in header
    assert 'units: "" "" "" "s"' in header
    assert "note:=a word" in header


def test_frames_without_times_are_numbered(tmp_path: Path):
    write_sequence(clip(times=()), tmp_path / "clip.seq.nrrd")
    header = (tmp_path / "clip.seq.nrrd").read_bytes().split(b"\n\n")[0].decode().splitlines()
    assert "axis 3 index values:=0 1 2" in header
    assert 'labels: "" "" "" "frame"' in header


def test_3d_slicer_reads_the_frames_at_their_times(tmp_path: Path):
    slicer = pytest.importorskip("slicer", reason="needs MRML of 3D Slicer")
    if not hasattr(slicer, "vtkMRMLVolumeSequenceStorageNode"):
        pytest.skip("needs MRML of 3D Slicer")
    given = clip()
    write_sequence(given, tmp_path / "clip.seq.nrrd")
    scene, storage = slicer.vtkMRMLScene(), slicer.vtkMRMLVolumeSequenceStorageNode()
    sequence = slicer.vtkMRMLSequenceNode()
    scene.AddNode(sequence)
    scene.AddNode(storage)
    storage.SetFileName(str(tmp_path / "clip.seq.nrrd"))
    assert storage.ReadData(sequence) == 1
    assert [sequence.GetNthIndexValue(i) for i in range(3)] == ["0", "0.0333667", "0.0701"]
    assert sequence.GetIndexUnit() == "s"
    pixel = sequence.GetNthDataNode(2).GetImageData().GetScalarComponentAsDouble(5, 3, 0, 0)
    assert pixel == given.array[2, 0, 3, 5]


def test_other_endings_and_types_are_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"\.seq\.nrrd"):
        write_sequence(clip(), tmp_path / "clip.nrrd")
    with pytest.raises(InputError, match="float64"):
        write_sequence(clip("float64"), tmp_path / "clip.seq.nrrd")
    assert not list(tmp_path.iterdir())


def test_a_heatmap_of_a_clip_is_stored_in_bytes_and_one_of_a_volume_as_numbers(tmp_path: Path):
    array = np.linspace(0, 1, 96, dtype=np.float32).reshape(1, 1, 8, 12)
    moving = Image(np.concatenate([array, 0 * array]), MATRIX, times_ms=(0.0, 20.0))
    name = write_heatmap(moving, tmp_path, "s1_A4C")
    assert name == "s1_A4C.seq.nrrd"
    found = read_image(tmp_path / name).array
    assert found.dtype == np.uint8
    np.testing.assert_allclose(found / 255.0, moving.array, atol=0.002)
    assert write_heatmap(Image(array, MATRIX), tmp_path, "s1_SAX") == "s1_SAX.nii.gz"
    np.testing.assert_array_equal(read_image(tmp_path / "s1_SAX.nii.gz").array, array)
