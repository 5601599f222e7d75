"""The command that writes measurements as a table."""

import csv
import struct
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.cli.main import main
from CardioAILib.io import save_cohort, write_image
from CardioAILib.io.headers import spacing_conflict
from CardioAILib.measurements import MEASUREMENTS, measure, segmentation_of
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort, Image, Mask, Role, Study
from CardioAILib.verbs.measuring import definition_digest, measure_row, write_measurements
from helpers_hearts import cylinder

LABELS = {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3}
ED, ES = Role("MR", "mask", "SAX", "ED"), Role("MR", "mask", "SAX", "ES")


def mask(place):
    array = 2 * place.myocardium + 3 * place.lv_cavity + 1 * place.rv_cavity
    return Mask(array[None].astype(np.uint8), place.ijk_to_ras, labels=LABELS)


def study(subject="a", **facts):
    hearts = (cylinder(24, 33, taper=0.7), cylinder(15, 27.5, taper=0.7))
    masks = dict(zip((ED, ES), map(mask, hearts), strict=True))
    images = {replace(role, kind="cine"): picture(one) for role, one in masks.items()}
    return Study(subject, "1", {**images, **masks}, facts)


def picture(one):
    return Image(one.array.astype(np.float32), one.ijk_to_ras)


@pytest.fixture
def table(tmp_path):
    two = study("b", height_cm=180.0, weight_kg=80.0, heart_rate_per_min=60.0)
    without = study("c")
    left = {role: one for role, one in without.images.items() if role.phase == "ES"}
    cohort = Cohort((study(), two, replace(without, images=left)))
    return save_cohort(cohort, tmp_path / "cohort")


def rows_of(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_row_a_study_and_the_failures_beside(table, tmp_path):
    out = tmp_path / "m.csv"
    assert main(["measurements", str(table), "--out", str(out)]) == 1
    first, second = rows_of(out)
    assert [first["subject"], second["subject"]] == ["a", "b"]
    masks = (segmentation_of(study().images[role]) for role in (ED, ES))
    wanted = measure(*masks, height_cm=180, weight_kg=80, heart_rate_per_min=60).values
    for name in MEASUREMENTS:
        value = float(second[name] or "nan")
        assert value == pytest.approx(wanted[name], rel=1e-5, nan_ok=True), name
    assert first["LV_EDV_index_ml_per_m2"] == ""
    assert "height or weight unknown" in first["diagnostics_Findings"]
    assert "no apical cap" in first["diagnostics_Segments"]
    assert "no apical cap" not in first["diagnostics_Findings"]
    assert first["diagnostics_Note"] == RESEARCH_ONLY
    assert first["diagnostics_Configuration_Digest"] == definition_digest()
    assert len(first["diagnostics_Mask_ED_Hash"]) == 64
    failure = rows_of(tmp_path / "m.failures.csv")[0]
    assert failure["subject"] == "c"
    assert "mask_SAX_ED" in failure["reason"]


def test_progress_says_that_studies_are_measured(tmp_path):
    said = []
    out = tmp_path / "m.csv"
    write_measurements(Cohort((study(),)), out, progress=lambda done, text: said.append(text))
    assert said == ["measuring study 1/1", "measuring study"]


def test_labels_that_no_pixel_has_are_refused():
    own = study()
    wrong = replace(own.images[ED], labels={"myocardium": 8, "lv_cavity": 9})
    (failure,) = measure_row(replace(own, images={**own.images, ED: wrong})).failures
    assert "no pixel of lv_cavity, myocardium, rv_cavity" in failure.reason
    assert "labels: myocardium=8;lv_cavity=9" in failure.reason
    assert "mask_labels" in failure.reason


def test_the_meaning_of_every_column_lies_beside(table, tmp_path):
    main(["measurements", str(table), "--out", str(tmp_path / "m.csv")])
    names = {row["column"]: row for row in rows_of(tmp_path / "m.names.csv")}
    assert tuple(names) == MEASUREMENTS
    assert names["LV_mass_g"]["unit"] == "g"
    assert "1.05 g/ml" in names["LV_mass_g"]["meaning"]


def test_the_cohorts_own_table_is_never_replaced(table, caplog):
    before = table.read_text()
    assert main(["measurements", str(table), "--out", str(table)]) == 2
    assert "two files" in caplog.text
    assert table.read_text() == before


# Headers that contradict themselves


def header_with(path, scale, code=1):
    """Write a NIfTI file whose matrix states voxels of another size than its other field."""
    write_image(mask(cylinder(24, 33)), path)
    stored = bytearray(path.read_bytes())
    sizes = struct.unpack_from("<8f", stored, 76)[1:4]
    matrix = np.diag(np.array(sizes) * scale)
    struct.pack_into("<h", stored, 254, code)
    struct.pack_into("<12f", stored, 280, *np.hstack([matrix, np.zeros((3, 1))]).ravel())
    path.write_bytes(stored)
    return path


def test_a_header_that_states_two_sizes_is_told(tmp_path):
    told = spacing_conflict(header_with(tmp_path / "mask.nii", 1.1))
    assert told == "the header states voxels of 0.70 x 0.70 x 10.00 mm, and its matrix of " + (
        "0.77 x 0.77 x 11.00 mm"
    )


def test_a_header_that_agrees_or_states_no_size_is_not(tmp_path):
    assert spacing_conflict(header_with(tmp_path / "same.nii", 1.0)) == ""
    assert spacing_conflict(header_with(tmp_path / "none.nii", 1.1, code=0)) == ""
    ones = 1 / np.array([0.7, 0.7, 10.0])
    assert spacing_conflict(header_with(tmp_path / "ones.nii", ones)) == ""
    write_image(mask(cylinder(24, 33)), tmp_path / "mask.nrrd")
    assert spacing_conflict(tmp_path / "mask.nrrd") == ""


def test_a_damaged_file_is_left_to_its_reader(tmp_path):
    file = header_with(tmp_path / "mask.nii", 1.1)
    file.write_bytes(file.read_bytes()[:100])
    assert spacing_conflict(file) == ""
    assert spacing_conflict(tmp_path / "gone.nii") == ""


def test_a_conflict_is_told_in_the_table(table, tmp_path):
    place = table.parent / "m.csv"
    file = next(path for path in table.parent.rglob("*") if "mask" in path.name)
    assert file.suffix == ".gz", "the cohort is saved packed"
    unpacked = header_with(tmp_path / "other.nii", 1.1)
    rows = table.read_text().splitlines()
    head, first = rows[0].split(","), rows[1].split(",")
    first[head.index("mask_SAX_ED")] = str(unpacked)
    table.write_text("\n".join([rows[0], ",".join(first)]))
    assert main(["measurements", str(table), "--out", str(place)]) == 0
    assert "mask_SAX_ED: the header states" in rows_of(place)[0]["diagnostics_Findings"]
