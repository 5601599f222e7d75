"""Feature maps: each pixel against pyradiomics, by hand, and on input that has no map."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.radiomics import SOUND, Settings, extract, feature_names
from CardioAILib.radiomics.maps import feature_map, feature_maps, map_features
from golden.feature_map_phantoms import PHANTOMS, speckled, thin_ring
from golden.radiomics_tolerance import deviation
from hypothesis import given, settings
from hypothesis import strategies as st

GOLDEN = json.loads((Path(__file__).parent / "golden" / "feature_map_golden.json").read_text())
CLASSES = ("firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm")
BY_BATCH = ("original_glrlm_RunEntropy", "original_glrlm_RunVariance")
"""Features of which pyradiomics says 0 or nan for a pixel without a run, by its batch."""


def golden_values(case, feature):
    return np.array(case["values"][feature], dtype=np.float64)


def computed(case, feature, engine):
    image, mask, spacing = PHANTOMS[case["image"]]()
    chosen = Settings(**case["settings"])
    found = feature_map(image, mask, spacing, chosen, feature, case["radius"], engine)
    assert np.isnan(found[~mask]).all()
    return found[mask]


@pytest.mark.parametrize("engine", ["native", "numpy"])
@pytest.mark.parametrize(
    "case",
    GOLDEN["cases"],
    ids=lambda case: f"{case['image']}-{case['settings']['singleton']}-{case['radius']}",
)
def test_every_pixel_of_every_map_agrees_with_pyradiomics(case, engine):
    for feature in case["values"]:
        ours, theirs = computed(case, feature, engine), golden_values(case, feature)
        if case["settings"]["singleton"] == "x" and feature in BY_BATCH:
            theirs[np.isnan(golden_values(case, "original_glrlm_LongRunEmphasis"))] = np.nan
        off = deviation((feature,), ours[:, None], theirs[:, None])
        assert off.max() <= 1, feature


def test_the_golden_maps_hold_every_feature_and_numbers_that_differ_from_pixel_to_pixel():
    names = {name for name in map_features() if name.startswith("original_")}
    assert len(names) == 93
    assert [set(case["values"]) == names for case in GOLDEN["cases"]].count(True) == 4
    spread = [np.nanstd(golden_values(GOLDEN["cases"][0], name)) for name in names]
    assert np.count_nonzero(spread) > 85


# What a map means


def textured_square():
    image = np.random.default_rng(3).random((12, 13))
    mask = np.zeros(image.shape, bool)
    mask[3:10, 2:9] = True
    return image, mask


def test_a_pixel_takes_the_mean_of_the_region_in_its_window():
    image, mask = textured_square()
    found = feature_map(image, mask, (1.0, 1.0), SOUND, "original_firstorder_Mean")
    assert found[5, 5] == pytest.approx(image[4:7, 4:7].mean())
    assert found[3, 2] == pytest.approx(image[3:5, 2:4].mean())
    assert np.isnan(found[2, 2])


@pytest.mark.parametrize("kind", CLASSES)
def test_a_window_that_sees_the_whole_region_has_the_features_of_the_region(kind):
    image, mask = textured_square()
    settings = Settings(bin_count=8, image_types=("original",), classes=(kind,))
    names = feature_names(settings)
    whole = extract(image[None], mask[None], (1.5, 0.5), settings)[0]
    middle = np.array(
        [feature_map(image, mask, (1.5, 0.5), settings, name, 3)[6, 5] for name in names]
    )
    assert deviation(names, middle, whole).max() <= 1


def test_gray_levels_are_those_of_the_whole_region():
    mask = np.zeros((12, 12), bool)
    mask[2:10, 2:10] = True
    image = np.zeros(mask.shape)
    image[2, 2], image[9, 9] = 0.1, 1.0
    found = feature_map(image, mask, (1, 1), Settings(bin_count=4), "original_glcm_Contrast")
    # Of four bins between 0 and 1, the corner of 0.1 shares the first with its neighbors.
    assert found[2, 2] == 0
    assert found[9, 9] > 0


def test_a_flat_region_has_no_contrast_no_skewness_and_full_correlation():
    mask = np.zeros((9, 9), bool)
    mask[2:7, 2:7] = True
    image = np.where(mask, 0.1, np.random.default_rng(0).random(mask.shape))
    expected = {"glcm_Contrast": 0, "glcm_MCC": 1, "firstorder_Skewness": 0, "glcm_Correlation": 1}
    for name, value in expected.items():
        for engine in ("native", "numpy"):
            found = feature_map(image, mask, (1, 1), SOUND, f"original_{name}", engine=engine)
            assert (found[mask] == value).all(), name


def test_total_energy_counts_the_volume_of_voxels():
    image, mask = textured_square()
    thick = Settings(bin_count=8, slice_mm=8.0)
    energy = feature_map(image, mask, (1.5, 0.5), thick, "original_firstorder_Energy")
    total = feature_map(image, mask, (1.5, 0.5), thick, "original_firstorder_TotalEnergy")
    assert np.allclose(total[mask], 6.0 * energy[mask])


def test_the_maps_of_a_stack_are_those_of_its_slices_and_empty_slices_stay_empty():
    image, mask = textured_square()
    images, masks = np.stack([image, image**2, image]), np.stack([mask, mask, ~(mask | ~mask)])
    told = []
    found = feature_maps(
        images,
        masks,
        (1, 1),
        SOUND,
        "wavelet-HL_glszm_ZoneEntropy",
        progress=lambda done, total: told.append((done, total)),
    )
    for number in (0, 1):
        one = feature_map(images[number], mask, (1, 1), SOUND, "wavelet-HL_glszm_ZoneEntropy")
        assert np.array_equal(found[number], one, equal_nan=True)
    assert np.isnan(found[2]).all()
    assert told == [(1, 2), (2, 2)]


def test_slices_smaller_than_the_window_stay_empty_unless_all_are():
    image, mask = textured_square()
    small = np.zeros_like(mask)
    small[4:6, 4:6] = True
    stack = np.stack([image, image]), np.stack([mask, small])
    found = feature_maps(*stack, (1, 1), SOUND, "original_firstorder_Range", 2)
    assert np.array_equal(np.isfinite(found), np.stack([mask, small & False]))
    with pytest.raises(InputError, match=r"5 x 5 pixels on a region of 2 x 2 in slice 1"):
        feature_maps(
            image[None].repeat(2, 0),
            np.stack([small & False, small]),
            (1, 1),
            SOUND,
            "original_firstorder_Range",
            2,
        )


def test_where_numba_is_absent_maps_come_from_numpy():
    code = """
import sys
sys.modules["numba"] = None
import numpy as np
from CardioAILib.radiomics import Settings
from CardioAILib.radiomics.maps import feature_map
from golden.feature_map_phantoms import speckled
found = feature_map(*speckled(), Settings(bin_count=8), "original_ngtdm_Busyness")
print(np.nansum(found))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    here = feature_map(*speckled(), Settings(bin_count=8), "original_ngtdm_Busyness")
    assert float(done.stdout) == pytest.approx(np.nansum(here), rel=1e-9)


# Input that has no map


def attempt(feature="original_glcm_Contrast", radius=1, *, change=None, **how):
    image, mask, spacing = thin_ring()
    image = image.copy()
    if change is not None:
        change(image, mask)
    return feature_map(image, mask, spacing, SOUND, feature, radius, **how)


def test_an_unknown_feature_is_told_with_its_nearest_names():
    with pytest.raises(InputError, match=r"did you mean .*original_glcm_Contrast"):
        attempt("original_glcm_contrast")
    with pytest.raises(InputError, match=r"did you mean .*wavelet-LH_glrlm_RunEntropy"):
        attempt("wavelet-LH_glrlm_RunEntropi")
    with pytest.raises(InputError, match=r"did you mean original_glrlm_RunEntropy"):
        attempt("wavelet-LHH_glrlm_RunEntropy")
    with pytest.raises(InputError, match=r"did you mean original_firstorder_Entropy"):
        attempt("Entropy")
    with pytest.raises(InputError, match=r"did you mean original_glcm_Contrast, original_ngtdm"):
        attempt("glcm_contrast")
    with pytest.raises(InputError, match="map_features"):
        attempt("")


def test_a_feature_of_shape_is_told_to_have_no_map():
    with pytest.raises(InputError, match="a shape has no map"):
        attempt("original_shape_Sphericity")


@pytest.mark.parametrize("radius", [0, -1, 1.5, float("nan"), "1"])
def test_a_radius_below_one_or_between_pixels_is_refused(radius):
    with pytest.raises(InputError, match="a whole number from 1"):
        attempt(radius=radius)


def test_a_whole_radius_of_any_number_type_serves():
    expected = attempt(radius=2)
    for radius in (2.0, np.int64(2)):
        assert np.array_equal(attempt(radius=radius), expected, equal_nan=True)


def test_stacks_that_are_none_or_differ_from_their_masks_are_refused():
    image, mask, spacing = thin_ring()
    how = spacing, SOUND, "original_glcm_Contrast"
    with pytest.raises(InputError, match=r"wanted shape \(N, H, W\)"):
        feature_maps(image, mask, *how)
    for slices in (1, 3):
        with pytest.raises(GridMismatchError, match="one mask pixel"):
            feature_maps(np.stack([image] * 2), np.stack([mask] * slices), *how)


def test_windows_larger_than_the_region_are_refused():
    attempt(radius=8)
    with pytest.raises(InputError, match="windows of 19 x 19 pixels on a region of 17 x 17"):
        attempt(radius=9)


def test_an_empty_mask_is_refused_in_a_slice_and_in_a_stack():
    image, mask, spacing = thin_ring()
    with pytest.raises(EmptyMaskError):
        feature_map(image, mask & False, spacing, SOUND, "original_glcm_Contrast")
    with pytest.raises(EmptyMaskError, match="at least one slice"):
        feature_maps(image[None], mask[None] & False, spacing, SOUND, "original_glcm_Contrast")


def test_nan_in_the_image_is_refused_and_the_slice_named():
    def spoil(image, mask):
        image[mask.nonzero()[0][0], mask.nonzero()[1][0]] = np.nan

    with pytest.raises(InputError, match="nan"):
        attempt(change=spoil)
    image, mask, spacing = thin_ring()
    images, masks = np.stack([image] * 3), np.stack([mask] * 3)
    images[2, 0, 0] = np.nan
    with pytest.raises(InputError, match="in slice 2"):
        feature_maps(images, masks, spacing, SOUND, "original_glcm_Contrast")


@pytest.mark.parametrize("spacing", [(0.0, 1.0), (1.0, -1.0), (1.0, np.nan)])
def test_a_spacing_that_is_none_is_refused(spacing):
    image, mask, _ = thin_ring()
    with pytest.raises(InputError, match="spacing"):
        feature_map(image, mask, spacing, SOUND, "original_glcm_Contrast")


@pytest.mark.parametrize("engine", ["pyradiomics", "torch"])
def test_an_engine_that_makes_no_maps_is_refused(engine):
    with pytest.raises(InputError, match="'native'"):
        attempt(engine=engine)


# Whatever the image


@given(
    seed=st.integers(0, 10_000),
    feature=st.sampled_from(map_features()),
    radius=st.integers(1, 2),
    singleton=st.sampled_from(["z", "x"]),
    filled=st.floats(0.2, 0.95),
)
@settings(max_examples=60, deadline=None)
def test_both_engines_map_the_same_numbers(seed, feature, radius, singleton, filled):
    random = np.random.default_rng(seed)
    image = random.integers(1, 40, (9, 10)).astype(float)
    mask = random.random(image.shape) < filled
    mask[0] = False
    mask[2, 2] = mask[7, 7] = True
    how = image, mask, (1.25, 0.5), Settings(bin_width=4.0, singleton=singleton), feature, radius
    native, portable = (feature_map(*how, engine=engine)[mask] for engine in ("native", "numpy"))
    assert deviation((feature,), native[:, None], portable[:, None]).max() <= 1
