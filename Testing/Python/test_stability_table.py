"""The stability of a cohort's radiomics as files, and its picture."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.radiomics import Settings
from CardioAILib.radiomics.stability import AddNoise, Bins, Erode, Rotate, measure_stability
from CardioAILib.report.stabilityplot import classes_of, draw_stability, image_types_of
from CardioAILib.study import Cohort, Study
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs.features.beside import stability_beside
from CardioAILib.verbs.features.presets import Preset, preset_named
from CardioAILib.verbs.features.rows import Request
from CardioAILib.verbs.features.stability import Plan, write_stability
from CardioAILib.verbs.prepared import prepare_study
from conftest import small_cohort

SETTINGS = Settings(bin_count=16, image_types=("original",), classes=("shape", "firstorder"))
PREPARED = Preset("few", SETTINGS, source="system")
PLAN = Plan((Erode(), Rotate(), Bins(0.5)), seed=5)


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return small_cohort(4, seed=3)


@pytest.fixture(scope="module")
def written(cohort: Cohort, tmp_path_factory: pytest.TempPathFactory):
    out = tmp_path_factory.mktemp("stability") / "features.stability.csv"
    return write_stability(Request(FAHMY_2022, PREPARED), cohort, out, PLAN)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def without_masks(study: Study) -> Study:
    return replace(study, images={r: i for r, i in study.images.items() if r.kind != "mask"})


def test_a_row_a_feature_holds_what_measuring_the_prepared_slices_gives(written, cohort: Cohort):
    parts = [prepare_study(FAHMY_2022, study).examples for study in cohort]
    expected = measure_stability(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.masks for part in parts]),
        np.concatenate([part.spacing for part in parts]),
        np.concatenate([part.subjects for part in parts]),
        SETTINGS,
        PLAN.perturbations,
        PLAN.seed,
    )
    rows = rows_of(written.path)
    assert [row["feature"] for row in rows] == list(expected.names)
    for number, row in enumerate(rows):
        assert (row["input"], row["structure"]) == ("ES", "myocardium")
        for column, part in (("icc", "icc"), ("lower", "lower"), ("cov", "variation")):
            value = float(row[column] or "nan")
            assert value == pytest.approx(getattr(expected, part)[number], rel=1e-9, nan_ok=True)
        bins = float(row["icc bin setting"] or "nan")
        assert bins == pytest.approx(expected.by_kind["bin setting"][number], nan_ok=True)
        assert row["n"] == "4"
        assert row["k"] == "3"


def test_a_feature_without_an_icc_has_empty_cells_and_a_note(written):
    flat = next(row for row in rows_of(written.path) if row["feature"].endswith("Flatness"))
    assert flat["icc"] == flat["lower"] == flat["worst perturbation"] == ""
    assert flat["note"] == "the same value throughout"


def test_the_file_beside_says_how_it_was_made(written):
    facts = json.loads(written.path.with_suffix(".json").read_text(encoding="utf-8"))
    assert "Research use only" in facts["note"]
    assert (facts["seed"], facts["unit"]) == (5, "subject")
    assert facts["preset"]["name"] == "few"
    assert facts["preset"]["digest"] == PREPARED.digest
    assert facts["versions"]["numpy"] == np.__version__
    kinds = [(one["kind"], one["same protocol"]) for one in facts["perturbations"]]
    assert kinds == [("erosion", True), ("rotation", True), ("bin setting", False)]
    (measured,) = facts["measured"]
    assert measured["units"] == 4
    assert measured["slices"] > 8
    assert measured["features"] == 32


def test_a_study_that_cannot_be_read_is_listed_and_the_others_are_measured(cohort, tmp_path):
    first, *rest = cohort
    broken = Cohort((without_masks(first), *rest))
    out = tmp_path / "f.stability.csv"
    found = write_stability(Request(FAHMY_2022, PREPARED), broken, out, PLAN)
    assert [failure.subject for failure in found.failures] == [first.subject]
    assert rows_of(out)[0]["n"] == "3"
    assert first.subject in (tmp_path / "f.stability.failures.csv").read_text(encoding="utf-8")
    with pytest.raises(InputError):
        write_stability(Request(FAHMY_2022, PREPARED, strict=True), broken, out, PLAN)


def test_a_cohort_of_which_nothing_can_be_read_is_refused_with_the_reasons(cohort, tmp_path):
    broken = Cohort(tuple(without_masks(study) for study in cohort))
    with pytest.raises(CohortError, match="mask"):
        write_stability(Request(FAHMY_2022, PREPARED), broken, tmp_path / "f.csv", PLAN)
    assert not list(tmp_path.iterdir())


def test_one_subject_is_refused_however_many_studies_it_has(cohort, tmp_path):
    twice = Cohort(tuple(replace(s, subject="a", study=str(k)) for k, s in enumerate(cohort)))
    with pytest.raises(CohortError, match="subjects: 1"):
        write_stability(Request(FAHMY_2022, PREPARED), twice, tmp_path / "f.csv", PLAN)


def test_studies_of_a_subject_count_as_one_and_slices_may_count_alone(cohort, tmp_path):
    pairs = [replace(s, subject="ab"[k % 2], study=str(k)) for k, s in enumerate(cohort)]
    request = Request(FAHMY_2022, PREPARED)
    found = write_stability(request, Cohort(tuple(pairs)), tmp_path / "a.csv", PLAN)
    by_slice = write_stability(
        request, Cohort(tuple(pairs)), tmp_path / "b.csv", replace(PLAN, unit="slice")
    )
    (subjects,), (slices,) = found.found.values(), by_slice.found.values()
    assert subjects.subjects == 2
    assert slices.subjects == slices.slices == subjects.slices


def test_images_as_stored_and_other_structures_have_a_stability_of_their_own(cohort, tmp_path):
    native = replace(PREPARED, source="native", features=("original_firstorder_Mean",))
    request = Request(
        FAHMY_2022, native, structures=("myocardium", "lv_cavity"), inputs=("cine_SAX_ES",)
    )
    found = write_stability(request, cohort, tmp_path / "n.csv", PLAN)
    rows = rows_of(tmp_path / "n.csv")
    assert [row["structure"] for row in rows] == ["myocardium", "lv_cavity"]
    assert {row["feature"] for row in rows} == {"original_firstorder_Mean"}
    assert rows[0]["icc"] != rows[1]["icc"]
    assert len(found.found) == 2


def test_a_part_that_cannot_be_read_leaves_the_others(cohort, tmp_path):
    preset = replace(PREPARED, label=9)
    request = Request(FAHMY_2022, preset, structures=("label_9", "myocardium"))
    found = write_stability(request, cohort, tmp_path / "f.csv", PLAN)
    assert list(found.found) == [("ES", "myocardium")]
    assert found.found["ES", "myocardium"].subjects == 4
    assert len(found.failures) == 4
    assert all(failure.reason.startswith("label_9 of ES") for failure in found.failures)


def test_the_features_of_the_preset_alone_are_rated(cohort, tmp_path):
    mean = "original_firstorder_Mean"
    preset = replace(PREPARED, features=(mean,))
    found = write_stability(Request(FAHMY_2022, preset), cohort, tmp_path / "f.csv", PLAN)
    (own,) = found.found.values()
    assert own.names == (mean,)
    assert len(own.icc) == len(own.worst_kinds()) == len(own.by_kind["rotation"]) == 1
    assert [row["feature"] for row in rows_of(tmp_path / "f.csv")] == [mean]


def test_shape_of_another_region_than_is_perturbed_is_left_out(cohort, tmp_path):
    preset = Preset("within", SETTINGS, resegment_range=(-2.0, 2.0), resegment_mode="sigma")
    request = Request(FAHMY_2022, preset, inputs=("cine_SAX_ES",))
    found = write_stability(request, cohort, tmp_path / "f.csv", PLAN)
    (own,) = found.found.values()
    assert own.names
    assert not [name for name in own.names if "_shape_" in name]
    facts = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert len(facts["left out"]) == 14
    alone = replace(preset, settings=replace(SETTINGS, classes=("shape",)))
    with pytest.raises(InputError, match="resegmentShape"):
        write_stability(Request(FAHMY_2022, alone), cohort, tmp_path / "g.csv", PLAN)


def test_volumes_are_refused(cohort, tmp_path):
    for preset in (preset_named("ibsi"), replace(PREPARED, source="native", dimension=3)):
        with pytest.raises(InputError, match="measures volumes"):
            write_stability(Request(FAHMY_2022, preset), cohort, tmp_path / "f.csv", PLAN)


def test_a_folder_is_refused_before_anything_is_computed(cohort, tmp_path):
    with pytest.raises(InputError, match="a folder"):
        write_stability(Request(FAHMY_2022, PREPARED), cohort, tmp_path, PLAN)


def test_the_table_of_stability_lies_beside_that_of_the_features():
    assert stability_beside(Path("a") / "features.csv") == Path("a") / "features.stability.csv"


# The picture


def test_the_picture_is_drawn_whole_or_not_at_all(written, tmp_path):
    (found,) = written.found.values()
    path = draw_stability(found, tmp_path / "s.png", "simulated hearts")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [file.name for file in tmp_path.iterdir()] == ["s.png"]


def test_the_picture_bears_noise_alone_and_features_without_an_icc(tmp_path):
    random = np.random.default_rng(0)
    masks = np.zeros((4, 24, 24), bool)
    masks[:, 6:18, 6:18] = True
    found = measure_stability(
        random.random((4, 24, 24)), masks, (1, 1), range(4), SETTINGS, (AddNoise(),)
    )
    assert np.isnan(found.icc).any()
    assert draw_stability(found, tmp_path / "s.png").is_file()


def test_features_are_grouped_by_class_and_by_image():
    names = ("original_shape_Area", "original_glcm_Id", "wavelet-LH_glcm_Id", "square_gldm_X")
    assert {k: v.sum() for k, v in classes_of(names).items()} == {
        "shape": 1,
        "glcm": 2,
        "gldm": 1,
        "all": 4,
    }
    assert {k: v.sum() for k, v in image_types_of(names).items()} == {
        "original": 1,
        "wavelet-LH": 1,
        "square": 1,
        "all": 3,
    }
