"""Slicer's DICOM browser finds planar scans, and loads both views in place."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import slicer
from CardioAILib.mrml.geometry import as_array
from CardioAILib.mrml.planarfacts import facts_of
from CardioAILib.panel import dicomloading, dicomplugin
from CardioAILib.verbs.prepared import INPUT_NOTE
from helpers_dicom import siemens
from helpers_dicombrowser import Plugin, plugin_of
from helpers_nm import SPACING, both_views, one_view, write


@pytest.fixture
def plugin(scene: Any, monkeypatch: pytest.MonkeyPatch) -> Plugin:
    """The plugin as Slicer makes it, over stand-ins of Slicer's DICOM library."""
    return plugin_of(dicomplugin, scene, monkeypatch)


def series(*paths: Path) -> list[list[str]]:
    return [[str(path)] for path in paths]


def test_a_scan_with_both_views_is_offered_once_without_a_name(plugin: Plugin, tmp_path: Path):
    made, *_ = both_views()
    (offer,) = plugin.examineForImport(series(write(made, tmp_path)))
    assert offer.name == "Planar scan, whole body, anterior and posterior"
    assert (offer.selected, offer.warning) == (True, "")
    assert offer.confidence == dicomloading.SURE
    assert plugin.examine(series(tmp_path / "scan.dcm"))[0].files == offer.files


def test_views_in_series_of_their_own_are_one_offer(plugin: Plugin, tmp_path: Path):
    front = write(one_view("anterior", 1), tmp_path, "1.dcm")
    back = write(one_view("posterior", 2, SeriesInstanceUID="1.2.7.1.2"), tmp_path, "2.dcm")
    (offer,) = plugin.examineForImport(series(back, front))
    assert offer.files == [str(front), str(back)]


def test_whole_body_and_static_scans_of_a_study_are_two_offers(plugin: Plugin, tmp_path: Path):
    static = ["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"]
    one = write(both_views()[0], tmp_path, "1.dcm")
    two = write(both_views(ImageType=static)[0], tmp_path, "2.dcm")
    names = [offer.name for offer in plugin.examineForImport(series(one, two))]
    assert [name.split(", ")[1] for name in names] == ["whole body", "static"]


def test_spect_mr_and_a_posterior_view_alone_are_left_to_others(plugin: Plugin, tmp_path: Path):
    tomo = ["ORIGINAL", "PRIMARY", "TOMO", "EMISSION"]
    spect = write(both_views(ImageType=tomo)[0], tmp_path, "1.dcm")
    back = write(one_view("posterior", StudyInstanceUID="1.2.7.2"), tmp_path, "2.dcm")
    siemens(tmp_path / "mr", slices=1, phases=1)
    (mr,) = (tmp_path / "mr").rglob("*.IMA")
    assert plugin.examineForImport([*series(spect, back, mr), []]) == []


def test_a_warning_is_shown_before_loading_and_lowers_the_confidence(
    plugin: Plugin, tmp_path: Path
):
    (offer,) = plugin.examineForImport(series(write(one_view(None), tmp_path)))
    assert "nothing in the header tells the view" in offer.warning
    assert offer.confidence == dicomloading.DOUBTFUL


def test_loading_makes_two_volumes_in_place_under_one_study(
    plugin: Plugin, scene: Any, tmp_path: Path
):
    made, front, back = both_views()
    (offer,) = plugin.examineForImport(series(write(made, tmp_path)))
    assert plugin.load(offer) is True
    volumes = [*slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")]
    assert len(volumes) == 2
    assert plugin.added == volumes[:1]
    for volume, pixels, across in zip(volumes, (front, back), (-1, 1), strict=True):
        np.testing.assert_array_equal(slicer.util.arrayFromVolume(volume)[0], pixels)
        matrix = slicer.vtkMRMLSliceNode().GetSliceToRAS()
        volume.GetIJKToRASMatrix(matrix)
        np.testing.assert_allclose(as_array(matrix)[:3, 0], (across * SPACING[1], 0, 0))
        assert "Doe" not in volume.GetName()
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    parents = {hierarchy.GetItemParent(hierarchy.GetItemByDataNode(own)) for own in volumes}
    assert len(parents) == 1


def test_a_damaged_scan_is_not_loaded_and_leaves_no_node(
    plugin: Plugin, scene: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    made, *_ = both_views()
    path = write(made, tmp_path)
    (offer,) = plugin.examineForImport(series(path))
    path.write_bytes(path.read_bytes()[:-60])
    assert plugin.load(offer) is False
    assert "was not loaded" in caplog.text
    assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 0


def test_without_slicers_dicom_nothing_is_registered(scene: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "DICOMLib", None)
    monkeypatch.setattr(slicer, "modules", SimpleNamespace(), raising=False)
    dicomplugin.register()
    assert not hasattr(slicer.modules, "dicomPlugins")


def test_offers_need_no_slicer(tmp_path: Path):
    write(one_view("anterior", 1), tmp_path, "1.dcm")
    (offer,) = dicomplugin.offers_of([[tmp_path / "1.dcm"]])
    assert (offer.name, offer.warning) == ("Planar scan, whole body", "")


def test_a_loaded_scan_keeps_what_is_doubtful_of_its_file(scene: Any, tmp_path: Path):
    nodes = dicomplugin.load_offer(scene, [write(one_view(None), tmp_path)])
    assert "nothing in the header tells the view" in facts_of(nodes.anterior)[INPUT_NOTE]
