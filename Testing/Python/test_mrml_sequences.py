"""Sequences: the frame that is meant, and its segmentation by index value."""

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.mrml import (
    InputNodes,
    image_from_node,
    mask_from_node,
    pinned,
    structure_candidates,
    study_from_nodes,
)
from CardioAILib.study import MYOCARDIUM
from CardioAILib.systems import FAHMY_2022

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

TIMES = ("0", "40", "80", "120")


def sequence(scene, nodes: dict[str, object], name: str = "cine"):
    """A sequence of copies of nodes by index value; the nodes themselves are removed."""
    node = scene.AddNewNodeByClass("vtkMRMLSequenceNode", name)
    node.SetIndexName("trigger time")
    node.SetIndexUnit("ms")
    for value, frame in nodes.items():
        node.SetDataNodeAtValue(frame, value)
        scene.RemoveNode(frame)
    return node


def frames(scene, times=TIMES):
    """A volume a frame, its voxels told apart by the frame."""
    return {
        time: made.volume(scene, made.pixels() + 10_000 * TIMES.index(time), made.ijk_to_ras())
        for time in times
    }


def masks(scene, times=TIMES):
    """A segmentation a frame: the ring, in frame n without its first n + 1 slices."""
    made_masks = {}
    for time in times:
        array = made.ring()
        array[: TIMES.index(time) + 1] = False
        made_masks[time] = made.segmentation(scene, made.ijk_to_ras(), myocardium=array)
    return made_masks


def browser(scene, *sequences):
    """A browser of sequences, the first its master, and the shown node of each."""
    node = scene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", "browser")
    for each in sequences:
        node.AddSynchronizedSequenceNode(each)
        node.AddProxyNode(scene.AddNode(each.GetNthDataNode(0).NewInstance()), each, True)
    return node


def shown(node, sequences):
    return [node.GetProxyNode(each) for each in sequences]


def select(node, index: int) -> None:
    """Go to a frame, and show it as the Sequences module does."""
    import slicer

    node.SetSelectedItemNumber(index)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(node)


def test_the_frame_asked_for_is_read_and_told_with_index_and_value(scene):
    cine = sequence(scene, frames(scene))
    image, findings = image_from_node(cine, 2, what="the image ES")
    assert np.array_equal(image.array[0], made.pixels() + 20_000)
    assert np.allclose(image.ijk_to_ras, made.ijk_to_ras())
    assert "frame 3 of 4 (index 2, trigger time = 80 ms)" in findings[0].message


def test_without_a_frame_the_one_shown_is_read(scene):
    cine = sequence(scene, frames(scene))
    view = browser(scene, cine)
    select(view, 3)
    (proxy,) = shown(view, [cine])
    for node in (proxy, cine):
        image, findings = image_from_node(node)
        assert np.array_equal(image.array[0], made.pixels() + 30_000)
        assert "index 3" in findings[0].message


def test_a_frame_that_is_not_shown_is_read_from_the_shown_volume_too_without_moving_the_user(scene):
    cine = sequence(scene, frames(scene))
    view = browser(scene, cine)
    select(view, 0)
    (proxy,) = shown(view, [cine])
    image, _ = image_from_node(proxy, 1)
    assert np.array_equal(image.array[0], made.pixels() + 10_000)
    assert view.GetSelectedItemNumber() == 0


def test_every_frame_follows_the_transform_of_the_volume_that_is_shown(scene):
    cine = sequence(scene, frames(scene))
    view = browser(scene, cine)
    select(view, 0)
    made.transform(scene, made.moved(1.3), *shown(view, [cine]))
    image, _ = image_from_node(cine, 2)
    assert np.allclose(image.ijk_to_ras, made.moved(1.3) @ made.ijk_to_ras())


def test_masks_are_matched_by_index_value_and_not_by_index(scene):
    cine = sequence(scene, frames(scene))
    segmented = sequence(scene, masks(scene, ("40", "120")), "masks")
    read, _ = mask_from_node(InputNodes(cine, segmented, frame=3))
    expected = made.ring()
    expected[:4] = False
    assert np.array_equal(read.of(MYOCARDIUM)[0], expected)


def test_numbers_written_differently_are_the_same_index_value(scene):
    cine = sequence(scene, frames(scene))
    segmented = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "masks")
    segmented.SetDataNodeAtValue(
        made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring()), "40.0"
    )
    read, _ = mask_from_node(InputNodes(cine, segmented, frame=1))
    assert np.array_equal(read.of(MYOCARDIUM)[0], made.ring())


def test_a_frame_without_a_mask_says_which_and_what_there_is(scene):
    cine = sequence(scene, frames(scene))
    segmented = sequence(scene, masks(scene, ("40", "120")), "masks")
    with pytest.raises(
        MissingInputError, match=r"nothing at trigger time = 80 ms .* 2 frames from"
    ):
        mask_from_node(InputNodes(cine, segmented, frame=2))


def test_the_shown_segmentation_is_read_with_the_users_edits(scene):
    cine, segmented = sequence(scene, frames(scene)), sequence(scene, masks(scene), "masks")
    view = browser(scene, cine, segmented)
    select(view, 1)
    volume, mask = shown(view, [cine, segmented])
    edited = made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring()[:, ::-1] * 1)
    mask.SetAndObserveSegmentation(edited.GetSegmentation())
    read, findings = mask_from_node(InputNodes(volume, mask))
    assert np.array_equal(read.of(MYOCARDIUM)[0], made.ring()[:, ::-1])
    assert [finding.check for finding in findings] == ["frame"]


def test_labelmaps_in_a_sequence_are_read_as_well(scene):
    cine = sequence(scene, frames(scene))
    labels = {
        time: made.volume(
            scene,
            made.ring().astype("u1"),
            made.ijk_to_ras(),
            kind="vtkMRMLLabelMapVolumeNode",
            name="myocardium",
        )
        for time in TIMES
    }
    read, _ = mask_from_node(InputNodes(cine, sequence(scene, labels, "labels"), frame=0))
    assert np.array_equal(read.of(MYOCARDIUM)[0], made.ring())


def test_labels_of_a_frame_that_is_not_shown_are_named_by_the_shown_node(scene):
    cine = sequence(scene, frames(scene))
    array = np.where(made.ring(), 2, 1).astype("u1")
    labels = {
        time: made.volume(
            scene, array, made.ijk_to_ras(), kind="vtkMRMLLabelMapVolumeNode", name="heart"
        )
        for time in TIMES
    }
    labelmaps = sequence(scene, labels, "labels")
    view = browser(scene, cine, labelmaps)
    select(view, 0)
    _, proxy = shown(view, [cine, labelmaps])
    colors = scene.AddNewNodeByClass("vtkMRMLColorTableNode", "label colors")
    colors.SetTypeToUser()
    colors.SetNumberOfColors(3)
    for value, name in enumerate(("background", "blood", "LV myocardium")):
        colors.SetColor(value, name, 0.5, 0.5, 0.5, 1.0)
    proxy.CreateDefaultDisplayNodes()
    proxy.GetDisplayNode().SetAndObserveColorNodeID(colors.GetID())
    assert [one.id for one in structure_candidates(labelmaps)] == ["2"]
    assert structure_candidates(sequence(scene, {}, "empty")) == []
    read, _ = mask_from_node(InputNodes(cine, proxy, frame=2))
    assert np.array_equal(read.of(MYOCARDIUM)[0], made.ring())


def test_one_segmentation_for_all_frames_is_taken_and_told(scene):
    cine = sequence(scene, frames(scene))
    mask = made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring())
    study, findings = study_from_nodes(FAHMY_2022, {"ES": InputNodes(cine, mask, frame=1)})
    assert study.images[FAHMY_2022.inputs["ES"].mask].of(MYOCARDIUM).any()
    assert [finding.check for finding in findings] == ["frame", "mask frame"]


def test_a_frame_that_is_not_there_is_refused(scene):
    cine = sequence(scene, frames(scene))
    for index in (4, -1):
        with pytest.raises(MissingInputError, match=f"no frame {index} .*a frame from 0 to 3"):
            image_from_node(cine, index)
    with pytest.raises(MissingInputError, match="a sequence of no frames"):
        image_from_node(sequence(scene, {}), 0)


def test_a_sequence_that_nobody_shows_needs_a_frame(scene):
    cine = sequence(scene, frames(scene))
    with pytest.raises(InputError, match="4 frames, none shown"):
        image_from_node(cine)


def test_a_frame_of_a_plain_volume_is_refused(scene):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    with pytest.raises(InputError, match="belongs to no sequence"):
        image_from_node(volume, 3)


def test_pinning_writes_the_shown_frame_down(scene):
    cine = sequence(scene, frames(scene))
    view = browser(scene, cine)
    select(view, 2)
    nodes = pinned(InputNodes(cine))
    select(view, 0)
    assert nodes.frame == 2
    assert pinned(InputNodes(made.volume(scene, made.pixels(), made.ijk_to_ras()))).frame is None


def test_a_sequence_of_colors_is_refused(scene):
    import vtk

    node = scene.AddNewNodeByClass("vtkMRMLVectorVolumeNode", "rgb")
    colors = vtk.vtkImageData()
    colors.SetDimensions(4, 4, 2)
    colors.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 3)
    node.SetAndObserveImageData(colors)
    with pytest.raises(InputError, match="3 numbers a voxel"):
        image_from_node(sequence(scene, {"0": node}), 0)
