"""The command of uptake: a row a study, failures beside, nothing lost."""

import csv

import numpy as np
import pytest
from CardioAILib.cli.main import main
from CardioAILib.io import save_cohort
from CardioAILib.io.nmwrite import write_planar_dicom
from CardioAILib.measurements.planar import PLANAR_MEASUREMENTS, planar_of
from CardioAILib.phantoms.bonescan import bone_cohort
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort, Image, Role, Study

ANTERIOR, POSTERIOR = Role("NM", "planar", "anterior"), Role("NM", "planar", "posterior")


@pytest.fixture(scope="module")
def studies():
    return bone_cohort(2, seed=4, views=("anterior", "posterior")).studies


@pytest.fixture(scope="module")
def table(studies, tmp_path_factory):
    turned = studies[0].images[ANTERIOR]
    upside_down = Study("c", "1", {ANTERIOR: Image(turned.array[:, :, ::-1], turned.ijk_to_ras)})
    one = Study("a", "1", {**studies[0].images}, dict(studies[0].facts))
    return save_cohort(
        Cohort((one, studies[1], upside_down)), tmp_path_factory.mktemp("planar") / "cohort"
    )


@pytest.fixture(scope="module")
def written(table):
    out = table.parent / "uptake.csv"
    assert main(["uptake", str(table), "--out", str(out)]) == 1
    return out


def rows_of(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_row_a_study_with_both_views(studies, written):
    first, second = rows_of(written)
    image, posterior = studies[1].images[ANTERIOR], studies[1].images[POSTERIOR]
    mask = studies[1].images[Role("NM", "mask", "anterior")]
    found = planar_of(image, mask, studies[1].facts, posterior=posterior)
    for name in PLANAR_MEASUREMENTS:
        assert float(second[name]) == pytest.approx(found.values[name], rel=1e-3), name
    assert second["visual_grade"] == str(found.suggestion.grade)
    assert second["visual_reason"] == found.suggestion.reason
    assert (first["subject"], first["diagnostics_Note"]) == ("a", RESEARCH_ONLY)
    assert "heart at" in first["diagnostics_Regions"]
    sources = [row["diagnostics_Heart_Region"] for row in (first, second)]
    assert sources == ["segmentation"] * 2


def test_a_posterior_view_that_cannot_be_read_is_left_out_with_a_warning(studies, tmp_path):
    (path,) = write_planar_dicom(studies[1], tmp_path / "scans")
    path.write_bytes(path.read_bytes()[:-20000])
    out = tmp_path / "uptake.csv"
    assert main(["uptake", str(path.parent), "--out", str(out)]) == 0
    (row,) = rows_of(out)
    assert "posterior view was left out" in row["diagnostics_Findings"]
    assert row["diagnostics_Heart_Region"] == "placed automatically"
    assert float(row["heart_to_contralateral"]) > 0
    assert row["heart_to_whole_body_geometric_percent"] == ""


def test_a_scan_that_cannot_be_measured_is_listed_and_the_rest_goes_on(written):
    [failure] = rows_of(written.with_name("uptake.failures.csv"))
    assert failure["subject"] == "c"
    assert "feet first" in failure["reason"]


def test_every_column_is_explained_beside_the_table(written):
    named = rows_of(written.with_name("uptake.names.csv"))
    assert [row["column"] for row in named] == list(PLANAR_MEASUREMENTS)


def test_no_name_or_path_of_a_file_gets_into_the_table(written, table):
    text = written.read_text(encoding="utf-8")
    assert str(table.parent) not in text


def test_limits_of_the_tracer_stand_in_the_table(studies, tmp_path):
    facts = {**studies[0].facts, "radiopharmaceutical": "PYP", "delay_min": 60.0}
    study = Study("p", "1", {ANTERIOR: studies[0].images[ANTERIOR]}, facts)
    cohort = save_cohort(Cohort((study,)), tmp_path / "cohort")
    assert main(["uptake", str(cohort), "--out", str(tmp_path / "u.csv")]) == 0
    [row] = rows_of(tmp_path / "u.csv")
    assert "heart_to_contralateral >= 1.5" in row["diagnostics_Limits"]
    assert row["heart_to_whole_body_geometric_percent"] == ""


def test_the_cohort_is_never_replaced(table, caplog):
    assert main(["uptake", str(table), "--out", str(table)]) == 2
    assert "two files" in caplog.text


def test_a_cohort_that_cannot_be_measured_at_all_is_an_error(tmp_path, caplog):
    empty = Image(np.zeros((1, 1, 400, 100)), np.diag([2.4, 2.4, 2.4, 1.0]))
    cohort = save_cohort(Cohort((Study("e", "1", {ANTERIOR: empty}),)), tmp_path / "cohort")
    assert main(["uptake", str(cohort), "--out", str(tmp_path / "u.csv")]) == 2
    assert "no count" in caplog.text
    assert not (tmp_path / "u.csv").exists()
