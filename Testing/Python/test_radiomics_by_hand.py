"""Texture matrices and shape small enough to count on paper."""

from __future__ import annotations

import numpy as np
import pytest
from CardioAILib.radiomics import Settings, extract, feature_names
from CardioAILib.radiomics.glcm import count_pairs
from CardioAILib.radiomics.gldm import count_dependence
from CardioAILib.radiomics.glrlm import count_runs
from CardioAILib.radiomics.glszm import find_zones
from CardioAILib.radiomics.layout import DIRECTIONS, index_levels, lay_out
from CardioAILib.radiomics.mcc import maximal_correlation
from CardioAILib.radiomics.ngtdm import sum_differences

# 1 1 2
# 1 3 3     gray levels of a full 3 x 3 region
# 2 3 3
LEVELS = np.array([[1, 1, 2], [1, 3, 3], [2, 3, 3]], np.int32)


def laid_out(levels, directions):
    """Index, positions and steps of a region where levels are not zero."""
    positions, steps, _, size = lay_out(np.argwhere(levels), directions)
    index, grays, _ = index_levels(levels[levels > 0], positions, size)
    return index, positions, steps, grays.size


INDEX, POSITIONS, STEPS, _ = laid_out(LEVELS, DIRECTIONS["z"])
ACROSS, RISING, _, FALLING = STEPS


def describe(levels, classes, **settings):
    """Features of the original image with its values as gray levels, on a plane with margin."""
    chosen = Settings(bin_width=1.0, image_types=("original",), classes=classes, **settings)
    image = np.pad(np.asarray(levels, float), 2)
    row = extract(image[None], (image > 0)[None], (1, 1), chosen)[0]
    return {
        name.split("_", 1)[1]: value for name, value in zip(feature_names(chosen), row, strict=True)
    }


def test_glcm_counts_neighbors_in_one_direction():
    # Horizontal pairs: 1-1, 1-2, 1-3, 3-3, 2-3, 3-3.
    np.testing.assert_array_equal(
        count_pairs(INDEX, POSITIONS, ACROSS, 3), [[1, 1, 1], [0, 0, 1], [0, 0, 2]]
    )
    # Falling diagonal pairs: 1-3, 1-3, 1-3, 3-3.
    np.testing.assert_array_equal(
        count_pairs(INDEX, POSITIONS, FALLING, 3), [[0, 0, 3], [0, 0, 0], [0, 0, 1]]
    )


def test_glcm_features_of_one_direction():
    # The matrix above over 12 pairs, in one direction because the layout leaves no other.
    values = describe(LEVELS, ("glcm",), singleton="x")
    assert values["glcm_Contrast"] == pytest.approx((4 * 1 + 2 * 4) / 12)
    assert values["glcm_JointEnergy"] == pytest.approx((4 + 16 + 6 * 1) / 144)
    assert values["glcm_MaximumProbability"] == pytest.approx(4 / 12)
    assert values["glcm_JointAverage"] == pytest.approx((4 * 1 + 2 * 2 + 6 * 3) / 12)


def test_glrlm_counts_runs():
    # Rows: 11 2 / 1 33 / 2 33.
    table = count_runs(INDEX, POSITIONS, ACROSS, 3)
    np.testing.assert_array_equal(table, [[1, 1], [2, 0], [0, 2]])
    # Rising diagonals: 1 / 11 / 232 / 33 / 3.
    table = count_runs(INDEX, POSITIONS, RISING, 3)
    np.testing.assert_array_equal(table, [[1, 1], [2, 0], [2, 1]])


def test_glrlm_features_of_one_direction():
    values = describe(LEVELS, ("glrlm",), singleton="x")
    assert values["glrlm_RunPercentage"] == pytest.approx(6 / 9)
    assert values["glrlm_ShortRunEmphasis"] == pytest.approx((3 + 3 / 4) / 6)
    assert values["glrlm_GrayLevelNonUniformity"] == pytest.approx((4 + 4 + 4) / 6)


def test_a_direction_whose_lines_hold_one_pixel_each_is_left_out():
    corner = np.array([[0, 0], [1, 1]])
    assert lay_out(corner, DIRECTIONS["z"])[2].tolist() == [False, False, False, True]
    # Two apart in a row, and as far apart along a space diagonal.
    gap, steep = np.array([[0, 0], [0, 2]]), np.array([[0, 0, 2], [2, 2, 0]])
    assert lay_out(gap, DIRECTIONS["z"])[2].tolist() == [True, False, False, False]
    held = lay_out(steep, DIRECTIONS["volume"])[2]
    assert DIRECTIONS["volume"][held].tolist() == [[1, 1, -1]]


def test_a_volume_of_two_levels_has_its_pairs_in_thirteen_directions():
    levels = np.array([[[1, 0], [2, 0]], [[0, 2], [1, 1]]], np.int32)
    index, positions, steps, size = laid_out(levels, DIRECTIONS["volume"])
    pairs = sum(count_pairs(index, positions, step, size) for step in steps)
    # Five voxels within one cube: all ten pairs touch, three of 1-1, six of 1-2, one of 2-2.
    np.testing.assert_array_equal(pairs, [[3, 6], [0, 1]])
    # Both 2s touch over the corner, so do all three 1s.
    assert sorted(find_zones(index, positions, steps)[1].tolist()) == [2, 3]
    table = count_dependence(index, positions, steps, size)
    np.testing.assert_array_equal(table[:, :4], [[0, 0, 3, 0], [0, 2, 0, 0]])


def test_glszm_joins_zones_over_corners():
    # Zones: three 1s, the 2 above right, the 2 below left, four 3s.
    grays, areas = find_zones(INDEX, POSITIONS, STEPS)
    zones = sorted(zip(grays.tolist(), areas.tolist(), strict=True))
    assert zones == [(0, 3), (1, 1), (1, 1), (2, 4)]
    values = describe(LEVELS, ("glszm",))
    assert values["glszm_LargeAreaEmphasis"] == pytest.approx((9 + 1 + 1 + 16) / 4)
    assert values["glszm_ZonePercentage"] == pytest.approx(4 / 9)
    assert values["glszm_ZoneEntropy"] == pytest.approx(1.5)


def test_gldm_counts_equal_neighbors():
    # Each 1 sees two 1s or one: the corner 1 touches both others, which touch over the corner.
    table = count_dependence(INDEX, POSITIONS, STEPS, 3)
    np.testing.assert_array_equal(table[:, :4], [[0, 0, 3, 0], [2, 0, 0, 0], [0, 0, 0, 4]])
    assert describe(LEVELS, ("gldm",))["gldm_DependenceNonUniformity"] == pytest.approx(29 / 9)


def test_ngtdm_sums_distances_from_the_neighborhood():
    grays = np.array([1.0, 2.0, 3.0])
    counts, differences = sum_differences(INDEX, POSITIONS, STEPS, grays)
    np.testing.assert_array_equal(counts, [3, 2, 4])
    # 1s: corner |1 - 5/3|, edges |1 - 10/5| twice. 2s: |2 - 7/3| twice.
    # 3s: center |3 - 16/8|, edges |3 - 12/5| twice, corner 0.
    np.testing.assert_allclose(differences, [2 / 3 + 2, 2 / 3, 1 + 6 / 5])
    share = counts / 9
    assert describe(LEVELS, ("ngtdm",))["ngtdm_Coarseness"] == pytest.approx(
        1 / (share * differences).sum()
    )


def test_maximal_correlation_is_the_second_eigenvalue_in_magnitude():
    random = np.random.default_rng(3)
    for size in (2, 3, 17, 80):
        half = random.integers(0, 5, (size, size))
        counts = (half + half.T).astype(np.int32)
        marginal = counts.sum(axis=1).astype(np.int64)
        q = (counts / marginal[:, None]) @ (counts / marginal[None, :]).T
        expected = np.sqrt(np.sort(np.linalg.eigvals(q).real)[-2])
        cells = np.triu(counts).nonzero()
        rows, columns = (axis.astype(np.int32) for axis in cells)
        found = maximal_correlation(rows, columns, counts[cells], marginal)
        assert found == pytest.approx(expected, rel=1e-9)


def test_shape_of_a_square_plate():
    # Pixels of 2 x 3 mm, 1 mm thick; 4 rows and 2 columns.
    settings = Settings(bin_count=8, classes=("shape",))
    mask = np.pad(np.ones((4, 2), bool), 1)
    row = extract(np.zeros((1, *mask.shape)), mask[None], (2.0, 3.0), settings)[0]
    values = {name.split("_")[2]: v for name, v in zip(feature_names(settings), row, strict=True)}
    assert values["VoxelVolume"] == 4 * 2 * 2 * 3
    # Variance of the row positions 0 2 4 6 mm is 5, of the columns 0 3 mm is 2.25.
    assert values["MajorAxisLength"] == pytest.approx(4 * np.sqrt(5))
    assert values["MinorAxisLength"] == pytest.approx(4 * 1.5)
    assert values["LeastAxisLength"] == values["Flatness"] == 0
    # The outline bulges half a pixel: the longest way is from the middle of one end pixel to
    # that of the other end, 4 rows apart and 1 column aside.
    assert values["Maximum2DDiameterSlice"] == pytest.approx(np.hypot(8, 3))
    assert values["Maximum2DDiameterColumn"] == pytest.approx(6)
    assert values["Maximum2DDiameterRow"] == pytest.approx(8)


def test_firstorder_of_four_pixels():
    values = describe([[1, 2], [3, 10]], ("firstorder",), slice_mm=2.0)
    assert values["firstorder_Energy"] == 114
    assert values["firstorder_TotalEnergy"] == 228
    assert values["firstorder_Entropy"] == 2
    assert values["firstorder_Mean"] == 4
    assert values["firstorder_Median"] == 2.5
    assert values["firstorder_MeanAbsoluteDeviation"] == 3
    assert values["firstorder_90Percentile"] == pytest.approx(7.9)
    assert values["firstorder_Variance"] == 12.5
