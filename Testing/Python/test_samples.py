"""Sample data: simulated cines that come into the scene as a user's own would."""

import socket
import sys
from types import SimpleNamespace

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.mrml import InputNodes, structure_candidates, study_from_nodes
from CardioAILib.panel import samples
from CardioAILib.phantoms import CLEAR_EFFECT, hcm_study
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY, Role
from CardioAILib.systems import FAHMY_2022, MARTINI_2020, MARTINI_2020_EMIDEC

CINE, MASK = Role("MR", "cine", "SAX", "ES"), Role("MR", "mask", "SAX", "ES")


@pytest.fixture
def scene(monkeypatch):
    def refuse(*given):
        raise AssertionError("sample data asked a network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return made.fresh_scene()


def nodes_of(scene, kind):
    return [scene.GetNthNodeByClass(i, kind) for i in range(scene.GetNumberOfNodesByClass(kind))]


@pytest.mark.parametrize(("name", "label"), [("scar", 1), ("no scar", 0)])
def test_sample_reads_as_the_study_that_the_phantoms_make(scene, name, label):
    nodes = samples.load_sample(scene, FAHMY_2022, name)
    study, findings = study_from_nodes(FAHMY_2022, nodes)
    truth = hcm_study("p", label, samples.SEED, effect=CLEAR_EFFECT)
    cine, mask = study.images[CINE], study.images[MASK]
    np.testing.assert_array_equal(cine.array[:, ::-1], truth.images[CINE].array)
    first, last = ([0, 0, cine.array.shape[1] - 1, 1], [0, 0, 0, 1])
    for own, other in ((first, last), (last, first)):
        np.testing.assert_allclose(
            cine.ijk_to_ras @ own, truth.images[CINE].ijk_to_ras @ other, atol=1e-9
        )
    assert np.linalg.det(cine.ijk_to_ras) > 0, "as a reader of Slicer makes it"
    for structure in (MYOCARDIUM, LV_CAVITY, RV_CAVITY):
        np.testing.assert_array_equal(mask.of(structure)[:, ::-1], truth.images[MASK].of(structure))
    assert [found.check for found in findings] == ["frame"], "no warning of the sample itself"


def test_samples_differ_in_the_scar_alone(scene):
    scar, plain = (samples.load(scene, name) for name in samples.SAMPLES)
    read = [
        study_from_nodes(FAHMY_2022, {"ES": InputNodes(own.volume, own.segmentation)})[0]
        for own in (scar, plain)
    ]
    masks = [study.images[MASK].array for study in read]
    np.testing.assert_array_equal(*masks)
    import slicer

    images = [slicer.util.arrayFromVolume(own.volume).astype(int) for own in (scar, plain)]
    changed = images[0] != images[1]
    assert 0 < changed.sum() < 0.02 * changed.size


def test_shown_frame_is_end_systole_and_every_frame_has_its_segmentation(scene):
    nodes = samples.load(scene)
    assert nodes.sequence.GetNumberOfDataNodes() == 20
    assert nodes.browser.GetSelectedItemNumber() == nodes.es == 7
    assert nodes.sequence.GetNthIndexValue(nodes.es) == "315"
    assert (nodes.sequence.GetIndexName(), nodes.sequence.GetIndexUnit()) == ("time", "ms")
    assert nodes.sequence.GetIndexType() == nodes.sequence.NumericIndex
    volumes = []
    for frame in range(20):
        times = [own.GetNthIndexValue(frame) for own in (nodes.sequence, nodes.segmentations)]
        assert times[0] == times[1]
        read = InputNodes(nodes.volume, nodes.segmentation, frame=frame)
        study, _ = study_from_nodes(FAHMY_2022, {"ES": read})
        volumes.append(study.images[MASK].of(LV_CAVITY).sum())
    assert np.argmin(volumes) == nodes.es
    assert np.argmax(volumes) == 0


def test_playing_the_cine_moves_volume_and_segmentation_together(scene):
    import slicer

    nodes = samples.load(scene)
    before = slicer.util.arrayFromVolume(nodes.volume).copy()
    nodes.browser.SetSelectedItemNumber(0)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(nodes.browser)
    assert (slicer.util.arrayFromVolume(nodes.volume) != before).any()
    study, _ = study_from_nodes(FAHMY_2022, {"ES": InputNodes(nodes.volume, nodes.segmentation)})
    truth = hcm_study("p", 1, samples.SEED, effect=CLEAR_EFFECT)
    expected = truth.images[Role("MR", "mask", "SAX", "ED")]
    np.testing.assert_array_equal(
        study.images[MASK].of(MYOCARDIUM)[:, ::-1], expected.of(MYOCARDIUM)
    )
    assert nodes.volume.GetName() == "CardioAI simulated cine, scar"


def test_structures_are_found_by_their_terminology_alone(scene):
    nodes = samples.load(scene)
    segmentation = nodes.segmentation.GetSegmentation()
    for index in range(segmentation.GetNumberOfSegments()):
        segmentation.GetNthSegment(index).SetName(f"region {index}")
    for structure in (MYOCARDIUM, LV_CAVITY, RV_CAVITY):
        assert len(structure_candidates(nodes.segmentation, structure)) == 1


def test_sample_lies_in_a_study_of_its_own_and_leaves_nothing_over(scene):
    nodes = samples.load(scene)
    hierarchy = scene.GetSubjectHierarchyNode()
    items = [hierarchy.GetItemByDataNode(own) for own in (nodes.volume, nodes.segmentation)]
    parents = {hierarchy.GetItemParent(item) for item in items}
    assert [hierarchy.GetItemName(parent) for parent in parents] == [
        "CardioAI simulated cine, scar"
    ]
    assert nodes_of(scene, "vtkMRMLScalarVolumeNode") == [nodes.volume]
    assert nodes_of(scene, "vtkMRMLSegmentationNode") == [nodes.segmentation]
    shown = nodes_of(scene, "vtkMRMLDisplayNode")
    own = {nodes.volume.GetDisplayNode(), nodes.segmentation.GetDisplayNode()}
    left = [
        node for node in shown if node.IsA("vtkMRMLSegmentationDisplayNode") and node not in own
    ]
    assert not left
    assert not nodes.segmentation.GetDisplayNode().GetVisibility2DFill()


def test_loading_twice_gives_two_samples_with_names_of_their_own(scene):
    first, second = samples.load(scene), samples.load(scene)
    assert first.volume is not second.volume
    assert first.volume.GetName() != second.volume.GetName()


def test_sample_survives_saving_the_scene(scene, tmp_path):
    import slicer

    nodes = samples.load(scene)
    shown = slicer.util.arrayFromVolume(nodes.volume).copy()
    path = tmp_path / "scene.mrb"
    assert slicer.util.saveScene(str(path))
    assert path.stat().st_size < 30e6
    scene.Clear(False)
    slicer.util.loadScene(str(path))
    (volume,) = nodes_of(scene, "vtkMRMLScalarVolumeNode")
    (segmentation,) = nodes_of(scene, "vtkMRMLSegmentationNode")
    np.testing.assert_array_equal(slicer.util.arrayFromVolume(volume), shown)
    study, _ = study_from_nodes(FAHMY_2022, {"ES": InputNodes(volume, segmentation)})
    truth = hcm_study("p", 1, samples.SEED, effect=CLEAR_EFFECT).images[MASK]
    np.testing.assert_array_equal(study.images[MASK].of(MYOCARDIUM)[:, ::-1], truth.of(MYOCARDIUM))


def test_unknown_sample_is_refused(scene):
    with pytest.raises(InputError, match="sample 'LGE'; wanted one of scar, no scar"):
        samples.load(scene, "LGE")
    assert not nodes_of(scene, "vtkMRMLSequenceNode")


@pytest.mark.parametrize("system", [MARTINI_2020, MARTINI_2020_EMIDEC], ids=lambda one: one.name)
def test_systems_of_late_enhancement_get_their_own_sample(scene, system):
    nodes = samples.load_sample(scene, system)
    assert set(nodes) == set(system.inputs)
    assert all(scene.IsNodePresent(own.mask) for own in nodes.values())


def test_system_of_another_modality_is_refused_before_anything_is_made(scene):
    needed = SimpleNamespace(image=Role("NM", "planar", "anterior"))
    system = SimpleNamespace(name="other", inputs={"anterior": needed})
    with pytest.raises(InputError, match="other, which reads planar_anterior"):
        samples.load_sample(scene, system)
    assert not nodes_of(scene, "vtkMRMLSequenceNode")


# The module Sample Data, which only the application has


class SampleDataLogic:
    """The part of Slicer's class that registers, with its rule that all lists are as long."""

    sources: dict = {}  # noqa: RUF012

    @classmethod
    def sampleDataSourcesByCategory(cls, category):  # noqa: N802
        return cls.sources.get(category, [])

    @classmethod
    def registerCustomSampleDataSource(cls, category, **given):  # noqa: N802
        assert len(given["uris"]) == len(given["fileNames"]) == len(given["nodeNames"])
        cls.sources.setdefault(category, []).append(SimpleNamespace(**given))


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setitem(
        __import__("sys").modules, "SampleData", SimpleNamespace(SampleDataLogic=SampleDataLogic)
    )
    monkeypatch.setattr(SampleDataLogic, "sources", {})
    samples.register()
    return SampleDataLogic


def test_all_samples_are_registered_once_with_their_pictures(registered):
    samples.register()
    sources = registered.sources["CardioAI"]
    assert [source.sampleName for source in sources] == [
        "CardioAI simulated cine, scar",
        "CardioAI simulated cine, no scar",
        "CardioAI simulated late enhancement",
    ]
    for source in sources:
        with open(source.thumbnailFileName, "rb") as file:
            assert file.read(8) == b"\x89PNG\r\n\x1a\n"
        assert not source.uris, "nothing is downloaded"


def test_a_slicer_without_sample_data_starts_all_the_same(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "SampleData", None)
    with caplog.at_level("INFO"):
        samples.register()
    assert "no module Sample Data" in caplog.text


def test_click_on_a_sample_loads_and_shows_it(scene, registered):
    composite = scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    source = registered.sources["CardioAI"][1]
    volume, segmentation = source.customDownloader(source)
    assert volume.GetName() == "CardioAI simulated cine, no scar"
    assert composite.GetBackgroundVolumeID() == volume.GetID()
    assert segmentation.GetSegmentation().GetNumberOfSegments() == 3


def test_click_on_late_enhancement_loads_three_views_with_segmentations(scene, registered):
    made_nodes = registered.sources["CardioAI"][2].customDownloader(None)
    assert [node.GetClassName() for node in made_nodes] == [
        "vtkMRMLScalarVolumeNode",
        "vtkMRMLSegmentationNode",
    ] * 3
    names = [one.named for one in structure_candidates(made_nodes[1], MYOCARDIUM)]
    assert names == [MYOCARDIUM]
