"""From the pseudonyms of a folder of scans to its files, and from there to the truth."""

import csv
from pathlib import Path

import pytest
from CardioAILib.cli.main import main
from CardioAILib.io.nmwrite import write_planar_dicom
from CardioAILib.phantoms.bonescan import bone_cohort
from CardioAILib.study import Cohort
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.studyfiles import study_rows, write_studies
from helpers_dicom import siemens
from helpers_halme import COARSE
from helpers_worklist import save_untrained

GRADES = {"NM0001": 0, "NM0002": 1, "NM0003": 2, "NM0004": 3}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Four scans of the four grades, each in a folder of its own, and an empty file."""
    made = tmp_path_factory.mktemp("scans")
    for name, study in zip(GRADES, bone_cohort(4, seed=4, size=COARSE), strict=True):
        write_planar_dicom(study, made / name)
    (made / "empty.dcm").touch()
    return made


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def judged(folder, tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("judged")
    model = save_untrained(made / "model")
    words = ["--out", str(made / "out"), "--device", "cpu", "--explain"]
    assert main(["predict", str(model), str(folder), *words]) == 1
    return made / "out"


def test_results_of_a_folder_are_traced_to_files(folder, judged):
    rows = table(judged / "studies.csv")
    files = {row["subject"]: row["files"] for row in rows}
    assert sorted(path.split("/")[0] for path in files.values()) == [*GRADES, "empty.dcm"]
    assert all((folder / path).is_file() for path in files.values())
    (failed,) = table(judged / "failures.csv")
    assert files[failed["subject"]] == "empty.dcm"
    told = {row["subject"] for row in table(judged / "results.csv")}
    assert told == {*files} - {failed["subject"]}


def test_results_of_a_folder_are_evaluated_once_the_truth_is_added(judged, tmp_path):
    # As in a spreadsheet: a column more, beside the results.
    rows = [
        {**row, "grade": GRADES.get(row["files"].split("/")[0], "")}
        for row in table(judged / "studies.csv")
    ]
    truth = judged / "studies.csv"
    with truth.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    report = tmp_path / "report"
    assert main(["evaluate", str(judged), str(truth), "--out", str(report)]) == 0
    assert "Research use only" in (report / "report.html").read_text(encoding="utf-8")


def test_the_table_of_uptake_has_its_files_beside(folder, tmp_path):
    out = tmp_path / "uptake.csv"
    assert main(["uptake", str(folder), "--out", str(out)]) == 1
    files = {row["subject"]: row["files"] for row in table(tmp_path / "uptake.studies.csv")}
    assert {row["subject"] for row in table(out)} < {*files}


def test_a_check_tells_the_files_of_the_studies_that_it_names(folder, caplog):
    caplog.set_level("INFO")
    assert main(["check", "halme2022", str(folder)]) == 1
    (empty,) = [row for row in study_rows(cohort_of(folder), folder) if row[2] == "empty.dcm"]
    assert f"subject {empty[0]}, study 1: empty.dcm" in caplog.messages


def test_parts_of_an_examination_are_of_its_files_and_many_files_are_told_by_folder(tmp_path):
    siemens(tmp_path / "x", "SAX")
    rows = study_rows(cohort_of(tmp_path), tmp_path, [("study-1", "1 SAX"), ("study-2", "1")])
    ((*key, files, patient),) = rows
    assert (key, patient) == (["study-1", "1 SAX"], "")
    assert files
    assert all((tmp_path / name).is_dir() for name in files.split(";"))


def test_columns_that_a_user_added_are_kept_when_the_table_is_written_again(folder, tmp_path):
    path, cohort = tmp_path / "studies.csv", cohort_of(folder)
    write_studies(cohort, folder, path)
    first, *others = table(path)
    path.write_text(
        "subject;study;grade\n" + ";".join((first["subject"], "1", "3")), encoding="utf-8"
    )
    write_studies(cohort, folder, path)
    again, *rest = table(path)
    assert again == {**first, "grade": "3"}
    assert rest == [{**row, "grade": ""} for row in others]


def test_a_table_that_cannot_be_read_is_left_as_it_is(folder, tmp_path, caplog):
    path = tmp_path / "studies.csv"
    path.write_bytes(b"\0\0")
    write_studies(cohort_of(folder), folder, path)
    assert path.read_bytes() == b"\0\0"
    assert "was left as it is" in caplog.text


def test_nothing_is_told_beside_a_cohort_table(tmp_path):
    given = tmp_path / "cohort.csv"
    given.write_text("subject\ns1\n")
    write_studies(Cohort(()), given, tmp_path / "studies.csv")
    assert not (tmp_path / "studies.csv").exists()
