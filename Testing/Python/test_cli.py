"""The command line as a user meets it: exit status, message, and what stays on disk."""

import csv
import shutil
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk
from CardioAILib.cli import commands, main
from CardioAILib.errors import InputError
from CardioAILib.learning import features
from CardioAILib.verbs import save_model


@pytest.fixture
def cohort(table, test_cohort):
    return table(test_cohort)


@pytest.fixture(scope="module")
def model(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "model"
    save_model(fitted.model, folder)
    return folder


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_rows(rows, path):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def edited(path, change):
    """Change the rows of a table in place."""
    rows = rows_of(path)
    change(rows)
    write_rows(rows, path)
    return path


def rewritten(path, change):
    """Change the pixels of an image file in place."""
    image = sitk.ReadImage(str(path))
    changed = sitk.GetImageFromArray(change(sitk.GetArrayFromImage(image)))
    changed.SetSpacing(image.GetSpacing())
    changed.SetOrigin(image.GetOrigin())
    changed.SetDirection(image.GetDirection())
    sitk.WriteImage(changed, str(path))


def cross_validate(cohort, out, *more):
    return main(
        ["cross-validate", "fahmy2022", str(cohort), "--out", str(out), "--arm", "size", *more]
    )


def assert_told(caplog, *words):
    text = caplog.text
    assert "Got " in text
    assert "; wanted " in text
    assert "To fix: " in text
    for word in words:
        assert word in text


def image_of(cohort, column, row=0):
    return cohort.parent / rows_of(cohort)[row][column]


# What should work


def test_systems_are_listed_where_a_script_can_read_them(capsys):
    assert main(["systems"]) == 0
    assert capsys.readouterr().out.startswith("fahmy2022\t")


def test_cross_validation_leaves_a_report_and_no_working_folder(cohort, tmp_path):
    assert cross_validate(cohort, tmp_path / "cv", "--folds", "3") == 0
    assert (tmp_path / "cv" / "report.html").exists()
    assert len(list((tmp_path / "cv" / "results").iterdir())) == 12
    assert not list(tmp_path.glob("cv.*"))
    weights = {row["weights"] for row in rows_of(tmp_path / "cv" / "results.csv")}
    assert [len(digest) for digest in weights] == [64]


def test_train_predict_evaluate(cohort, tmp_path, caplog):
    model, results, report = (tmp_path / name for name in ("m", "r", "e"))
    train = ["train", "fahmy2022", str(cohort), "--out", str(model), "--folds", "2"]
    assert main([*train, "--arm", "size"]) == 0
    assert main(["predict", str(model), str(cohort), "--out", str(results)]) == 0
    assert main(["evaluate", str(results), str(cohort), "--out", str(report)]) == 0
    assert "<h2>Result by arm</h2>" in (report / "report.html").read_text(encoding="utf-8")
    assert len(rows_of(results / "results.csv")) == 12


def test_a_report_on_the_training_cohort_says_so(cohort, tmp_path):
    model, results, report = (tmp_path / name for name in ("m", "r", "e"))
    train = ["train", "fahmy2022", str(cohort), "--out", str(model), "--folds", "2"]
    assert main([*train, "--arm", "size"]) == 0
    assert main(["predict", str(model), str(cohort), "--out", str(results)]) == 0
    assert main(["evaluate", str(results), str(cohort), "--out", str(report)]) == 0
    page = (report / "report.html").read_text(encoding="utf-8")
    assert "12 of these studies took" in page
    assert "Test cohort" not in page


def test_radiomics_of_a_cohort_are_944_columns(cohort, tmp_path):
    out = tmp_path / "features.csv"
    assert main(["radiomics", str(cohort), "--out", str(out)]) == 0
    rows = rows_of(out)
    features = [name for name in rows[0] if name.startswith(("original_", "wavelet-"))]
    assert len(features) == 107 + 4 * 93
    assert list(rows[0])[-944:][0] == "original_shape_Elongation"
    assert {row["subject"] for row in rows} == {row["subject"] for row in rows_of(cohort)}
    assert float(rows[0]["original_firstorder_Energy"]) > 0


def test_a_slice_that_has_no_features_fails_its_own_study_only(cohort, tmp_path, monkeypatch):
    real, asked = features.extract, []

    def refusing_the_first(*arguments):
        asked.append(arguments)
        if len(asked) == 1:
            raise InputError(got="a mask within one row", wanted="a region", fix="segment again")
        return real(*arguments)

    monkeypatch.setattr(features, "extract", refusing_the_first)
    out, named = tmp_path / "features.csv", rows_of(cohort)[0]["subject"]
    assert main(["radiomics", str(cohort), "--out", str(out)]) == 1
    assert [row["subject"] for row in rows_of(tmp_path / "features.failures.csv")] == [named]
    assert len({row["subject"] for row in rows_of(out)} - {named}) == 11


def test_check_passes_a_good_cohort_and_fails_a_bad_one(cohort, caplog):
    assert main(["check", "fahmy2022", str(cohort)]) == 0
    rewritten(image_of(cohort, "cine_SAX_ES"), lambda a: np.zeros_like(a))
    assert main(["check", "fahmy2022", str(cohort)]) == 1
    assert "blank" in caplog.text


def test_acdc_becomes_a_table(acdc, tmp_path):
    out = tmp_path / "acdc.csv"
    assert main(["cohort", "acdc", str(acdc), "--out", str(out)]) == 0
    assert len(rows_of(out)) == 100


def test_real_hearts_with_infarct_differ_in_size_and_shape(acdc, tmp_path, caplog):
    table = tmp_path / "acdc.csv"
    main(["cohort", "acdc", str(acdc), "--out", str(table)])
    edited(table, lambda rows: rows.__setitem__(slice(None), [r for r in rows if r["scar"]]))
    with caplog.at_level("INFO"):
        assert cross_validate(table, tmp_path / "cv") == 0
    arms = rows_of(tmp_path / "cv" / "arms.csv")
    assert float(arms[0]["AUC (95 % DeLong)"].split()[0]) > 0.75
    assert "MINF" in (tmp_path / "cv" / "report.html").read_text(encoding="utf-8")


# What must be refused


def blank_mask_column(cohort):
    edited(cohort, lambda rows: [row.update(mask_SAX_ES="") for row in rows])


def empty_mask(cohort):
    rewritten(image_of(cohort, "mask_SAX_ES"), lambda a: np.zeros_like(a))


def other_grid(cohort):
    rewritten(image_of(cohort, "mask_SAX_ES"), lambda a: a[:, :-4, :-4].copy())


def one_slice(cohort):
    for column in ("cine_SAX_ES", "mask_SAX_ES"):
        rewritten(image_of(cohort, column), lambda a: a[1:2].copy())


def several_masks(cohort):
    path = image_of(cohort, "mask_SAX_ES")
    mask = sitk.ReadImage(str(path))
    sitk.WriteImage(sitk.JoinSeries([mask, mask]), str(path))


def swapped_axes(cohort):
    path = image_of(cohort, "mask_SAX_ES")
    sitk.WriteImage(sitk.PermuteAxes(sitk.ReadImage(str(path)), [1, 0, 2]), str(path))


def not_a_number_in_nifti(cohort):
    path = image_of(cohort, "cine_SAX_ES")
    image = sitk.ReadImage(str(path), sitk.sitkFloat32)
    image[3, 3, 1] = float("nan")
    sitk.WriteImage(image, str(path))


def unknown_truth(cohort):
    edited(cohort, lambda rows: rows[0].update(scar="maybe"))


def slices_beyond_the_stack(cohort):
    edited(cohort, lambda rows: [row.update(slices_positive="1;77", scar="1") for row in rows[:1]])


def not_a_number(cohort):
    path = image_of(cohort, "cine_SAX_ES")
    image = sitk.ReadImage(str(path), sitk.sitkFloat32)
    image[3, 3, 1] = float("nan")
    nrrd = path.with_name("nan.nrrd")
    sitk.WriteImage(image, str(nrrd))
    relative = nrrd.relative_to(cohort.parent).as_posix()
    edited(cohort, lambda rows: rows[0].update(cine_SAX_ES=relative))


def constant(cohort):
    rewritten(image_of(cohort, "cine_SAX_ES"), lambda a: np.full_like(a, 7))


def unreadable(cohort):
    image_of(cohort, "cine_SAX_ES").write_bytes(b"this is no image")


def no_target(cohort):
    edited(cohort, lambda rows: [row.pop("scar") for row in rows])


def no_subject_column(cohort):
    edited(cohort, lambda rows: [row.pop("subject") for row in rows])


def missing_file(cohort):
    image_of(cohort, "cine_SAX_ES").unlink()


def repeated(cohort):
    edited(cohort, lambda rows: rows.append(dict(rows[0])))


def one_class(cohort):
    edited(cohort, lambda rows: [row.update(scar="1") for row in rows])


def few_subjects(cohort):
    edited(cohort, lambda rows: rows.__delitem__(slice(4, None)))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (blank_mask_column, ["mask_SAX_ES"]),
        (empty_mask, ["myocardium"]),
        (other_grid, ["--resample-masks"]),
        (one_slice, ["stack"]),
        (several_masks, ["2 time points"]),
        (swapped_axes, ["--resample-masks"]),
        (not_a_number, ["NaN"]),
        (not_a_number_in_nifti, ["NaN"]),
        (unknown_truth, ["maybe"]),
        (slices_beyond_the_stack, ["1;77"]),
        (constant, ["same value"]),
        (unreadable, ["cine_SAX_ES"]),
        (no_target, ["scar"]),
        (no_subject_column, ["subject"]),
        (missing_file, []),
        (repeated, []),
        (one_class, ["one class"]),
        (few_subjects, ["--folds"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_bad_input_is_refused_in_words_and_leaves_nothing(cohort, tmp_path, caplog, spoil, words):
    spoil(cohort)
    assert cross_validate(cohort, tmp_path / "cv") == 2
    assert_told(caplog, *words)
    assert not (tmp_path / "cv").exists()
    assert not list(tmp_path.glob("cv*"))


def test_a_table_that_is_not_there_is_refused(tmp_path, caplog):
    assert cross_validate(tmp_path / "none.csv", tmp_path / "cv") == 2
    assert_told(caplog, "none.csv")


def test_a_bad_study_fails_alone_when_predicting(model, cohort, tmp_path, caplog):
    constant(cohort)
    out = tmp_path / "results"
    assert main(["predict", str(model), str(cohort), "--out", str(out)]) == 1
    assert len(rows_of(out / "failures.csv")) == 1
    assert len(rows_of(out / "results.csv")) == 11


def test_a_repaired_study_is_predicted_by_the_same_call(model, cohort, tmp_path):
    path = image_of(cohort, "cine_SAX_ES")
    kept = path.with_name("kept")
    shutil.copy(path, kept)
    constant(cohort)
    call = ["predict", str(model), str(cohort), "--out", str(tmp_path / "results")]
    assert main(call) == 1
    shutil.move(kept, path)
    assert main(call) == 0
    assert len(rows_of(tmp_path / "results" / "results.csv")) == 12
    assert not (tmp_path / "results" / "failures.csv").exists()


def test_a_changed_model_is_refused(model, cohort, tmp_path, caplog):
    copy = shutil.copytree(model, tmp_path / "copy")
    next(copy.rglob("classifier.json")).write_text("{}")
    assert main(["predict", str(copy), str(cohort), "--out", str(tmp_path / "r")]) == 2
    assert_told(caplog, "classifier.json")
    assert not (tmp_path / "r").exists()


def test_an_existing_output_is_not_overwritten(cohort, tmp_path, caplog):
    (tmp_path / "cv").mkdir()
    (tmp_path / "cv" / "precious").write_text("x")
    assert cross_validate(cohort, tmp_path / "cv") == 2
    assert_told(caplog, "exists")
    assert (tmp_path / "cv" / "precious").read_text() == "x"


def test_results_of_other_images_are_not_passed_off_as_these(
    model, table, test_cohort, tmp_path, caplog
):
    other = table(replace(test_cohort, studies=swapped(test_cohort)), "other")
    same = table(test_cohort, "same")
    out = tmp_path / "results"
    assert main(["predict", str(model), str(same), "--out", str(out)]) == 0
    assert main(["predict", str(model), str(other), "--out", str(out)]) == 2
    assert_told(caplog, "other images")


def swapped(cohort):
    """The same pseudonyms with each other's images."""
    turned = (*cohort.studies[1:], cohort.studies[0])
    return tuple(replace(s, images=t.images) for s, t in zip(cohort, turned, strict=True))


def test_the_truth_is_not_read_when_predicting(model, cohort, tmp_path):
    edited(cohort, lambda rows: [row.update(scar="maybe", slices_positive="x") for row in rows])
    assert main(["predict", str(model), str(cohort), "--out", str(tmp_path / "r")]) == 0


def test_file_names_are_not_written_into_lists_of_failures(model, cohort, tmp_path):
    path = image_of(cohort, "cine_SAX_ES")
    named = path.with_name("DOE^JANE.nii.gz")
    shutil.move(path, named)
    named.write_bytes(b"no image")
    relative = named.relative_to(cohort.parent).as_posix()
    edited(cohort, lambda rows: rows[0].update(cine_SAX_ES=relative))
    out = tmp_path / "results"
    assert main(["predict", str(model), str(cohort), "--out", str(out)]) == 1
    assert "cine_SAX_ES" in (out / "failures.csv").read_text(encoding="utf-8")
    assert "DOE" not in (out / "failures.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "value"),
    [("--folds", "1"), ("--epochs", "0"), ("--width", "0"), ("--width", "x"), ("--seed", "-1")],
)
def test_numbers_out_of_range_are_refused_before_any_work(cohort, tmp_path, option, value, capsys):
    with pytest.raises(SystemExit) as stopped:
        cross_validate(cohort, tmp_path / "cv", option, value)
    assert stopped.value.code == 2
    assert f"got '{value}'" in capsys.readouterr().err


def test_an_absent_device_is_refused_before_any_work(cohort, tmp_path, caplog):
    assert cross_validate(cohort, tmp_path / "cv", "--device", "nonsense") == 2
    assert_told(caplog, "nonsense")
    assert not list(tmp_path.glob("cv*"))


def test_an_interrupted_cross_validation_goes_on(cohort, tmp_path, monkeypatch):
    out = tmp_path / "cv"
    whole = tmp_path / "whole"
    assert cross_validate(cohort, whole, "--folds", "2") == 0

    def unplugged(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(commands, "write_report", unplugged)
        assert cross_validate(cohort, out, "--folds", "2") == 2
    assert not out.exists()
    assert cross_validate(cohort, out, "--folds", "2") == 0
    assert (out / "arms.csv").read_bytes() == (whole / "arms.csv").read_bytes()
    assert not list(tmp_path.glob("cv.*"))


def test_an_unknown_system_is_refused_with_the_known_ones(cohort, tmp_path, caplog):
    assert main(["check", "fahmy1922", str(cohort)]) == 2
    assert_told(caplog, "fahmy2022")


def test_no_folder_of_the_machine_is_written_into_results(model, cohort, tmp_path):
    out = tmp_path / "results"
    main(["predict", str(model), str(cohort), "--out", str(out)])
    for path in out.rglob("*.json"):
        assert str(tmp_path) not in path.read_text(encoding="utf-8")
