"""The benchmark of bone scans: networks see what they would of whole scans, and pages say how."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from CardioAILib.phantoms import PAPER, bone_cohort
from CardioAILib.prepare.step import Stack, prepare
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.systems import HALME_2022

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
NAMES = ("_scintigraphy_runs", "_scintigraphy_pages")


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import _scintigraphy_pages as pages
    import _scintigraphy_runs as runs

    yield SimpleNamespace(runs=runs, pages=pages)
    for name in NAMES:
        sys.modules.pop(name, None)


def seen_of(study) -> np.ndarray:
    """What the networks see of a study (128, 128)."""
    image = next(iter(study.images.values())).array[0]
    stack = Stack(image, np.zeros(image.shape, bool), (2.4, 2.4))
    return prepare(stack, HALME_2022.prepare).image[0]


def test_kept_squares_are_what_networks_see_of_whole_scans(own, tmp_path):
    plan = own.runs.Plan(subjects=2, seed=5)
    cohort = own.runs.crops(plan, tmp_path)
    scans = bone_cohort(2, seed=5, prevalences=PAPER, static=15 / 1334)
    for cut, scan in zip(cohort, scans, strict=True):
        np.testing.assert_array_equal(seen_of(cut), seen_of(scan))
        assert cut.facts == scan.facts
    assert [file.name for file in tmp_path.iterdir()] == ["thorax-2-5.npz"]


def test_the_whole_protocol_is_the_papers(own):
    plan = own.runs.Plan()
    assert plan.subjects == 1334
    system = own.runs.system_of(plan, "halme2022", "residual")
    assert system.protocol == HALME_2022.protocol
    assert system.arms == {"residual": HALME_2022.arms["residual"]}
    assert "The paper's protocol." in own.pages.caption(plan)


def test_caption_says_what_was_reduced(own):
    plan = own.runs.Plan(epochs=5, copies=1, width=0.25, rate=1e-3)
    caption = own.pages.caption(plan)
    assert "5 epochs instead of 50" in caption
    assert "1 copies of a training image instead of 5" in caption
    assert "0.25 times the channels instead of 1" in caption
    assert "0.001 as learning rate instead of 0.0001" in caption
    system = own.runs.system_of(plan, "halme2022_positive", "linear")
    assert system.arms["linear"].copies == 1
    assert system.arms["linear"].architecture.width == 0.25


def judged_by(own: SimpleNamespace, task: str, classes: int) -> ModuleType:
    """A network that is right about every other patient."""
    labels = np.arange(40) % classes
    scores = np.full((40, classes), 0.1)
    scores[np.arange(40), np.where(np.arange(40) % 8 < 4, labels, 0)] = 0.8
    subjects = np.array([f"p{number}" for number in range(40)])
    return own.runs.Judged(task, "residual", labels, scores, np.arange(40) % 5 == 0, subjects)


def test_page_has_each_task_beside_what_is_printed(own, monkeypatch):
    monkeypatch.setattr(own.pages, "DRAWS", 50)
    found = [judged_by(own, "halme2022", 4), judged_by(own, "halme2022_positive", 2)]
    page = own.pages.page(own.runs.Plan(subjects=40), found, bone_cohort(40))
    assert RESEARCH_ONLY in page
    assert "## Table 1" in page
    assert "## Table 2" not in page
    assert "## Table 3" in page
    assert "| `residual`, published | 0.86 | 0.67 |" in page
    assert "| `residual`, published | 0.89 | 0.97 |" in page
    right = np.mean(found[0].called == found[0].labels)
    assert f"| {right:.2f} [" in page
    assert "| `halme2022`, `residual` | yes | 8 |" in page
    assert "| two readers |" in page


def test_finished_arm_is_not_trained_again_and_another_plan_is_refused(own, tmp_path, monkeypatch):
    plan = own.runs.Plan(subjects=4)
    cohort = bone_cohort(4)
    subjects = np.array([study.subject for study in cohort])
    kept = {"labels": np.arange(4), "scores": np.eye(4), "subjects": subjects}
    trained = []

    def once(*given):
        trained.append(given)
        return kept

    monkeypatch.setattr(own.runs, "_cross_validated", once)
    for _ in range(2):
        found = own.runs.judged(plan, cohort, "halme2022", "residual", tmp_path, "cpu")
        np.testing.assert_array_equal(found.scores, np.eye(4))
    assert len(trained) == 1
    with pytest.raises(SystemExit, match="another plan"):
        own.runs.judged(replace(plan, epochs=3), cohort, "halme2022", "residual", tmp_path, "cpu")
