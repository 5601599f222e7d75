"""Echo clips in the scene: true times, frames and contours there and back, heatmaps that play."""

from types import SimpleNamespace

import helpers_scene as made
import numpy as np
import pytest

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.errors import GridMismatchError, InputError, MissingInputError
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.clipheatmaps import MOST_PIXELS, go_to_evidence, make_clip_heatmap
from CardioAILib.mrml.clipmasks import mask_of_clip
from CardioAILib.mrml.clipreading import clip_from_node
from CardioAILib.mrml.clips import add_clip, clips_in, said_view, say_view, segmentation_of
from CardioAILib.mrml.clipstudies import read_clips
from CardioAILib.mrml.clipviews import go_to, is_playing, layout_of, play, show_clips
from CardioAILib.mrml.layers import legend_of
from CardioAILib.mrml.making import all_or_nothing
from CardioAILib.mrml.planarfacts import facts_of
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, Image, Mask, Role
from CardioAILib.systems import SAHASHI_2024
from helpers_echo_scene import STEP_MS, beating, upright


@pytest.fixture
def clip():
    image, mask = beating()
    return SimpleNamespace(image=image, mask=mask)


@pytest.fixture
def nodes(scene, clip):
    return add_clip(scene, clip.image, name="A4C loop", view="A4C", mask=clip.mask)


def update(browser, frame: int) -> None:
    import slicer

    browser.SetSelectedItemNumber(frame)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)


def shown(volume) -> np.ndarray:
    import slicer

    return slicer.util.arrayFromVolume(volume)[0]


# There and back


def test_a_clip_comes_back_from_the_scene_as_it_went_in(nodes, clip):
    read, frames, found = clip_from_node(nodes.volume)
    np.testing.assert_array_equal(read.array, clip.image.array)
    np.testing.assert_allclose(read.ijk_to_ras, clip.image.ijk_to_ras)
    assert read.array.dtype == np.uint8
    assert read.times_ms == clip.image.times_ms
    assert (read.calibrated, len(frames), found) == (True, 20, ())


def test_the_index_is_the_true_time_in_seconds(scene):
    uneven = tuple(np.cumsum([0, *np.linspace(15, 60, 19)]).tolist())
    image, _ = beating(times_ms=uneven)
    nodes = add_clip(scene, image)
    assert nodes.sequence.GetIndexUnit() == "s"
    assert nodes.sequence.GetIndexType() == nodes.sequence.NumericIndex
    assert float(nodes.sequence.GetNthIndexValue(19)) == pytest.approx(uneven[-1] / 1000, rel=1e-5)
    read, _, _ = clip_from_node(nodes.browser)
    np.testing.assert_allclose(read.times_ms, uneven, atol=0.01)
    assert nodes.browser.GetPlaybackRateFps() == pytest.approx(1000 / np.median(np.diff(uneven)))


def test_a_clip_without_times_counts_its_frames_and_tells_no_time(scene):
    image, _ = beating(times_ms=())
    nodes = add_clip(scene, image)
    assert (nodes.sequence.GetIndexName(), nodes.sequence.GetIndexUnit()) == ("frame", "")
    assert clip_from_node(nodes.volume)[0].times_ms == ()


def test_view_facts_and_an_unknown_pixel_size_are_kept_in_the_scene(scene):
    image, _ = beating(calibrated=False)
    nodes = add_clip(scene, image, view="A2C", facts={"heart_rate": 64.0})
    update(nodes.browser, 7)
    assert said_view(nodes.volume) == ("A2C", "header")
    assert facts_of(nodes.sequence) == {"heart_rate": 64}
    assert clip_from_node(nodes.volume)[0].calibrated is False
    say_view(nodes.volume, "PLAX", "user")
    assert said_view(nodes.sequence) == ("PLAX", "user")
    say_view(nodes.volume, None, "user")
    assert said_view(nodes.sequence) == (None, "")


def test_a_clip_knows_its_contours_whichever_frame_is_shown(scene, nodes):
    lone = add_clip(scene, beating()[0])
    for frame in (0, 9, 3):
        update(nodes.browser, frame)
        assert segmentation_of(nodes.volume) is nodes.segmentation
    assert segmentation_of(lone.volume) is None


def test_reading_a_clip_does_not_move_the_users_frame(nodes):
    update(nodes.browser, 5)
    clip_from_node(nodes.volume)
    assert nodes.browser.GetSelectedItemNumber() == 5


def test_contours_come_back_frame_by_frame_with_empty_frames(scene, clip):
    array = clip.mask.array.copy()
    array[3:6] = 0
    mask = Mask(array, clip.mask.ijk_to_ras, labels=clip.mask.labels)
    nodes = add_clip(scene, clip.image, mask=mask)
    image, frames, _ = clip_from_node(nodes.volume)
    read, found = mask_of_clip(image, frames, nodes.segmentation, MYOCARDIUM, None, "the contour")
    np.testing.assert_array_equal(read.array, array)
    assert read.of(LV_CAVITY)[:3].any()
    assert found == ()


def test_one_contour_without_frames_is_taken_for_the_frame_that_is_shown(scene, clip):
    nodes = add_clip(scene, clip.image)
    update(nodes.browser, 4)
    ring = clip.mask.of(MYOCARDIUM)[4]
    drawn = made.segmentation(scene, upright(), myocardium=ring)
    image, frames, _ = clip_from_node(nodes.volume)
    read, found = mask_of_clip(image, frames, drawn, MYOCARDIUM, None, "the contour")
    assert np.flatnonzero(read.array.any(axis=(1, 2, 3))).tolist() == [4]
    assert "index 4" in found[0].message


def test_a_segmentation_without_the_structure_says_so(scene, clip):
    nodes = add_clip(scene, clip.image)
    drawn = made.segmentation(scene, upright(), tumor=clip.mask.of(MYOCARDIUM)[0])
    image, frames, _ = clip_from_node(nodes.volume)
    with pytest.raises(MissingInputError, match="myocardium"):
        mask_of_clip(image, frames, drawn, MYOCARDIUM, None, "the contour")


# What is no clip of ours


def test_a_clip_that_others_loaded_is_blanked_outside_the_sector(scene, clip):
    with_text = clip.image.array.copy()
    with_text[:, :, :4, :12] = 255
    nodes = add_clip(scene, Image(with_text, upright(), times_ms=clip.image.times_ms))
    nodes.sequence.RemoveAttribute("CardioAI.Blanked")
    read, _, _ = clip_from_node(nodes.volume)
    assert not read.array[:, :, :3, :10].any()
    assert read.array[:, :, 40].any()


def colored(scene, colors: np.ndarray):
    """A sequence of frames (T, H, W, 3), as other loaders of ultrasound make it."""
    import vtk
    from vtk.util.numpy_support import numpy_to_vtk

    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "colors")
    node = scene.AddNewNodeByClass("vtkMRMLVectorVolumeNode", "rgb")
    for frame, rgb in enumerate(colors):
        image = vtk.vtkImageData()
        image.SetDimensions(rgb.shape[1], rgb.shape[0], 1)
        image.GetPointData().SetScalars(numpy_to_vtk(rgb.reshape(-1, 3), deep=True))
        node.SetAndObserveImageData(image)
        sequence.SetDataNodeAtValue(node, str(frame))
    return sequence


def test_a_gray_clip_in_colors_becomes_gray_and_loses_colored_marks(scene, clip):
    colors = np.repeat(clip.image.array[:, 0, ..., None], 3, axis=-1)
    colors[:, 30, 32] = (250, 20, 20)
    read, _, _ = clip_from_node(colored(scene, colors))
    inside = read.array[:, 0, 20:40, 30:34]
    expected = clip.image.array[:, 0, 20:40, 30:34].copy()
    expected[:, 10, 2] = 0
    np.testing.assert_array_equal(inside, expected)
    assert read.times_ms == ()
    assert not read.calibrated


def test_color_doppler_is_refused(scene, clip):
    colors = np.repeat(clip.image.array[:, 0, ..., None], 3, axis=-1)
    colors[:, 20:40, 24:32, :2] = 0
    colors[:, 20:40, 32:40, 1:] = 0
    with pytest.raises(InputError, match="color Doppler"):
        clip_from_node(colored(scene, colors))


def test_a_volume_whose_slices_are_the_frames_is_taken_and_told(scene, clip):
    node = made.volume(scene, clip.image.array[:, 0], upright())
    read, _, found = clip_from_node(node)
    assert read.array.shape == (20, 1, 64, 64)
    assert "their times are lost" in found[0].message


def test_a_segmentation_is_no_clip(scene, nodes):
    with pytest.raises(InputError, match="vtkMRMLSegmentationNode"):
        clip_from_node(nodes.segmentation)
    with pytest.raises(MissingInputError, match="no node for the clip A4C"):
        clip_from_node(None, "the clip A4C")


def test_clips_of_a_scene_are_told_from_other_volumes(scene, nodes, clip):
    made.volume(scene, made.pixels(), made.ijk_to_ras())
    made.volume(scene, clip.image.array[0], upright())
    assert clips_in(scene) == [nodes.volume]


# Studies


def test_several_clips_of_a_view_are_numbered(scene, nodes):
    second = add_clip(scene, beating(seed=3)[0])
    both = InputNodes(nodes.volume, nodes.segmentation, more=(InputNodes(second.volume),))
    read, _ = read_clips("A4C", SAHASHI_2024.inputs["A4C"], both)
    assert list(read) == [
        Role("US", "echo", "A4C"),
        Role("US", "mask", "A4C"),
        Role("US", "echo", "A4C", "2"),
    ]


# Heatmaps


def heatmap(count: int, size: int = 64) -> Image:
    array = np.zeros((count, 1, size, size), np.float32)
    for frame in range(count // 2):
        array[frame, 0, frame % size, 2] = 1.0 + frame
    return Image(array, upright())


def test_a_heatmap_plays_with_its_clip_in_the_same_browser(scene, nodes):
    with all_or_nothing(scene) as maker:
        volume = make_clip_heatmap(maker, "map", heatmap(20), nodes.volume, "evidence")
    for frame in (0, 7, 15):
        update(nodes.browser, frame)
        np.testing.assert_array_equal(shown(volume), heatmap(20).array[frame, 0])
        assert legend_of(volume).GetTitleText() == "evidence"
        assert volume.GetDisplayNode().GetWindowLevelMax() == pytest.approx(10.0)
    assert scene.GetNumberOfNodesByClass("vtkMRMLSequenceBrowserNode") == 1
    values = [nodes.browser.GetSequenceNode(volume).GetNthIndexValue(i) for i in range(20)]
    assert values == [nodes.sequence.GetNthIndexValue(i) for i in range(20)]
    assert float(values[1]) == pytest.approx(STEP_MS / 1000)


def test_a_heatmap_of_a_large_clip_lies_where_the_clip_does(scene):
    size = 2 * MOST_PIXELS
    image = Image(np.ones((2, 1, size, size), np.uint8), upright(), times_ms=(0.0, 20.0))
    nodes = add_clip(scene, image)
    array = np.zeros((2, 1, size, size), np.float32)
    array[1, 0, 100, 300] = 1.0
    with all_or_nothing(scene) as maker:
        found = make_clip_heatmap(maker, "map", Image(array, upright()), nodes.volume, "e")
    update(nodes.browser, 1)
    assert shown(found).shape == (MOST_PIXELS, MOST_PIXELS)
    assert np.argwhere(shown(found)).tolist() == [[50, 150]]
    matrix = made.geometry_of(found)
    np.testing.assert_allclose(matrix @ [150, 50, 0, 1], upright() @ [300, 100, 0, 1])


def test_bytes_of_a_file_are_shares_of_the_largest_and_the_frame_of_most_is_found(scene, nodes):
    array = np.zeros((20, 1, 64, 64), np.uint8)
    array[6, 0, 10, 10] = 255
    array[8, 0, 10:12, 10] = 204
    with all_or_nothing(scene) as maker:
        volume = make_clip_heatmap(maker, "map", Image(array, upright()), nodes.volume, "e")
    go_to_evidence(volume)
    assert nodes.browser.GetSelectedItemNumber() == 8
    update(nodes.browser, 8)
    assert shown(volume)[10, 10] == pytest.approx(0.8)
    assert volume.GetDisplayNode().GetWindowLevelMax() == pytest.approx(1.0)


def test_a_heatmap_of_another_clip_is_refused_and_leaves_nothing(scene, nodes):
    before = scene.GetNumberOfNodes()
    for other in (heatmap(19), heatmap(20, 32)):
        with pytest.raises(GridMismatchError, match="the clip was changed"), all_or_nothing(scene):
            make_clip_heatmap(SimpleNamespace(), "map", other, nodes.volume, "e")
    assert scene.GetNumberOfNodes() == before


# Views


def test_clips_are_played_together_and_stopped(scene, nodes):
    second = add_clip(scene, beating(frames=30)[0])
    both = [nodes.volume, second.volume]
    browsers = play(both, active=True)
    assert len(browsers) == 2
    assert is_playing(both)
    play(both, active=False)
    assert not is_playing(both)
    go_to(both, 1.0)
    assert [one.GetSelectedItemNumber() for one in browsers] == [19, 29]


def test_clips_stand_side_by_side_and_each_keeps_its_contour(scene, nodes):
    from CardioAILib.embedded import SliceView, start

    views = [SliceView(start(), name, (64, 64)) for name in ("Red", "Green")]
    second = add_clip(scene, beating()[0])
    places = show_clips(scene, {"A4C": nodes.volume, "A2C": second.volume})
    assert places == {"A4C": "Red", "A2C": "Green"}
    composites = {
        one.GetLayoutName(): one.GetBackgroundVolumeID()
        for one in made.of_class(scene, "vtkMRMLSliceCompositeNode")
    }
    assert composites["Red"] == nodes.volume.GetID()
    assert composites["Green"] == second.volume.GetID()
    assert nodes.segmentation.GetDisplayNode().GetViewNodeIDs() == ("vtkMRMLSliceNodeRed",)
    assert len(views) == 2


def test_a_layout_with_a_chart_has_a_plot_below():
    assert layout_of(2).count("vtkMRMLSliceNode") == 2
    assert "vtkMRMLPlotViewNode" in layout_of(3, chart=True)
