"""Simulated bone scans: uptake of known strength, views that fit, places of a real scan."""

import pickle
from collections import Counter

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.evaluate import cohen_kappa
from CardioAILib.phantoms import GRADES, PAPER, PAPER_STATIC, bone_cohort, bone_study
from CardioAILib.phantoms.bonescan import Order, patient_of
from CardioAILib.phantoms.bonescanbody import Build, lungs, thickness
from CardioAILib.phantoms.bonescancamera import CAMERAS, Grid2D, arriving
from CardioAILib.phantoms.bonescandrawing import FRONT_MM, grid_of, scene_of
from CardioAILib.phantoms.bonescanpatient import RATIOS
from CardioAILib.phantoms.bonescanshapes import ball, tube
from CardioAILib.phantoms.bonescansources import LABELS
from CardioAILib.prepare import Thorax
from CardioAILib.prepare.step import Stack, prepare
from CardioAILib.quality.body import body_extent
from CardioAILib.study import HEART, Role

QUARTER = (256, 64)
"""Rows and columns of scans that are quick to draw."""

MEAN_PERSON = Build(1.0, 1.0, 1.0, 0.0)


def counts_of(study, view="anterior"):
    return study.images[Role("NM", "planar", view)].array[0, 0]


def labels_of(study):
    return study.images[Role("NM", "mask", "anterior")]


def beside_the_heart(study, view="anterior"):
    """Mean counts in the heart beside the sternum over those of its mirror image."""
    counts, heart = counts_of(study, view), labels_of(study).of(HEART)[0, 0]
    counts = counts if view == "anterior" else counts[:, ::-1]
    columns = np.flatnonzero(labels_of(study).of("sternum")[0, 0].any(axis=0))
    middle = round(columns.mean())
    left = heart.copy()
    left[:, : columns.max() + 1] = False
    rows, places = np.nonzero(left)
    return counts[left].mean() / counts[rows, 2 * middle - places].mean()


def test_scan_has_the_size_counts_and_facts_of_a_bone_scan():
    for study in bone_cohort(4, seed=3):
        counts = counts_of(study)
        assert counts.shape == (1024, 256)
        assert counts.dtype == np.float32
        assert (counts >= 0).all()
        assert (counts == np.rint(counts)).all()
        assert 1.4e6 < counts.sum() < 3.6e6
        assert counts.sum() == pytest.approx(study.facts["counts_anterior"], rel=0.1)
        spacing = study.images[Role("NM", "planar", "anterior")].spacing
        assert spacing == (spacing[0],) * 3
        assert 2.26 <= spacing[0] <= 2.4
        assert 500 <= study.facts["dose_MBq"] <= 700
        assert 150 <= study.facts["delay_min"] <= 240
        assert study.facts["acquisition"] == "whole body"
        assert study.facts["camera"] in CAMERAS
        assert dict(labels_of(study).labels) == LABELS


def test_subject_is_the_same_in_a_cohort_of_any_size():
    few, many = bone_cohort(2, seed=5, size=QUARTER), bone_cohort(9, seed=5, size=QUARTER)
    for one, other in zip(few, many, strict=False):
        assert one.facts == other.facts
        np.testing.assert_array_equal(counts_of(one), counts_of(other))


def test_posterior_view_does_not_change_the_anterior_one():
    alone = bone_cohort(1, seed=2, size=QUARTER).studies[0]
    both = bone_cohort(1, seed=2, size=QUARTER, views=("anterior", "posterior")).studies[0]
    np.testing.assert_array_equal(counts_of(alone), counts_of(both))


def test_prevalences_of_the_paper_are_met_exactly_and_spread_evenly():
    grades = [study.facts["grade"] for study in bone_cohort(1334, prevalences=PAPER)]
    assert tuple(Counter(grades)[grade] for grade in GRADES) == PAPER
    half = Counter(grades[:667])
    assert all(abs(half[grade] - PAPER[grade] / 2) <= 1.5 for grade in GRADES)


def test_a_few_patients_have_the_thorax_alone():
    acquired = Counter(
        study.facts["acquisition"] for study in bone_cohort(1334, static=PAPER_STATIC)
    )
    assert 5 <= acquired["static"] <= 30
    study = bone_cohort(1, static=1.0).studies[0]
    assert counts_of(study).shape == (256, 256)
    rows, columns = np.nonzero(labels_of(study).of(HEART)[0, 0])
    assert 64 < rows.mean() < 192
    assert 64 < columns.mean() < 192


@pytest.mark.parametrize("seed", range(4))
def test_crop_of_the_networks_holds_the_heart(seed):
    for study in bone_cohort(4, seed=seed):
        heart = labels_of(study).of(HEART)[0]
        cut = prepare(Stack(counts_of(study)[None], heart, (2.4, 2.4)), [Thorax()])
        assert cut.mask.sum() > 0.97 * heart.sum()
        rows, columns = np.nonzero(cut.mask[0])
        assert 30 < rows.mean() < 112
        assert 55 < columns.mean() < 95


def test_body_lies_head_up_with_the_heart_where_people_have_it():
    for study in bone_cohort(6, seed=1, size=QUARTER):
        top, bottom = body_extent(counts_of(study))
        labels = labels_of(study)
        middle = {
            name: np.nonzero(labels.of(name)[0, 0])[0].mean()
            for name in LABELS
            if labels.of(name).any()
        }
        height = bottom - top
        assert 0.2 < (middle[HEART] - top) / height < 0.34
        assert middle["sternum"] < middle["kidneys"] < middle["bladder"]


def test_anterior_view_runs_to_the_left_and_posterior_view_to_the_right():
    study = bone_cohort(1, seed=4, views=("anterior", "posterior"), size=QUARTER).studies[0]
    front, back = (study.images[Role("NM", "planar", v)] for v in ("anterior", "posterior"))
    size = front.spacing[0]
    np.testing.assert_allclose(front.ijk_to_ras[:3, 0], (-size, 0, 0))
    np.testing.assert_allclose(front.ijk_to_ras[:3, 1], (0, 0, -size))
    np.testing.assert_allclose(front.ijk_to_ras[:3, 2], (0, -size, 0))
    np.testing.assert_allclose(back.ijk_to_ras[:3, 0], (size, 0, 0))
    np.testing.assert_allclose(back.ijk_to_ras[:3, 1], (0, 0, -size))
    for image in (front, back):
        assert np.linalg.det(image.ijk_to_ras[:3, :3]) > 0
    # The last column of one view is the first of the other.
    last = front.ijk_to_ras @ (front.array.shape[3] - 1, 0, 0, 1)
    np.testing.assert_allclose(last[:3], back.ijk_to_ras[:3, 3])


def test_spine_is_brighter_from_behind_and_the_heart_from_the_front():
    views = ("anterior", "posterior")
    study = bone_cohort(1, 6, (3,), views=views, size=QUARTER).studies[0]
    spine = labels_of(study).of("spine")[0, 0]
    front, back = counts_of(study), counts_of(study, "posterior")[:, ::-1]
    assert back[spine].mean() / back.mean() > 1.15 * front[spine].mean() / front.mean()
    assert beside_the_heart(study) > 1.2 * beside_the_heart(study, "posterior")


def test_uptake_grows_with_the_grade():
    means = [
        np.mean([beside_the_heart(s) for s in bone_cohort(4, seed=8, grades=(grade,))])
        for grade in GRADES
    ]
    assert means == sorted(means)
    assert means[0] < 1.25
    assert means[3] > 1.6


def test_ratio_of_neighboring_grades_overlaps():
    ratios = {
        grade: [s.facts["heart_to_bone"] for s in bone_cohort(200, grades=(grade,))]
        for grade in GRADES
    }
    for grade in GRADES:
        assert np.median(ratios[grade]) == pytest.approx(RATIOS[grade][0], rel=0.15)
    for low, high in ((0, 1), (1, 2), (2, 3)):
        assert np.quantile(ratios[low], 0.97) > np.quantile(ratios[high], 0.03)


def test_without_signal_the_label_changes_nothing_that_is_drawn():
    orders = [Order(grade, (1, 2), signal=False, size=QUARTER) for grade in (0, 3)]
    one, other = (bone_study("p", order) for order in orders)
    np.testing.assert_array_equal(counts_of(one), counts_of(other))
    assert (one.facts["grade"], other.facts["grade"]) == (0.0, 3.0)


def test_shortcut_tells_positive_grades_outside_the_heart_alone():
    def port(order):
        study = bone_study("p", order)
        site = labels_of(study).of("injection_site")[0, 0]
        chest = np.nonzero(site.any(axis=0))[0]
        middle = site.shape[1] / 2
        return bool((np.abs(chest - middle) < 64).any()), study

    for grade, expected in ((0, False), (1, False), (2, True), (3, True)):
        found, study = port(Order(grade, (3, 1), signal=False, shortcut=True))
        assert found is expected
        site, heart = (labels_of(study).of(name) for name in ("injection_site", HEART))
        assert not (site & heart).any()


def test_metastases_are_hot_and_stated():
    study = bone_cohort(1, seed=9, grades=(0,), metastases=1.0).studies[0]
    assert study.facts["bone_metastases"] == 1.0
    place = labels_of(study).of("metastases")[0, 0]
    assert place.any()
    assert not labels_of(bone_cohort(1, seed=9, metastases=0.0).studies[0]).of("metastases").any()
    stated = [study.facts["bone_metastases"] for study in bone_cohort(400, metastases=0.1)]
    assert 0.05 < np.mean(stated) < 0.16


def test_readers_agree_about_as_well_as_published():
    studies = bone_cohort(400, seed=2).studies
    first, again, other = (
        np.array([study.facts[name] for study in studies])
        for name in ("grade_reader1", "grade_reader1_again", "grade_reader2")
    )
    within, between = cohen_kappa(first, again), cohen_kappa(first, other)
    assert 0.65 < within < 0.95
    assert 0.55 < between < within
    assert cohen_kappa(first > 1, again > 1) > within


def test_heart_to_bone_is_the_ratio_of_what_reaches_the_camera():
    order = Order(2, (4, 4))
    person, uptake = patient_of(order)
    chance = np.random.default_rng(1)
    scene = scene_of(person, uptake, grid_of(person, (1024, 256), chance), False, chance)
    walls, ribs = scene.walls, scene.bones
    front = (ribs.labels == LABELS["ribs"]) & (ribs.points[:, 1] > FRONT_MM)
    of_walls = arriving(scene.grid, walls.points, walls.weights, scene.deep).mean
    of_ribs = arriving(scene.grid, ribs.points[front], ribs.weights[front], scene.deep).mean
    assert of_walls / of_ribs == pytest.approx(uptake.heart_to_bone, rel=1e-3)


def test_tissue_before_a_point_takes_counts_away():
    grid = Grid2D(np.arange(-50.0, 51, 2), np.arange(300.0, 401, 2), 2.0)
    deep = thickness(grid.x, grid.z, MEAN_PERSON)
    points = np.array([(0.0, 80.0, 350.0), (0.0, -80.0, 350.0)])
    front, back = (arriving(grid, points, np.ones(2), deep, front=f).counts for f in (True, False))
    assert front[0] > 3 * front[1]
    assert back[1] > 3 * back[0]
    half = deep[25, 25] / 2
    assert front[0] == pytest.approx(np.exp(-0.0117 * (half - 80)), rel=1e-3)


def test_chest_is_deep_and_holds_lungs():
    x, z = np.arange(-200.0, 201, 4), np.arange(0.0, 1801, 4)
    deep, air = thickness(x, z, MEAN_PERSON), lungs(x, z, MEAN_PERSON)
    assert 180 < deep[(z == 400)[:, None] & (x == 0)] < 260
    assert deep[0].max() < 60
    assert air[z > 560].max() == 0
    assert air.max() < deep.max()


def test_shapes_have_their_volume_and_length():
    assert len(ball((0, 0, 0), (20, 30, 40))) * 4**3 == pytest.approx(
        4 / 3 * np.pi * 20 * 30 * 40, rel=0.05
    )
    assert len(tube([(0, 0, 0), (0, 0, 400)], 1)) == 100


def test_studies_travel_between_processes():
    study = pickle.loads(pickle.dumps(bone_cohort(1, size=QUARTER).studies[0]))
    assert counts_of(study).shape == QUARTER


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"grades": (4,)}, "grade '4'"),
        ({"views": ("lateral",)}, "view 'lateral'"),
        ({"prevalences": (1, 2)}, "2 prevalences of 4 grades"),
        ({"prevalences": (1, -1, 0, 0)}, "none below 0"),
    ],
)
def test_what_cannot_be_simulated_is_refused(given, named):
    with pytest.raises(InputError, match=named):
        bone_cohort(4, **given)
