"""Offscreen slice views show the voxels, outlines, legend, ruler and texts where they belong."""

import gc

import numpy as np
import pytest
from CardioAILib.embedded import SliceView, add_image, add_outlines
from CardioAILib.embedded.planes import ras_of
from CardioAILib.embedded.sliceview import CORNERS
from CardioAILib.errors import InputError
from CardioAILib.study import Image
from helpers_embedded import embedded_scene, need_rendering, oblique, square_heart

slicer = pytest.importorskip("slicer", reason="slicer-core is not installed")
OUTLINE = (0.0, 1.0, 1.0)
ROWS, COLUMNS, SLICE = (12, 24), (20, 36), 4
MIDDLE = (27.5, 17.5, SLICE)
"""Index (column, row, slice) of the square's middle."""


@pytest.fixture
def scene():
    need_rendering()
    return embedded_scene()


@pytest.fixture
def volume(scene):
    return add_image(square_heart()[0], "heart", window=(100, 400))


@pytest.fixture
def view(scene):
    with SliceView(scene, size=(240, 240)) as view:
        yield view


def heatmap_over(volume):
    """A heatmap of 1 on the left half of the square, 0 elsewhere, with its legend."""
    image, _ = square_heart()
    array = np.zeros(image.array.shape, np.float32)
    array[0, SLICE, slice(*ROWS), COLUMNS[0] : 28] = 1.0
    node = add_image(Image(array, image.ijk_to_ras), "heatmap", window=(0, 1))
    display = node.GetScalarVolumeDisplayNode()
    display.SetAndObserveColorNodeID("vtkMRMLColorTableNodeRed")
    display.SetThreshold(0.25, 1.0)
    display.SetApplyThreshold(True)
    legend = slicer.modules.colors.logic().AddDefaultColorLegendDisplayNode(node)
    legend.SetTitleText("evidence")
    return node


def box(where: np.ndarray) -> tuple[float, float, float, float]:
    """Middle row, middle column, height and width of the true pixels."""
    rows, columns = np.nonzero(where)
    return (
        (rows.min() + rows.max()) / 2,
        (columns.min() + columns.max()) / 2,
        np.ptp(rows) + 1,
        np.ptp(columns) + 1,
    )


def cyan(picture: np.ndarray) -> np.ndarray:
    red, green, blue = np.moveaxis(picture.astype(int), -1, 0)
    return (green > 150) & (blue > 150) & (red < 100)


def red(picture: np.ndarray) -> np.ndarray:
    red, green, blue = np.moveaxis(picture.astype(int), -1, 0)
    return (red > green + 60) & (red > blue + 60)


def test_a_slice_lies_as_it_is_stored_and_where_it_belongs(view, volume):
    view.show(volume)
    view.align(volume, SLICE)
    view.zoom(ras_of(volume, MIDDLE), 60.0)
    picture = view.picture()
    assert picture.shape == (240, 240, 3)
    assert picture.dtype == np.uint8
    row, column, height, width = box(picture[..., 0] > 128)
    # 16 columns of 1.5 mm and 12 rows of 2 mm at 4 pixels a millimeter.
    assert (row, column) == pytest.approx((119.5, 119.5), abs=2)
    assert (height, width) == pytest.approx((96, 96), abs=3)


def test_the_first_row_is_on_top_and_the_first_column_on_the_left(view, scene):
    array = np.zeros((1, 3, 30, 30), np.int16)
    array[0, 1, :6, :6] = 100
    corner = add_image(Image(array, oblique((2, 2, 8))), "corner", window=(0, 100))
    view.show(corner)
    view.align(corner, 1)
    row, column, _, _ = box(view.picture()[..., 0] > 128)
    assert row < 60
    assert column < 60


def test_only_the_slice_asked_for_is_shown(view, volume):
    view.show(volume)
    bright = []
    for index in range(6):
        view.align(volume, index)
        bright.append(bool((view.picture()[..., 0] > 200).any()))
    assert bright == [False, False, False, False, True, False]


def test_black_and_white_are_the_window(view, volume):
    view.show(volume)
    view.align(volume, SLICE)
    view.zoom(ras_of(volume, MIDDLE), 50.0)
    picture = view.picture()
    assert picture[120, 120].tolist() == [255, 255, 255]
    assert picture[120, 5].tolist() == [0, 0, 0]


def test_an_outline_runs_around_the_structure(view, volume):
    add_outlines(square_heart()[1], volume, "outline", OUTLINE)
    view.show(volume)
    view.align(volume, SLICE)
    view.zoom(ras_of(volume, MIDDLE), 60.0)
    found = cyan(view.picture())
    row, column, height, width = box(found)
    assert (row, column) == pytest.approx((119.5, 119.5), abs=2)
    assert (height, width) == pytest.approx((96, 96), abs=5)
    assert not found[100:140, 100:140].any()
    assert 300 < found.sum() < 1600
    view.align(volume, 1)
    assert not cyan(view.picture()).any()


def test_an_outline_is_drawn_in_the_views_that_its_display_names(view, scene, volume):
    outline = add_outlines(square_heart()[1], volume, "outline", OUTLINE)
    with SliceView(scene, "Green", size=(240, 240)) as other:
        for one in (view, other):
            one.show(volume)
            one.align(volume, SLICE)
        assert all(cyan(one.picture()).any() for one in (view, other))
        outline.GetDisplayNode().SetViewNodeIDs([other.slice_node.GetID()])
        assert [cyan(one.picture()).any() for one in (view, other)] == [False, True]
        outline.GetDisplayNode().RemoveAllViewNodeIDs()
        assert all(cyan(one.picture()).any() for one in (view, other))


def test_a_heatmap_lies_over_its_half_as_strong_as_asked_for(view, volume):
    heatmap = heatmap_over(volume)
    heatmap.GetNthDisplayNode(1).SetVisibility(False)
    view.align(volume, SLICE)
    view.zoom(ras_of(volume, MIDDLE), 60.0)
    view.show(volume)
    assert not red(view.picture()).any()
    view.show(volume, heatmap, opacity=0.5)
    half = view.picture()
    row, column, height, width = box(red(half))
    assert (row, column) == pytest.approx((119.5, 95.5), abs=3)
    assert (height, width) == pytest.approx((96, 48), abs=6)
    view.show(volume, heatmap, opacity=1.0)
    full = view.picture()
    assert half[120, 100, 1] == pytest.approx(128, abs=3)
    assert full[120, 100].tolist() == [255, 0, 0]


def test_the_legend_is_drawn_with_its_volume_only(view, volume):
    heatmap = heatmap_over(volume)
    view.align(volume, SLICE)
    view.show(volume)
    without = view.picture()
    view.show(volume, heatmap)
    with_legend = view.picture()
    changed = (without != with_legend).any(axis=2)
    assert changed[:, 200:].sum() > 300
    heatmap.GetNthDisplayNode(1).SetVisibility(False)
    assert not (view.picture()[:, 200:] != without[:, 200:]).any()


def test_the_legend_is_there_in_every_later_view_too(scene, volume):
    heatmap = heatmap_over(volume)
    pictures = []
    for _ in range(2):
        with SliceView(scene, size=(240, 240)) as view:
            view.align(volume, SLICE)
            view.show(volume, heatmap)
            pictures.append(view.picture())
    assert np.array_equal(*pictures)
    assert red(pictures[0])[:, 200:].any()


def test_ruler_and_texts_appear_in_their_corners(view, volume):
    view.show(volume)
    view.align(volume, 1)
    bare = view.picture()
    view.ruler()
    ruled = view.picture()
    assert (bare != ruled).any(axis=2)[200:].any()
    assert not (bare != ruled).any(axis=2)[:200].any()
    view.ruler(False)
    assert np.array_equal(view.picture(), bare)
    places = {"lower": slice(120, None), "upper": slice(None, 120)}
    sides = {"left": slice(None, 120), "right": slice(120, None)}
    for corner in CORNERS:
        view.text("text", corner)
        changed = (view.picture() != bare).any(axis=2)
        view.text("", corner)
        row, column = corner.split()
        assert changed[places[row], sides[column]].sum() == changed.sum() > 20


def test_a_parent_transform_moves_picture_and_outline_together(view, scene, volume):
    outline = add_outlines(square_heart()[1], volume, "outline", OUTLINE)
    parent = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    slicer.util.updateTransformMatrixFromArray(parent, oblique((1, 1, 1)))
    for node in (volume, outline):
        node.SetAndObserveTransformNodeID(parent.GetID())
    view.show(volume)
    view.align(volume, SLICE)
    view.zoom(ras_of(volume, MIDDLE), 60.0)
    picture = view.picture()
    assert box(cyan(picture))[:2] == pytest.approx((119.5, 119.5), abs=2)
    assert picture[120, 120, 0] == 255


def test_views_of_several_names_show_their_own(scene, volume):
    with SliceView(scene, "Red", (120, 120)) as one, SliceView(scene, "Green", (160, 100)) as two:
        one.show(volume)
        one.align(volume, SLICE)
        two.show(None)
        assert one.picture().max() == 255
        assert two.picture().shape == (100, 160, 3)
        assert two.picture().max() == 0


@pytest.mark.parametrize("orientation", ["Axial", "Sagittal", "Coronal"])
def test_a_view_turns_to_anatomical_planes(view, volume, orientation):
    view.show(volume)
    view.orient(orientation)
    view.fit(volume)
    view.jump(ras_of(volume, MIDDLE))
    assert view.slice_node.GetOrientation() == orientation
    assert view.picture()[118:122, 118:122].min() > 200


def test_an_unknown_orientation_is_refused(view):
    with pytest.raises(InputError, match="one of Axial, Sagittal, Coronal"):
        view.orient("Upright")


def test_an_unknown_corner_is_refused(view):
    with pytest.raises(InputError, match="one of lower left"):
        view.text("text", "middle")


def test_a_closed_view_says_so(scene):
    view = SliceView(scene, size=(64, 64))
    view.close()
    view.close()
    with pytest.raises(InputError, match="closed slice view"):
        view.picture()


def test_a_view_survives_the_closing_of_the_scene(scene, volume, view):
    view.show(volume)
    view.align(volume, SLICE)
    assert view.picture().max() == 255
    scene.Clear(0)
    assert view.picture().max() == 0
    again = add_image(square_heart()[0], "again", window=(100, 400))
    view.show(again)
    view.align(again, SLICE)
    assert view.picture().max() == 255


def test_fifty_pictures_leave_nothing_behind(scene, volume):
    logics = slicer.app.applicationLogic().GetSliceLogics()

    def draw(count: int) -> None:
        for _ in range(count):
            with SliceView(scene, size=(64, 64)) as view:
                view.show(volume)
                view.align(volume, SLICE)
                view.picture()

    draw(5)
    gc.collect()
    nodes, items, before = scene.GetNumberOfNodes(), logics.GetNumberOfItems(), resident()
    draw(50)
    gc.collect()
    assert (scene.GetNumberOfNodes(), logics.GetNumberOfItems()) == (nodes, items)
    if before is not None:
        assert resident() - before < 20_000_000


def resident() -> int | None:
    """Bytes of memory that this process holds; None where the system does not tell."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        return None
