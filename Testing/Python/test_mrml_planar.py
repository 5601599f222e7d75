"""Planar scans in a scene: volumes, layout, display of counts, regions, activation maps."""

from dataclasses import replace

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import GridMismatchError, MissingInputError
from CardioAILib.measurements.planar import Region
from CardioAILib.mrml import InputNodes, image_from_node, study_from_nodes
from CardioAILib.mrml.activationmaps import show_activations
from CardioAILib.mrml.counts import STEPS, CountDisplay, black_at, grays, show_counts
from CardioAILib.mrml.layers import legend_of, of_class
from CardioAILib.mrml.planar import LAYOUTS, VIEWS, add_planar, overlay_planar, show_planar
from CardioAILib.mrml.planarellipses import ellipses_on, show_ellipses
from CardioAILib.mrml.planarfacts import facts_of, write_facts
from CardioAILib.mrml.planarregions import lay_region, make_regions, read_regions, regions_on
from CardioAILib.mrml.threeviews import views_named
from CardioAILib.mrml.uptaketable import HEADER, show_uptake, uptake_of
from CardioAILib.results import RESEARCH_ONLY, Finding
from CardioAILib.study import HEART, Image
from CardioAILib.systems import HALME_2022

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

SPACING = 2.4
FRONT = np.array([[-1.0, 0, 0], [0, 0, -1.0], [0, -1.0, 0]]).T
BEHIND = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]]).T
FACTS = {"acquisition": "whole body", "delay_min": 185, "dose_MBq": 612.5, "batch": "007"}
HEART_REGION = Region(HEART, (30.0, 38.5), (12.0, 9.0))
BOX = Region("ribs", (40.0, 10.0), (6.0, 4.0), "box")


def view(axes: np.ndarray = FRONT, seed: int = 0) -> Image:
    matrix = np.eye(4)
    matrix[:3, :3] = axes * SPACING
    matrix[:3, 3] = (60.0, -12.0, 300.0)
    counts = np.random.default_rng(seed).poisson(20.0, (1, 1, 96, 64)).astype(np.uint16)
    return Image(counts, matrix)


@pytest.fixture
def scan(scene):
    return add_planar(scene, view(), view(BEHIND, 1), name="scan", facts=FACTS)


@pytest.fixture
def slices(scene):
    """Slice views as the application has them, by name."""
    import slicer

    found = {}
    for name in VIEWS.values():
        node, composite = slicer.vtkMRMLSliceNode(), slicer.vtkMRMLSliceCompositeNode()
        for one in (node, composite):
            one.SetLayoutName(name)
        node, composite = scene.AddNode(node), scene.AddNode(composite)
        node.SetDimensions(400, 700, 1)
        found[name] = node, composite
    yield found
    for pair in found.values():
        for one in pair:
            scene.RemoveNode(one)


def test_counts_and_geometry_come_back_exactly(scan):
    for node, axes, seed in ((scan.anterior, FRONT, 0), (scan.posterior, BEHIND, 1)):
        image, _ = image_from_node(node)
        np.testing.assert_array_equal(image.array, view(axes, seed).array)
        np.testing.assert_allclose(image.ijk_to_ras, view(axes).ijk_to_ras)
        assert image.array.dtype == np.uint16


def test_facts_come_back_as_cells_of_a_table(scan):
    assert facts_of(scan.anterior) == FACTS | {"batch": 7}
    write_facts(scan.anterior, {"acquisition": "static"})
    assert facts_of(scan.anterior)["acquisition"] == "static"
    assert facts_of(scan.posterior) == {}


def test_both_views_lie_in_one_study_of_the_subject_hierarchy(scene, scan):
    hierarchy = scene.GetSubjectHierarchyNode()
    parents = {hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node)) for node in scan}
    assert len(parents) == 1
    assert hierarchy.GetItemName(parents.pop()) == "scan"


def test_the_anterior_is_seen_from_the_front_and_the_posterior_from_behind(scene, scan, slices):
    show_planar(scene, *scan)
    for (view_node, composite), node, right in (
        (slices["Red"], scan.anterior, -1.0),
        (slices["Green"], scan.posterior, 1.0),
    ):
        assert composite.GetBackgroundVolumeID() == node.GetID()
        across = [view_node.GetSliceToRAS().GetElement(row, 0) for row in range(3)]
        up = [view_node.GetSliceToRAS().GetElement(row, 1) for row in range(3)]
        assert across == pytest.approx([right, 0, 0])
        assert up == pytest.approx([0, 0, 1])
        assert view_node.GetFieldOfView()[1] >= 96 * SPACING


def test_one_view_alone_leaves_the_other_slice_view_as_it_was(scene, slices):
    scan = add_planar(scene, view())
    show_planar(scene, *scan)
    assert slices["Red"][1].GetBackgroundVolumeID() == scan.anterior.GetID()
    assert slices["Green"][1].GetBackgroundVolumeID() is None
    assert len({number for number, _ in LAYOUTS.values()}) == 2


def test_a_scan_that_was_deleted_is_refused(scene, scan):
    scene.RemoveNode(scan.posterior)
    with pytest.raises(MissingInputError, match="the scan"):
        show_planar(scene, scan.anterior, scan.posterior)


# Display


def test_no_counts_are_white_and_many_black(scan):
    show_counts(scan.anterior, CountDisplay("linear"))
    display = scan.anterior.GetDisplayNode()
    table, color = display.GetColorNode(), [0.0] * 4
    table.GetColor(0, color)
    assert color[:3] == [1.0, 1.0, 1.0]
    table.GetColor(STEPS - 1, color)
    assert color[:3] == [0.0, 0.0, 0.0]
    assert display.GetWindowLevelMin() == 0
    assert display.GetWindowLevelMax() == black_at(view().array, CountDisplay("linear"))


def test_the_counts_are_never_touched_by_their_display(scan):
    before = scan.anterior.GetImageData().GetMTime()
    for how in (CountDisplay("log"), CountDisplay("linear", inverted=False, intensity=4.0)):
        show_counts(scan.anterior, how)
    assert scan.anterior.GetImageData().GetMTime() == before
    np.testing.assert_array_equal(image_from_node(scan.anterior)[0].array, view().array)


def test_scans_of_a_scene_share_the_color_tables(scene, scan):
    def tables() -> int:
        return sum("CardioAI" in one.GetName() for one in of_class(scene, "vtkMRMLColorTableNode"))

    for node in scan:
        show_counts(node, CountDisplay())
        show_counts(node, CountDisplay(intensity=3.0))
    assert tables() == 1


@pytest.mark.parametrize("scale", ["log", "linear"])
def test_more_counts_are_never_brighter(scale):
    shades = grays(CountDisplay(scale))
    assert (np.diff(shades) <= 0).all()
    assert (shades[0], shades[-1]) == pytest.approx((1.0, 0.0), abs=1e-12)
    np.testing.assert_allclose(grays(CountDisplay(scale, inverted=False)), 1 - shades)


def test_the_logarithm_shows_soft_tissue_beside_a_hot_bladder():
    tenth = STEPS // 10
    assert grays(CountDisplay("log"))[tenth] < 0.75 < grays(CountDisplay("linear"))[tenth]


def test_twice_the_intensity_halves_the_counts_that_are_black():
    counts = np.arange(1.0, 1001.0)
    full, twice = (black_at(counts, CountDisplay("linear", intensity=n)) for n in (1.0, 2.0))
    assert twice == pytest.approx(full / 2)
    assert black_at(np.zeros((4, 4)), CountDisplay()) == 1.0


# Regions


def test_a_region_comes_back_from_its_markup_to_the_pixel(scene, scan):
    nodes = make_regions(scene, scan.anterior, {HEART: HEART_REGION, "ribs": BOX})
    back = read_regions(nodes, scan.anterior)
    for region in (HEART_REGION, BOX):
        assert back[region.name].center == pytest.approx(region.center)
        assert back[region.name].size == pytest.approx(region.size)
        assert back[region.name].shape == region.shape


def outline(node) -> np.ndarray:
    """Return the places (N, 3) of a curve's control points in RAS mm."""
    places = [[0.0] * 3 for _ in range(node.GetNumberOfControlPoints())]
    for index, place in enumerate(places):
        node.GetNthControlPointPositionWorld(index, place)
    return np.array(places)


def test_the_ellipse_that_is_measured_is_drawn_inside_its_box_with_its_name(scene, scan):
    boxes = make_regions(scene, scan.anterior, {HEART: HEART_REGION, "ribs": BOX})
    drawn = show_ellipses(scene, scan.anterior, boxes)
    assert drawn.keys() == {HEART}
    box = np.zeros(6)
    boxes[HEART].GetBounds(box)
    places = outline(drawn[HEART])
    heights, middle = SPACING * np.array([9.0, 12.0]) / 2.0, (box[::2] + box[1::2]) / 2.0
    aside = (places - middle)[:, [0, 2]] / heights
    assert np.linalg.norm(aside, axis=1) == pytest.approx(1.0)
    assert drawn[HEART].GetNthControlPointLabel(0) == HEART
    assert not boxes[HEART].GetDisplayNode().GetPropertiesLabelVisibility()
    assert boxes["ribs"].GetDisplayNode().GetPropertiesLabelVisibility()


def test_an_ellipse_follows_its_box_and_goes_with_it(scene, scan):
    boxes = make_regions(scene, scan.anterior, {HEART: HEART_REGION})
    before = show_ellipses(scene, scan.anterior, boxes)[HEART]
    there = outline(before)
    lay_region(boxes[HEART], scan.anterior, HEART_REGION.moved((40.0, 38.5)))
    after = show_ellipses(scene, scan.anterior, boxes)[HEART]
    assert after is before
    assert outline(after) - there == pytest.approx(
        np.tile([0, 0, -10 * SPACING], (len(there), 1)), abs=1e-4
    )
    show_ellipses(scene, scan.anterior, {})
    assert ellipses_on(scene, scan.anterior) == {}


def test_a_markup_lies_where_its_pixels_lie_in_the_patient(scene, scan):
    (node,) = make_regions(scene, scan.anterior, {HEART: HEART_REGION}).values()
    center = [0.0] * 3
    node.GetCenterWorld(center)
    row, column = HEART_REGION.center
    assert center == pytest.approx((view().ijk_to_ras @ [column, row, 0, 1])[:3])
    assert node.GetSize()[:2] == pytest.approx((9 * SPACING, 12 * SPACING))


def test_a_markup_that_was_dragged_gives_the_region_there(scene, scan):
    (node,) = make_regions(scene, scan.anterior, {HEART: HEART_REGION}).values()
    center = [0.0] * 3
    node.GetCenterWorld(center)
    # To the patient's left by 5 columns, to the feet by 3 rows.
    node.SetCenterWorld(center[0] - 5 * SPACING, center[1], center[2] - 3 * SPACING)
    node.SetSize(6 * SPACING, 8 * SPACING, 20.0)
    region = read_regions({HEART: node}, scan.anterior)[HEART]
    assert region.center == pytest.approx((33.0, 43.5))
    assert region.size == pytest.approx((8.0, 6.0))


def test_a_transform_over_the_scan_moves_its_regions_with_it(scene, scan):
    made.transform(scene, made.moved(), scan.anterior)
    (node,) = make_regions(scene, scan.anterior, {HEART: HEART_REGION}).values()
    region = read_regions({HEART: node}, scan.anterior)[HEART]
    assert region.center == pytest.approx(HEART_REGION.center)
    assert region.size == pytest.approx(HEART_REGION.size)


def test_regions_placed_again_move_the_markups_that_are_there(scene, scan):
    first = make_regions(scene, scan.anterior, {HEART: HEART_REGION})
    lay_region(first[HEART], scan.anterior, HEART_REGION.moved((50.0, 20.0)))
    again = make_regions(scene, scan.anterior, {HEART: HEART_REGION, "ribs": BOX})
    assert again[HEART] is first[HEART]
    assert regions_on(scene, scan.anterior).keys() == {HEART, "ribs"}
    assert regions_on(scene, scan.posterior) == {}
    center = read_regions(again, scan.anterior)[HEART].center
    assert center == pytest.approx(HEART_REGION.center)


def test_regions_that_follow_from_the_scan_are_not_drawn(scene, scan):
    body = Region("whole body", (48.0, 32.0), (96.0, 64.0), "box")
    assert make_regions(scene, scan.anterior, {"whole body": body}) == {}


def test_regions_are_drawn_in_the_view_of_the_anterior_scan_alone(scene, scan, slices):
    (node,) = make_regions(scene, scan.anterior, {HEART: HEART_REGION}).values()
    (red,) = views_named(scene, "vtkMRMLSliceNode", "Red")
    assert node.GetDisplayNode().GetViewNodeIDs() == (red.GetID(),)


# Table


def test_the_table_of_a_scan_follows_its_values(scene, scan):
    doubt = Finding("counts", "few counts")
    table = show_uptake(scene, scan.anterior, {"heart_to_ribs": 1.5}, [doubt])
    again = show_uptake(scene, scan.anterior, {"heart_to_ribs": 0.5, "heart_to_sternum": np.nan})
    assert again is table is uptake_of(scene, scan.anterior)
    assert [table.GetColumnName(i) for i in range(len(HEADER))] == list(HEADER)
    column = table.GetTable().GetColumnByName("value")
    assert column.GetValue(0) == 0.5
    assert np.isnan(column.GetValue(1))
    assert table.GetAttribute("CardioAI.Note") == RESEARCH_ONLY
    assert table.GetAttribute("CardioAI.Findings") == ""


# Overlays


def test_an_overlay_lies_over_the_anterior_view_alone(scene, scan, slices):
    show_planar(scene, *scan)
    heat = replace(view(), array=np.ones((1, 1, 96, 64), np.float32))
    (node,) = show_activations(scene, {"residual block1_relu1": heat}, scan.anterior).values()
    assert not legend_of(node).GetVisibility()
    overlay_planar(scene, scan.anterior, node, 0.4)
    assert slices["Red"][1].GetForegroundVolumeID() == node.GetID()
    assert slices["Red"][1].GetForegroundOpacity() == pytest.approx(0.4)
    assert slices["Green"][1].GetForegroundVolumeID() is None
    assert legend_of(node).GetVisibility()
    assert node.GetAttribute("CardioAI.Input") == "residual block1_relu1"


def test_a_map_of_another_size_is_refused(scene, scan):
    small = replace(view(), array=np.ones((1, 1, 8, 8), np.float32))
    with pytest.raises(GridMismatchError):
        show_activations(scene, {"residual block1_relu1": small}, scan.anterior)
    assert not [one for one in of_class(scene, "vtkMRMLScalarVolumeNode") if "act" in one.GetName()]


# A study


def test_a_segment_called_heart_is_the_heart_of_a_planar_scan(scene, scan):
    drawn = HEART_REGION.mask((96, 64))[np.newaxis].astype(np.uint8)
    mask = made.segmentation(scene, view().ijk_to_ras, Heart=drawn)
    nodes = {"anterior": InputNodes(scan.anterior, mask)}
    study, findings = study_from_nodes(HALME_2022, nodes)
    own = study.images[HALME_2022.inputs["anterior"].mask]
    np.testing.assert_array_equal(own.of(HEART)[0], drawn)
    assert own.labels == {HEART: 1}
    assert not findings


def test_a_planar_scan_does_without_a_segmentation(scene, scan):
    study, _ = study_from_nodes(HALME_2022, {"anterior": InputNodes(scan.anterior)})
    assert list(study.images) == [HALME_2022.inputs["anterior"].image]
