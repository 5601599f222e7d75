"""Measurements of hearts whose values are known by hand."""

from dataclasses import replace
from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.io import acdc_rows, read_mask
from CardioAILib.measurements import DEFINITIONS, MEASUREMENTS, measure, segmentation_of
from CardioAILib.measurements.function import chambers, function_values
from CardioAILib.measurements.indexed import Body
from CardioAILib.study import Mask
from helpers_hearts import SPACING, cylinder, known_volume
from hypothesis import given, settings
from hypothesis import strategies as st

ED, ES = (25.0, 35.0), (15.0, 30.0)
"""Radii of cavity and wall, mm: a wall of 10 mm that thickens to 15 mm."""


@pytest.fixture(scope="module")
def heart():
    return measure(cylinder(*ED), cylinder(*ES), height_cm=180, weight_kg=80, heart_rate_per_min=60)


# Values by hand


def test_volumes_are_those_of_cylinders(heart):
    assert heart.values["LV_EDV_ml"] == pytest.approx(known_volume(25), rel=0.01)
    assert heart.values["LV_ESV_ml"] == pytest.approx(known_volume(15), rel=0.01)
    stroke = known_volume(25) - known_volume(15)
    assert heart.values["LV_SV_ml"] == pytest.approx(stroke, rel=0.01)
    assert heart.values["LV_CO_l_per_min"] == pytest.approx(stroke * 60 / 1000, rel=0.01)


def test_the_ejection_fraction_is_that_of_the_areas(heart):
    assert heart.values["LV_EF_percent"] == pytest.approx(100 * (1 - 15**2 / 25**2), abs=0.5)


def test_mass_is_volume_times_density(heart):
    ring = known_volume(35) - known_volume(25)
    assert heart.values["LV_mass_g"] == pytest.approx(1.05 * ring, rel=0.01)


def test_the_wall_is_as_thick_as_it_was_drawn_and_thickens_by_half(heart):
    for name in ("mean", "sixth_max", "sixth_min", "slices_max", "mid"):
        assert heart.values[f"wall_thickness_ED_{name}_mm"] == pytest.approx(10, rel=0.01), name
    assert heart.values["wall_thickness_ES_mean_mm"] == pytest.approx(15, rel=0.01)
    assert heart.values["wall_thickening_mean_percent"] == pytest.approx(50, abs=1.5)
    assert heart.values["wall_thickening_mean_mm"] == pytest.approx(5, rel=0.02)
    for number in range(1, 17):
        thickness = heart.values[f"wall_thickness_ED_segment_{number:02d}_mm"]
        assert thickness == pytest.approx(10, rel=0.02)
        thickening = heart.values[f"wall_thickening_segment_{number:02d}_percent"]
        assert thickening == pytest.approx(50, abs=3)


def test_an_even_wall_varies_by_nothing_but_pixels(heart):
    assert heart.values["wall_thickness_ED_cv_percent"] < 1
    assert heart.values["wall_thickening_sd_percent"] < 2
    assert heart.values["wall_thickening_poor_percent"] == 0
    assert heart.values["wall_thickness_ED_over_15_mm_percent"] == 0
    assert heart.values["septum_lateral_ratio_ED"] == pytest.approx(1, abs=0.01)


def test_the_endocardium_moves_as_the_radius_does(heart):
    lost = 100 * (1 - 15 / 25)
    assert heart.values["endocardial_shortening_mean_percent"] == pytest.approx(lost, abs=0.5)
    assert heart.values["LV_diameter_shortening_percent"] == pytest.approx(lost, abs=0.5)
    area = 100 * (1 - 15**2 / 25**2)
    assert heart.values["area_change_min_percent"] == pytest.approx(area, abs=0.7)
    assert heart.values["area_change_range_percent"] < 0.5


def test_shape_is_that_of_a_cylinder(heart):
    assert heart.values["LV_length_ED_mm"] == pytest.approx(80)
    assert heart.values["LV_diameter_ED_mm"] == pytest.approx(50, rel=0.01)
    ball = np.pi / 6 * 80**3 / 1000
    assert heart.values["sphericity_ED"] == pytest.approx(known_volume(25) / ball, rel=0.01)
    assert heart.values["LV_eccentricity_ED"] == pytest.approx(1, abs=0.01)


def test_body_size_divides_by_mosteller(heart):
    surface = (180 * 80 / 3600) ** 0.5
    assert heart.values["BSA_m2"] == pytest.approx(surface)
    for name, index in (("LV_EDV_ml", "LV_EDV_index_ml_per_m2"), ("LV_mass_g", None)):
        index = index or "LV_mass_index_g_per_m2"
        assert heart.values[index] == pytest.approx(heart.values[name] / surface)


def test_dubois_is_another_formula():
    found = measure(cylinder(*ED), None, height_cm=170, weight_kg=60, formula="dubois")
    assert found.values["BSA_m2"] == pytest.approx(1.696, abs=0.002)
    with pytest.raises(InputError, match=r"'boyd'.*mosteller or dubois"):
        measure(cylinder(*ED), None, formula="boyd")


def test_ratios_compare_the_ventricles(heart):
    values = heart.values
    assert values["RV_LV_EDV_ratio"] == pytest.approx(values["RV_EDV_ml"] / values["LV_EDV_ml"])
    assert values["RV_LV_SV_ratio"] == pytest.approx(values["RV_SV_ml"] / values["LV_SV_ml"])


def test_an_oval_ventricle_is_eccentric():
    round_, oval = cylinder(*ED), cylinder(*ED, spacing=(10.0, 0.7, 0.91))
    found = [measure(one, None).values["LV_eccentricity_ED"] for one in (round_, oval)]
    assert found == pytest.approx([1.0, 1.3], abs=0.01)


def test_a_thick_septum_is_found_where_it_is():
    """Half of the right ventricle's side becomes wall: septal thickness 10 to 20 mm."""
    one = cylinder(*ED)
    half = one.myocardium.shape[1] / 2 - 0.5
    rows, columns = np.mgrid[-half : half + 1, -half : half + 1] * SPACING[1]
    radius = np.hypot(rows, columns)
    bulge = (radius >= 35) & (radius < 45) & (np.abs(np.degrees(np.arctan2(rows, -columns))) < 60)
    shown = one.myocardium.any(axis=(1, 2))[:, None, None]
    wall = one.myocardium | (bulge & shown)
    found = measure(replace(one, myocardium=wall, rv_cavity=one.rv_cavity & ~wall), None).values
    assert found["wall_thickness_ED_segment_09_mm"] > 17
    assert found["wall_thickness_ED_segment_12_mm"] == pytest.approx(10, abs=0.5)
    assert found["septum_lateral_ratio_ED"] > 1.6
    assert found["wall_thickness_ED_over_15_mm_segments"] >= 4
    assert 20 < found["wall_thickness_ED_over_15_mm_percent"] < 45
    assert found["wall_thickness_ED_max_mm"] == pytest.approx(20, abs=1)


@given(scale=st.floats(0.8, 1.6))
@settings(max_examples=3, deadline=None)
def test_volumes_grow_with_the_cube_of_the_spacing_and_lengths_with_it(scale):
    spacing = tuple(scale * size for size in SPACING)
    small, large = (
        measure(*(cylinder(*radii, 4, spacing=own) for radii in (ED, ES))).values
        for own in (SPACING, spacing)
    )
    for name in ("LV_EDV_ml", "RV_ESV_ml", "LV_mass_g"):
        assert large[name] == pytest.approx(small[name] * scale**3)
    for name in ("LV_length_ED_mm", "LV_diameter_ES_mm", "wall_thickness_ED_mean_mm"):
        assert large[name] == pytest.approx(small[name] * scale, rel=0.01)
    for name in ("LV_EF_percent", "sphericity_ED", "RV_LV_EDV_ratio"):
        assert large[name] == pytest.approx(small[name])


# Names


def test_every_measurement_is_defined_once_with_its_unit_at_the_end():
    assert len(set(MEASUREMENTS)) == len(MEASUREMENTS) == len(DEFINITIONS)
    endings = {"ml": "_ml", "%": "_percent", "mm": "_mm", "g": "_g", "ml/m²": "_ml_per_m2"}
    for one in DEFINITIONS:
        assert one.name.endswith(endings.get(one.unit, "")), one.name
        assert one.meaning


def test_the_values_are_the_measurements_in_order(heart):
    assert tuple(heart.values) == MEASUREMENTS
    assert not [name for name, value in heart.values.items() if isnan(value)]
    assert all(type(value) is float for value in heart.values.values())


def test_the_documentation_names_every_measurement_with_its_meaning():
    page = (Path(__file__).parents[2] / "Resources/Documentation/measurements.md").read_text(
        "utf-8"
    )
    told = [line for line in page.splitlines() if line.startswith("| `")]
    for one in DEFINITIONS:
        if "_segment_" not in one.name:
            assert f"| `{one.name}` | {one.unit} | {one.meaning} | {one.source} |" in told


# Real hearts


LABELS = {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3}


def real(acdc, keep):
    """Both phases of the patients of ACDC that are to be kept, by class."""
    found = {}
    for row in acdc_rows(acdc):
        if keep(int(row["subject"][-3:])):
            masks = (read_mask(acdc / row[f"mask_SAX_{phase}"], LABELS) for phase in ("ED", "ES"))
            found.setdefault(row["pathology"], []).append([*map(segmentation_of, masks)])
    return found


def test_real_hearts_eject_as_their_class_does(acdc):
    wanted = {"DCM": 18.4, "HCM": 67.4, "MINF": 31.0, "NOR": 60.3, "RV": 54.7}
    fractions = {
        group: [function_values(chambers(ed), chambers(es), Body()) for ed, es in pairs]
        for group, pairs in real(acdc, lambda number: True).items()
    }
    means = {
        group: np.mean([values["LV_EF_percent"] for values in own])
        for group, own in fractions.items()
    }
    assert means == pytest.approx(wanted, abs=0.1)


def test_real_hearts_with_hypertrophy_have_the_thickest_walls(acdc):
    thickest = {
        group: [measure(*pair).values["wall_thickness_ED_sixth_max_mm"] for pair in pairs]
        for group, pairs in real(acdc, lambda number: number % 20 in (3, 12)).items()
    }
    assert min(thickest.pop("HCM")) > max(value for own in thickest.values() for value in own)


# What is missing


def found(checks, result):
    return [one.message for one in result.findings if one.check == checks]


def test_without_es_systolic_values_are_missing_and_it_is_said():
    result = measure(cylinder(*ED), None)
    assert isnan(result.values["LV_EF_percent"])
    assert isnan(result.values["wall_thickening_mean_percent"])
    assert result.values["LV_EDV_ml"] > 100
    assert "no ejection fraction" in found("ES missing", result)[0]


def test_without_a_right_ventricle_its_values_and_segments_are_missing_and_it_is_said():
    result = measure(cylinder(*ED, rv=False), cylinder(*ES, rv=False))
    assert isnan(result.values["RV_EDV_ml"])
    assert isnan(result.values["wall_thickness_ED_segment_08_mm"])
    assert result.values["wall_thickness_ED_mean_mm"] == pytest.approx(10, rel=0.01)
    assert result.values["LV_EF_percent"] == pytest.approx(64, abs=0.5)
    assert len(found("RV cavity missing", result)) == 2
    assert any("by segment" in message for message in found("segments", result))


def test_a_single_slice_has_no_volume_but_a_wall():
    result = measure(cylinder(*ED, slices=1, empty=0), cylinder(*ES, slices=1, empty=0))
    assert isnan(result.values["LV_EDV_ml"])
    assert isnan(result.values["LV_length_ED_mm"])
    assert result.values["wall_thickness_ED_mean_mm"] == pytest.approx(10, rel=0.01)
    assert "no volume" in found("single slice", result)[0]


def test_basal_slices_with_half_a_ring_count_for_volume_and_not_for_thickness():
    one = cylinder(*ED)
    wall = one.myocardium.copy()
    wall[0, :, wall.shape[2] // 2 :] = False
    result = measure(replace(one, myocardium=wall), None)
    assert result.values["wall_thickness_ED_sixth_min_mm"] == pytest.approx(10, rel=0.02)
    assert result.values["LV_mass_g"] < measure(one, None).values["LV_mass_g"]


def test_a_heart_without_myocardium_keeps_its_volumes():
    one = cylinder(*ED)
    result = measure(replace(one, myocardium=np.zeros_like(one.myocardium)), None)
    assert result.values["LV_EDV_ml"] == pytest.approx(known_volume(25), rel=0.01)
    assert isnan(result.values["LV_mass_g"])
    assert found("myocardium missing", result)
    assert found("wall", result)


def test_a_mask_of_several_frames_is_refused():
    mask = Mask(np.zeros((3, 2, 8, 8), np.uint8), np.eye(4))
    with pytest.raises(InputError, match=r"3 frames.*one frame"):
        segmentation_of(mask)


def test_labels_that_no_pixel_shows_are_absent():
    array = np.zeros((1, 2, 8, 8), np.uint8)
    array[0, :, 2:6, 2:6] = 2
    place = segmentation_of(Mask(array, np.eye(4), labels={"myocardium": 2, "rv_cavity": 1}))
    assert place.rv_cavity is None
    assert place.myocardium.sum() == 32
    assert not place.lv_cavity.any()
    assert place.slice_distance == 1


def test_an_unknown_value_stays_unknown_whatever_is_divided_by_it():
    result = measure(cylinder(*ED), cylinder(*ES), height_cm=None, weight_kg=80)
    assert isnan(result.values["BSA_m2"] + nan)
    assert isnan(result.values["LV_EDV_index_ml_per_m2"])
    assert found("body size", result)
