"""The demonstration's parts beside scar screening, with few hearts: pages, and what they tell."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.cli import demo
from CardioAILib.cli.amyloiddemo import enhanced_hearts
from CardioAILib.cli.demopart import Part, one_thread, run_part
from CardioAILib.errors import ResumeError
from CardioAILib.evaluate import roc_auc
from CardioAILib.phantoms import SMALL, Grid, cardiomyopathy_cohort, echo_cohort
from CardioAILib.progress import silent
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs import batch

FEW = replace(
    demo.CARDIOMYOPATHY,
    simulate=partial(cardiomyopathy_cohort, size=SMALL),
    development=18,
    test=6,
    epochs=1,
)


FEW_ENHANCED = replace(
    demo.AMYLOIDOSIS,
    simulate=partial(enhanced_hearts, size=Grid(2, 128, 1.5, 20.0)),
    development=24,
    test=8,
    epochs=1,
)


FEW_SCANS = replace(demo.SCINTIGRAPHY, development=16, test=4, epochs=1)

FEW_CLIPS = replace(
    demo.ECHO,
    simulate=partial(echo_cohort, frames=demo.FEW_FRAMES, size=(72, 84), shared=1.0),
    development=28,
    test=4,
    epochs=1,
)


def page_of(part: Part, out: Path) -> Path:
    """The page of a part that was run in that folder."""
    with one_thread():
        return run_part(part, out, 0, silent)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    return page_of(FEW, tmp_path_factory.mktemp("demo"))


def test_page_says_what_it_is(shown):
    page = shown.read_text(encoding="utf-8")
    assert RESEARCH_ONLY.split(".")[0] in page
    assert "trained on 18 other simulated subjects" in page
    assert "vgg_dual" in page
    assert "measurements" in page


def test_measurements_tell_the_classes_and_every_case_is_judged(shown):
    results = batch.read_results(shown.parent / "results")
    assert len(results) == FEW.test
    truth = {study.subject: study.facts["pathology"] for study in FEW.simulate(FEW.test, seed=1)}
    right = [r.arms["measurements"].decision == truth[r.subject] for r in results]
    assert np.mean(right) > 0.6
    for result in results:
        assert sum(result.arms["vgg_dual"].probabilities) == pytest.approx(1)
        assert "demonstration" in [finding.check for finding in result.findings]


def test_model_of_another_seed_is_refused(shown):
    with pytest.raises(ResumeError, match="a model of seed 0; wanted a model of seed 5"):
        run_part(FEW, shown.parent, 5, silent)


def test_all_parts_are_shown_side_by_side(monkeypatch, tmp_path):
    seen = []

    def noted(part, out, seed, progress):
        seen.append((part.system.name, out, seed))
        return out / "report.html"

    monkeypatch.setattr(demo, "run_part", noted)
    assert demo.run_demo(tmp_path, 3) == tmp_path / "report.html"
    assert seen == [
        ("fahmy2022", tmp_path, 3),
        ("germain2021", tmp_path / "cardiomyopathy", 3),
        ("martini2020", tmp_path / "amyloidosis", 3),
        ("halme2022", tmp_path / "scintigraphy", 3),
        ("sahashi2024", tmp_path / "echo", 3),
    ]


@pytest.fixture(scope="module")
def enhanced(tmp_path_factory):
    return page_of(FEW_ENHANCED, tmp_path_factory.mktemp("demo"))


def test_page_of_amyloidosis_says_how_its_networks_were_trained(enhanced):
    page = enhanced.read_text(encoding="utf-8")
    assert RESEARCH_ONLY.split(".")[0] in page
    assert "Networks 0.25 times as wide" in page
    assert "20% held out once, trained on 24 other simulated subjects" in page


def test_views_and_findings_of_every_heart_are_judged_side_by_side(enhanced):
    results = batch.read_results(enhanced.parent / "results")
    assert len(results) == FEW_ENHANCED.test
    for result in results:
        assert set(result.arms) == {"dl", "gbm"}
        assert set(result.arms["dl"].by_input) == {"2C", "4C", "SAX"}
        assert {f"heatmap {view}" for view in ("2C", "4C", "SAX")} <= set(result.files)
        assert "demonstration" in [finding.check for finding in result.findings]
    scores = {True: [], False: []}
    for result, study in zip(
        results, FEW_ENHANCED.simulate(FEW_ENHANCED.test, seed=1), strict=True
    ):
        scores[study.facts["amyloidosis"] == 1].append(result.arms["gbm"].score)
    assert np.mean(scores[True]) > np.mean(scores[False])


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    return page_of(FEW_SCANS, tmp_path_factory.mktemp("demo"))


def test_page_of_scans_says_what_it_is_and_shows_the_published_table(scanned):
    page = scanned.read_text(encoding="utf-8")
    assert RESEARCH_ONLY.split(".")[0] in page
    assert "All grades are equally frequent" in page
    assert "Networks 0.2 times as wide" in page
    assert "0.86" in page


def test_every_scan_is_graded_and_measured_beside_the_network(scanned):
    results = batch.read_results(scanned.parent / "results")
    assert len(results) == FEW_SCANS.test
    for result in results:
        assert sum(result.arms["residual"].probabilities) == pytest.approx(1)
        checks = [finding.check for finding in result.findings]
        assert "demonstration" in checks
        assert not {"cropped", "pixel size", "orientation"} & set(checks)


@pytest.fixture(scope="module")
def filmed(tmp_path_factory):
    return page_of(FEW_CLIPS, tmp_path_factory.mktemp("demo"))


def test_page_of_echo_says_how_its_hearts_differ_and_names_the_control(filmed):
    page = filmed.read_text(encoding="utf-8")
    assert RESEARCH_ONLY.split(".")[0] in page
    assert "hypokinetic all over" in page
    assert "Networks 0.05 times as wide" in page
    assert "0.873" in page


def test_views_the_combination_and_the_control_judge_every_study(filmed):
    results = batch.read_results(filmed.parent / "results")
    assert len(results) == FEW_CLIPS.test
    for result in results:
        assert set(result.arms) == {"motion", "views", "combined"}
        assert set(result.arms["views"].by_input) == {"A4C", "A2C", "PLAX"}
        assert "demonstration" in [finding.check for finding in result.findings]
    motion = [result.arms["motion"].score for result in results]
    truth = [study.facts["wma"] for study in FEW_CLIPS.simulate(FEW_CLIPS.test, seed=1)]
    assert roc_auc(truth, motion) == 1


def test_shares_of_time_follow_each_other_to_the_end():
    shares = list(demo.SHARES.values())
    assert shares[0][0] == 0
    assert shares[-1][1] == 1
    assert [end for _, end in shares[:-1]] == [start for start, _ in shares[1:]]
