"""What scripts call: nodes in, nodes out, with the demonstration model and simulated hearts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError, MissingInputError, ModelError, ResumeError
from CardioAILib.io import save_cohort
from CardioAILib.mrml import InputNodes, ResultNodes
from CardioAILib.panel import console, samples
from CardioAILib.panel.scenestudies import scene_studies
from CardioAILib.panel.tasks import Prediction
from CardioAILib.phantoms import hcm_cohort
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs.features.diagnostics import COLUMNS


@pytest.fixture
def nodes(scene: Any) -> dict[str, InputNodes]:
    """The sample with a scar, as the inputs of the system."""
    return dict(samples.load_sample(scene, FAHMY_2022, "scar"))


def temporary_folders() -> set[Path]:
    import tempfile

    return set(Path(tempfile.gettempdir()).glob("CardioAI-*"))


def test_a_sample_becomes_a_result_in_the_scene(scene: Any, nodes: dict[str, InputNodes]) -> None:
    told = []
    before = temporary_folders()
    found = console.process(scene, nodes, progress=lambda done, message: told.append(done))
    assert isinstance(found, Prediction)
    assert isinstance(found.nodes, ResultNodes)
    assert found.result.subject == "scene"
    assert found.result.arms["dl_radiomics"].decision == "scar"
    assert found.nodes.heatmaps["ES"].GetImageData().GetScalarRange()[1] > 0
    assert "Research use only" in found.page
    assert "simulated images only" in found.page
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert temporary_folders() == before


def test_the_result_says_which_frame_was_read(scene: Any, nodes: dict[str, InputNodes]) -> None:
    found = console.process(scene, nodes, explain=False)
    (note,) = [finding for finding in found.result.findings if finding.check == "input"]
    assert f"index {nodes['ES'].frame}" in note.message
    assert found.nodes.heatmaps == {}


def test_no_name_of_a_node_reaches_result_or_page(scene: Any, nodes: dict[str, InputNodes]) -> None:
    nodes["ES"].image.SetName("Doe^Jane 1950")
    nodes["ES"].mask.SetName("Doe^Jane 1950 heart")
    found = console.process(scene, nodes)
    table = found.nodes.table
    texts = [
        table.GetCellText(row, column)
        for row in range(table.GetNumberOfRows())
        for column in range(table.GetNumberOfColumns())
    ]
    assert "Doe" not in found.page + repr(found.result) + "".join(texts)


def test_a_study_that_cannot_be_used_leaves_the_scene_as_it_was(
    scene: Any, nodes: dict[str, InputNodes]
) -> None:
    before = scene.GetNumberOfNodes()
    with pytest.raises(MissingInputError, match="segmentation ES"):
        console.process(scene, {"ES": InputNodes(nodes["ES"].image)})
    assert scene.GetNumberOfNodes() == before


def test_a_folder_that_is_no_model_is_refused(
    scene: Any, nodes: dict[str, InputNodes], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="wanted a model folder"):
        console.process(scene, nodes, tmp_path / "moved away")


def test_radiomics_of_a_sample_are_a_table_and_a_file(
    scene: Any, nodes: dict[str, InputNodes], tmp_path: Path
) -> None:
    import slicer

    csv = tmp_path / "features.csv"
    table = console.compute_radiomics(scene, FAHMY_2022, nodes, csv=csv)
    names = [table.GetColumnName(column) for column in range(table.GetNumberOfColumns())]
    assert len(names) == 7 + len(COLUMNS) + 944
    volumes = slicer.util.arrayFromTableColumn(table, "original_shape_VoxelVolume")
    assert np.all(volumes > 100)
    lines = csv.read_text(encoding="utf-8").splitlines()
    assert len(lines) == table.GetNumberOfRows() + 1
    assert lines[0].split(",") == names


def test_a_batch_keeps_results_and_lists_failures(scene: Any, tmp_path: Path) -> None:
    table = save_cohort(hcm_cohort(3, seed=5), tmp_path / "cohort")
    mask = next((tmp_path / "cohort").rglob("mask_SAX_ES.nii.gz"))
    mask.write_bytes(b"no image")
    batch = console.run_batch(scene, table, tmp_path / "out", explain=False)
    assert len(batch.results) == 2
    (failure,) = batch.failures
    assert "mask_SAX_ES" in failure.reason
    assert batch.table.GetNumberOfRows() == 2
    assert (tmp_path / "out" / "failures.csv").exists()
    assert not (tmp_path / "out.unfinished").exists()
    assert not (tmp_path / "out" / "job.json").exists()


def test_a_batch_of_the_scene_lists_what_could_not_be_read(
    scene: Any, nodes: dict[str, InputNodes], tmp_path: Path
) -> None:
    other = samples.load(scene, "no scar")
    other.segmentation.GetSegmentation().RemoveAllSegments()
    batch = console.run_batch(scene, None, tmp_path / "out", explain=False)
    assert [result.subject for result in batch.results] == [nodes["ES"].image.GetID()]
    assert [failure.subject for failure in batch.failures] == [other.volume.GetID()]


def test_a_batch_overwrites_nothing(scene: Any, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(ResumeError, match="not empty"):
        console.run_batch(scene, tmp_path / "cohort.csv", tmp_path / "out")


def test_the_studies_of_a_scene_are_paired_and_named_by_node(
    scene: Any, nodes: dict[str, InputNodes]
) -> None:
    studies, failures = scene_studies(scene, FAHMY_2022)
    assert [study.key for study in studies] == [
        (nodes["ES"].image.GetID(), nodes["ES"].mask.GetID())
    ]
    assert failures == []
    nodes["ES"].mask.GetSegmentation().RemoveAllSegments()
    with pytest.raises(CohortError, match="no segment"):
        scene_studies(scene, FAHMY_2022)


def test_two_segmentations_of_a_volume_are_two_studies(
    scene: Any, nodes: dict[str, InputNodes], tmp_path: Path
) -> None:
    image, mask = nodes["ES"].image, nodes["ES"].mask
    other = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "second reader")
    other.GetSegmentation().DeepCopy(mask.GetSegmentation())
    other.SetReferenceImageGeometryParameterFromVolumeNode(image)
    references = mask.GetReferenceCount()
    studies, failures = scene_studies(scene, FAHMY_2022)
    assert failures == []
    assert {study.key for study in studies} == {
        (image.GetID(), mask.GetID()),
        (image.GetID(), other.GetID()),
    }
    assert mask.GetReferenceCount() == references
    batch = console.run_batch(scene, None, tmp_path / "out", explain=False)
    assert len(batch.results) == 2


def test_features_are_shown_where_their_file_cannot_be_written(
    scene: Any, nodes: dict[str, InputNodes], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="file"):
        console.compute_radiomics(
            scene, FAHMY_2022, nodes, preset="fahmy2022", csv=tmp_path / "file" / "features.csv"
        )
    assert scene.GetNodesByClass("vtkMRMLTableNode").GetNumberOfItems() == 1


def test_a_scene_without_segmentations_is_refused(scene: Any) -> None:
    with pytest.raises(MissingInputError, match="give a cohort table"):
        scene_studies(scene, FAHMY_2022)


def test_a_system_of_several_images_needs_a_table(scene: Any) -> None:
    from dataclasses import replace

    from CardioAILib.systems.fahmy2022 import inputs

    with pytest.raises(CohortError, match="one row a study"):
        scene_studies(scene, replace(FAHMY_2022, inputs=inputs("ED", "ES")))


def test_a_preset_that_nobody_knows_is_refused(scene: Any, nodes: dict[str, InputNodes]) -> None:
    with pytest.raises(InputError, match="preset"):
        console.compute_radiomics(scene, FAHMY_2022, nodes, preset="mine")
