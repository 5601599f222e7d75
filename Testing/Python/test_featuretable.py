"""Studies become rows: what is measured, what each row says of itself, and what is refused."""

import csv
import json
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from CardioAILib.errors import (
    CohortError,
    DependencyError,
    EmptyMaskError,
    InputError,
    MissingInputError,
)
from CardioAILib.learning import Radiomics
from CardioAILib.radiomics import SOUND, Settings, extract, extract_volume, feature_names
from CardioAILib.study import Study
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs.features.beside import failures_beside
from CardioAILib.verbs.features.bins import bins_used
from CardioAILib.verbs.features.presets import Preset, preset_named
from CardioAILib.verbs.features.rows import KEYS, header_of, measure_study
from CardioAILib.verbs.features.table import write_features
from CardioAILib.verbs.gather import Options
from CardioAILib.verbs.prepared import prepare_study
from conftest import small_cohort
from helpers_features import LABELS, NATIVE, QUICK, cohort_of, request_of, study_of
from helpers_learning import CINE, CINE_MASK, ring, textured

STRICT = {"strict": True}


def rows_of(study, preset=NATIVE, **how):
    """The rows of a study as mappings; whatever fails is raised."""
    measured = measure_study(request_of(preset, **STRICT, **how), study)
    return [dict(zip(header_of(preset), row, strict=True)) for row in measured.rows]


def written(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def features(row, names):
    return np.array([float(row[name]) for name in names])


# What is measured


def test_a_native_preset_measures_intensities_as_they_are_stored():
    study = study_of(image=(textured((1, 6, 16, 16)) * 3).astype(np.int16))
    rows = rows_of(study)
    assert [row["slice"] for row in rows] == [1, 2, 3, 4]
    names = feature_names(QUICK)
    image = study.images[CINE].array[0, 1:5]
    mask = study.images[CINE_MASK].of("myocardium")[0, 1:5]
    settings = replace(QUICK, slice_mm=8.0)
    expected = extract(image, mask, (1.25, 1.5), settings, "numpy")
    assert np.array_equal([features(row, names) for row in rows], expected)


def test_a_system_preset_gives_the_numbers_that_models_learn_from():
    study = small_cohort(1, seed=3).studies[0]
    settings = replace(SOUND, image_types=("original",), classes=("shape", "firstorder"))
    preset = Preset("small", settings, source="system")
    examples = prepare_study(FAHMY_2022, study).examples
    table = Radiomics("radiomics", settings).add_to(examples, "numpy").tables["radiomics"]
    rows = rows_of(study, preset)
    assert np.array_equal([features(row, feature_names(settings)) for row in rows], table)
    assert {row["input"] for row in rows} == {"ES"}
    assert [row["slice"] for row in rows] == examples.slices.tolist()


def test_a_three_dimensional_preset_gives_a_row_a_volume():
    study = study_of()
    preset = replace(NATIVE, dimension=3)
    (row,) = rows_of(study, preset)
    image, mask = study.images[CINE].array[0], study.images[CINE_MASK].of("myocardium")[0]
    expected = extract_volume(image, mask, (8.0, 1.25, 1.5), QUICK, "numpy")
    assert np.array_equal(features(row, feature_names(QUICK)), expected)
    assert row["slice"] == ""


def test_the_ibsi_preset_names_its_columns_by_ibsi():
    preset = preset_named("ibsi")
    few = replace(preset.settings, families=("stat", "ih"))
    (row,) = rows_of(study_of(), replace(preset, settings=few))
    study = study_of()
    inside = study.images[CINE].array[study.images[CINE_MASK].of("myocardium")]
    assert float(row["stat_mean"]) == pytest.approx(inside.mean(dtype=float))
    assert row["diagnostics_Bins"] == np.count_nonzero(np.histogram(inside, 32)[0])
    assert row["diagnostics_Configuration_Engine"] == "ibsi"


def test_single_features_are_the_columns_of_all_of_them():
    kept = ("original_firstorder_Mean", "original_shape_MeshVolume")
    some = rows_of(study_of(), replace(NATIVE, features=kept))
    every = rows_of(study_of())
    assert list(some[0])[-2:] == ["original_shape_MeshVolume", "original_firstorder_Mean"]
    assert [row[kept[0]] for row in some] == [row[kept[0]] for row in every]


def test_several_structures_are_a_row_each():
    rows = rows_of(study_of(), structures=("myocardium", "lv_cavity"))
    assert [row["structure"] for row in rows] == ["myocardium"] * 4 + ["lv_cavity"] * 4
    assert rows_of(study_of(), structures=("all",)) == rows


def test_a_label_of_the_preset_chooses_the_structure():
    rows = rows_of(study_of(), replace(NATIVE, label=2))
    assert {row["structure"] for row in rows} == {"lv_cavity"}
    unnamed = study_of(labels={"myocardium": 1})
    assert {row["structure"] for row in rows_of(unnamed, replace(NATIVE, label=2))} == {"label_2"}


@pytest.mark.parametrize("source", ["native", "system"])
def test_a_structure_that_goes_before_the_label_of_a_preset_is_told(source):
    preset = replace(NATIVE, label=1, source=source, one_bin=True)
    study = small_cohort(1, seed=3).studies[0] if source == "system" else study_of()
    labels = study.images[CINE_MASK].labels
    other = next(name for name, value in labels.items() if value != 1)
    (told,) = {row["diagnostics_Findings"] for row in rows_of(study, preset, structures=(other,))}
    assert f"label 1 of the preset unused: {other}" in told
    same = next(name for name, value in labels.items() if value == 1)
    assert "label" not in rows_of(study, preset, structures=(same,))[0]["diagnostics_Findings"]


def test_every_frame_is_a_row_with_its_time():
    mask = np.concatenate([ring(), ring(), ring()])
    mask[1] = 0
    study = study_of(mask=mask, frame_times_ms="0;35;70")
    rows = rows_of(study, frames="all")
    assert [row["frame"] for row in rows] == [0] * 4 + [2] * 4
    assert {row["time_ms"] for row in rows} == {"0", "70"}


@pytest.mark.parametrize(
    ("times", "words"),
    [("0;35", "times: 2 in"), ("0;35;late", "the time 'late'"), ("0;nan;70", "'nan'"), (3.0, "1")],
)
def test_times_that_are_not_those_of_the_frames_are_refused(times, words):
    study = study_of(mask=np.concatenate([ring()] * 3), frame_times_ms=times)
    with pytest.raises(InputError, match=r"frames: 3") as caught:
        rows_of(study, frames="all")
    assert words in caught.value.got
    assert "0;35;70" in caught.value.fix


def test_times_of_another_input_are_not_those_of_a_single_frame():
    for times, told in (("0;35;70", ""), (12.5, "12.5")):
        assert {row["time_ms"] for row in rows_of(study_of(frame_times_ms=times))} == {told}
    with pytest.raises(InputError, match="the time 'systole'"):
        rows_of(study_of(frame_times_ms="systole"))


def test_frames_of_a_system_preset_are_prepared_one_by_one():
    still = small_cohort(1, seed=3).studies[0]
    images = {r: replace(i, array=np.repeat(i.array, 2, axis=0)) for r, i in still.images.items()}
    moving = replace(still, images=images)
    settings = replace(SOUND, image_types=("original",), classes=("firstorder",))
    preset = Preset("small", settings, source="system")
    rows, twice = rows_of(still, preset), rows_of(moving, preset, frames="all")
    column = "original_firstorder_Mean"
    assert [row[column] for row in twice] == 2 * [row[column] for row in rows]


def test_slices_that_hold_a_line_are_left_out_and_told():
    mask = ring()
    mask[0, 4] = 0
    mask[0, 4, 8, 3:9] = 1
    rows = rows_of(study_of(mask=mask))
    assert [row["slice"] for row in rows] == [1, 2, 3]
    assert "slices 4 left out" in rows[0]["diagnostics_Findings"]


def test_columns_may_be_chosen_by_name():
    with pytest.raises(MissingInputError, match="cine_SAX_ED"):
        rows_of(study_of(), inputs=("cine_SAX_ED",))
    assert {row["input"] for row in rows_of(study_of(), inputs=("cine_SAX_ES",))} == {"cine_SAX_ES"}
    with pytest.raises(InputError, match="a column of images"):
        rows_of(study_of(), inputs=("mask_SAX_ES",))


# What a row says of itself


def test_diagnostics_tell_region_grid_bins_and_settings():
    image = np.full((1, 6, 16, 16), 100, np.int16)
    image[0, :, 5, 5] = 499
    mask = np.zeros((1, 6, 16, 16), np.uint8)
    mask[0, 2, 3:7, 4:9] = 1
    mask[0, 2, 12:14, 12:15] = 1
    study = study_of(image, mask, spacing=(1.25, 1.5, 8.0))
    (row,) = rows_of(study)
    told = {name.removeprefix("diagnostics_"): value for name, value in row.items()}
    assert told["Mask-original_VoxelNum"] == 26
    assert told["Mask-original_VolumeNum"] == 2
    assert told["Mask-original_BoundingBox"] == "(4, 3, 2, 11, 11, 1)"
    assert told["Mask-measured_BoundingBox"] == "(4, 3, 0, 11, 11, 1)"
    assert told["Image-original_Spacing"] == "(1.25, 1.5, 8.0)"
    assert told["Image-original_Size"] == "(16, 16, 6)"
    assert (told["Mask-measured_Minimum"], told["Mask-measured_Maximum"]) == ("100", "499")
    assert told["Bins"] == 2
    assert told["Configuration_Preset"] == "quick"
    assert told["Configuration_Digest"] == NATIVE.digest
    assert json.loads(told["Configuration_Settings"])["settings"]["bin_width"] == 100.0
    assert told["Configuration_Engine"] == "numpy"
    assert "Research use only" in told["Note"]
    assert told["Versions_Numpy"] == np.__version__


def test_diagnostics_of_a_system_preset_tell_both_grids():
    study = small_cohort(1, seed=3).studies[0]
    settings = replace(SOUND, image_types=("original",), classes=("shape",))
    row = rows_of(study, Preset("small", settings, source="system"))[0]
    assert row["diagnostics_Image-measured_Spacing"].startswith("(1.0, 1.0, ")
    assert row["diagnostics_Image-measured_Size"] == "(256, 256, 1)"
    assert row["diagnostics_Image-original_Size"] != row["diagnostics_Image-measured_Size"]
    assert row["diagnostics_Mask-measured_VoxelNum"] > 0


def test_thousands_of_islands_are_measured_and_counted():
    mask = np.zeros((1, 1, 160, 160), np.uint8)
    mask[0, 0, 1:-1:2, 1:-1:2] = 1
    (row,) = rows_of(study_of(mask=mask))
    assert row["diagnostics_Mask-original_VolumeNum"] == 79 * 79


@pytest.mark.parametrize(
    ("values", "width", "bins"),
    [((0, 99), 100, 1), ((99, 100), 100, 2), ((-1, 1), 100, 2), ((5, 5), 25, 1), ((0, 50), 25, 2)],
)
def test_levels_that_occur_are_counted_from_multiples_of_the_width(values, width, bins):
    assert bins_used(np.array(values, float), Settings(bin_width=width)) == bins


@pytest.mark.parametrize("kind", [np.int16, np.float32, np.float64])
def test_levels_that_occur_are_counted_of_a_bin_count(kind):
    assert bins_used(np.array([0, 0, 5, 9], kind), Settings(bin_count=32)) == 3
    assert bins_used(np.array([7, 7], kind), Settings(bin_count=32)) == 1


@pytest.mark.parametrize("binning", [{"bin_count": 32}, {"bin_width": 5.0}])
def test_a_constant_region_is_told(binning):
    preset = Preset("flat", Settings(image_types=("original",), classes=("glcm",), **binning))
    row = rows_of(study_of(image=np.full((1, 6, 16, 16), 7.0)), preset)[0]
    assert row["diagnostics_Bins"] == 1
    assert "constant intensity in the region" in row["diagnostics_Findings"]


def test_extremes_are_told_on_the_scale_that_is_binned():
    image = textured((1, 6, 16, 16))
    scaled = replace(NATIVE, settings=replace(QUICK, scale=2.0))
    once, twice = rows_of(study_of(image=image))[0], rows_of(study_of(image=image), scaled)[0]
    for column in ("diagnostics_Mask-measured_Minimum", "diagnostics_Mask-measured_Maximum"):
        assert float(twice[column]) == pytest.approx(2 * float(once[column]))


# What is refused


def test_a_width_that_makes_one_bin_is_refused_with_a_better_one():
    study = study_of(image=textured((1, 6, 16, 16)) / 1e5)
    with pytest.raises(InputError, match="all in one bin of width 100") as caught:
        rows_of(study)
    assert "a bin width of about 0.0003" in str(caught.value)
    flat = study_of(image=np.full((1, 6, 16, 16), 7.0))
    assert rows_of(flat)[0]["diagnostics_Bins"] == 1
    assert rows_of(study, replace(NATIVE, one_bin=True))[0]["diagnostics_Bins"] == 1


def test_the_released_code_is_reproduced_with_its_single_bin():
    preset = preset_named("fahmy2022_released")
    quick = replace(preset.settings, image_types=("original",), classes=("firstorder",))
    rows = rows_of(small_cohort(1, seed=3).studies[0], replace(preset, settings=quick))
    assert {row["diagnostics_Bins"] for row in rows} <= {1, 2}
    told = {row["diagnostics_Bins"]: row["diagnostics_Findings"] for row in rows}
    assert "fahmy2022_released has it on purpose" in told[1]
    assert "on purpose" not in told.get(2, "")


def test_more_bins_than_can_be_is_refused():
    narrow = replace(NATIVE, settings=replace(QUICK, bin_width=0.01))
    with pytest.raises(InputError, match="4096"):
        rows_of(study_of(), narrow)


@pytest.mark.parametrize("width", [0.001, 1e6])
def test_the_slice_whose_bins_do_not_fit_is_named_as_its_file_counts_it(width):
    preset = replace(NATIVE, settings=replace(QUICK, bin_width=width))
    shown = [row["slice"] for row in rows_of(study_of())]
    assert shown[0] > 0
    with pytest.raises(InputError, match=rf"in slice {shown[0]}; wanted"):
        rows_of(study_of(), preset)


@pytest.mark.parametrize("width", [1e-6, 1e6])
def test_a_slice_of_a_system_whose_bins_do_not_fit_is_named_with_its_structure(width):
    study = small_cohort(1, seed=3).studies[0]
    settings = replace(QUICK, bin_width=width, classes=("firstorder",))
    request = request_of(Preset("small", settings, source="system"))
    shown = prepare_study(FAHMY_2022, study).examples.slices[0]
    (failure,) = measure_study(request, study).failures
    assert failure.reason.startswith("myocardium of ES, frame 0, is left out with all its slices")
    assert f"in slice {shown}; wanted" in failure.reason


def test_numbers_that_are_none_are_counted_inside_and_outside():
    image = textured((1, 6, 16, 16))
    image[0, 2, 8, 4] = np.nan
    image[0, 2, 0, :2] = np.inf
    with pytest.raises(InputError, match="1 voxels NaN or infinite inside the region, 2 outside"):
        rows_of(study_of(image=image))


@pytest.mark.parametrize("spacing", [(0.0, 1.0, 8.0), (1.0, 1.0, 0.0), (np.nan, 1.0, 8.0)])
@pytest.mark.parametrize("source", ["native", "system"])
def test_a_grid_without_size_is_refused(spacing, source):
    with pytest.raises(InputError, match="a spacing above 0"):
        rows_of(study_of(spacing=spacing), replace(NATIVE, source=source))


def test_a_mask_with_fewer_frames_is_refused():
    study = study_of(image=textured((3, 6, 16, 16)), mask=ring())
    with pytest.raises(InputError, match="1 frames in mask_SAX_ES for 3 in cine_SAX_ES"):
        rows_of(study, frames="all")


def test_a_time_series_without_a_word_is_refused():
    study = study_of(mask=np.concatenate([ring(), ring()]))
    with pytest.raises(InputError, match="--frames all"):
        rows_of(study)


def test_a_structure_that_is_not_there_is_refused():
    with pytest.raises(EmptyMaskError, match="rv_cavity"):
        rows_of(study_of(), structures=("rv_cavity",))


def test_a_study_without_a_mask_is_refused():
    study = study_of()
    with pytest.raises(MissingInputError, match="same view and phase"):
        rows_of(replace(study, images={CINE: study.images[CINE]}))


def test_a_region_too_small_for_the_preset_is_refused():
    for dimension in (2, 3):
        with pytest.raises(EmptyMaskError, match="more than 9999"):
            rows_of(study_of(), replace(NATIVE, dimension=dimension, minimum_roi_size=9999))


# The table


def test_a_part_that_fails_leaves_the_others(tmp_path):
    request = request_of(structures=("myocardium", "rv_cavity"))
    study = study_of(labels={**LABELS, "rv_cavity": 3})
    made = write_features(request, cohort_of(study), tmp_path / "f.csv")
    assert (made.rows, made.studies, len(made.failures)) == (4, 1, 1)
    (failure,) = written(failures_beside(tmp_path / "f.csv"))
    assert failure["reason"].startswith(
        "rv_cavity of cine_SAX_ES, frame 0, is left out with all its slices: Got no pixel"
    )


def test_the_table_has_the_header_and_the_rows(tmp_path):
    cohort = cohort_of(study_of(), study_of(subject="s2"))
    told = []
    made = write_features(
        request_of(), cohort, tmp_path / "f.csv", progress=lambda done, _: told.append(done)
    )
    rows = written(tmp_path / "f.csv")
    assert list(rows[0]) == header_of(NATIVE)
    assert tuple(list(rows[0])[:7]) == KEYS
    assert (made.rows, len(rows)) == (8, 8)
    assert [row["subject"] for row in rows] == ["s1"] * 4 + ["s2"] * 4
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_several_processes_write_the_same_table(tmp_path):
    cohort = small_cohort(3, seed=3)
    settings = replace(SOUND, image_types=("original",), classes=("firstorder",))
    request = request_of(Preset("small", settings, source="system"))
    studies = cohort_of(*(picklable(study) for study in cohort))
    for workers in (1, 2):
        write_features(request, studies, tmp_path / f"{workers}.csv", workers=workers)
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()


def picklable(study):
    """The study with its images in memory and labels that travel between processes."""
    images = {role: study.images[role] for role in (CINE, CINE_MASK)}
    mask = images[CINE_MASK]
    return replace(study, images={**images, CINE_MASK: replace(mask, labels=dict(mask.labels))})


def test_reasons_that_studies_share_are_told_once_with_their_subjects(tmp_path):
    plain = {role: image for role, image in study_of().images.items() if role == CINE}
    blind = [Study(name, "1", plain) for name in ("s1", "s2")]
    large = replace(NATIVE, minimum_roi_size=9999)
    with pytest.raises(CohortError) as caught:
        write_features(
            request_of(large), cohort_of(*blind, study_of(subject="s3")), tmp_path / "f.csv"
        )
    assert caught.value.got.count("more than 9999") == 1
    assert "s3: myocardium of" in caught.value.got
    assert not (tmp_path / "f.csv").exists()
    assert len(written(tmp_path / "f.failures.csv")) == 3


def test_the_stability_of_an_earlier_table_is_removed_and_nothing_else(tmp_path):
    ours = ("f[1].stability.csv", "f[1].stability.json", "f[1].stability.failures.csv")
    ours += ("f[1].stability.cine_SAX_ES.scar.tissue.png",)
    theirs = ("f[1].stability.mine.png", "f.stability.csv", "f1.stability.a.b.png", "f[1].png")
    for name in (*ours, *theirs):
        (tmp_path / name).write_text("earlier")
    write_features(request_of(), cohort_of(), tmp_path / "f[1].csv")
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {*theirs, "f[1].csv", "f[1].names.csv"}


def test_a_structure_that_no_mask_can_hold_is_refused_before_anything_is_read(tmp_path):
    request = request_of(structures=("myocardium", "myocardum"))
    with pytest.raises(InputError, match="the structure myocardum, which no mask") as caught:
        write_features(request, cohort_of(), tmp_path / "f.csv", progress=_never)
    assert "myocardium, lv_cavity" in caught.value.wanted
    labeled = replace(NATIVE, label=2)
    study = study_of(labels={"myocardium": 1})
    request = request_of(labeled, structures=("label_2",))
    assert write_features(request, cohort_of(study), tmp_path / "f.csv").rows == 4


def test_an_engine_that_is_not_installed_is_refused_before_anything_is_read(tmp_path):
    if find_spec("radiomics"):
        pytest.skip("pyradiomics is installed here")
    request = request_of(options=Options(engine="pyradiomics"))
    with pytest.raises(DependencyError, match="no usable pyradiomics"):
        write_features(request, cohort_of(), tmp_path / "f.csv", progress=_never)


def test_kernels_are_prepared_and_announced_before_processes_start(tmp_path, caplog):
    engine = pytest.importorskip("CardioAILib.radiomics.engine", reason="needs numba")
    engine._compile.cache_clear()
    settings = replace(QUICK, classes=("firstorder",))
    request = request_of(replace(NATIVE, settings=settings), options=Options(engine="native"))
    told = []
    with caplog.at_level("INFO"):
        write_features(
            request,
            cohort_of(picklable(study_of()), picklable(study_of(subject="s2"))),
            tmp_path / "f.csv",
            workers=2,
            progress=lambda *_: told.append("Radiomics kernels ready" in caplog.text),
        )
    assert told
    assert all(told)


def _never(done, message):
    raise AssertionError(f"started: {message}")


def test_an_interrupted_table_does_not_appear(tmp_path):
    def stop(done, message):
        if done > 0.4:
            raise KeyboardInterrupt

    cohort = cohort_of(study_of(), study_of(subject="s2"))
    with pytest.raises(KeyboardInterrupt):
        write_features(request_of(), cohort, tmp_path / "f.csv", progress=stop)
    assert not list(tmp_path.iterdir())


def test_a_folder_for_a_table_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(InputError, match=r"features\.csv"):
        write_features(request_of(), cohort_of(), tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="under the file"):
        write_features(request_of(), cohort_of(), tmp_path / "file" / "f.csv")


def test_a_preset_that_cannot_be_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(InputError, match="kernel_radius"):
        write_features(
            request_of(replace(NATIVE, kernel_radius=0)), cohort_of(), tmp_path / "f.csv"
        )
