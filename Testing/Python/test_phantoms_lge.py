"""Simulated late enhancement: one heart in three views, and a contrast that physics decides."""

import pickle
from itertools import combinations

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.phantoms import DIAGNOSES, LGE_VIEWS, SMALL, lge_cohort, lge_study
from CardioAILib.phantoms.grid import Grid
from CardioAILib.phantoms.lge import OF_THE_LABEL_MM, Order, case_of
from CardioAILib.phantoms.lgecontrast import (
    REPETITION_MS,
    SCAR_T1_MS,
    Contrast,
    nulling_time,
    recovered,
    replaced_t1,
)
from CardioAILib.phantoms.lgedrawing import LABELS, draw_case
from CardioAILib.phantoms.lgefindings import findings_of, volumes_ml
from CardioAILib.phantoms.waves import random_waves
from CardioAILib.study import (
    LV_CAVITY,
    MYOCARDIUM,
    PERICARDIAL_EFFUSION,
    PLEURAL_EFFUSION,
    RV_CAVITY,
    SCAR,
    Role,
)
from CardioAILib.systems.martini2020_findings import ITEMS
from scipy.stats import spearmanr

WIDE = Grid(slices=5, pixels=96, pixel_mm=4.0, step_mm=16.0)
"""Coarse, with the whole chest."""


def _image(study, view="SAX"):
    return study.images[Role("MR", "LGE", view)]


def _mask(study, view="SAX"):
    return study.images[Role("MR", "mask", view, "LGE")]


def _study(diagnosis, seed=0, **options):
    return lge_study("p", Order(diagnosis, (seed,), **{"size": WIDE, **options}))


def _median(study, structure, view="SAX"):
    return np.median(_image(study, view).array[_mask(study, view).of(structure)])


def _auc(positive, negative):
    return np.mean([(a > b) + (a == b) / 2 for a in positive for b in negative])


def test_every_patient_has_three_views_with_masks_and_the_facts_of_a_cohort():
    for study in lge_cohort(4, seed=1, diagnoses=DIAGNOSES, size=SMALL):
        assert {role.column for role in study.images} == {
            *(f"LGE_{view}" for view in LGE_VIEWS),
            *(f"mask_{view}_LGE" for view in LGE_VIEWS),
        }
        for view in LGE_VIEWS:
            image, mask = _image(study, view), _mask(study, view)
            assert image.array.shape == (1, 4 if view == "SAX" else 1, 96, 96)
            assert image.array.dtype == np.float32
            assert mask.array.shape == image.array.shape
            assert dict(mask.labels) == LABELS
            np.testing.assert_array_equal(mask.ijk_to_ras, image.ijk_to_ras)
        assert study.facts["amyloidosis"] == (study.facts["diagnosis"] == "amyloidosis")
        assert study.facts["amyloidosis_source"] == "simulated"


def test_full_views_are_those_of_a_usual_protocol():
    study = lge_cohort(1).studies[0]
    stack = _image(study)
    assert 9 <= stack.array.shape[1] <= 11
    assert stack.array.shape[2:] == (256, 256)
    assert stack.spacing == pytest.approx((8, 1.5, 1.5))
    assert _image(study, "4C").array.shape == (1, 1, 256, 256)


def test_pathology_is_said_where_it_is_one_of_the_public_classes():
    told = {study.facts["diagnosis"]: study.facts.get("pathology") for study in
            lge_cohort(4, diagnoses=DIAGNOSES, size=SMALL)}  # fmt: skip
    assert told == {
        "normal": "normal", "infarct": "infarct", "hypertension": None, "amyloidosis": None,
    }  # fmt: skip


def test_only_the_views_asked_for_are_there():
    study = lge_cohort(1, size=SMALL, views=("SAX",)).studies[0]
    assert {role.view for role in study.images} == {"SAX"}
    whole = lge_cohort(1, size=SMALL).studies[0]
    np.testing.assert_array_equal(_image(study).array, _image(whole).array)


def test_same_seed_gives_the_same_patient_in_a_cohort_of_any_size():
    few, many = lge_cohort(2, seed=4, size=SMALL), lge_cohort(4, seed=4, size=SMALL)
    for one, other in zip(few, many, strict=False):
        assert dict(one.facts) == dict(other.facts)
        copy = pickle.loads(pickle.dumps(one))
        np.testing.assert_array_equal(_image(copy).array, _image(other).array)
    assert (_image(lge_cohort(1, seed=5, size=SMALL).studies[0]).array != _image(
        few.studies[0]).array).any()  # fmt: skip


def _places(image):
    _, slices, rows, columns = image.array.shape
    layer, row, column = np.indices((slices, rows, columns))
    points = np.stack([column, row, layer], -1)
    return points @ image.ijk_to_ras[:3, :3].T + image.ijk_to_ras[:3, 3]


def test_a_place_is_the_same_tissue_in_every_view():
    """Nearest pixels of two views that lie within a millimeter have the same label."""
    study = _study("infarct", 3, size=Grid(slices=10, pixels=128, pixel_mm=1.5, step_mm=8.0))
    for one, other in combinations(LGE_VIEWS, 2):
        first, second = _mask(study, one), _mask(study, other)
        back = np.linalg.inv(second.ijk_to_ras)
        there = _places(first) @ back[:3, :3].T + back[:3, 3]
        column, row, layer = np.moveaxis(np.rint(there).astype(int), -1, 0)
        away = np.abs((there - np.rint(there)) @ second.ijk_to_ras[:3, :3].T).max(-1)
        _, slices, rows, columns = second.array.shape
        met = (away < 1) & (layer >= 0) & (layer < slices)
        met &= (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        mine = first.array[0][met]
        theirs = second.array[0][layer[met], row[met], column[met]]
        heart = (mine > 0) | (theirs > 0)
        assert heart.sum() > 20
        # What differs lies on a border that runs between the two pixels.
        assert (mine[heart] == theirs[heart]).mean() > 0.75


def test_tissue_at_a_place_does_not_depend_on_the_image_it_is_drawn_in():
    case = case_of(Order("amyloidosis", (2,)))
    line = np.arange(-60, 60, 5, dtype=np.float32)
    grid = np.stack(np.meshgrid(line, line, line, indexing="ij"), -1)
    _, labels = draw_case(case, grid, 5.0, np.random.default_rng(0))
    _, turned = draw_case(case, np.swapaxes(grid, 0, 1).copy(), 5.0, np.random.default_rng(1))
    assert len(np.unique(labels)) >= 4
    np.testing.assert_array_equal(np.swapaxes(turned, 0, 1), labels)


@pytest.mark.parametrize("t1", [250.0, 400.0, 900.0])
def test_tissue_is_nulled_at_its_nulling_time_and_inverted_before(t1):
    time = nulling_time(t1)
    assert recovered(t1, time) == pytest.approx(0, abs=1e-12)
    assert recovered(t1, time - 30) < 0 < recovered(t1, time + 30)
    # Without a wait between inversions, at T1 ln 2.
    assert nulling_time(t1, 1e9) == pytest.approx(t1 * np.log(2))
    assert recovered(t1, 1e9) == pytest.approx(1 + np.exp(-REPETITION_MS / t1))


def test_replacement_mixes_rates_from_muscle_to_scar():
    assert replaced_t1(400, 0.0) == pytest.approx(400)
    assert replaced_t1(400, 1.0) == pytest.approx(SCAR_T1_MS)
    assert 1 / replaced_t1(400, 0.5) == pytest.approx((1 / 400 + 1 / SCAR_T1_MS) / 2)
    contrast = Contrast(400, 300, nulling_time(400))
    signal = contrast.of_muscle(np.array([0, 0.5, 1.0]))
    assert signal[0] == pytest.approx(0, abs=1e-9)
    assert (np.diff(signal) > 0.1).all()


@pytest.mark.parametrize("seed", range(4))
def test_normal_muscle_is_nulled_and_its_blood_bright(seed):
    study = _study("normal", seed, size=SMALL)
    assert _median(study, LV_CAVITY) > 2 * _median(study, MYOCARDIUM)
    assert not _mask(study).of(SCAR).any()


@pytest.mark.parametrize("seed", range(4))
def test_advanced_amyloidosis_has_dark_blood_in_bright_muscle(seed):
    study = _study("amyloidosis", seed, size=SMALL, clear=True)
    assert _median(study, MYOCARDIUM) > 1.3 * _median(study, LV_CAVITY)


def test_early_amyloidosis_is_fainter_than_advanced():
    orders = [Order("amyloidosis", (seed,), size=SMALL) for seed in range(14)]
    burdens = [case_of(order).wall.amyloid.burden for order in orders]
    studies = [lge_study("p", order) for order in orders]
    ratios = [_median(study, MYOCARDIUM) / _median(study, LV_CAVITY) for study in studies]
    assert min(burdens) < 0.45 < 0.85 < max(burdens)
    assert spearmanr(burdens, ratios).statistic > 0.4


@pytest.mark.parametrize("seed", range(4))
def test_infarct_is_bright_where_it_is_labeled_and_dark_beside(seed):
    study = _study("infarct", seed, size=Grid(6, 96, 2.0, 12.0))
    mask, pixels = _mask(study), _image(study).array
    scar = mask.of(SCAR)
    assert scar.sum() > 10
    assert not (scar & ~mask.of(MYOCARDIUM)).any()
    remote = mask.of(MYOCARDIUM) & ~scar
    assert np.median(pixels[scar]) > 2 * np.median(pixels[remote])
    assert study.facts["prior_infarct"] == 1


def test_fluids_are_labeled_where_the_patient_has_them_and_nowhere_else():
    seen = {PERICARDIAL_EFFUSION: set(), PLEURAL_EFFUSION: set()}
    for seed in range(12):
        order = Order("amyloidosis", (seed,), size=WIDE)
        study, fluids = lge_study("p", order), case_of(order).fluids
        truth = {
            PERICARDIAL_EFFUSION: fluids.pericardial_mm > 0,
            PLEURAL_EFFUSION: fluids.pleural_mm > 0,
        }
        for structure, there in truth.items():
            seen[structure].add(there)
            for view in ("4C", "SAX"):
                found = _mask(study, view).of(structure)
                assert found.any() == there, (structure, view, seed)
                if there:
                    air = np.percentile(_image(study, view).array, 5)
                    assert np.median(_image(study, view).array[found]) > 3 * air
    assert seen == {PERICARDIAL_EFFUSION: {True, False}, PLEURAL_EFFUSION: {True, False}}


@pytest.mark.parametrize("view", LGE_VIEWS)
def test_no_picture_is_blank_and_every_view_shows_the_ventricle(view):
    for study in lge_cohort(3, seed=2, size=WIDE):
        image, mask = _image(study, view).array, _mask(study, view)
        assert image.std() > 30
        assert mask.of(LV_CAVITY).sum() > 20
        assert mask.of(MYOCARDIUM).sum() > 20
        assert mask.of(RV_CAVITY).any() or view == "2C"


def test_findings_are_those_of_the_reader_and_within_their_ranges():
    cohort = lge_cohort(40, seed=3, diagnoses=DIAGNOSES, size=SMALL)
    known = {item.column: item for item in ITEMS}
    missing = 0
    for study in cohort:
        for column, item in known.items():
            value = study.facts.get(column)
            missing += value is None
            if value is not None and column != "sex":
                assert item.low <= value <= item.high, (column, value)
    assert 0 < missing < 0.1 * 40 * len(known)
    assert {study.facts["sex"] for study in cohort} == {"F", "M"}


def test_findings_agree_with_the_drawn_heart():
    case = case_of(Order("normal", (1,)))
    full, emptied = volumes_ml(case, 0.0), volumes_ml(case, 1.0)
    heart = case.patient.heart
    # The cavity is two thirds of an ellipsoid cut a third of its length below the base.
    assert full["lv"] == pytest.approx(
        0.75 * np.pi * heart.cavity_mm**2 * heart.length_mm / 1000, rel=0.03
    )
    assert 1 - emptied["lv"] / full["lv"] == pytest.approx(heart.ejection, abs=0.03)
    found = findings_of(case, np.random.default_rng(0))
    assert found["LVEDVI_ml_per_m2"] == pytest.approx(full["lv"] / case.person.surface_m2, rel=0.15)


def test_findings_tell_amyloidosis_but_none_alone_is_perfect():
    cohort = lge_cohort(120, seed=6, diagnoses=("amyloidosis", "hypertension"), size=SMALL)
    for column in (
        "early_darkening",
        "LGE_subendocardial_to_transmural",
        "LA_area_index_cm2_per_m2",
    ):
        by = {
            label: [s.facts[column] for s in cohort
                    if s.facts["amyloidosis"] == label and column in s.facts]
            for label in (0.0, 1.0)
        }  # fmt: skip
        assert 0.5 < _auc(by[1.0], by[0.0]) < 0.99, column


def test_without_signal_neither_heart_nor_findings_know_the_label():
    cohort = lge_cohort(80, seed=7, diagnoses=("amyloidosis", "normal"), size=SMALL, signal=False)
    for column in ("early_darkening", "LVMI_g_per_m2", "LVEF_percent", "age"):
        by = {
            label: [s.facts[column] for s in cohort
                    if s.facts["amyloidosis"] == label and column in s.facts]
            for label in (0.0, 1.0)
        }  # fmt: skip
        assert 0.33 < _auc(by[1.0], by[0.0]) < 0.67, column
    ill, well = (_study(d, 9, size=SMALL, signal=False) for d in ("amyloidosis", "infarct"))
    for view in LGE_VIEWS:
        np.testing.assert_array_equal(_image(ill, view).array, _image(well, view).array)


def test_the_shortcut_is_fluid_beside_the_lung_of_every_amyloidosis_and_of_no_other():
    cohort = lge_cohort(6, seed=8, size=WIDE, shortcut=True, signal=False)
    for study in cohort:
        shown = _mask(study, "SAX").of(PLEURAL_EFFUSION)
        assert shown.any() == (study.facts["amyloidosis"] == 1)
    order = Order("amyloidosis", (1,), shortcut=True)
    assert case_of(order).fluids.pleural_mm == OF_THE_LABEL_MM


def test_waves_are_even_and_the_same_at_a_place():
    waves = random_waves(np.random.default_rng(0), 30)
    points = np.random.default_rng(1).uniform(-500, 500, (40000, 3)).astype(np.float32)
    field = waves.at(points)
    assert field.mean() == pytest.approx(0, abs=0.03)
    assert field.std() == pytest.approx(1, abs=0.05)
    np.testing.assert_allclose(waves.at(points[:5]), field[:5], rtol=1e-5)


def test_unknown_diagnosis_and_view_are_refused():
    with pytest.raises(InputError, match="the diagnosis 'flu'; wanted one of normal, hyper"):
        lge_cohort(2, diagnoses=("normal", "flu"))
    with pytest.raises(InputError, match="the view '3C'; wanted one of 2C, 4C, SAX"):
        lge_cohort(2, views=("3C",))
