"""What scripts call for late enhancement: nodes and findings in, a result and nodes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from CardioAILib.errors import CohortError, MissingInputError
from CardioAILib.io import save_cohort
from CardioAILib.learning import Run
from CardioAILib.panel import console
from CardioAILib.panel.lgesample import LgeSample, load_enhancement
from CardioAILib.phantoms import lge_cohort
from CardioAILib.verbs import fit, save_model
from helpers_amyloid import GRID, thin_system

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

DIAGNOSES = ("amyloidosis", "normal")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of thin networks after one step: quick to have, and good for nothing."""
    system = thin_system()
    cohort = lge_cohort(20, seed=3, diagnoses=DIAGNOSES, size=GRID)
    fitted = fit(system, cohort, run=Run(epochs=1, device="cpu", precision="float32"))
    folder = tmp_path_factory.mktemp("amyloid") / "model"
    save_model(fitted.model, folder)
    return folder


@pytest.fixture
def sample(scene: Any) -> LgeSample:
    return load_enhancement(scene)


ASSESSED = {
    "age": 71,
    "sex": "F",
    "BSA_m2": 1.8,
    "LVEDVI_ml_per_m2": 70,
    "LVESVI_ml_per_m2": 28,
    "LVEF_percent": 60,
    "LVMI_g_per_m2": 95,
    "early_darkening": "yes",
    "LGE_present": "yes",
    "pericardial_effusion": "no",
}
"""Half of what a reader may find."""


def test_two_views_and_a_reader_s_findings_become_a_result_with_a_heatmap_each(
    scene: Any, sample: LgeSample, model: Path
) -> None:
    views = {name: own.image for name, own in sample.nodes.items() if name != "2C"}
    masks = {name: own.mask for name, own in sample.nodes.items() if name != "2C"}
    found = console.judge(
        scene,
        model=model,
        lge=views,
        lge_segmentations=masks,
        findings=ASSESSED,
    )
    result = found.result
    assert set(result.arms["dl"].by_input) == {"4C", "SAX"}
    assert "incomplete" in {finding.check for finding in result.findings}
    assert set(found.nodes.heatmaps) == {"4C", "SAX"}
    assert "gbm" in result.arms
    assert result.attention is not None
    assert "Research use only" in found.page
    table = found.nodes.table
    cells = [
        [table.GetCellText(row, column) for column in range(table.GetNumberOfColumns())]
        for row in range(table.GetNumberOfRows())
    ]
    assert ["view, dl", "4C"] in [row[:2] for row in cells]
    assert ["attention", "share, heart"] in [row[:2] for row in cells]


def test_the_views_of_a_scene_are_found_where_none_is_named(
    scene: Any, sample: LgeSample, model: Path
) -> None:
    found = console.judge(scene, model=model, explain=False)
    assert set(found.result.arms["dl"].by_input) == {"2C", "4C", "SAX"}
    assert "gbm" not in found.result.arms, "no finding was assessed"


def test_one_view_is_refused_and_so_are_findings_of_another_name(
    scene: Any, sample: LgeSample, model: Path
) -> None:
    before = scene.GetNumberOfNodes()
    with pytest.raises(MissingInputError, match="2 or more"):
        console.judge(scene, model=model, lge={"SAX": sample.nodes["SAX"].image})
    with pytest.raises(CohortError, match="correct the names"):
        console.judge(scene, model=model, findings={"height": 710})
    assert scene.GetNumberOfNodes() == before


def test_a_batch_reads_a_table_of_late_enhancement(scene: Any, model: Path, tmp_path: Path) -> None:
    cohort = lge_cohort(2, seed=8, diagnoses=DIAGNOSES, size=GRID)
    table = save_cohort(cohort, tmp_path / "cohort")
    batch = console.run_batch(scene, table, tmp_path / "out", model, explain=False)
    assert [set(result.arms) for result in batch.results] == [{"dl", "gbm"}] * 2
    assert batch.table.GetNumberOfRows() == 2
