"""Simulated planes: four cuts through one heart, each showing what it should."""

import pickle

import numpy as np
import pytest
from CardioAILib.phantoms import SMALL, VIEWS, plane_cohort
from CardioAILib.phantoms.heart import ANGLES
from CardioAILib.phantoms.solid import chambers, ellipsoid, random_solid
from CardioAILib.study import Role

COHORT = plane_cohort(3, seed=4, size=SMALL)


def _image(study, view, phase="ED"):
    return study.images[Role("MR", "cine", view, phase)]


def _normal(image):
    right, down = image.ijk_to_ras[:3, 0], image.ijk_to_ras[:3, 1]
    normal = np.cross(right, down)
    return normal / np.linalg.norm(normal)


def test_every_patient_has_four_planes_in_two_phases():
    for study in COHORT:
        assert {role.column for role in study.images} == {
            f"cine_{view}_{phase}" for view in VIEWS for phase in ("ED", "ES")
        }
        assert study.facts["plane_source"] == "simulated"
        assert "plane" not in study.facts
        for view in VIEWS:
            assert _image(study, view).array.shape == (1, 3 if view == "SAX" else 1, 96, 96)


def test_planes_stand_as_they_are_planned():
    for study in COHORT:
        normals = {view: _normal(_image(study, view)) for view in VIEWS}
        assert abs(normals["2C"] @ normals["RV2C"]) > 0.9
        for one, other in (("2C", "4C"), ("2C", "SAX"), ("4C", "SAX")):
            assert abs(normals[one] @ normals[other]) < 0.4


def test_matrices_are_rigid():
    for view in VIEWS:
        axes = _image(COHORT.studies[0], view).ijk_to_ras[:3, :3]
        axes = axes / np.linalg.norm(axes, axis=0)
        np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-6)


@pytest.mark.parametrize("view", VIEWS)
def test_only_the_heart_moves_and_no_picture_is_blank(view):
    for study in COHORT:
        before, after = (_image(study, view, phase).array[0] for phase in ("ED", "ES"))
        assert before.std() > 50
        change = np.abs(before - after).max(axis=0)
        rows, columns = np.nonzero(change > 150)
        assert len(rows) > 50
        assert abs(rows.mean() - 48) < 20
        assert abs(columns.mean() - 48) < 20
        corner = change[:15, :15]
        assert np.median(corner) < 60


def test_same_seed_gives_the_same_patient_in_a_cohort_of_any_size():
    one = pickle.loads(pickle.dumps(plane_cohort(1, seed=4, size=SMALL).studies[0]))
    for role, image in COHORT.studies[0].images.items():
        np.testing.assert_array_equal(one.images[role].array, image.array)
    other = plane_cohort(1, seed=5, size=SMALL).studies[0]
    assert (_image(other, "4C").array != _image(one, "4C").array).any()


def test_full_planes_are_those_of_a_usual_protocol():
    image = _image(plane_cohort(1).studies[0], "4C")
    assert 192 <= image.array.shape[2] <= 224
    assert 1.4 <= image.spacing[1] <= 1.6


def test_chambers_do_not_overlap_and_the_cavity_empties():
    heart = random_solid(np.random.default_rng(3))
    line = np.arange(-90.0, 91.0, 3.0, dtype=np.float32)
    points = np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1)
    drawn = [chambers(heart, points, contraction) for contraction in (0.0, 1.0)]
    for one in drawn:
        blood = np.stack([one.lv < 0, one.rv < 0, one.la < 0, one.ra < 0])
        assert blood.sum(axis=0).max() == 1
        assert (blood.sum(axis=(1, 2, 3)) > 0).all()
    before, after = ((one.lv < 0).sum() for one in drawn)
    assert (before - after) / before == pytest.approx(heart.ejection, abs=0.08)


def test_distance_from_a_sphere_is_exact():
    directions = np.linspace(0, 2 * np.pi, ANGLES)
    ring = np.stack([np.cos(directions), np.sin(directions), 0 * directions], -1)
    found = ellipsoid((ring * 12).astype(np.float32), (0, 0, 0), (10, 10, 10))
    np.testing.assert_allclose(found, 2, atol=1e-4)
