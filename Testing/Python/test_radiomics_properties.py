"""What must hold of radiomic features whatever the image and the region."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.radiomics import Settings, extract, extract_volume, feature_names
from golden.radiomics_tolerance import deviation
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

TEXTURES = ("glcm", "gldm", "glrlm", "glszm", "ngtdm")
BINNINGS = (
    {"bin_width": 1.0},
    {"bin_width": 7.5},
    {"bin_count": 2},
    {"bin_count": 16},
)
KINDS = (np.int16, np.uint8, np.uint16, np.float32, np.float64)
LENGTHS = st.sampled_from((0.5, 0.7, 1.0, 1.37, 2.0, 8.0))

needs_pyradiomics = pytest.mark.skipif(
    find_spec("radiomics") is None, reason="pyradiomics 3.0.1 is not installed"
)


def a_few(examples):
    """Draw the same examples every time: a failure must not come and go."""
    return settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=examples,
        suppress_health_check=list(HealthCheck),
    )


def spreads(mask):
    """Tell whether pyradiomics takes a mask: background, and an extent along two axes."""
    extents = [np.unique(axis).size for axis in np.nonzero(mask)]
    return not mask.all() and sum(extent > 1 for extent in extents) >= 2


@st.composite
def boxes(draw, shape):
    """Draw a region of a few boxes: islands, often at the border."""
    mask = np.zeros(shape, bool)
    for _ in range(draw(st.integers(1, 3))):
        first = [draw(st.integers(0, side - 1)) for side in shape]
        size = [draw(st.integers(1, 4)) for _ in shape]
        mask[tuple(slice(f, f + s) for f, s in zip(first, size, strict=True))] = True
    return mask


@st.composite
def intensities(draw, shape, kinds=KINDS):
    """Draw an image of few or many gray levels, or of one, in one of the types of images."""
    top = draw(st.sampled_from((0, 1, 5, 120)))
    image = draw(arrays(np.int64, shape, elements=st.integers(0, top))) + draw(st.integers(1, 90))
    kind = np.dtype(draw(st.sampled_from(kinds)))
    if kind.kind == "f" and draw(st.booleans()):
        image = image / 255 - draw(st.sampled_from((0.0, 0.2)))
    return image.astype(kind)


@st.composite
def volumes(draw, kinds=KINDS):
    """Draw image, mask and spacing of a small volume."""
    shape = (draw(st.integers(1, 5)), draw(st.integers(2, 7)), draw(st.integers(2, 7)))
    mask = draw(st.one_of(boxes(shape), arrays(bool, shape)))
    assume(spreads(mask))
    return draw(intensities(shape, kinds)), mask, tuple(draw(LENGTHS) for _ in shape)


@st.composite
def slices(draw, kinds=KINDS):
    """Draw image, mask and spacing of a batch of one small slice."""
    shape = (draw(st.integers(3, 9)), draw(st.integers(3, 9)))
    mask = draw(st.one_of(boxes(shape), arrays(bool, shape)))
    assume(spreads(mask))
    return draw(intensities(shape, kinds))[None], mask[None], tuple(draw(LENGTHS) for _ in shape)


binnings = st.sampled_from(BINNINGS)


def original(binning, **changes):
    return Settings(**binning, image_types=("original",), **changes)


def outcome(function, *arguments, engine):
    """Return the features, or nothing where the image is refused."""
    try:
        return np.ravel(function(*arguments, engine=engine))
    except InputError:
        return None


def disagreement(function, case, chosen, one, other):
    """Name the features on which two engines differ beyond tolerance."""
    ours, theirs = (outcome(function, *case, chosen, engine=engine) for engine in (one, other))
    if ours is None or theirs is None:
        return {} if ours is theirs else {"refused by": one if ours is None else other}
    return beyond_tolerance(chosen, ours, theirs)


def beyond_tolerance(chosen, ours, theirs):
    """Name what is out of tolerance; a mesh without volume has no ratio but rounding."""
    names = feature_names(chosen)
    off = deviation(names, ours, theirs)
    if abs(theirs[names.index("original_shape_MeshVolume")]) < 1e-9:
        off[names.index("original_shape_SurfaceVolumeRatio")] = 0.0
    return {name: value for name, value in zip(names, off, strict=True) if value > 1}


@needs_pyradiomics
@a_few(60)
@given(volumes(), binnings)
def test_volumes_agree_with_pyradiomics(volume, binning):
    assert not disagreement(extract_volume, volume, original(binning), "native", "pyradiomics")


@needs_pyradiomics
@a_few(30)
@given(slices(), binnings)
def test_slices_agree_with_pyradiomics(case, binning):
    assert not disagreement(extract, case, Settings(**binning), "native", "pyradiomics")


@a_few(60)
@given(volumes(), binnings)
def test_the_engines_agree_on_volumes(volume, binning):
    assert not disagreement(extract_volume, volume, original(binning), "native", "numpy")


@a_few(40)
@given(slices(), binnings)
def test_the_engines_agree_on_slices(case, binning):
    assert not disagreement(extract, case, Settings(**binning), "native", "numpy")


@a_few(50)
@given(volumes(), binnings, st.tuples(*[st.integers(0, 3)] * 3))
def test_moving_image_and_mask_together_changes_nothing(volume, binning, shift):
    image, mask, spacing = volume
    chosen = original(binning)
    moved = [np.pad(array, [(k, 3 - k) for k in shift]) for array in (image, mask)]
    np.testing.assert_array_equal(
        extract_volume(*moved, spacing, chosen), extract_volume(*volume, chosen)
    )


@a_few(50)
@given(volumes(), binnings, st.permutations(range(3)))
def test_turning_the_axes_changes_no_intensities_and_no_textures(volume, binning, order):
    image, mask, spacing = volume
    chosen = original(binning, classes=("firstorder", *TEXTURES))
    turned = extract_volume(
        image.transpose(order), mask.transpose(order), [spacing[k] for k in order], chosen
    )
    off = deviation(feature_names(chosen), turned, extract_volume(*volume, chosen))
    assert off.max() <= 1


@a_few(50)
@given(volumes(), st.permutations(range(3)))
def test_turning_the_axes_turns_the_diameters(volume, order):
    image, mask, spacing = volume
    chosen = original({"bin_width": 1.0}, classes=("shape",))
    names = [f"original_shape_Maximum2DDiameter{plane}" for plane in ("Slice", "Column", "Row")]
    columns = [feature_names(chosen).index(name) for name in names]
    turned = extract_volume(
        image.transpose(order), mask.transpose(order), [spacing[k] for k in order], chosen
    )
    upright = extract_volume(*volume, chosen)[columns]
    np.testing.assert_allclose(turned[columns], upright[list(order)], rtol=1e-12)


POWERS = {
    "Elongation": 0,
    "Flatness": 0,
    "Sphericity": 0,
    "MeshVolume": 3,
    "VoxelVolume": 3,
    "SurfaceArea": 2,
    "SurfaceVolumeRatio": -1,
    "TotalEnergy": 3,
}
"""Power of the voxel size that a feature grows with: 1 for the other shapes, 0 for textures."""


@a_few(50)
@given(volumes(), binnings, st.sampled_from((0.5, 4.0)))
def test_larger_voxels_scale_lengths_areas_and_volumes(volume, binning, factor):
    image, mask, spacing = volume
    chosen = original(binning)
    grown = extract_volume(image, mask, [factor * mm for mm in spacing], chosen)
    kinds = [name.split("_")[1:] for name in feature_names(chosen)]
    powers = [POWERS.get(name, float(kind == "shape")) for kind, name in kinds]
    expected = extract_volume(*volume, chosen) * factor ** np.array(powers)
    assert not beyond_tolerance(chosen, grown, expected)


@a_few(50)
@given(volumes(kinds=(np.int16,)), st.integers(-30, 30))
def test_a_shift_by_whole_bins_leaves_the_textures(volume, bins):
    image, mask, spacing = volume
    chosen = original({"bin_width": 4.0}, classes=TEXTURES)
    shifted = extract_volume(image + 4 * bins, mask, spacing, chosen)
    np.testing.assert_array_equal(shifted, extract_volume(image, mask, spacing, chosen))


@a_few(50)
@given(volumes(), binnings, st.integers(0, 255))
def test_what_lies_outside_the_mask_does_not_matter(volume, binning, paint):
    image, mask, spacing = volume
    painted = np.where(mask, image, image.dtype.type(paint))
    chosen = original(binning)
    np.testing.assert_array_equal(
        extract_volume(painted, mask, spacing, chosen), extract_volume(*volume, chosen)
    )


@a_few(30)
@given(slices(), binnings, st.integers(0, 255))
def test_what_lies_outside_the_mask_of_a_slice_does_not_matter(case, binning, paint):
    image, mask, spacing = case
    painted = np.where(mask, image, image.dtype.type(paint))
    chosen = original(binning)
    np.testing.assert_array_equal(extract(painted, mask, spacing, chosen), extract(*case, chosen))


@a_few(50)
@given(volumes(), st.sampled_from(KINDS), st.integers(1, 200), binnings)
def test_a_flat_region_has_one_gray_level(volume, kind, level, binning):
    _, mask, spacing = volume
    chosen = original(binning, classes=("firstorder", *TEXTURES))
    flat = np.full(mask.shape, level, kind)
    values = dict(
        zip(feature_names(chosen), extract_volume(flat, mask, spacing, chosen), strict=True)
    )
    expected = {
        "firstorder_Mean": level,
        "firstorder_Median": level,
        "firstorder_Entropy": 0.0,
        "firstorder_Uniformity": 1.0,
        "firstorder_Variance": 0.0,
        "gldm_GrayLevelVariance": 0.0,
        "glszm_GrayLevelNonUniformityNormalized": 1.0,
        "ngtdm_Contrast": 0.0,
        "ngtdm_Coarseness": 1e6,
    }
    for name, value in expected.items():
        assert values[f"original_{name}"] == value, name
    assert np.isnan(values["original_glcm_Contrast"]) or values["original_glcm_Contrast"] == 0
    assert np.isnan(values["original_glcm_Id"]) or values["original_glcm_Id"] == 1


@a_few(50)
@given(volumes(), binnings)
def test_intensities_and_bins_in_another_unit_give_the_same_textures(volume, binning):
    image, mask, spacing = volume
    chosen = original(binning)
    twice = extract_volume(image.astype(np.float64) * 2, mask, spacing, doubled(chosen))
    once = extract_volume(image.astype(np.float64), mask, spacing, chosen)
    names = feature_names(chosen)
    textures = np.array([not name.startswith(("original_f", "original_s")) for name in names])
    np.testing.assert_array_equal(twice[textures], once[textures])


def doubled(chosen):
    """Double the bin width with the intensities; a number of bins stays."""
    return chosen if chosen.bin_width is None else replace(chosen, bin_width=2 * chosen.bin_width)


@pytest.mark.parametrize("spacing", [(-1.0, 1.0), (0.0, 1.0), (1.0, np.inf), (np.nan, 1.0)])
def test_slices_need_lengths_for_spacing(spacing):
    image = np.arange(30.0).reshape(1, 5, 6)
    mask = (image > 7) & (image < 20)
    with pytest.raises(InputError, match="above 0"):
        extract(image, mask, spacing, original({"bin_width": 1.0}))
