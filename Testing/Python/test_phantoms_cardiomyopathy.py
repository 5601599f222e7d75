"""Simulated cardiomyopathies: each class has the geometry that names it, and no sharp border."""

import pickle

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.phantoms import (
    CARDIOMYOPATHIES,
    SMALL,
    cardiomyopathy_cohort,
    cardiomyopathy_study,
)
from CardioAILib.phantoms.cardiomyopathy import body_surface
from CardioAILib.phantoms.heart import DIRECTIONS, Infarct
from CardioAILib.study import Role
from scipy.ndimage import distance_transform_edt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

A_CLASS = 12
PHASES = ("ED", "ES")


def _mask(study, phase="ED"):
    return study.images[Role("MR", "mask", "SAX", phase)]


def _milliliters(study, structure, phase):
    mask = _mask(study, phase)
    return mask.of(structure).sum() * np.prod(mask.spacing) / 1000


def _ejection(study, structure):
    before, after = (_milliliters(study, structure, phase) for phase in PHASES)
    return 100 * (before - after) / before


def _index(study, structure):
    return _milliliters(study, structure, "ED") / body_surface(study.facts)


def _thickest(study):
    """Return the greatest thickness of the wall at end diastole, mm: twice its deepest place."""
    mask = _mask(study)
    depth = [distance_transform_edt(one, mask.spacing[1:]) for one in mask.of("myocardium")[0]]
    return 2 * float(np.max(depth))


MEASURES = {
    "LV ejection": lambda study: _ejection(study, "lv_cavity"),
    "RV ejection": lambda study: _ejection(study, "rv_cavity"),
    "LV index": lambda study: _index(study, "lv_cavity"),
    "RV index": lambda study: _index(study, "rv_cavity"),
    "wall": _thickest,
}


@pytest.fixture(scope="module")
def measured():
    """Each measure of each class, as arrays."""
    cohort = cardiomyopathy_cohort(5 * A_CLASS, seed=11, classes=CARDIOMYOPATHIES, size=SMALL)
    return {
        kind: {
            name: np.array([of(s) for s in cohort if s.facts["pathology"] == kind])
            for name, of in MEASURES.items()
        }
        for kind in CARDIOMYOPATHIES
    }


def test_classes_take_turns_and_say_that_they_are_simulated():
    cohort = cardiomyopathy_cohort(7, size=SMALL)
    kinds = [study.facts["pathology"] for study in cohort]
    assert kinds == ["normal", "HCM", "DCM", "normal", "HCM", "DCM", "normal"]
    assert len({study.key for study in cohort}) == 7
    for study in cohort:
        assert set(study.facts) == {
            "pathology", "pathology_source", "age", "sex", "height_cm", "weight_kg", "centre",
        }  # fmt: skip
        assert study.facts["pathology_source"] == "simulated"
        assert 1.3 < body_surface(study.facts) < 2.8
        assert [role.column for role in study.images] == [
            "cine_SAX_ED", "mask_SAX_ED", "cine_SAX_ES", "mask_SAX_ES",
        ]  # fmt: skip


def test_each_class_has_what_names_it(measured):
    assert np.median(measured["normal"]["LV ejection"]) > 55
    assert np.median(measured["HCM"]["wall"]) > 1.4 * np.median(measured["normal"]["wall"])
    assert np.median(measured["HCM"]["LV ejection"]) > 60
    assert 15 < np.median(measured["DCM"]["LV ejection"]) < 40
    assert np.median(measured["DCM"]["LV index"]) > 1.5 * np.median(measured["normal"]["LV index"])
    assert np.median(measured["DCM"]["wall"]) < np.median(measured["normal"]["wall"]) + 1
    assert 25 < np.median(measured["MINF"]["LV ejection"]) < 45
    assert np.median(measured["RV"]["RV index"]) > 1.3 * np.median(measured["normal"]["RV index"])
    assert np.median(measured["RV"]["RV ejection"]) < 45
    assert np.median(measured["RV"]["LV ejection"]) > 50


@pytest.mark.parametrize(
    ("one", "other", "measure"),
    [
        ("normal", "HCM", "wall"),
        ("normal", "HCM", "LV ejection"),
        ("DCM", "MINF", "LV ejection"),
        ("DCM", "MINF", "LV index"),
        ("normal", "RV", "LV ejection"),
    ],
)
def test_no_single_number_tells_neighbors_apart(measured, one, other, measure):
    first, second = measured[one][measure], measured[other][measure]
    assert max(first.min(), second.min()) < min(first.max(), second.max())


def test_measures_tell_the_classes_and_permuted_labels_give_chance(measured):
    values = np.array([list(zip(*kind.values(), strict=True)) for kind in measured.values()])
    labels = np.repeat(np.arange(len(measured)), A_CLASS)
    values = values.reshape(len(labels), -1)
    learner = make_pipeline(StandardScaler(), LogisticRegression())
    assert cross_val_score(learner, values, labels, cv=4).mean() > 0.8
    permuted = np.random.default_rng(0).permutation(labels)
    assert cross_val_score(learner, values, permuted, cv=4).mean() < 0.4


def test_infarcted_wall_stands_still_in_one_territory_alone():
    contrasts = {"normal": [], "MINF": []}
    for kind, found in contrasts.items():
        for seed in range(6):
            study = cardiomyopathy_study("p", kind, seed, size=SMALL)
            left = [_mask(study, phase).of("lv_cavity")[0, 2] for phase in PHASES]
            rows, columns = np.nonzero(left[0])
            down, right = np.indices(left[0].shape)
            turn = np.arctan2(down - rows.mean(), right - columns.mean())
            sector = ((turn + np.pi) / (2 * np.pi) * 6).astype(int) % 6
            kept = [
                (left[1] & (sector == k)).sum() / (left[0] & (sector == k)).sum() for k in range(6)
            ]
            found.append(np.ptp(kept))
    assert np.median(contrasts["MINF"]) > 1.5 * np.median(contrasts["normal"])


def test_infarct_has_a_middle_and_an_end():
    infarct = Infarct(angle=0.0, level=0.5, spread=1.0, reach=0.3, motion=0.0, thickness=0.5)
    extent = infarct.extent(np.array([[0.5], [1.5]]), DIRECTIONS[None])
    assert extent[0, 0] == 1
    assert extent[0, len(DIRECTIONS) // 2] < 0.01
    assert extent[1].max() < 0.01


def test_same_seed_gives_the_same_patient_in_a_cohort_of_any_size():
    few, many = (cardiomyopathy_cohort(n, seed=5, size=SMALL) for n in (2, 5))
    for one, other in zip(few, many, strict=False):
        assert (one.key, dict(one.facts)) == (other.key, dict(other.facts))
        for role, image in pickle.loads(pickle.dumps(one)).images.items():
            np.testing.assert_array_equal(image.array, other.images[role].array)


def test_full_study_is_a_usual_stack():
    study = cardiomyopathy_study("p", "DCM", 1)
    image = study.images[Role("MR", "cine", "SAX", "ES")]
    assert 8 <= image.array.shape[1] <= 10
    assert 192 <= image.array.shape[2] <= 224
    assert image.array.shape == _mask(study, "ES").array.shape


def test_unknown_class_is_refused():
    with pytest.raises(
        InputError, match=r"the class 'ARVC'; wanted one of normal, HCM, DCM.*choose"
    ):
        cardiomyopathy_cohort(1, classes=("ARVC",))
