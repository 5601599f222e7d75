"""Simulated echo: speckle, geometry, wall motion that is known, and what is not shown."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.phantoms import ECHO_VIEWS, echo_cohort, echo_study, view_cohort
from CardioAILib.phantoms.echomotion import TERRITORIES, motion_of
from CardioAILib.phantoms.echoorder import Order, abnormal_of, anatomy_of
from CardioAILib.phantoms.echopatient import random_anatomy
from CardioAILib.phantoms.echoscanner import CELLS, envelope, scatterers
from CardioAILib.phantoms.echowalls import ejection_fraction, walls_of
from CardioAILib.study import LEFT_ATRIUM, LV_CAVITY, MYOCARDIUM, Role
from CardioAILib.task import SEGMENTS_OF_VIEW
from scipy.ndimage import binary_erosion

SMALL = (88, 104)
DISKS = 40


def clip(study, view="A4C", kind="echo"):
    return study.images[Role("US", kind, view)]


def disks_of(cavity):
    """Widths of disks (pixels) down the rows, turned so that the apex of an apical view is up."""
    rows, columns = np.nonzero(cavity)
    cloud = np.stack([columns, rows]).astype(float)
    middle = cloud.mean(axis=1, keepdims=True)
    _, axes = np.linalg.eigh(np.cov(cloud))
    along = axes[:, 1] @ (cloud - middle)
    edges = np.linspace(along.min() - 0.5, along.max() + 0.5, DISKS + 1)
    counts = np.histogram(along, edges)[0]
    length = edges[-1] - edges[0]
    return counts / (length / DISKS), length


def volume(study, frame):
    widths, lengths = [], []
    for view in ("A4C", "A2C"):
        mask = clip(study, view, "mask")
        width, length = disks_of(mask.of(LV_CAVITY)[frame, 0])
        # Each view's pixel has its own size.
        widths.append(width * mask.spacing[1])
        lengths.append(length * mask.spacing[1])
    # The long axis may point either way along the disks; the apex is the narrower end.
    widths = [w if w[: DISKS // 2].sum() < w[DISKS // 2 :].sum() else w[::-1] for w in widths]
    return np.mean(widths[0] * widths[1]) * max(lengths)


def test_a_clip_is_gray_levels_of_frames_with_their_true_times():
    study = echo_cohort(1, frames=12, size=SMALL).studies[0]
    image = clip(study)
    assert image.array.shape == (12, 1, *SMALL)
    assert image.array.dtype == np.uint8
    assert image.calibrated
    steps = np.diff(image.times_ms)
    assert len(image.times_ms) == 12
    assert np.allclose(steps, 1000 / study.facts["frame_rate_hz"], rtol=1e-2)


def test_nothing_is_seen_outside_the_fan_whose_tip_is_at_the_top():
    array = clip(echo_cohort(1, frames=12, size=SMALL).studies[0]).array[:, 0]
    shown = array.any(axis=0)
    assert not shown[:, [0, -1]].any()
    assert not shown[0].any()
    widths = shown.sum(axis=1)
    assert 0 < widths[shown.any(axis=1)][0] < 0.15 * widths.max()
    assert shown.mean() < 0.75


def test_speckle_is_rayleigh_before_compression():
    field = np.stack([scatterers(np.random.default_rng(seed)) for seed in range(2)])
    inner = envelope(field)[:, 8:-8, 8:-8]
    # Of a Rayleigh distribution: mean over standard deviation, and median over mean square root.
    assert inner.mean() / inner.std() == pytest.approx(np.sqrt(np.pi / (4 - np.pi)), rel=0.03)
    rms = np.sqrt(np.mean(inner**2))
    assert rms == pytest.approx(1, rel=0.05)
    assert np.median(inner) / rms == pytest.approx(np.sqrt(np.log(2)), rel=0.03)


def test_speckle_widens_across_the_beam_with_depth():
    array = clip(echo_cohort(1, frames=12).studies[0], "PLAX").array[0, 0].astype(float)
    rows = array.shape[0]

    def width(part):
        values = array[part] - array[part].mean(axis=1, keepdims=True)
        near = np.mean(values[:, 80:128] * values[:, 81:129])
        return near / np.mean(values[:, 80:128] ** 2)

    assert width(slice(int(0.82 * rows), int(0.9 * rows))) > width(slice(8, 24))


def test_speckle_moves_with_the_tissue_but_blood_does_not_keep_its_own():
    study = echo_study("P", Order(0, (3,), frames=40))
    array, mask = clip(study).array[:, 0].astype(float), clip(study, kind="mask")

    def kept(structure):
        inside = binary_erosion(mask.of(structure)[0, 0], iterations=2)
        # Between the haze at the probe, which stands still, and the leaflets.
        inside[: int(0.33 * array.shape[1])] = False
        inside[int(0.5 * array.shape[1]) :] = False
        # The papillary muscle lies on the other side.
        inside[:, array.shape[2] // 2 :] = False
        return np.corrcoef(array[0][inside], array[1][inside])[0, 1]

    assert kept(MYOCARDIUM) > 0.4
    assert kept(LV_CAVITY) < 0.25


@pytest.mark.parametrize("view", ECHO_VIEWS)
def test_blood_is_darker_than_muscle(view):
    study = echo_study("P", Order(1, (4,), frames=12))
    array, mask = clip(study, view).array, clip(study, view, "mask")
    assert array[mask.of(MYOCARDIUM)].mean() > 1.7 * array[mask.of(LV_CAVITY)].mean()
    assert array[mask.of(MYOCARDIUM)].mean() > 1.7 * array[mask.of(LEFT_ATRIUM)].mean()


def test_the_ventricle_lies_above_its_atrium_in_apical_views_and_beside_it_in_plax():
    study = echo_study("P", Order(0, (5,), frames=12))
    for view in ECHO_VIEWS:
        mask = clip(study, view, "mask")
        lv, la = (
            np.argwhere(mask.of(part)[0, 0]).mean(axis=0) for part in (LV_CAVITY, LEFT_ATRIUM)
        )
        down, right = la - lv
        assert (down if view != "PLAX" else right) > 20
        assert abs(right if view != "PLAX" else down) < 25


def test_the_segmentations_have_the_ejection_fraction_that_is_told():
    for number in (1, 2, 3):
        study = echo_study("P", Order(number % 2, (6, number)))
        cavity = clip(study, "A4C", "mask").of(LV_CAVITY).sum(axis=(1, 2, 3))
        ed, es = volume(study, int(cavity.argmax())), volume(study, int(cavity.argmin()))
        assert 100 * (1 - es / ed) == pytest.approx(study.facts["ef_percent"], abs=2.5)


def test_normal_ventricles_eject_normally_and_global_hypokinesia_does_not():
    for number in range(6):
        normal = anatomy_of(Order(0, (7, number)))
        poor = anatomy_of(Order(1, (7, number), shared=1.0))
        assert 52 < ejection_fraction(normal.ventricle) < 72
        assert 10 < ejection_fraction(poor.ventricle) < 40


def test_an_akinetic_segment_does_not_move_inward_and_a_dyskinetic_one_moves_outward():
    rng = np.random.default_rng(0)
    for kind, least, most in (("akinetic", -0.3, 0.3), ("dyskinetic", -4, -0.8), ("normal", 4, 12)):
        motion = motion_of(dict.fromkeys((6, 12, 16), kind), rng)
        ventricle = random_anatomy(motion, np.random.default_rng(1)).ventricle
        ed, es = (walls_of(ventricle, "A4C", c) for c in (0.0, 1.0))
        mid = slice(22, 30)
        inward = ed.points[1, mid, 0] - es.points[1, mid, 0]
        assert np.all((inward > least) & (inward < most)), kind
        thicker = es.thickness[1, mid] / ed.thickness[1, mid] - 1
        assert (np.abs(thicker) < 0.02).all() == (kind == "akinetic")


def test_each_view_is_labeled_by_the_segments_it_shows():
    for study in echo_cohort(24, seed=8, frames=12):
        cell = str(study.facts["wma_segments"])
        segments = set() if cell == "none" else {int(one) for one in cell.split(";")}
        assert bool(segments) == bool(study.facts["wma"])
        for view, shown in SEGMENTS_OF_VIEW.items():
            assert study.facts[f"wma_{view}"] == float(bool(segments & set(shown)))


def test_some_views_do_not_show_an_abnormality_that_others_show():
    facts = [study.facts for study in echo_cohort(40, seed=9, frames=12) if study.facts["wma"]]
    assert any(not fact["wma_PLAX"] for fact in facts)
    assert all(fact["wma_A4C"] or fact["wma_A2C"] or fact["wma_PLAX"] for fact in facts)
    assert set(TERRITORIES["RCA"]).isdisjoint(SEGMENTS_OF_VIEW["PLAX"])


def test_without_signal_the_clips_are_the_same_whatever_the_label():
    order = Order(1, (10,), frames=12, size=SMALL, signal=False)
    one, other = (echo_study("P", replace(order, wma=wma)) for wma in (0, 1))
    assert one.facts["wma"] != other.facts["wma"]
    assert one.facts["ef_percent"] == other.facts["ef_percent"]
    for view in ECHO_VIEWS:
        assert np.array_equal(clip(one, view).array, clip(other, view).array)
    shown = echo_study("P", replace(order, signal=True))
    assert not np.array_equal(clip(shown).array, clip(other).array)


def test_scar_and_tissue_values_do_not_follow_wall_motion():
    facts = [study.facts for study in echo_cohort(400, seed=11, frames=12)]
    wma = np.array([fact["wma"] for fact in facts])
    for name in ("lge", "t1_ms", "t2_ms", "ecv_percent"):
        values = np.array([fact[name] for fact in facts])
        assert abs(np.corrcoef(wma, values)[0, 1]) < 0.15, name
        assert values.std() > 0


def test_a_subject_is_the_same_in_a_cohort_of_any_size():
    one, many = (echo_cohort(n, seed=12, frames=12, size=SMALL) for n in (2, 5))
    assert one.studies[1].facts == many.studies[1].facts
    assert np.array_equal(clip(one.studies[1]).array, clip(many.studies[1]).array)
    other = echo_cohort(2, seed=13, frames=12, size=SMALL)
    assert not np.array_equal(clip(one.studies[1]).array, clip(other.studies[1]).array)


def test_further_clips_of_a_view_show_the_same_heart_anew():
    study = echo_cohort(1, frames=12, size=SMALL, clips=2, views=("A2C",)).studies[0]
    first, second = (study.images[Role("US", "echo", "A2C", phase)] for phase in (None, "2"))
    assert [role.column for role in study.images] == [
        "echo_A2C",
        "mask_A2C",
        "echo_A2C_2",
        "mask_A2C_2",
    ]
    assert first.times_ms == second.times_ms
    assert not np.array_equal(first.array, second.array)


def test_missing_views_are_missing_but_never_all_of_them():
    cohort = echo_cohort(30, seed=14, frames=12, missing=0.7)
    counts = [sum(role.kind == "echo" for role in study.images) for study in cohort]
    assert min(counts) == 1
    assert len(set(counts)) > 1
    assert all(len(study.images) == 6 for study in echo_cohort(5, frames=12))


def test_clips_of_views_are_told_apart_by_fact_alone():
    cohort = view_cohort(12, frames=4, size=SMALL)
    views = [study.facts["view"] for study in cohort]
    assert views == ["A4C", "A2C", "PLAX", "other"] * 3
    drawn = {study.facts["view_drawn"] for study in cohort}
    assert drawn == {"A4C", "A2C", "PLAX", "PSAX", "subcostal", "A3C"}
    for study in cohort:
        assert [role.column for role in study.images] == ["echo"]
        assert study.images[Role("US", "echo")].array.max() > 150


def test_clips_of_views_differ_far_more_than_those_of_wall_motion():
    orders = [
        Order(0, (16, number), varied=varied) for varied in (False, True) for number in range(40)
    ]
    widths = [anatomy_of(order).ventricle.widths["A4C"] for order in orders]
    assert np.std(widths[40:]) > 2 * np.std(widths[:40])
    contrasts = []
    for order in orders[:8] + orders[40:48]:
        study = echo_study("P", replace(order, views=("A4C",), frames=2, size=SMALL))
        array, mask = clip(study).array, clip(study, kind="mask")
        wall, cavity = (array[mask.of(part)].mean() for part in (MYOCARDIUM, LV_CAVITY))
        contrasts.append(wall / max(cavity, 1))
    assert min(contrasts[8:]) < 0.8 * min(contrasts[:8])


def test_the_abnormal_segments_move_as_they_are_named():
    order = Order(1, (15,), shared=0.0)
    abnormal = abnormal_of(order)
    motion = anatomy_of(order).ventricle.motion
    for segment in range(1, 18):
        assert (motion[segment - 1] < 0.5) == (segment in abnormal)


def test_an_unknown_view_is_refused():
    with pytest.raises(InputError, match="A3C"):
        echo_cohort(1, views=("A3C",))


def test_the_scatterers_are_complex_gaussian():
    field = scatterers(np.random.default_rng(0))
    assert field.shape == (CELLS, CELLS)
    assert np.mean(np.abs(field) ** 2) == pytest.approx(1, rel=0.02)
    assert abs(np.mean(field)) < 0.01
