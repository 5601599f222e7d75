"""Feature maps in the scene: over the image, one volume an image, and what the slice view shows."""

import json

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import GridMismatchError, MissingInputError
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.featuremaps import (
    feature_map_of,
    fullest_place,
    show_feature_map,
    show_feature_map_layers,
)
from CardioAILib.mrml.geometry import pixels
from CardioAILib.mrml.layers import legend_of, overlaid
from CardioAILib.results import RESEARCH_ONLY, Finding
from CardioAILib.study import Image
from CardioAILib.verbs.features.featuremap import FeatureMap

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

REGION = (3, slice(4, 10), slice(6, 15))
"""Slice, rows and columns that the maps cover."""


def drawn(feature="original_glcm_Contrast", low=2.0, high=5.0, size=made.SHAPE) -> FeatureMap:
    """A map that rises from `low` to `high` over the region."""
    array = np.full((1, *size), np.nan)
    inside = array[(0, *REGION)]
    array[(0, *REGION)] = np.linspace(low, high, inside.size).reshape(inside.shape)
    return FeatureMap(
        Image(array, made.ijk_to_ras()),
        feature,
        radius=2,
        structure="myocardium",
        preset="fahmy2022",
        settings={"bin_count": 32},
        versions={"numba": "0.68"},
        inputs={"image": "a" * 64},
        findings=(Finding("frame", "read frame 9 of 25"),),
    )


@pytest.fixture
def cine(scene):
    """A volume under a transform, in a study of a subject."""
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras(), name="DOE^JANE")
    made.transform(scene, made.moved(), volume)
    hierarchy = hierarchy_of(scene)
    subject = hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "subject")
    hierarchy.CreateItem(hierarchy.CreateStudyItem(subject, "CMR"), volume)
    return volume


def hierarchy_of(scene):
    import slicer

    return slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)


def nodes_in(scene) -> set[str]:
    return {scene.GetNthNode(index).GetID() for index in range(scene.GetNumberOfNodes())}


def test_the_map_lies_where_the_image_lies_and_follows_its_transform(scene, cine):
    volume = show_feature_map(scene, cine, drawn())
    expected, bounds = [0.0] * 6, [0.0] * 6
    cine.GetRASBounds(expected)
    volume.GetRASBounds(bounds)
    assert np.allclose(bounds, expected)
    assert volume.GetTransformNodeID() == cine.GetTransformNodeID()
    values = pixels(volume.GetImageData())
    assert np.allclose(values[REGION], drawn().image.array[(0, *REGION)])


def test_only_pixels_of_the_map_are_shown_and_colors_span_its_percentiles(scene, cine):
    volume = show_feature_map(scene, cine, drawn())
    display, values = volume.GetScalarVolumeDisplayNode(), pixels(volume.GetImageData())
    shown = (values >= display.GetLowerThreshold()) & (values <= display.GetUpperThreshold())
    inside = np.zeros(values.shape, bool)
    inside[REGION] = True
    assert np.array_equal(shown, inside)
    assert display.GetApplyThreshold()
    assert not display.GetInterpolate()
    window = display.GetWindowLevelMin(), display.GetWindowLevelMax()
    assert window == pytest.approx((2.06, 4.94))
    assert np.isfinite(values).all()


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (-7.0, -7.0), (-5.0, 3.0), (1e9, 1e9 + 1)])
def test_flat_and_negative_maps_are_shown_too(scene, cine, low, high):
    volume = show_feature_map(scene, cine, drawn(low=low, high=high))
    display, values = volume.GetScalarVolumeDisplayNode(), pixels(volume.GetImageData())
    assert ((values > display.GetLowerThreshold()).sum()) == values[REGION].size
    assert display.GetWindowLevelMin() < display.GetWindowLevelMax()


def test_a_map_without_a_number_is_wholly_transparent(scene, cine):
    found = drawn()
    found.image.array[:] = np.nan
    volume = show_feature_map(scene, cine, found)
    display = volume.GetScalarVolumeDisplayNode()
    assert (pixels(volume.GetImageData()) < display.GetLowerThreshold()).all()
    show_feature_map_layers(scene, cine, volume)


def test_another_feature_takes_the_same_volume(scene, cine):
    first = show_feature_map(scene, cine, drawn())
    before = nodes_in(scene)
    second = show_feature_map(scene, cine, drawn("wavelet-LH_glrlm_RunEntropy", 10.0, 20.0))
    assert second is first
    assert nodes_in(scene) == before
    assert second.GetName() == "Feature map wavelet-LH_glrlm_RunEntropy"
    assert second.GetAttribute("CardioAI.Feature") == "wavelet-LH_glrlm_RunEntropy"
    assert second.GetScalarVolumeDisplayNode().GetWindowLevelMax() == pytest.approx(19.8)
    assert legend_of(second).GetTitleText() == "glrlm RunEntropy\nwavelet-LH\nresearch use only"


def test_another_image_gets_a_volume_of_its_own(scene, cine):
    other = made.volume(scene, made.pixels(), made.ijk_to_ras(), name="other")
    one, two = (show_feature_map(scene, node, drawn()) for node in (cine, other))
    assert one is not two
    assert feature_map_of(scene, cine) is one
    assert feature_map_of(scene, other) is two


def test_frames_that_no_browser_shows_share_a_map_that_is_no_other_images(scene):
    bystander = made.volume(scene, made.pixels(), made.ijk_to_ras(), name="other")
    frame = made.volume(scene, made.pixels(), made.ijk_to_ras(), name="frame")
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "cine")
    for time in ("0", "40"):
        sequence.SetDataNodeAtValue(frame, time)
    scene.RemoveNode(frame)
    first = show_feature_map(scene, sequence, drawn(), 1)
    assert first.GetAttribute("CardioAI.Frame") == "40"
    assert show_feature_map(scene, sequence, drawn(), 0) is first
    assert feature_map_of(scene, bystander) is None


def test_a_legend_or_display_that_the_user_deleted_comes_back(scene, cine):
    volume = show_feature_map(scene, cine, drawn())
    scene.RemoveNode(legend_of(volume))
    scene.RemoveNode(volume.GetScalarVolumeDisplayNode())
    again = show_feature_map(scene, cine, drawn())
    assert again is volume
    assert again.GetScalarVolumeDisplayNode().GetColorNode().GetName() == "Viridis"
    assert legend_of(again).GetTitleText().startswith("glcm Contrast\noriginal\n")


def test_the_map_is_under_the_study_with_its_origin_and_no_name_of_the_patient(scene, cine):
    volume = show_feature_map(scene, cine, drawn())
    hierarchy = hierarchy_of(scene)
    study = hierarchy.GetItemParent(hierarchy.GetItemByDataNode(cine))
    assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(volume)) == study
    attributes = {name: volume.GetAttribute(name) for name in volume.GetAttributeNames()}
    assert attributes["CardioAI.Radius"] == "2"
    assert attributes["CardioAI.Preset"] == "fahmy2022"
    assert json.loads(attributes["CardioAI.Settings"]) == {"bin_count": 32}
    assert json.loads(attributes["CardioAI.Inputs"]) == {"image": "a" * 64}
    assert attributes["CardioAI.Note"] == RESEARCH_ONLY
    assert attributes["CardioAI.Findings"] == "read frame 9 of 25"
    assert "DOE" not in "".join([volume.GetName(), *attributes.values()])


def test_an_image_of_another_size_or_a_deleted_one_is_told_and_nothing_is_left(scene, cine):
    before = nodes_in(scene)
    with pytest.raises(GridMismatchError, match="was changed since it was read"):
        show_feature_map(scene, cine, drawn(size=(6, 20, 23)))
    scene.RemoveNode(cine)
    with pytest.raises(MissingInputError, match="the image no longer in the scene"):
        show_feature_map(scene, cine, drawn())
    assert nodes_in(scene) < before


# The views


@pytest.fixture
def views(scene):
    """A slice node as a layout has it."""
    view = scene.AddNewNodeByClass("vtkMRMLSliceNode", "Red")
    view.SetLayoutName("Red")
    view.SetDimensions(400, 300, 1)
    composite = scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode", "Red")
    composite.SetLayoutName("Red")
    yield view, composite
    for node in (view, composite):
        scene.RemoveNode(node)


def test_views_go_to_the_fullest_slice_once_and_stay_when_the_feature_changes(scene, cine, views):
    view, composite = views
    volume = show_feature_map(scene, cine, drawn())
    show_feature_map_layers(scene, cine, volume)
    assert overlaid(scene, volume)
    assert composite.GetBackgroundVolumeID() == cine.GetID()
    offset = view.GetSliceOffset()
    place = [*fullest_place(volume), 1.0]
    expected = made.moved() @ made.ijk_to_ras() @ [10, 6, 3, 1.0]
    assert np.allclose(place, expected)

    view.SetSliceOffset(offset + 8)
    show_feature_map_layers(scene, cine, show_feature_map(scene, cine, drawn(low=1.0)))
    assert view.GetSliceOffset() == pytest.approx(offset + 8)


def test_the_slice_view_colors_the_myocardium_alone_and_shows_the_legend(scene):
    from CardioAILib.embedded import SliceView, add_image
    from CardioAILib.embedded.planes import ras_of
    from helpers_embedded import need_rendering, square_heart

    need_rendering()
    image, mask = square_heart()
    node = add_image(image, "heart", window=(100, 400))
    array = np.full(image.array.shape, np.nan)
    inside = mask.array == 1
    array[inside] = np.arange(inside.sum())
    found = FeatureMap(
        Image(array, image.ijk_to_ras), "original_glcm_Contrast", 1, "", "", {}, {}, {}
    )
    volume = show_feature_map(scene, node, found)
    with SliceView(scene, size=(400, 320)) as view:
        view.show(node, volume, opacity=1.0)
        view.align(node, 4)
        view.zoom(ras_of(node, (27.5, 17.5, 4)), 80.0)
        legend_of(volume).SetVisibility(False)
        bare = colorful(view.picture())
        legend_of(volume).SetVisibility(True)
        picture = view.picture()
    rows, columns = np.nonzero(bare)
    # 16 columns of 1.5 mm, 12 rows of 2 mm, at 5 pixels a mm.
    assert np.ptp(columns) + 1 == pytest.approx(16 * 1.5 * 5, abs=3)
    assert np.ptp(rows) + 1 == pytest.approx(12 * 2 * 5, abs=3)
    assert bare.sum() == pytest.approx(120 * 120, rel=0.05)
    assert colorful(picture)[:, 330:].any()
    assert (picture[:80, 250:].min(axis=-1) > 230).any()


def colorful(picture: np.ndarray) -> np.ndarray:
    """Pixels that are not gray."""
    values = picture.astype(int)
    return values.max(axis=-1) - values.min(axis=-1) > 25


def test_a_reloaded_scene_knows_its_map_and_changes_it(scene, cine, tmp_path):
    import slicer

    show_feature_map(scene, cine, drawn())
    path = tmp_path / "größe mit leerzeichen" / "scene.mrb"
    path.parent.mkdir()
    assert slicer.util.saveScene(str(path))
    scene.Clear(False)
    slicer.util.loadScene(str(path))
    image = scene.GetFirstNodeByName("DOE^JANE")
    volume = feature_map_of(scene, image)
    assert np.allclose(pixels(volume.GetImageData())[REGION], drawn().image.array[(0, *REGION)])
    assert legend_of(volume).GetTitleText().startswith("glcm ")
    assert show_feature_map(scene, image, drawn("original_glcm_Id")) is volume


# From nodes to a map


@pytest.fixture
def heart(scene):
    """A noisy volume with a segmented ring as its myocardium."""
    shape = (4, 40, 44)
    matrix = made.ijk_to_ras()
    r, c = np.mgrid[:40, :44]
    ring = (np.hypot(r - 20, c - 21) > 7) & (np.hypot(r - 20, c - 21) < 13)
    masks = np.zeros(shape, np.uint8)
    masks[1:3] = ring
    masks[3, 10:12, 10:12] = 1
    volume = made.volume(scene, made.pixels(shape), matrix)
    segmentation = made.segmentation(scene, matrix, myocardium=masks)
    return InputNodes(volume, segmentation), masks


def test_a_map_is_computed_from_nodes_and_changes_with_the_feature(scene, heart):
    from CardioAILib.panel.mapping import compute_map

    nodes, masks = heart
    told = []
    volume = compute_map(
        scene, nodes, "original_firstorder_Mean", progress=lambda *each: told.append(each)
    )
    display = volume.GetScalarVolumeDisplayNode()
    shown = pixels(volume.GetImageData()) >= display.GetLowerThreshold()
    assert np.array_equal(shown[:3], masks[:3] == 1)
    assert not shown[3].any()
    assert "no map in slices 3" in volume.GetAttribute("CardioAI.Findings")
    assert told[-1] == (1.0, "original_firstorder_Mean, slice 2/2")
    before = nodes_in(scene)
    again = compute_map(scene, nodes, "original_firstorder_Range", "fahmy2022_paper", 2)
    assert again is volume
    assert again.GetAttribute("CardioAI.Preset") == "fahmy2022_paper"
    assert nodes_in(scene) == before
