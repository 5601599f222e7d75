"""Systems of several views in the panel: which images are found, asked for, read and shown."""

from types import SimpleNamespace

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import helpers_scene as made  # noqa: E402
import numpy as np  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.errors import MissingInputError  # noqa: E402
from CardioAILib.io import read_cohort  # noqa: E402
from CardioAILib.mrml import InputNodes, study_from_nodes  # noqa: E402
from CardioAILib.mrml.threeviews import (  # noqa: E402
    LAYOUT,
    VIEWS,
    show_images,
    show_side_by_side,
    use_layout,
)
from CardioAILib.panel.overlays import ALL, Heatmaps  # noqa: E402
from CardioAILib.panel.tasks import checked_study  # noqa: E402
from CardioAILib.panel.viewfinding import find_views, reads_views  # noqa: E402
from CardioAILib.study import MYOCARDIUM, PLEURAL_EFFUSION, SCAR  # noqa: E402
from CardioAILib.systems import FAHMY_2022, GERMAIN_2021, MARTINI_2020_EMIDEC  # noqa: E402
from helpers_amyloid import SYSTEM, add_mask, add_view, plane  # noqa: E402


@pytest.fixture
def views(scene):
    """An image of each view, one of them with a segmentation."""
    volumes = {
        name: add_view(scene, name, slices=6 if name == "SAX" else 1) for name in SYSTEM.inputs
    }
    return volumes, add_mask(scene, "SAX", volumes["SAX"], 6)


@pytest.fixture
def board(panel):
    """The panel with Martini's system chosen."""
    own = panel.board
    own.ui.systemSelector.currentIndex = own.ui.systemSelector.findData(SYSTEM.name)
    return own


def test_only_systems_of_several_named_views_have_their_views_found():
    assert reads_views(SYSTEM)
    assert not any(map(reads_views, (FAHMY_2022, GERMAIN_2021, MARTINI_2020_EMIDEC)))


def test_views_are_found_by_their_plane_and_take_their_segmentation_along(scene, views):
    volumes, mask = views
    found = find_views(scene, SYSTEM)
    assert {name: own.image for name, own in found.items()} == volumes
    assert (found["SAX"].mask, found["2C"].mask) == (mask, None)


def test_a_view_that_two_images_could_be_stays_open_unless_their_names_tell(scene, views):
    add_view(scene, "4C", "LGE again")
    assert set(find_views(scene, SYSTEM)) == {"2C", "SAX"}
    other = add_view(scene, "2C", "cine 2C")
    assert find_views(scene, SYSTEM)["2C"].image is not other


def test_two_views_suffice_and_one_does_not(board, views):
    volumes, _mask = views
    rows = {row.name: row for row in board.inputs.rows}
    rows["4C"].image.setCurrentNode(volumes["4C"])
    assert not board.inputs.complete()
    assert "at least 2 of the 3 views" in board.ui.applyButton.toolTip
    rows["2C"].image.setCurrentNode(volumes["2C"])
    assert board.inputs.complete()
    assert set(board.inputs.nodes()) == {"2C", "4C"}


def test_a_click_finds_the_views_and_says_which_are_open(board, views):
    board.scene.RemoveNode(views[0]["4C"])
    assert not board.ui.findViewsButton.isHidden()
    board.ui.findViewsButton.click()
    assert set(board.inputs.nodes()) == {"2C", "SAX"}
    assert "Not found, or more than one image could be: 4C" in board.ui.statusLabel.text


def test_a_study_is_read_from_two_views_and_refused_with_one(scene, views):
    volumes, mask = views
    nodes = {"2C": InputNodes(volumes["2C"]), "SAX": InputNodes(volumes["SAX"], mask)}
    study, _ = study_from_nodes(SYSTEM, nodes)
    assert {role.column for role in study.images} == {"LGE_2C", "LGE_SAX", "mask_SAX_LGE"}
    with pytest.raises(MissingInputError, match="2 or more of the nodes for 2C, 4C, SAX"):
        study_from_nodes(SYSTEM, {"2C": nodes["2C"]})


def test_scar_and_effusion_of_a_segmentation_are_read_with_late_enhancement(scene):
    volume = add_view(scene, "4C")
    wall, scar, fluid, cavity = (np.zeros((1, 20, 24), np.uint8) for _ in range(4))
    wall[0, 4:10, 4:14] = scar[0, 8:12, 4:8] = fluid[0, 14:18] = cavity[0, 10:12, 4:8] = 1
    parts = {"myocardium": wall, "scar": scar, "pleural effusion": fluid, "LV": cavity}
    mask = made.segmentation(scene, plane("4C"), **parts)
    nodes = {"4C": InputNodes(volume, mask), "2C": InputNodes(add_view(scene, "2C"))}
    study, _ = study_from_nodes(SYSTEM, nodes)
    read = study.images[SYSTEM.inputs["4C"].mask]
    assert np.array_equal(read.of(MYOCARDIUM)[0], wall == 1)
    assert np.array_equal(read.of(SCAR)[0], (scar & wall) == 1)
    assert np.array_equal(read.of(PLEURAL_EFFUSION)[0], fluid == 1)


def slice_views(scene):
    for index, name in enumerate(VIEWS):
        composite = scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode", f"{name} layers")
        composite.SetLayoutName(name)
        composite.SetLinkedControl(True)
        view = scene.AddNewNodeByClass("vtkMRMLSliceNode", name)
        view.SetLayoutName(name)
        view.SetDimensions(100, 100 + index, 1)
    return scene


def composite_of(scene, name):
    every = [
        scene.GetNthNodeByClass(k, "vtkMRMLSliceCompositeNode")
        for k in range(scene.GetNumberOfNodesByClass("vtkMRMLSliceCompositeNode"))
    ]
    return [one for one in every if one.GetLayoutName() == name][-1]


def node_of(scene, name):
    every = [
        scene.GetNthNodeByClass(k, "vtkMRMLSliceNode")
        for k in range(scene.GetNumberOfNodesByClass("vtkMRMLSliceNode"))
    ]
    return [one for one in every if one.GetLayoutName() == name][-1]


def test_each_view_shows_its_own_image_and_heatmap_in_its_own_plane(scene, views):
    slice_views(scene)
    maps = {name: add_view(scene, name, f"heatmap {name}") for name in SYSTEM.inputs}
    places = show_side_by_side(scene, {name: (maps[name], views[0][name]) for name in maps})
    assert places == dict(zip(SYSTEM.inputs, VIEWS, strict=True))
    for name, view in places.items():
        composite = composite_of(scene, view)
        assert composite.GetBackgroundVolumeID() == views[0][name].GetID()
        assert composite.GetForegroundVolumeID() == maps[name].GetID()
        assert not composite.GetLinkedControl()
        matrix = node_of(scene, view).GetSliceToRAS()
        normal = [matrix.GetElement(row, 2) for row in range(3)]
        assert abs(np.dot(normal, plane(name)[:3, 2])) == pytest.approx(8.0)


FOUR_UP = 3


@pytest.fixture
def layout(scene, monkeypatch):
    """The layout of an application with windows."""
    import slicer

    node = scene.AddNewNodeByClass("vtkMRMLLayoutNode")
    node.AddLayoutDescription(FOUR_UP, '<layout type="vertical"></layout>')
    node.SetViewArrangement(FOUR_UP)
    logic = SimpleNamespace(GetLayoutNode=lambda: node)
    manager = SimpleNamespace(layoutLogic=lambda: logic)
    monkeypatch.setattr(slicer.app, "layoutManager", lambda: manager)
    return node


def test_an_application_with_windows_gets_a_layout_of_three_views(scene, layout):
    use_layout(scene)
    use_layout(scene)
    assert layout.GetViewArrangement() == LAYOUT
    text = layout.GetLayoutDescription(LAYOUT)
    assert [f'singletontag="{name}"' in text for name in VIEWS] == [True] * 3


def drawn_in(scene, mask):
    """Names of the views in which a segmentation is drawn."""
    display = mask.GetDisplayNode()
    return [name for name in VIEWS if display.IsDisplayableInView(node_of(scene, name).GetID())]


def test_a_segmentation_is_drawn_beside_its_own_image_until_another_layout_is_chosen(
    scene, views, layout
):
    slice_views(scene)
    volumes, mask = views
    unnamed = add_mask(scene, "2C", volumes["2C"])
    unnamed.SetReferenceImageGeometryParameterFromVolumeNode(None)
    other = add_mask(scene, "4C", add_view(scene, "4C", "of another study"))
    other.GetDisplayNode().SetViewNodeIDs([node_of(scene, "Red").GetID()])
    maps = {name: add_view(scene, name, f"heatmap {name}") for name in SYSTEM.inputs}
    shown = {name: (maps[name], volumes[name]) for name in maps}
    places = show_side_by_side(scene, shown, {"2C": unnamed, "SAX": mask})
    assert drawn_in(scene, mask) == [places["SAX"]]
    assert drawn_in(scene, unnamed) == [places["2C"]]
    assert not drawn_in(scene, other)
    layout.SetViewArrangement(FOUR_UP)
    assert drawn_in(scene, mask) == drawn_in(scene, unnamed) == list(VIEWS)
    assert drawn_in(scene, other) == ["Red"]


def test_the_layout_of_before_comes_back_when_the_heatmaps_are_hidden(scene, views, panel, layout):
    slice_views(scene)
    volumes, mask = views
    shown = Heatmaps(scene, panel.board.ui.heatmapSelector)
    maps = {name: add_view(scene, name, f"heatmap {name}") for name in SYSTEM.inputs}
    shown.offer({name: (maps[name], volumes[name]) for name in maps}, {"SAX": mask})
    shown.show()
    assert layout.GetViewArrangement() == LAYOUT
    assert drawn_in(scene, mask) == ["Yellow"]
    shown.hide()
    assert layout.GetViewArrangement() == FOUR_UP
    assert drawn_in(scene, mask) == list(VIEWS)


def test_images_that_stood_side_by_side_stay_so_without_heatmaps(scene, views, panel, layout):
    slice_views(scene)
    volumes, mask = views
    show_images(scene, volumes)
    shown = Heatmaps(scene, panel.board.ui.heatmapSelector)
    maps = {name: add_view(scene, name, f"heatmap {name}") for name in SYSTEM.inputs}
    shown.offer({name: (maps[name], volumes[name]) for name in maps})
    shown.show()
    shown.hide()
    assert layout.GetViewArrangement() == LAYOUT
    assert drawn_in(scene, mask) == ["Yellow"]
    layout.SetViewArrangement(FOUR_UP)
    assert drawn_in(scene, mask) == list(VIEWS)


def test_heatmaps_of_several_images_are_offered_all_at_once(scene, views, panel):
    slice_views(scene)
    maps = {name: add_view(scene, name, f"heatmap {name}") for name in SYSTEM.inputs}
    shown = Heatmaps(scene, panel.board.ui.heatmapSelector)
    shown.offer({name: (maps[name], views[0][name]) for name in maps})
    selector = panel.board.ui.heatmapSelector
    assert selector.itemData(0) == ALL
    shown.show()
    assert composite_of(scene, "Green").GetForegroundVolumeID() == maps["4C"].GetID()
    shown.hide()
    assert composite_of(scene, "Green").GetForegroundVolumeID() is None
    one = {"ED": (maps["2C"], views[0]["2C"]), "ES": (maps["4C"], views[0]["2C"])}
    shown.offer(one)
    assert selector.itemData(0) == "ED"


def test_a_deleted_heatmap_is_left_out_of_those_that_are_shown(scene, views, panel):
    slice_views(scene)
    maps = {name: add_view(scene, name, f"heatmap {name}") for name in SYSTEM.inputs}
    shown = Heatmaps(scene, panel.board.ui.heatmapSelector)
    shown.offer({name: (maps[name], views[0][name]) for name in maps})
    scene.RemoveNode(maps["2C"])
    shown.show()
    assert composite_of(scene, "Red").GetForegroundVolumeID() == maps["4C"].GetID()


def test_a_sample_of_late_enhancement_is_chosen_with_its_findings(board):
    board.ui.sampleButton.click()
    nodes = board.inputs.nodes()
    assert set(nodes) == set(SYSTEM.inputs)
    assert board.inputs.complete()
    facts = board.study_facts()
    assert 15 <= len(facts) <= 20
    assert facts["age"] >= 18
    study, findings = checked_study(SYSTEM, nodes, facts=facts)
    assert study.images[SYSTEM.inputs["SAX"].image].array.shape[1] >= 6
    assert {found.check for found in findings} <= {"black blood"}, "as amyloidosis has it"
    found = find_views(board.scene, SYSTEM)
    assert {name: own.image for name, own in found.items()} == {
        name: own.image for name, own in nodes.items()
    }
    assert {name: own.mask for name, own in found.items()} == {
        name: own.mask for name, own in nodes.items()
    }


def test_apply_hands_two_views_and_the_findings_to_the_worker(board, views, launch, tiny_model):
    volumes, mask = views
    board.choose_model(str(tiny_model))
    rows = {row.name: row for row in board.inputs.rows}
    rows["2C"].image.setCurrentNode(volumes["2C"])
    rows["SAX"].choose({"SAX": InputNodes(volumes["SAX"], mask)})
    board.fill_findings({"age": 71.0, "LGE_present": "yes"}, "entered")
    board.ui.applyButton.click()
    (study,) = read_cohort(launch.folder / "cohort.csv")
    assert {role.column for role in study.images} == {"LGE_2C", "LGE_SAX", "mask_SAX_LGE"}
    assert study.facts["age"] == 71.0
    assert study.facts["LGE_present"] == "yes"
    launch.end("done", 0)


def test_check_says_that_a_view_is_missing(board, views):
    volumes, _mask = views
    rows = {row.name: row for row in board.inputs.rows}
    for name in ("2C", "SAX"):
        rows[name].image.setCurrentNode(volumes[name])
    board.ui.checkButton.click()
    assert "no LGE_4C: the result rests on 2C, SAX alone" in board.ui.statusLabel.text
