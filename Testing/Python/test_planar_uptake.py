"""Ratios of planar scans against hand counts, the visual rule, and published limits."""

import json
import math

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.measurements.planar import (
    PLANAR_DEFINITIONS,
    PLANAR_MEASUREMENTS,
    Region,
    limits_for,
    measure_uptake,
    planar_of,
    visual_grade,
)
from CardioAILib.measurements.planar.perugini import ALIKE, CONFIRM
from CardioAILib.measurements.planar.settings import constants
from CardioAILib.phantoms.bonescan import bone_cohort
from CardioAILib.study import Role
from scipy.stats import spearmanr

ANTERIOR, MASK = Role("NM", "planar", "anterior"), Role("NM", "mask", "anterior")


def box(name, row, column, side=5.0):
    return Region(name, (row, column), (side - 1, side - 1), "box")


REGIONS = {
    region.name: region
    for region in (
        box("heart", 10, 30),
        box("contralateral", 10, 10),
        box("ribs", 20, 10),
        box("sternum", 20, 20),
        box("background", 40, 10),
        box("left kidney", 30, 30),
        box("right kidney", 30, 10),
        box("bladder", 40, 25),
        Region("whole body", (24.5, 19.5), (49.0, 39.0), "box"),
    )
}


def scan():
    """A scan of one count a pixel but for the regions."""
    counts = np.ones((50, 40), np.int32)
    levels = {"heart": 30, "contralateral": 20, "ribs": 40, "sternum": 60, "background": 10}
    excreted = {"left kidney": 100, "right kidney": 50, "bladder": 200}
    for name, level in {**levels, **excreted}.items():
        counts[REGIONS[name].mask(counts.shape)] = level
    return counts


# Values


def test_ratios_are_those_of_mean_counts():
    values = measure_uptake(scan(), REGIONS)
    assert values["heart_counts"] == 25 * 30
    assert values["heart_counts_per_pixel"] == 30
    assert values["heart_to_contralateral"] == pytest.approx(1.5)
    assert values["heart_to_sternum"] == pytest.approx(0.5)
    assert values["heart_to_soft_tissue"] == pytest.approx(3.0)
    assert values["heart_to_ribs"] == pytest.approx(0.75)


def test_the_uncertainty_is_that_of_poisson_counts():
    spread = measure_uptake(scan(), REGIONS)["heart_to_contralateral_sd"]
    assert spread == pytest.approx(1.5 * math.sqrt(1 / 750 + 1 / 500))
    drawn = np.random.default_rng(0).poisson(scan(), (400, 50, 40))
    seen = [measure_uptake(one, REGIONS)["heart_to_contralateral"] for one in drawn]
    assert np.std(seen) == pytest.approx(spread, rel=0.15)


def test_kidneys_and_bladder_are_taken_off_the_whole_body():
    values = measure_uptake(scan(), REGIONS)
    body = scan().sum() - 25 * (100 + 50 + 200)
    assert values["heart_to_whole_body_percent"] == pytest.approx(100 * 750 / body)
    share = 750 / body
    spread = 100 * math.sqrt(share * (1 - share) / body)
    assert values["heart_to_whole_body_percent_sd"] == pytest.approx(spread)


def test_both_views_give_the_geometric_mean():
    front = scan()
    behind = front[:, ::-1] * 4
    values = measure_uptake(front, REGIONS, behind)
    single = values["heart_to_whole_body_percent"]
    assert values["heart_to_whole_body_geometric_percent"] == pytest.approx(single)
    behind[REGIONS["heart"].behind(40).mask((50, 40))] = 0
    assert measure_uptake(front, REGIONS, behind)["heart_to_whole_body_geometric_percent"] == 0


def test_views_of_other_sizes_are_refused():
    with pytest.raises(InputError, match="same matrix"):
        measure_uptake(scan(), REGIONS, np.ones((50, 41)))


def test_net_uptake_takes_soft_tissue_off_both():
    counts = scan()
    ribs = REGIONS["ribs"].mask(counts.shape)
    stripes = np.where(np.arange(50) < 20, 10, 50)[:, None] * np.ones(40, int)
    counts[ribs] = stripes[ribs]
    values = measure_uptake(counts, REGIONS)
    # Above 10 counts between ribs they have nearly 40, a little less by the smoothing.
    assert values["heart_to_ribs_net"] == pytest.approx(10 / 40, rel=0.2)


def test_a_value_without_its_region_is_missing():
    chest = {name: REGIONS[name] for name in ("heart", "contralateral")}
    values = measure_uptake(scan(), chest)
    assert tuple(values) == PLANAR_MEASUREMENTS
    assert values["heart_to_contralateral"] == pytest.approx(1.5)
    known = {name for name, value in values.items() if math.isfinite(value)}
    assert known == {
        "heart_counts",
        "heart_counts_per_pixel",
        "heart_to_contralateral",
        "heart_to_contralateral_sd",
    }


def test_a_region_without_a_count_gives_no_ratio():
    counts = scan()
    counts[REGIONS["sternum"].mask(counts.shape)] = 0
    assert math.isnan(measure_uptake(counts, REGIONS)["heart_to_sternum"])


def test_a_heart_outside_of_the_scan_is_refused():
    with pytest.raises(InputError, match="outside the scan"):
        measure_uptake(scan(), {"heart": box("heart", -30, 5)})


def test_every_value_says_what_it_is():
    assert len(set(PLANAR_MEASUREMENTS)) == len(PLANAR_DEFINITIONS)
    assert all(one.meaning for one in PLANAR_DEFINITIONS)
    assert all(one.unit == "%" for one in PLANAR_DEFINITIONS if "percent" in one.name)


def test_constants_are_numbers_that_can_be_digested():
    known = constants()
    assert known["grade_alike"] == ALIKE
    assert json.loads(json.dumps(known))["heart_mm"] == [78.0, 64.0]


# The visual rule


def suggest(ratio, spread=0.01):
    return visual_grade({"heart_to_ribs_net": ratio, "heart_to_ribs_net_sd": spread})


@pytest.mark.parametrize(("ratio", "grade"), [(0.0, 0), (0.45, 1), (0.9, 2), (2.0, 3)])
def test_the_grade_compares_the_heart_with_the_ribs(ratio, grade):
    suggested = suggest(ratio)
    assert suggested.grade == grade
    assert f"{ratio:.2f}" in suggested.reason
    assert CONFIRM in suggested.reason


def test_a_ratio_near_a_border_says_so():
    assert "near the border" in suggest(0.69).reason
    assert "near the border" not in suggest(0.9).reason


def test_uptake_within_chance_is_none():
    assert suggest(0.5, spread=0.3).grade == 0


def test_without_ribs_there_is_no_grade():
    suggested = visual_grade({})
    assert suggested.grade is None
    assert "could not be measured" in suggested.reason


def test_the_ratio_follows_the_truth_of_simulated_scans():
    studies = list(bone_cohort(16, seed=11, metastases=0.0))
    found = [planar_of(study.images[ANTERIOR]) for study in studies]
    ratios = [one.values["heart_to_ribs_net"] for one in found]
    assert spearmanr(ratios, [study.facts["heart_to_bone"] for study in studies])[0] > 0.8
    grades = np.array([one.suggestion.grade for one in found])
    true = np.array([study.facts["grade"] for study in studies])
    assert (np.abs(grades - true) <= 1).mean() > 0.9
    assert (grades == true).mean() > 0.4


# Published limits


def test_limits_of_pyrophosphate_are_told_for_pyrophosphate_alone():
    [limit] = limits_for({"radiopharmaceutical": "PYP", "delay_min": 60.0})
    assert (limit.value, limit.least) == ("heart_to_contralateral", 1.5)
    [late] = limits_for({"radiopharmaceutical": "Tc-99m pyrophosphate", "delay_min": 180.0})
    assert late.least == 1.3
    assert limits_for({"radiopharmaceutical": "HMDP", "delay_min": 180.0}) == ()
    assert limits_for({"radiopharmaceutical": "PYP"}) == ()
    assert limits_for({}) == ()


# Doubts


def test_a_lesion_in_a_region_is_told():
    image = next(iter(bone_cohort(1, seed=3, metastases=0.0))).images[ANTERIOR]
    assert planar_of(image).findings == ()
    regions = planar_of(image).regions
    row, column = (round(at) for at in regions["contralateral"].center)
    image.array[0, 0, row - 2 : row + 3, column - 2 : column + 3] += 500
    [finding] = planar_of(image, regions=regions).findings
    assert (finding.check, "contralateral" in finding.message) == ("region", True)
    image.array[0, 0, row - 2 : row + 3, column - 2 : column + 3] -= 500


def test_a_region_across_the_border_and_few_counts_are_told():
    image = next(iter(bone_cohort(1, seed=3))).images[ANTERIOR]
    own = {
        "heart": Region("heart", (270.0, 255.0), (6.0, 6.0)),
        "contralateral": Region("contralateral", (270.0, 100.0), (3.0, 3.0)),
    }
    checks = [finding.check for finding in planar_of(image, regions=own).findings]
    assert checks == ["region", "counts"]
