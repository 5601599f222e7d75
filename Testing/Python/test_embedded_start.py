"""The embedded scene is what the application's would be, and slicer.util works on it."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from CardioAILib.embedded import add_image, add_outlines, start
from CardioAILib.errors import DependencyError, InputError
from helpers_embedded import embedded_scene, oblique, square_heart

slicer = pytest.importorskip("slicer", reason="slicer-core is not installed")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scene():
    return embedded_scene()


def fresh_python(code: str) -> str:
    """What a Python that never met Slicer prints; fails the test where it fails."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "CardioAI")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_every_call_returns_the_same_scene(scene):
    assert start() is scene is slicer.mrmlScene
    assert slicer.app.mrmlScene() is scene


def test_starting_says_nothing_and_leaves_no_folder():
    code = (
        "from CardioAILib.embedded import start\n"
        "start()\n"
        "import slicer, sys\n"
        "sys.stdout.write('HOME=' + slicer.app.slicerHome)\n"
    )
    said = fresh_python(code)
    assert said.startswith("HOME=")
    assert not Path(said.removeprefix("HOME=")).exists()


def test_importing_the_room_loads_neither_slicer_nor_vtk():
    code = (
        "import CardioAILib.embedded, sys\n"
        "sys.stdout.write(repr([n for n in ('slicer', 'vtk', 'matplotlib') if n in sys.modules]))"
    )
    assert fresh_python(code) == "[]"


def test_a_running_application_is_left_alone(scene, monkeypatch):
    monkeypatch.setattr(slicer, "app", object())
    with pytest.raises(InputError, match=r"application that is running.*slicer\.mrmlScene"):
        start()


def test_a_python_without_slicer_core_is_told_what_to_install(scene, monkeypatch):
    monkeypatch.setitem(sys.modules, "slicer", None)
    with pytest.raises(DependencyError, match="pip install slicer-core"):
        start()
    monkeypatch.setitem(sys.modules, "slicer", ModuleType("slicer"))
    with pytest.raises(DependencyError, match="another package"):
        start()


@pytest.mark.parametrize(
    "node", ["FileInferno.txt", "FileColdToHotRainbow.txt", "FileGenericColors.txt", "Grey"]
)
def test_color_tables_have_the_ids_of_the_application(scene, node):
    assert scene.GetNodeByID(f"vtkMRMLColorTableNode{node}") is not None


def test_inferno_runs_from_black_to_pale_yellow(scene):
    table = scene.GetNodeByID("vtkMRMLColorTableNodeFileInferno.txt")
    color = [0.0] * 4
    assert table.GetNumberOfColors() == 256
    table.GetColor(0, color)
    assert color == pytest.approx([0.0, 0.0, 4 / 255, 1.0], abs=0.005)
    table.GetColor(255, color)
    assert color == pytest.approx([0.988, 1.0, 0.645, 1.0], abs=0.005)


@pytest.mark.parametrize(
    "name",
    [
        *("colors", "subjecthierarchy", "volumes", "segmentations", "sequences"),
        *("tables", "plots", "terminologies", "markups", "transforms"),
    ],
)
def test_every_module_has_a_logic_in_the_scene(scene, name):
    logic = getattr(slicer.modules, name).logic()
    assert logic.GetMRMLScene() is scene
    assert logic.GetMRMLApplicationLogic() is slicer.app.applicationLogic()


def test_the_scene_has_what_the_application_puts_in(scene):
    for name in ("Crosshair", "Selection", "Interaction"):
        assert slicer.util.getNode(name) is not None
    assert scene.GetSubjectHierarchyNode() is not None


def test_arrays_go_in_and_come_out(scene):
    image, _ = square_heart()
    node = slicer.util.addVolumeFromArray(image.array[0], image.ijk_to_ras, "heart")
    assert slicer.util.getNode("heart") is node
    assert np.array_equal(slicer.util.arrayFromVolume(node), image.array[0])
    slicer.util.updateVolumeFromArray(node, image.array[0] + 7)
    assert slicer.util.array("heart")[4, 12, 20] == 407


def test_a_mask_becomes_a_segment_on_the_volume(scene):
    image, mask = square_heart()
    volume = add_image(image, "heart")
    node = add_outlines(mask, volume, "outline", (0.2, 0.9, 0.8))
    (segment,) = node.GetSegmentation().GetSegmentIDs()
    assert segment == "myocardium"
    found = slicer.util.arrayFromSegmentBinaryLabelmap(node, segment, volume)
    assert np.array_equal(found, mask.array[0])


def test_a_mask_of_another_size_is_refused(scene):
    image, mask = square_heart()
    volume = add_image(image, "heart")
    cut = type(mask)(mask.array[:, :3], mask.ijk_to_ras)
    with pytest.raises(InputError, match="resample the mask"):
        add_outlines(cut, volume, "outline", (1, 0, 0))


def test_masks_and_half_floats_can_be_shown_as_images(scene):
    image, _ = square_heart()
    for kind in (bool, np.float16):
        node = add_image(type(image)(image.array.astype(kind), image.ijk_to_ras), "cast")
        assert np.array_equal(slicer.util.arrayFromVolume(node), image.array[0].astype(kind))


def test_tables_take_arrays_and_give_frames(scene):
    node = scene.AddNewNodeByClass("vtkMRMLTableNode", "numbers")
    slicer.util.updateTableFromArray(node, [np.arange(3.0), np.arange(3.0) ** 2], ["x", "y"])
    assert slicer.util.arrayFromTableColumn(node, "y").tolist() == [0, 1, 4]
    assert slicer.util.dataframeFromTable(node)["y"].tolist() == [0, 1, 4]


def test_layers_reach_every_view_in_the_scene(scene):
    image, _ = square_heart()
    volume = add_image(image, "heart")
    composite = scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode", "composite")
    slicer.util.setSliceViewerLayers(background=volume, foreground=volume, foregroundOpacity=0.3)
    assert composite.GetBackgroundVolumeID() == volume.GetID()
    assert composite.GetForegroundOpacity() == pytest.approx(0.3)


def test_a_transform_moves_a_volume_in_the_world(scene):
    image, _ = square_heart()
    volume = add_image(image, "heart")
    parent = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    slicer.util.updateTransformMatrixFromArray(parent, oblique())
    volume.SetAndObserveTransformNodeID(parent.GetID())
    world = [0.0] * 3
    volume.TransformPointToWorld([1.0, 2.0, 3.0], world)
    assert world == pytest.approx((oblique() @ [1, 2, 3, 1])[:3])


def test_an_error_display_hands_the_error_on(scene):
    with pytest.raises(ValueError, match="broken"), slicer.util.tryWithErrorDisplay("failed"):
        raise ValueError("broken")


def test_leaving_the_application_ends_python_with_the_status(scene):
    with pytest.raises(SystemExit) as ended:
        slicer.util.exit(3)
    assert ended.value.code == 3
