"""Reference, thresholds and extent of late enhancement on hearts whose scar is known."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.measurements import LGE_DEFINITIONS, LGE_MEASUREMENTS
from CardioAILib.measurements.lge import (
    METHODS,
    against_reader,
    constants,
    enhancement_of,
    measure_enhancement,
)
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Image, Mask
from helpers_lge import BLOOD, HEART, NOISE, REMOTE, SCAR, between, picture, place

SCARRED = between((0, 90), (0, 0.5), (3, 6))
LABELS = {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3, "scar": 4, "remote": 5}


def share(region):
    return 100 * region.sum() / HEART.wall.sum()


def labeled(scar=SCARRED, remote=None):
    array = 2 * HEART.wall + 3 * HEART.cavity + 1 * HEART.rv
    array[scar] = 4
    if remote is not None:
        array[remote] = 5
    return Mask(array[None].astype(np.uint8), HEART.matrix, labels=LABELS)


@pytest.fixture(scope="module")
def scarred():
    return measure_enhancement(picture(SCARRED), place())


@pytest.mark.parametrize("method", ["3sd", "4sd", "5sd", "6sd", "fwhm", "midpoint"])
def test_a_bright_scar_is_found_by_every_method(scarred, method):
    assert scarred.values[f"LGE_extent_{method}_percent"] == pytest.approx(share(SCARRED), abs=0.5)


def test_two_deviations_add_noise_where_it_hangs_together(scarred):
    # A fortieth of the noise is that high; specks of it are left out.
    extra = scarred.values["LGE_extent_2sd_percent"] - share(SCARRED)
    assert 0 <= extra < 4


def test_milliliters_and_grams_follow_from_the_voxels(scarred):
    voxel = np.prod(HEART.spacing) / 1000
    assert scarred.values["LGE_extent_5sd_ml"] == pytest.approx(SCARRED.sum() * voxel, rel=0.01)
    assert scarred.values["LGE_extent_5sd_g"] == pytest.approx(
        1.05 * scarred.values["LGE_extent_5sd_ml"]
    )
    assert scarred.values["LGE_myocardium_ml"] == pytest.approx(HEART.wall.sum() * voxel)


def test_the_reference_is_dark_away_from_the_scar_and_told(scarred):
    assert not (scarred.reference.mask & SCARRED).any()
    assert scarred.values["LGE_remote_mean"] == pytest.approx(REMOTE, abs=5)
    assert scarred.values["LGE_remote_sd"] == pytest.approx(NOISE, rel=0.1)
    told = scarred.reference.told()
    assert "slice 4, " in told
    assert "AHA segments" in told
    assert "mean" in told
    assert "SD" in told


def test_contrast_does_not_hang_on_scale_and_zero_of_the_signal(scarred):
    other = measure_enhancement(3 * picture(SCARRED) + 5000, place())
    for name in ("LGE_extent_5sd_percent", "LGE_extent_midpoint_percent", "LGE_CNR_blood_remote"):
        assert other.values[name] == pytest.approx(scarred.values[name], rel=1e-6)
    wanted = (BLOOD - REMOTE) / NOISE
    assert scarred.values["LGE_CNR_blood_remote"] == pytest.approx(wanted, rel=0.1)


def test_half_of_the_maximum_needs_a_black_zero():
    found = measure_enhancement(picture(SCARRED) + 5000, place(), method="fwhm")
    assert np.isnan(found.values["LGE_extent_fwhm_percent"])
    assert np.isnan(found.values["LGE_extent_endo_percent"])
    assert not found.enhanced.any()
    assert "phase-sensitive" in next(f.message for f in found.findings if f.check == "fwhm")


def test_a_slice_of_another_scale_has_its_own_reference():
    signal = picture(SCARRED)
    signal[7] *= 3
    own, one = (measure_enhancement(signal, place(), reference=how) for how in ("auto", "stack"))
    assert own.values["LGE_extent_5sd_percent"] == pytest.approx(share(SCARRED), abs=0.5)
    assert one.values["LGE_extent_5sd_percent"] > share(SCARRED) + 5
    assert len(one.reference.where) == 1


def test_a_healthy_heart_shows_nothing():
    values = measure_enhancement(picture(), place()).values
    assert values["LGE_extent_5sd_percent"] == 0
    assert values["LGE_extent_fwhm_percent"] == 0
    assert np.isnan(values["LGE_threshold_midpoint"])
    assert values["LGE_present_suggestion"] == 0


def test_a_speck_is_left_out():
    speck = np.zeros_like(HEART.wall)
    speck[tuple(np.argwhere(HEART.wall & (HEART.depth > 0.4))[300])] = True
    values = measure_enhancement(picture(speck), place()).values
    assert values["LGE_extent_5sd_percent"] == 0


def test_extent_by_layer_and_slice(scarred):
    values = scarred.values
    assert values["LGE_extent_endo_percent"] > values["LGE_extent_mid_percent"] > 0
    assert values["LGE_extent_epi_percent"] < 0.1
    assert values["LGE_slices_percent"] == pytest.approx(100 / 3)
    assert np.flatnonzero(np.array(scarred.slices_percent)).tolist() == [3, 4, 5]
    assert values["LGE_extent_slice_max_percent"] == max(scarred.slices_percent)


def test_the_reference_may_be_segments_or_a_label():
    image = Image(picture(SCARRED)[None], HEART.matrix)
    by_segment = enhancement_of(image, labeled(), reference=(8, 9))
    assert by_segment.reference.where == ("AHA segments 8, 9",)
    remote = between((180, 240), slices=(4, 5))
    drawn = enhancement_of(image, labeled(remote=remote), reference="remote")
    np.testing.assert_array_equal(drawn.reference.mask, remote)
    assert drawn.reference.told().startswith("label remote: mean")
    assert drawn.values["LGE_myocardium_ml"] == by_segment.values["LGE_myocardium_ml"]
    with pytest.raises(EmptyMaskError, match="0 pixels of myocardium in the reference"):
        enhancement_of(image, labeled(), reference="remote")


def test_a_readers_scar_is_never_read_but_compared_with():
    image = Image(picture(SCARRED)[None], HEART.matrix)
    found = enhancement_of(image, labeled())
    without = enhancement_of(image, labeled(scar=np.zeros_like(SCARRED)))
    assert found.values == pytest.approx(without.values, nan_ok=True)
    agreed = against_reader(found.enhanced, labeled())
    assert agreed.dice > 0.97
    assert agreed.difference == pytest.approx(0, abs=0.5)
    elsewhere = against_reader(found.enhanced, labeled(between((180, 240))))
    assert elsewhere.dice == 0


def test_diffuse_enhancement_has_no_remote_and_is_told_by_the_blood():
    found = measure_enhancement(picture(wall=500, blood=200), place())
    assert {"no remote", "dark blood"} <= {finding.check for finding in found.findings}
    assert found.values["LGE_blood_myocardium_ratio"] == pytest.approx(0.4, abs=0.02)
    assert found.values["LGE_extent_5sd_percent"] == 0
    assert "blood" in found.above
    expected = 100 * found.enhanced[HEART.wall].mean()
    assert expected > 90
    assert found.values["LGE_extent_above_blood_percent"] == pytest.approx(expected, abs=0.5)
    assert found.values["LGE_present_suggestion"] == 1
    assert found.values["LGE_subendocardial_to_transmural_suggestion"] == 1
    assert {one.pattern for one in found.segments[:16]} == {"transmural"}


def test_a_threshold_above_the_blood_tells_of_no_absence():
    """A scar as bright as blood that is 3.5 SD above the reference does not reach 5 SD."""
    # Noise of 10 makes steps of 10 about 1 SD.
    signal = picture(SCARRED, scar_signal=135, blood=135)
    found = measure_enhancement(signal, place())
    assert found.values["LGE_extent_5sd_percent"] < 1
    told = [finding.message for finding in found.findings if finding.check == "threshold"]
    assert len(told) == 1
    assert "5 SD asks for more than blood; take midpoint or 3sd" in told[0]
    assert np.isnan(found.values["LGE_present_suggestion"])
    assert np.isnan(found.values["LGE_subendocardial_to_transmural_suggestion"])
    assert found.suggestion.startswith("not assessable")
    assert measure_enhancement(signal, place(), method="3sd").values["LGE_present_suggestion"] == 1


def test_a_scar_above_a_threshold_above_the_blood_is_suggested():
    found = measure_enhancement(picture(SCARRED, blood=135), place())
    assert "threshold" in [finding.check for finding in found.findings]
    assert found.values["LGE_present_suggestion"] == 1


def test_bright_blood_raises_no_doubt(scarred):
    assert not scarred.findings
    assert np.isnan(scarred.values["LGE_extent_above_blood_percent"])


def test_without_a_right_ventricle_there_is_extent_and_no_segment():
    found = measure_enhancement(picture(SCARRED), replace(place(), rv_cavity=None))
    assert found.values["LGE_extent_5sd_percent"] == pytest.approx(share(SCARRED), abs=0.5)
    assert found.values["LGE_extent_endo_percent"] > 0
    assert np.isnan(found.values["LGE_extent_segment_07_percent"])
    assert not found.segments
    assert not found.suggestion
    assert [finding.check for finding in found.of_segments] == ["segments"]


def test_names_are_unique_and_suggestions_say_so():
    assert len(set(LGE_MEASUREMENTS)) == len(LGE_MEASUREMENTS)
    for one in LGE_DEFINITIONS:
        told = "pattern" in one.meaning or "suggestion" in one.name
        assert not told or "to be confirmed by a reader" in one.meaning
    assert set(measure_enhancement(picture(), place()).values) == set(LGE_MEASUREMENTS)
    assert len(METHODS) == 7


def test_the_page_names_every_value_and_every_constant_it_quotes():
    page = (Path(__file__).parents[2] / "Resources/Documentation/lge.md").read_text("utf-8")
    short = re.sub("|".join(METHODS), "METHOD", "\n".join(LGE_MEASUREMENTS))
    short = re.sub(r"segment_\d\d", "segment_NN", short)
    for name in {re.sub(r"(extent_METHOD)_(ml|g)$", r"\1_percent", one) for one in short.split()}:
        assert f"`{name}`" in page, name
    said = constants()
    assert f"less than {100 * said['speck_share_of_myocardium']:g} % of the myocardium" in page
    assert f"{said['maximum_percentile']}th percentile" in page
    assert f"less than {said['no_remote_blood_sd']:g} SD above the reference" in page
    assert f"within {said['insertion_near_degrees']} degrees" in page
    assert f"more than {said['darkening_positive_percent']:g} %" in page
    assert RESEARCH_ONLY.split(".")[0] in page.replace("\n", " ")


def test_what_cannot_be_measured_is_refused():
    image, mask = Image(picture()[None], HEART.matrix), labeled()
    with pytest.raises(InputError, match="the method '7sd'"):
        enhancement_of(image, mask, method="7sd")
    with pytest.raises(InputError, match="the reference 'somewhere' in a segmentation with"):
        enhancement_of(image, mask, reference="somewhere")
    with pytest.raises(InputError, match="a label of its own for it"):
        enhancement_of(image, mask, reference="rv_cavity")
    with pytest.raises(InputError, match=r"the reference \(18,\)"):
        enhancement_of(image, mask, reference=(18,))
    with pytest.raises(GridMismatchError, match="different grids"):
        enhancement_of(Image(picture()[None], 2 * HEART.matrix), mask)
    with pytest.raises(InputError, match="2 time points"):
        enhancement_of(Image(np.stack([picture()] * 2), HEART.matrix), mask)
    broken = picture()
    broken[HEART.wall] = np.nan
    with pytest.raises(InputError, match="NaN or infinite"):
        measure_enhancement(broken, place())
    with pytest.raises(InputError, match="one value in all pixels of the reference"):
        measure_enhancement(np.where(HEART.cavity, BLOOD, SCAR), place())
    with pytest.raises(GridMismatchError, match="one grid"):
        measure_enhancement(picture()[:4], place())
    with pytest.raises(InputError, match="segments cannot be told"):
        measure_enhancement(picture(), replace(place(), rv_cavity=None), reference=(8,))


def test_extent_follows_the_readers_of_emidec(emidec, tmp_path):
    from CardioAILib.io import read_cohort
    from CardioAILib.io.emidec import emidec_cohort
    from CardioAILib.verbs.enhanced import SEGMENTATION, STACK

    cohort = read_cohort(emidec_cohort(emidec, tmp_path / "emidec.csv"))
    some = {study.subject: study for study in cohort}
    measured = {}
    for name in ("Case_N006", "Case_N012", "Case_P011", "Case_P100"):
        study = some[name]
        measured[name] = enhancement_of(study.images[STACK], study.images[SEGMENTATION])
    extent = {name: one.values["LGE_extent_3sd_percent"] for name, one in measured.items()}
    assert max(extent["Case_N006"], extent["Case_N012"]) < 10
    assert min(extent["Case_P011"], extent["Case_P100"]) > 12
    mask = some["Case_P100"].images[SEGMENTATION]
    assert against_reader(measured["Case_P100"].enhanced, mask).dice > 0.5
