"""Tables of files and training curves become nodes."""

import math

import helpers_scene as made
import pytest
from CardioAILib.errors import MissingInputError, UnreadableFileError
from CardioAILib.mrml import LossChart, feature_table, results_table
from CardioAILib.results import RESEARCH_ONLY

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

FEATURES = (
    "subject,study,input,slice,original_firstorder_Mean,wavelet-H_glcm_MCC\n"
    "007,1,ES,3,1.5e2,0.25\n"
    "007,1,ES,4,151.25,\n"
)


@pytest.fixture
def cine(scene):
    return made.volume(scene, made.pixels(), made.ijk_to_ras())


def write(path, text: str):
    path.write_text(text, encoding="utf-8")
    return path


def column(table, name: str):
    found = table.GetTable().GetColumnByName(name)
    return [found.GetValue(row) for row in range(found.GetNumberOfTuples())]


def test_features_are_numbers_and_names_stay_text(scene, cine, tmp_path):
    table = feature_table(scene, write(tmp_path / "features.csv", FEATURES), cine)
    assert column(table, "subject") == ["007", "007"]
    assert column(table, "slice") == [3.0, 4.0]
    assert column(table, "original_firstorder_Mean") == [150.0, 151.25]
    assert column(table, "wavelet-H_glcm_MCC")[0] == 0.25
    assert math.isnan(column(table, "wavelet-H_glcm_MCC")[1])
    assert table.GetAttribute("CardioAI.Note") == RESEARCH_ONLY


def test_features_lie_under_the_study_of_their_image(scene, cine, tmp_path):
    import slicer

    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "CMR")
    hierarchy.CreateItem(study, cine)
    table = feature_table(scene, write(tmp_path / "features.csv", FEATURES), cine)
    assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(table)) == study


def test_features_of_a_deleted_image_leave_nothing(scene, cine, tmp_path):
    scene.RemoveNode(cine)
    count = scene.GetNumberOfNodes()
    with pytest.raises(MissingInputError, match="no longer in the scene"):
        feature_table(scene, write(tmp_path / "features.csv", FEATURES), cine)
    assert scene.GetNumberOfNodes() == count


def test_results_of_a_batch_become_a_table(scene, tmp_path):
    text = "subject,study,dl_score,dl_decision\nmüller,1,0.25,no scar\n002,1,0.75,scar\n"
    table = results_table(scene, write(tmp_path / "results.csv", text))
    assert column(table, "subject") == ["müller", "002"]
    assert column(table, "dl_score") == [0.25, 0.75]
    assert column(table, "dl_decision") == ["no scar", "scar"]


def test_a_table_of_a_header_alone_is_shown_empty(scene, tmp_path):
    table = results_table(scene, write(tmp_path / "results.csv", "subject,study\n"))
    assert table.GetNumberOfRows() == 0
    assert table.GetNumberOfColumns() == 2


@pytest.mark.parametrize("text", ["", "a,b\n1\n", None])
def test_a_file_that_is_no_table_is_refused_and_leaves_nothing(scene, tmp_path, text):
    path = tmp_path / "table.csv"
    if text is not None:
        write(path, text)
    count = scene.GetNumberOfNodes()
    with pytest.raises(UnreadableFileError, match=r"no table in 'table\.csv'"):
        results_table(scene, path)
    assert scene.GetNumberOfNodes() == count


# Training curves


def loss(epoch: int, **more: object) -> dict[str, object]:
    return {"epoch": epoch, "training loss": 1 / epoch, "validation loss": 2 / epoch, **more}


def test_a_curve_grows_by_an_epoch_and_shows_losses_alone(scene):
    curve = LossChart(scene, "training")
    chart = [curve.add(loss(epoch, **{"validation accuracy": 0.5})) for epoch in (1, 2, 4)][-1]
    table = chart.GetNthPlotSeriesNode(0).GetTableNode()
    assert column(table, "epoch") == [1, 2, 4]
    assert column(table, "training loss") == [1, 0.5, 0.25]
    names = [chart.GetNthPlotSeriesNode(i).GetYColumnName() for i in range(2)]
    assert names == ["training loss", "validation loss"]
    assert chart.GetNumberOfPlotSeriesNodes() == 2


def test_the_next_network_begins_its_own_curve_in_the_same_nodes(scene):
    curve = LossChart(scene, "training")
    first = [curve.add(loss(epoch)) for epoch in (1, 2)][-1]
    second = curve.add(loss(1))
    assert second is first
    assert column(curve.table, "epoch") == [1]


def test_growing_tells_the_views(scene):
    curve, heard = LossChart(scene, "training"), []
    curve.add(loss(1))
    curve.table.AddObserver("ModifiedEvent", lambda *_: heard.append(1))
    curve.add(loss(2))
    assert heard


def test_a_curve_that_the_user_deleted_is_made_again(scene):
    curve = LossChart(scene, "training")
    chart = curve.add(loss(1))
    scene.RemoveNode(chart)
    count = scene.GetNumberOfNodes()
    curve.add(loss(2))
    assert scene.GetNumberOfNodes() == count + 1
    assert column(curve.table, "epoch") == [1, 2]


def test_a_loss_that_comes_later_or_is_absent_once_leaves_a_gap(scene):
    curve = LossChart(scene, "training")
    curve.add({"epoch": 1, "training loss": 0.5})
    curve.add(loss(2))
    chart = curve.add({"epoch": 3, "training loss": 0.25, "validation loss": None})
    assert chart.GetNumberOfPlotSeriesNodes() == 2
    assert column(curve.table, "training loss") == [0.5, 0.5, 0.25]
    assert [math.isnan(value) for value in column(curve.table, "validation loss")] == [
        True,
        False,
        True,
    ]
    assert scene.GetNumberOfNodesByClass("vtkMRMLPlotChartNode") == 1
