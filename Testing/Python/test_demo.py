"""The demonstration's parts beside scar screening, with few hearts: pages, and what they tell."""

import re
from base64 import b64decode
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.cli import demo
from CardioAILib.cli.amyloiddemo import enhanced_hearts
from CardioAILib.cli.demopart import Part, one_thread, run_part
from CardioAILib.cli.echoshown import run_shown
from CardioAILib.errors import ResumeError
from CardioAILib.evaluate import roc_auc
from CardioAILib.io import read_cohort
from CardioAILib.phantoms import SMALL, Grid, cardiomyopathy_cohort
from CardioAILib.progress import silent
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs import batch
from PIL import Image

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

FEW_PATIENTS = replace(demo.ECHO, patients=8)


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
        name = "echo" if part is demo.ECHO else part.system.name
        seen.append((name, out, seed))
        return out / "report.html"

    monkeypatch.setattr(demo, "run_part", noted)
    monkeypatch.setattr(demo, "run_shown", noted)
    assert demo.run_demo(tmp_path, 3) == tmp_path / "report.html"
    assert seen == [
        ("fahmy2022", tmp_path, 3),
        ("germain2021", tmp_path / "cardiomyopathy", 3),
        ("martini2020", tmp_path / "amyloidosis", 3),
        ("halme2022", tmp_path / "scintigraphy", 3),
        ("echo", tmp_path / "echo", 3),
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
    out = tmp_path_factory.mktemp("demo")
    with one_thread():
        return run_shown(FEW_PATIENTS, out, 0, silent)


@pytest.fixture(scope="module")
def judged(filmed):
    """Results on clips by the patients' numbers, and what is true of them."""
    results = batch.read_results(filmed.parent / "results")
    rows = read_cohort(filmed.parent / "data" / "cohort.csv")
    return results, np.array([study.facts["wma"] for study in rows])


def test_page_of_echo_says_that_its_model_ships_and_that_patients_are_new(filmed):
    page = filmed.read_text(encoding="utf-8")
    assert RESEARCH_ONLY.split(".")[0] in page
    assert "The model is the one that ships with CardioAI" in page
    assert "8 simulated patients whom it never saw" in page
    assert "hypokinetic all over" in page


def test_model_that_ships_sees_what_is_planted_in_new_patients_and_permuted_truth_is_chance(
    judged,
):
    results, truth = judged
    scores = np.array([result.arms["combined"].score for result in results])
    assert sorted(truth) == [0] * 4 + [1] * 4
    assert roc_auc(truth, scores) >= 0.8
    rng = np.random.default_rng(0)
    permuted = [roc_auc(rng.permutation(truth), scores) for _ in range(200)]
    assert np.mean(permuted) == pytest.approx(0.5, abs=0.05)


def test_the_control_arm_speaks_beside_the_networks_of_every_complete_study(judged):
    results, truth = judged
    for result in results[:-2]:
        assert set(result.arms) == {"motion", "views", "combined"}
        assert set(result.arms["views"].by_input) == {"A4C", "A2C", "PLAX"}
        assert "demonstration" in [finding.check for finding in result.findings]
    motion = [result.arms["motion"].score for result in results[:-2]]
    assert roc_auc(truth[:-2], motion) == 1


def test_clips_that_nobody_named_are_named_and_a_missing_view_is_told(judged):
    *_, unnamed, lacking = judged[0]
    told = [finding.message for finding in unnamed.findings if finding.check == "view"]
    assert sum("was taken as" in message for message in told) >= 2
    assert "PLAX" not in lacking.arms["views"].by_input
    assert any("PLAX" in f.message for f in lacking.findings if f.check == "incomplete")


def test_pages_on_single_patients_play_clips_that_are_not_blank(filmed):
    pages = sorted((filmed.parent / "results" / "pages").glob("*.html"))
    assert len(pages) == 4
    clips = re.findall(r"data:image/webp;base64,([^\"]+)", pages[0].read_text(encoding="utf-8"))
    playing = Image.open(BytesIO(b64decode(clips[0])))
    assert playing.n_frames > 8
    first = np.asarray(playing.convert("L"), float)
    playing.seek(playing.n_frames // 2)
    assert first.std() > 20
    assert np.abs(np.asarray(playing.convert("L"), float) - first).mean() > 1


def test_without_the_models_that_ship_echo_is_left_out_with_a_line(tmp_path, caplog):
    bare = replace(FEW_PATIENTS, models=tmp_path)
    assert run_shown(bare, tmp_path / "echo", 0, silent) is None
    assert "echo is not shown" in caplog.text
    assert not (tmp_path / "echo").exists()


def test_shares_of_time_follow_each_other_to_the_end():
    shares = list(demo.SHARES.values())
    assert shares[0][0] == 0
    assert shares[-1][1] == 1
    assert [end for _, end in shares[:-1]] == [start for start, _ in shares[1:]]
