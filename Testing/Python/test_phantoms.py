"""Simulated studies: plausible anatomy, and a difference exactly where it was planted."""

import hashlib
import itertools
import pickle
from functools import partial

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.phantoms import SMALL, hcm_cine, hcm_cohort, hcm_study
from CardioAILib.phantoms.cine import Between, contractions
from CardioAILib.phantoms.contrast import BLOOD, FIBROSIS, LUNG, MYOCARDIUM, bssfp_signal
from CardioAILib.phantoms.fields import paint, smooth_field
from CardioAILib.study import Role
from scipy.ndimage import binary_dilation, label

SEEDS = range(4)
PHASES = ("ED", "ES")


def _cine(study, phase="ED"):
    return study.images[Role("MR", "cine", "SAX", phase)]


def _mask(study, phase="ED"):
    return study.images[Role("MR", "mask", "SAX", phase)]


def _digest(study):
    pixels = b"".join(image.array.tobytes() for image in study.images.values())
    return hashlib.sha256(pixels).hexdigest()


def _study(seed=0, truth=1, **options):
    return hcm_study("p", truth, seed, **{"size": SMALL, **options})


def _milliliters(study, structure, phase):
    mask = _mask(study, phase)
    return mask.of(structure).sum() * np.prod(mask.spacing) / 1000


def test_full_study_has_the_shape_of_a_usual_protocol():
    study = hcm_study("p", 1, 3)
    cine, mask = _cine(study), _mask(study)
    frames, slices, rows, columns = cine.array.shape
    assert frames == 1
    assert 8 <= slices <= 10
    assert 192 <= rows == columns <= 224
    assert cine.array.dtype == np.float32
    assert mask.array.dtype == np.uint8
    assert mask.array.shape == cine.array.shape
    assert cine.spacing[0] == pytest.approx(10)
    assert 1.4 <= cine.spacing[1] <= 1.6
    assert cine.spacing[1] == pytest.approx(cine.spacing[2])
    assert mask.labels == {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3}
    assert set(study.facts) == {
        "scar", "scar_source", "slices_positive", "age", "sex", "centre",
    }  # fmt: skip


def test_small_study_has_the_small_grid():
    cine = _cine(_study())
    assert cine.array.shape == (1, 4, 96, 96)
    assert cine.spacing[1:] == pytest.approx((2, 2))


def test_matrix_is_rigid_and_its_slices_run_to_the_apex():
    matrix = _cine(_study()).ijk_to_ras[:3, :3]
    axes = matrix / np.linalg.norm(matrix, axis=0)
    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-12)
    assert axes[0, 2] < 0, "the apex lies to the patient's left"
    assert axes[2, 1] < 0, "image down is toward the feet"


def test_same_seed_gives_the_same_study_and_another_another():
    digests = [_digest(_study(seed)) for seed in (0, 1, 2, 3, 4, 5, 0)]
    assert digests[0] == digests[-1]
    assert len(set(digests)) == 6


def test_images_can_be_changed_without_harm():
    study = _study()
    before = _digest(study)
    _cine(study).array[:] = 0
    assert _digest(study) == before


def test_study_travels_to_another_process():
    study = _study()
    assert _digest(pickle.loads(pickle.dumps(study))) == _digest(study)


def test_subjects_do_not_depend_on_the_size_of_the_cohort():
    few, many = (hcm_cohort(n, seed=5, size=SMALL) for n in (3, 9))
    for one, other in zip(few, many, strict=False):
        assert (one.key, dict(one.facts), _digest(one)) == (
            other.key, dict(other.facts), _digest(other),
        )  # fmt: skip


def test_cohort_keeps_the_prevalence():
    cohort = hcm_cohort(50, prevalence=0.3, size=SMALL)
    assert len({study.key for study in cohort}) == len(cohort) == 50
    assert sum(study.facts["scar"] for study in cohort) == 15
    assert {study.facts["centre"] for study in cohort} == {"A", "B"}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("phase", PHASES)
def test_wall_closes_around_the_cavity_in_every_slice(seed, phase):
    mask = _mask(hcm_study("p", 0, seed), phase)
    for wall, cavity in zip(mask.of("myocardium")[0], mask.of("lv_cavity")[0], strict=True):
        assert label(wall)[1] == 1
        regions, count = label(~wall)
        assert count == 2, "one region inside and one outside"
        assert len(np.unique(regions[cavity])) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_volumes_and_ejection_are_those_of_a_hypertrophic_heart(seed):
    study = hcm_study("p", 0, seed)
    end_diastolic, end_systolic = (_milliliters(study, "lv_cavity", phase) for phase in PHASES)
    assert 70 < end_diastolic < 190
    assert 0.5 < 1 - end_systolic / end_diastolic < 0.8
    assert 100 < 1.05 * _milliliters(study, "myocardium", "ED") < 300
    assert 60 < _milliliters(study, "rv_cavity", "ED") < 200


@pytest.mark.parametrize("seed", SEEDS)
def test_tissues_are_ordered_as_on_bssfp(seed):
    study = hcm_study("p", 0, seed)
    cine, mask = _cine(study).array, _mask(study)
    muscle, blood = (cine[mask.of(name)].mean() for name in ("myocardium", "lv_cavity"))
    lung = np.percentile(cine, 10)
    assert 3 * lung < muscle < blood / 1.8


@pytest.mark.parametrize(("seed", "phase"), list(itertools.product(SEEDS, PHASES)))
def test_fibrosis_lies_in_the_wall_of_the_listed_slices(seed, phase):
    with_it, without = (hcm_study("p", 1, seed, effect=effect) for effect in (1.0, 0.0))
    change = np.abs(_cine(with_it, phase).array - _cine(without, phase).array)
    changed = change > 0
    listed = [int(index) for index in with_it.facts["slices_positive"].split(";")]
    assert np.flatnonzero(changed.any(axis=(0, 2, 3))).tolist() == listed
    assert changed.any()
    wall = _mask(with_it, phase).of("myocardium")
    # The point spread reaches two pixels beyond the wall.
    assert not changed[~binary_dilation(wall, np.ones((1, 1, 5, 5)))].any()
    assert change[wall].sum() > 10 * change[~wall].sum()


@pytest.mark.parametrize("size", [None, SMALL])
@pytest.mark.parametrize("seed", SEEDS)
def test_change_planted_outside_leaves_the_heart_alone(seed, size):
    options = {"plant": "outside", "size": size}
    with_it, without = (hcm_study("p", 1, seed, effect=e, **options) for e in (1.0, 0.0))
    inside = hcm_study("p", 1, seed, size=size)
    for phase in PHASES:
        changed = _cine(with_it, phase).array != _cine(without, phase).array
        heart = _mask(with_it, phase).array > 0
        assert not changed[binary_dilation(heart, np.ones((1, 1, 5, 5)))].any()
        planted = (_cine(inside, phase).array != _cine(without, phase).array).sum()
        assert 0.5 < changed.sum() / planted < 1.5


def test_label_changes_nothing_but_what_was_planted():
    for seed in SEEDS:
        healthy, ill = _study(seed, truth=0), _study(seed, truth=1)
        for phase in PHASES:
            np.testing.assert_array_equal(_mask(healthy, phase).array, _mask(ill, phase).array)
        assert "slices_positive" not in healthy.facts
        assert _digest(healthy) != _digest(ill)
        assert _digest(_study(seed, truth=0, plant="none")) == _digest(healthy)
        assert _digest(_study(seed, truth=1, plant="none")) == _digest(healthy)


def test_fibrosis_brightens_the_wall_as_its_relaxation_times_say():
    study, plain = (hcm_study("p", 1, 2, effect=effect) for effect in (1.0, 0.0))
    ratio = _cine(study).array.sum() / _cine(plain).array.sum()
    assert ratio > 1
    assert 1.1 < bssfp_signal(FIBROSIS) / bssfp_signal(MYOCARDIUM) < 1.5


@pytest.mark.parametrize(
    "simulate", [lambda **o: hcm_study("p", 1, 0, **o), partial(hcm_cine, 1, 0)]
)
def test_unknown_place_is_refused(simulate):
    with pytest.raises(InputError, match=r"plant='here'.*inside, outside, none.*choose"):
        simulate(plant="here")


# One heartbeat


def _volumes(cine, structure):
    return cine.mask.of(structure).sum(axis=(1, 2, 3)).astype(float)


def test_cine_shows_the_two_phases_of_the_study_pixel_for_pixel():
    cine, study = hcm_cine(1, (4, 2), size=SMALL), _study((4, 2))
    assert cine.image.array.shape == cine.mask.array.shape == (20, 4, 96, 96)
    for frame, phase in ((0, "ED"), (cine.es, "ES")):
        np.testing.assert_array_equal(cine.image.array[frame], _cine(study, phase).array[0])
        np.testing.assert_array_equal(cine.mask.array[frame], _mask(study, phase).array[0])
    np.testing.assert_array_equal(cine.image.ijk_to_ras, _cine(study).ijk_to_ras)
    assert dict(cine.facts) == dict(study.facts)


def test_cine_has_one_time_a_frame_and_its_end_systole_at_about_a_third():
    cine = hcm_cine(0, 3, size=SMALL, frames=24)
    assert len(cine.times_ms) == len(cine.image.array) == 24
    assert cine.times_ms[0] == 0
    assert np.unique(np.diff(cine.times_ms)).tolist() == [37.5]
    assert 0.28 < cine.es / 24 < 0.4


@pytest.mark.parametrize("seed", SEEDS)
def test_cavity_empties_to_end_systole_and_fills_again_while_the_wall_keeps_its_volume(seed):
    cine = hcm_cine(0, seed)
    cavity, wall = _volumes(cine, "lv_cavity"), _volumes(cine, "myocardium")
    assert cavity.argmax() == 0
    assert cavity.argmin() == cine.es
    assert (np.diff(cavity[: cine.es + 1]) < 0).all()
    assert (np.diff(cavity[cine.es :]) >= 0).all()
    # The closing of the loop is no jump: the last frame is nearly the first.
    assert cavity[0] - cavity[-1] < 0.15 * (cavity[0] - cavity[cine.es])
    assert (wall >= 0.97 * wall[0]).all()
    assert (wall <= 1.15 * wall[0]).all()


def test_frames_follow_each_other_smoothly_and_have_noise_of_their_own():
    cine = hcm_cine(1, 5, frames=20)
    frames = cine.image.array
    heart = (cine.mask.array > 0).any(axis=0)
    steps = [np.abs(a - b)[heart].mean() for a, b in itertools.pairwise(frames)]
    assert max(steps) < np.abs(frames[0] - frames[cine.es])[heart].mean()
    air = frames[:, :, :8, :8]
    assert all((a != b).mean() > 0.5 for a, b in itertools.pairwise(air))


def test_scar_moves_with_the_wall():
    with_it, without = (hcm_cine(1, 1, effect=effect, frames=8) for effect in (1.0, 0.0))
    change = np.abs(with_it.image.array - without.image.array)
    wall = with_it.mask.of("myocardium")
    assert (change[wall].sum() / change.sum()) > 0.9
    for one, own in zip(change, wall, strict=True):
        assert one.any()
        assert not one[~binary_dilation(own, np.ones((1, 5, 5)))].any()


def test_too_few_frames_are_refused():
    with pytest.raises(InputError, match="3 frames of a heartbeat; wanted 6 or more"):
        hcm_cine(0, 0, size=SMALL, frames=3)


@pytest.mark.parametrize("frames", [6, 7, 20, 25, 31])
def test_contraction_is_a_share_and_whole_at_end_systole_alone(frames):
    es = round(0.35 * frames)
    curve = contractions(frames, es)
    assert curve[0] == 0
    assert curve.argmax() == es
    assert curve[es] == 1
    assert ((curve >= 0) & (curve <= 1)).all()
    assert (curve == 1).sum() == 1


def test_chance_between_two_sources_keeps_its_spread_and_reaches_both():
    def drawn(part):
        sources = np.random.default_rng(1), np.random.default_rng(2)
        return Between(*sources, part).standard_normal((100, 100), dtype=np.float32)

    np.testing.assert_allclose(
        drawn(0.0), np.random.default_rng(1).standard_normal((100, 100), dtype=np.float32)
    )
    assert drawn(0.5).std() == pytest.approx(1, abs=0.02)
    assert drawn(0.5).dtype == np.float32


def test_signal_equation_by_hand():
    # At 90 degrees it is M0 / (1 + T1/T2).
    assert bssfp_signal(BLOOD, 90) == pytest.approx(1 / (1 + BLOOD.t1_ms / BLOOD.t2_ms))
    assert bssfp_signal(LUNG) < bssfp_signal(MYOCARDIUM) < bssfp_signal(BLOOD)


def test_fields_have_unit_variance_and_slices_of_their_own():
    field = smooth_field(np.random.default_rng(0), (20, 64, 64), 6.5)
    assert field.mean() == pytest.approx(0, abs=0.05)
    assert field.std() == pytest.approx(1, abs=0.05)
    assert abs(np.corrcoef(field[0].ravel(), field[1].ravel())[0, 1]) < 0.5


def test_border_pixel_is_shared():
    canvas = np.full((1, 1, 3), 10, np.float32)
    paint(canvas, np.array([[[-2.0, 0.5, 2.0]]], np.float32), 30, edge=2.0)
    assert canvas.ravel().tolist() == [30, 15, 10]
