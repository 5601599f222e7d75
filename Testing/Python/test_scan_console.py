"""The console of bone scans: which scan of a folder is loaded, and what is said of it."""

import csv
from pathlib import Path

import numpy as np
import pydicom
import pytest

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.errors import InputError
from CardioAILib.io.nmwrite import write_planar_dicom
from CardioAILib.mrml.planarfacts import facts_of
from CardioAILib.panel.scintigraphyconsole import load_scan
from CardioAILib.panel.uptake import measure_scan
from CardioAILib.phantoms.bonescan import bone_cohort
from CardioAILib.report.measured import label_of, words_of
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.prepared import INPUT_NOTE
from PIL import Image as Picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Scans of two patients, a folder each; the first file is of SPECT, which is no planar scan."""
    root = tmp_path_factory.mktemp("scans")
    studies = bone_cohort(3, seed=4, views=("anterior", "posterior"))
    for name, study in zip("abc", studies, strict=True):
        write_planar_dicom(study, root / name)
    (spect,) = (root / "a").rglob("*.dcm")
    header = pydicom.dcmread(spect)
    header.ImageType = ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"]
    header.save_as(spect)
    return root


def test_a_folder_loads_its_first_scan_that_can_be_used_and_says_that_there_are_others(
    scene, folder, caplog
):
    nodes = load_scan(scene, folder)
    (told,) = [one.message for one in nodes.findings if one.check == "others"]
    assert "3 examinations are there" in told
    assert told in caplog.text
    assert nodes.anterior.GetName() == f"{cohort_of(folder).studies[1].subject}: anterior"
    assert nodes.posterior is not None


def test_a_folder_of_one_scan_loads_it_without_a_word(scene, folder):
    assert load_scan(scene, folder / "b").findings == ()


def test_a_folder_without_a_usable_scan_says_why(scene, folder):
    with pytest.raises(InputError, match="SPECT"):
        load_scan(scene, folder / "a")


def test_a_picture_says_so_when_it_is_loaded_and_in_all_that_is_made_of_it(
    scene, folder, tmp_path, caplog
):
    levels = np.sqrt(pydicom.dcmread(next((folder / "b").rglob("*.dcm"))).pixel_array[0])
    shown = np.clip(255.0 * levels / levels.max(), 0, 255).astype(np.uint8)
    Picture.fromarray(shown).save(tmp_path / "scan.png")
    nodes = load_scan(scene, tmp_path / "scan.png")
    assert "gray levels are not counts" in caplog.text
    assert "gray levels are not counts" in facts_of(nodes.anterior)[INPUT_NOTE]
    measured = measure_scan(scene, nodes.anterior)
    assert any("gray levels are not counts" in one.message for one in measured.findings)


def test_the_checks_of_the_scan_are_among_the_findings_of_its_uptake(scene, folder):
    nodes = load_scan(scene, folder / "b")
    nodes.anterior.SetAttribute("CardioAI.Fact.delay_min", "30")
    assert "delay" in [one.check for one in measure_scan(scene, nodes.anterior).findings]
    nodes.anterior.SetAttribute("CardioAI.Fact.radiopharmaceutical", "MAA")
    with pytest.raises(InputError, match="MAA"):
        measure_scan(scene, nodes.anterior)


def test_a_file_of_values_names_scan_views_visual_grade_and_findings(scene, folder, tmp_path):
    nodes = load_scan(scene, folder / "c")
    nodes.anterior.SetAttribute("CardioAI.Fact.delay_min", "30")
    measured = measure_scan(scene, *nodes, csv=tmp_path / "values.csv")
    with (tmp_path / "values.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["measurement"]: row for row in csv.DictReader(file)}
    assert {(row["scan"], row["views"]) for row in rows.values()} == {
        (nodes.anterior.GetName(), "anterior and posterior")
    }
    grade = measured.suggestion.grade
    assert rows["visual grade"]["value"] == ("" if grade is None else str(grade))
    assert rows["visual grade"]["definition"] == measured.suggestion.reason
    assert "30 min after injection" in rows["finding: delay"]["definition"]


def test_names_of_values_lose_their_unit_alike_and_keep_what_is_counted():
    assert words_of("heart_counts") == "heart counts"
    assert words_of("heart_to_whole_body_percent") == "heart to whole body"
    assert words_of("heart_to_whole_body_percent_sd") == "heart to whole body sd"
    assert label_of("heart_to_whole_body_percent_sd") == "heart to whole body sd (%)"
    assert label_of("LV_EDV_ml") == "LV EDV (ml)"
