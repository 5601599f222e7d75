"""`cardioai radiomics` and `cardioai preset` as a user meets them."""

import csv
import json
import struct

import numpy as np
import pytest
import SimpleITK as sitk
from CardioAILib.cli import commands, featurecommands, main
from CardioAILib.io import save_cohort
from CardioAILib.verbs.features.rows import KEYS
from helpers_features import cohort_of, study_of
from helpers_learning import ring

QUICK = {
    "imageType": {"Original": {}},
    "featureClass": {"firstorder": ["Mean"], "shape": None},
    "setting": {"binWidth": 100, "force2D": True},
}


@pytest.fixture
def cohort(tmp_path):
    """Three studies of one ring each, as files."""
    studies = (study_of(subject=f"s{number}") for number in range(3))
    return save_cohort(cohort_of(*studies), tmp_path / "data")


@pytest.fixture
def quick(tmp_path):
    """A parameter file of pyradiomics that takes no time."""
    path = tmp_path / "quick.json"
    path.write_text(json.dumps(QUICK), encoding="utf-8")
    return path


def radiomics(cohort, out, preset, *more):
    words = ["radiomics", cohort, "--out", out, "--preset", preset, "--engine", "numpy", *more]
    return main([str(word) for word in words])


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def assert_told(caplog, *words):
    assert all(word in caplog.text for word in ("Got ", "; wanted ", "To fix: ", *words))


def test_a_parameter_file_measures_a_cohort(cohort, quick, tmp_path, caplog):
    out = tmp_path / "features.csv"
    with caplog.at_level("INFO"):
        assert radiomics(cohort, out, quick) == 0
    rows = rows_of(out)
    assert [row["subject"] for row in rows] == [f"s{n}" for n in range(3) for _ in range(4)]
    assert list(rows[0])[: len(KEYS)] == list(KEYS)
    assert list(rows[0])[-15:] == [*list(rows[0])[-15:-1], "original_firstorder_Mean"]
    assert f"wrote {out}; studies: 3, rows: 12" in caplog.text
    assert rows[0]["diagnostics_Configuration_Preset"] == "quick"
    assert not list(tmp_path.glob("*failures*"))
    assert str(tmp_path) not in out.read_text(encoding="utf-8")


def test_several_processes_and_structures(cohort, quick, tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    both = ("--structure", "myocardium", "--structure", "lv_cavity")
    assert radiomics(cohort, one, quick, *both) == 0
    assert radiomics(cohort, two, quick, *both, "--workers", "2") == 0
    assert one.read_bytes() == two.read_bytes()
    assert {row["structure"] for row in rows_of(one)} == {"myocardium", "lv_cavity"}


def test_every_frame_of_a_time_series(quick, tmp_path):
    mask = np.concatenate([ring(), ring()])
    table = save_cohort(cohort_of(study_of(mask=mask, frame_times_ms="0;40")), tmp_path / "data")
    out = tmp_path / "features.csv"
    assert radiomics(table, out, quick) == 2
    assert radiomics(table, out, quick, "--frames", "all") == 0
    assert {(row["frame"], row["time_ms"]) for row in rows_of(out)} == {("0", "0"), ("1", "40")}


def test_a_study_that_fails_is_listed_and_counted_once(cohort, quick, tmp_path, caplog):
    mask = next((tmp_path / "data").rglob("mask_SAX_ES.nii.gz"))
    mask.write_bytes(b"no image")
    assert radiomics(cohort, tmp_path / "f.csv", quick) == 1
    (failure,) = rows_of(tmp_path / "f.failures.csv")
    assert "column 'mask_SAX_ES'" in failure["reason"]
    assert "studies that failed: 1" in caplog.text


@pytest.mark.parametrize("size", [0.0, -1.5, float("nan")])
def test_a_voxel_size_that_is_none_fails_its_study(cohort, quick, tmp_path, size):
    packed = next((tmp_path / "data").rglob("cine_SAX_ES.nii.gz"))
    plain = tmp_path / "plain.nii"
    sitk.WriteImage(sitk.ReadImage(str(packed)), str(plain))
    content = bytearray(plain.read_bytes())
    struct.pack_into("<f", content, 76 + 4, size)
    packed.write_bytes(content)
    assert radiomics(cohort, tmp_path / "f.csv", quick) == 1
    (failure,) = rows_of(tmp_path / "f.failures.csv")
    assert "wanted a spacing above 0" in failure["reason"]


def test_a_folder_for_the_table_is_refused_at_once(cohort, quick, tmp_path, caplog):
    mask = next((tmp_path / "data").rglob("mask_SAX_ES.nii.gz"))
    mask.unlink()
    assert radiomics(cohort, tmp_path, quick) == 2
    assert_told(caplog, "a folder", "features.csv")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("mine.json", '{"setting": {"binWitdh": 5}}', ["write 'binWidth' for 'binWitdh'"]),
        ("mine.yaml", "imageType: {LoG: {sigma: [2]}}", ["LoG", "not offered here"]),
        ("mine.yaml", "a: [", ["mine.yaml", "does not parse"]),
        ("mine.json", "PNG", ["mine.json", "does not parse"]),
    ],
)
def test_a_parameter_file_that_cannot_be_used(cohort, tmp_path, caplog, name, text, words):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert radiomics(cohort, tmp_path / "f.csv", path) == 2
    assert_told(caplog, *words)
    assert not (tmp_path / "f.csv").exists()


def test_an_unknown_preset_lists_the_known_ones(cohort, tmp_path, caplog):
    assert radiomics(cohort, tmp_path / "f.csv", "fahmy1922") == 2
    assert_told(caplog, "fahmy2022, fahmy2022_paper, fahmy2022_released, ibsi")


def test_a_width_that_makes_one_bin_fails_with_a_better_one(cohort, tmp_path, caplog):
    path = tmp_path / "wide.json"
    path.write_text(json.dumps({"setting": {"binWidth": 5000, "force2D": True}}), encoding="utf-8")
    (tmp_path / "f.csv").write_text("an earlier table", encoding="utf-8")
    assert radiomics(cohort, tmp_path / "f.csv", path) == 2
    assert caplog.text.count("all in one bin of width 5000") == 1
    assert_told(caplog, "(studies: 3): all: myocardium of cine_SAX_ES")
    assert (tmp_path / "f.csv").read_text(encoding="utf-8") == "an earlier table"
    failures = rows_of(tmp_path / "f.failures.csv")
    assert len(failures) == 3
    assert "all in one bin of width 5000" in failures[0]["reason"]
    assert "a bin width of about 30" in failures[0]["reason"]


def test_the_wall_is_measured_by_region(quick, tmp_path):
    outer = ring(size=64, shown=(1, 2, 3, 4)) * 0
    rows, columns = np.mgrid[:64, :64]
    left, right = np.hypot(rows - 32, columns - 36), np.hypot(rows - 32, columns - 16)
    labels = np.where(left < 16, 1, np.where(right < 12, 3, 0))
    outer[0, 1:5] = np.where(left < 10, 2, labels)
    named = {"myocardium": 1, "lv_cavity": 2, "rv_cavity": 3}
    table = save_cohort(cohort_of(study_of(mask=outer, labels=named)), tmp_path / "data")
    out = tmp_path / "wall.csv"
    assert radiomics(table, out, quick, "--regions", "aha", "--apex", "last") == 0
    found = rows_of(out)
    assert len(found) == 17
    assert found[0]["diagnostics_Configuration_Preset"] == "quick"
    assert "Research use only" in found[0]["diagnostics_Note"]
    assert "wall_thickness_mm" in found[0]
    assert radiomics(table, tmp_path / "slices.csv", quick) == 0
    of_slice = rows_of(tmp_path / "slices.csv")[0]
    for name in ("Image-original_Hash", "Image-original_Spacing", "Mask-original_Hash"):
        assert found[0][f"diagnostics_{name}"] == of_slice[f"diagnostics_{name}"]
    means = [float(row["original_firstorder_Mean"]) for row in found if int(row["voxels"])]
    assert len(means) >= 12
    assert all(10 < mean < 1000 for mean in means)


def test_regions_need_features_of_the_original_image(cohort, tmp_path, caplog):
    assert radiomics(cohort, tmp_path / "f.csv", "ibsi", "--regions", "aha") == 2
    assert_told(caplog, "features of the original image")


@pytest.mark.parametrize("structure", ["lv_cavity", "all"])
def test_regions_are_of_the_wall_alone(cohort, quick, tmp_path, caplog, structure):
    more = ("--regions", "layers", "--structure", structure)
    assert radiomics(cohort, tmp_path / "f.csv", quick, *more) == 2
    assert_told(caplog, structure, "the myocardium, which alone is divided")
    assert not (tmp_path / "f.csv").exists()


def test_a_label_that_is_not_the_wall_has_no_regions(cohort, tmp_path):
    path = tmp_path / "cavity.json"
    plain = {**QUICK, "setting": {**QUICK["setting"], "label": 2}}
    path.write_text(json.dumps(plain), encoding="utf-8")
    assert radiomics(cohort, tmp_path / "f.csv", path, "--regions", "layers") == 2
    reasons = [row["reason"] for row in rows_of(tmp_path / "f.failures.csv")]
    assert len(reasons) == 3
    assert all("the structure lv_cavity for regions" in reason for reason in reasons)


def test_the_place_of_a_heart_without_regions_is_refused(cohort, quick, tmp_path, caplog):
    assert radiomics(cohort, tmp_path / "f.csv", quick, "--apex", "first") == 2
    assert_told(caplog, "--regions")


def test_the_cohort_is_not_replaced_by_its_features(cohort, quick, caplog):
    before = cohort.read_bytes()
    assert radiomics(cohort, cohort, quick) == 2
    assert_told(caplog, "another --out")
    assert cohort.read_bytes() == before


def test_a_column_that_holds_no_image_is_refused_at_once(cohort, quick, tmp_path, caplog):
    for more in ((), ("--regions", "layers")):
        assert radiomics(cohort, tmp_path / "f.csv", quick, "--input", "mask_SAX_ES", *more) == 2
    assert_told(caplog, "mask_SAX_ES", "a column of images")
    assert not list(tmp_path.glob("f.*"))


@pytest.mark.parametrize("words", [["radiomics"], ["predict", "model"]])
def test_an_interrupted_call_promises_what_is_true(tmp_path, monkeypatch, caplog, words):
    def stop(*given, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(featurecommands, "find_preset", stop)
    monkeypatch.setattr(commands.verbs, "load_model", stop)
    assert main([*words, "cohort.csv", "--out", str(tmp_path / "out")]) == 2
    assert ("results are kept" in caplog.text) == (words[0] == "predict")
    assert "interrupted; repeat the same call" in caplog.text


def test_stability_is_written_beside_the_table(cohort, quick, tmp_path, caplog):
    out = tmp_path / "features.csv"
    with caplog.at_level("INFO"):
        assert radiomics(cohort, out, quick, "--stability") == 0
    names = {row["feature"] for row in rows_of(tmp_path / "features.stability.csv")}
    assert "original_firstorder_Mean" in names
    figure = tmp_path / "features.stability.cine_SAX_ES.myocardium.png"
    assert figure.read_bytes().startswith(b"\x89PNG")
    foreign = tmp_path / "features.stability.mine.txt"
    foreign.write_text("a note of the user", encoding="utf-8")
    assert radiomics(cohort, out, quick) == 0
    left = {path.name for path in tmp_path.glob("features*")}
    assert left == {"features.csv", "features.names.csv", foreign.name}


@pytest.mark.parametrize(("preset", "more"), [("ibsi", ()), ("fahmy2022", ("--regions", "aha"))])
def test_a_stability_that_is_not_offered_is_refused_at_once(cohort, tmp_path, caplog, preset, more):
    assert radiomics(cohort, tmp_path / "f.csv", preset, "--stability", *more) == 2
    assert_told(caplog)
    assert not (tmp_path / "f.csv").exists()


def test_a_preset_is_saved_to_be_edited_and_used(cohort, quick, tmp_path, caplog):
    kept = tmp_path / "kept.json"
    with caplog.at_level("INFO"):
        assert main(["preset", "--preset", str(quick), "--out", str(kept)]) == 0
    digest = json.loads(kept.read_text(encoding="utf-8"))["digest"]
    assert digest in caplog.text
    assert radiomics(cohort, tmp_path / "one.csv", kept) == 0
    assert radiomics(cohort, tmp_path / "two.csv", quick) == 0
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
