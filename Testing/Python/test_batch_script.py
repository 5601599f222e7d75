"""The batch script, as a shell calls it on slicer-core alone."""

import subprocess
import sys
from pathlib import Path

from CardioAILib.io import save_cohort
from CardioAILib.phantoms import hcm_cohort
from CardioAILib.results import RESEARCH_ONLY

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "batch_cohort.py"


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """Call the script from another folder, as a scheduler does."""
    call = [sys.executable, str(SCRIPT), *map(str, words)]
    return subprocess.run(call, capture_output=True, text=True, check=False, timeout=300)


def test_a_cohort_is_judged_and_a_bad_study_is_listed(tmp_path: Path) -> None:
    table = save_cohort(hcm_cohort(2, seed=5), tmp_path / "cohort")
    next((tmp_path / "cohort").rglob("mask_SAX_ES.nii.gz")).write_bytes(b"no image")
    done = run(table, tmp_path / "out")
    assert done.returncode == 1, done.stderr
    assert "HCM0002\t1\t0." in done.stderr
    assert "HCM0001\t1\tfailed: " in done.stderr
    told = done.stderr.split("HCM0002\t1")[0]
    assert done.stderr.count("trained on simulated images only") == 1
    assert "DEMONSTRATION: trained on simulated images only" in told
    assert done.stderr.count(RESEARCH_ONLY) == 1
    assert RESEARCH_ONLY in told
    assert (tmp_path / "out" / "results.csv").exists()
    assert not (tmp_path / "out" / "job.json").exists()


def test_a_folder_in_use_ends_the_script_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    done = run(tmp_path / "cohort.csv", tmp_path)
    assert done.returncode == 2
    assert "ResumeError" in done.stderr


def test_a_call_without_words_says_how_to_call(tmp_path: Path) -> None:
    done = run()
    assert done.returncode == 2
    assert "batch_cohort.py COHORT OUT" in done.stderr
