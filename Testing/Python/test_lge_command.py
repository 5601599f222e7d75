"""The command of late enhancement, and the columns that an arm learns from."""

import csv
import json

import numpy as np
import pytest
from CardioAILib.cli.main import main
from CardioAILib.codec import from_json, to_json
from CardioAILib.errors import ArmUnavailable, InputError
from CardioAILib.io import save_cohort
from CardioAILib.learning import Enhancement, Logistic, Run, Tabular
from CardioAILib.learning.enhancement import ENHANCEMENT
from CardioAILib.measurements import LGE_COLUMNS, LGE_MEASUREMENTS
from CardioAILib.measurements.lge import enhancement_of
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort, Image, Mask, Role, Study
from helpers_learning import bright_and_dark
from helpers_lge import HEART, between, picture

IMAGE, MASK = Role("MR", "LGE", "SAX"), Role("MR", "mask", "SAX", "LGE")
SCAR = between((240, 300), slices=(3, 6))


def study(subject, scar=SCAR):
    array = (2 * HEART.wall + 3 * HEART.cavity + 1 * HEART.rv)[None].astype(np.uint8)
    labels = {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3}
    image = Image(picture(scar)[None].astype(np.float32), HEART.matrix)
    return Study(subject, "1", {IMAGE: image, MASK: Mask(array, HEART.matrix, labels=labels)})


@pytest.fixture
def table(tmp_path):
    bare = Study("c", "1", {IMAGE: study("c").images[IMAGE]})
    return save_cohort(Cohort((study("a"), study("b", None), bare)), tmp_path / "cohort")


def rows_of(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_row_a_study_and_a_row_a_segment(table, tmp_path):
    out = tmp_path / "lge.csv"
    assert main(["lge", str(table), "--out", str(out), "--bullseye"]) == 1
    first, second = rows_of(out)
    wanted = enhancement_of(*study("a").images.values()).values
    for name in LGE_MEASUREMENTS:
        value = float(first[name] or "nan")
        assert value == pytest.approx(wanted[name], rel=1e-4, nan_ok=True), name
    assert float(second["LGE_extent_5sd_percent"]) == 0
    assert first["diagnostics_Note"] == RESEARCH_ONLY
    assert "mean" in first["diagnostics_Reference"]
    assert first["diagnostics_Enhanced"] == "5 SD above the mean of the reference"
    assert "to be confirmed by a reader" in first["diagnostics_Suggestion"]
    segments = rows_of(tmp_path / "lge.segments.csv")
    assert len(segments) == 2 * 17
    inferior = segments[9]
    assert (inferior["name"], inferior["pattern_suggestion"]) == ("mid inferior", "transmural")
    assert [row["subject"] for row in rows_of(tmp_path / "lge.failures.csv")] == ["c"]
    assert {row["column"] for row in rows_of(tmp_path / "lge.names.csv")} == set(LGE_MEASUREMENTS)
    assert len(list(tmp_path.glob("lge.*.png"))) == 2


def without_rv(subject, **facts):
    whole = study(subject)
    mask = whole.images[MASK]
    array = np.where(mask.array == 1, 0, mask.array)
    labels = {"myocardium": 2, "lv_cavity": 3}
    images = {**whole.images, MASK: Mask(array, mask.ijk_to_ras, labels=labels)}
    return Study(subject, "1", images, facts)


def test_missing_segments_are_told_and_a_column_places_them(tmp_path, caplog):
    caplog.set_level("INFO")
    placed, wrong = (without_rv(n, rv_insertion_degrees=v) for n, v in (("b", 120.0), ("c", "up")))
    table = save_cohort(Cohort((without_rv("a"), placed, wrong)), tmp_path / "cohort")
    out = tmp_path / "lge.csv"
    assert main(["lge", str(table), "--out", str(out), "--bullseye"]) == 1
    assert "1 of 2 studies, so no picture: no values by segment" in caplog.text
    assert "--insertion DEGREES" in caplog.text
    assert {row["subject"] for row in rows_of(tmp_path / "lge.segments.csv")} == {"b"}
    assert len(list(tmp_path.glob("lge.*.png"))) == 1
    [failed] = rows_of(tmp_path / "lge.failures.csv")
    assert "'up' in column 'rv_insertion_degrees'" in failed["reason"]


def test_how_it_was_measured_lies_beside(table, tmp_path):
    out = tmp_path / "lge.csv"
    main(["lge", str(table), "--out", str(out), "--method", "fwhm", "--reference", "7, 8"])
    said = json.loads((tmp_path / "lge.json").read_text(encoding="utf-8"))
    assert (said["method"], said["reference"]) == ("fwhm", [7, 8])
    assert said["constants"]["speck_share_of_myocardium"] == 0.0025
    assert said["note"] == RESEARCH_ONLY
    assert rows_of(out)[0]["diagnostics_Reference"].startswith("AHA segments 7, 8: mean")


def test_the_cohort_is_never_replaced(table, caplog):
    assert main(["lge", str(table), "--out", str(table)]) != 0
    assert "two files" in caplog.text


def test_an_unknown_reference_is_refused_for_every_study(table, tmp_path, caplog):
    assert main(["lge", str(table), "--out", str(tmp_path / "x.csv"), "--reference", "blue"]) != 0
    assert "the reference 'blue'" in caplog.text
    assert not (tmp_path / "x.csv").exists()


def examples_with(rows):
    examples = bright_and_dark(len(rows), 1)
    return examples.with_table(ENHANCEMENT, np.array(rows, float))


def test_an_arm_takes_its_columns_of_the_table():
    rows = np.arange(8 * len(LGE_MEASUREMENTS), dtype=float).reshape(8, -1)
    feature = Enhancement(LGE_COLUMNS)
    found = feature.table(examples_with(rows), {})
    where = [LGE_MEASUREMENTS.index(name) for name in LGE_COLUMNS]
    np.testing.assert_array_equal(found, rows[:, where])
    assert from_json(to_json(feature)) == feature
    assert feature.names({}) == LGE_COLUMNS


def test_a_study_without_most_of_the_values_is_not_judged():
    rows = np.ones((8, len(LGE_MEASUREMENTS)))
    rows[3] = np.nan
    with pytest.raises(ArmUnavailable, match="0 of 7 values of late enhancement"):
        Enhancement(LGE_COLUMNS).table(examples_with(rows), {})


def test_an_unknown_column_and_a_missing_table_are_refused():
    with pytest.raises(InputError, match="the measurement LGE_color"):
        Enhancement(("LGE_color",)).table(examples_with(np.ones((8, len(LGE_MEASUREMENTS)))), {})
    with pytest.raises(InputError, match="without the table 'lge'"):
        Enhancement(LGE_COLUMNS).table(bright_and_dark(8, 1), {})


def test_an_arm_learns_from_extent():
    rng = np.random.default_rng(0)
    examples = bright_and_dark(20, 1)
    rows = rng.normal(size=(20, len(LGE_MEASUREMENTS)))
    rows[:, LGE_MEASUREMENTS.index("LGE_extent_5sd_percent")] += 8 * examples.labels
    arm = Tabular((Enhancement(("LGE_extent_5sd_percent",)),), Logistic())
    given = examples.with_table(ENHANCEMENT, rows)
    scores = arm.fit(given, Run()).predict(given, {})
    assert scores[given.labels == 1].min() > scores[given.labels == 0].max()
