"""The radiomic features without numba: the same numbers, and nothing that needs it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import DependencyError, InputError
from CardioAILib.radiomics import PAPER, SOUND, Settings, dispatch, extract, feature_names
from CardioAILib.radiomics.coif1 import filters_for
from CardioAILib.radiomics.portable.binning import gray_levels
from CardioAILib.radiomics.portable.diameters import measure_diameters
from CardioAILib.radiomics.portable.glcm import maximal_correlation
from CardioAILib.radiomics.portable.matrices import (
    cooccurrence,
    dependence,
    directions,
    lay_out,
    lines_hold_pairs,
    neighbor_differences,
    runs,
    zones,
)
from CardioAILib.radiomics.portable.wavelet import filter_last_axis
from golden.radiomics_phantoms import ring
from golden.radiomics_tolerance import deviation
from test_radiomics_golden import GOLDEN, load_phantom

FOUR_LEVELS = np.array([[1, 2, 2, 0], [1, 1, 3, 3], [0, 1, 4, 4]])
"""A region with corners missing, small enough to count by eye."""

WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None
import numpy as np
from CardioAILib.radiomics import SOUND, extract
r, c = np.mgrid[:20, :20]
mask = (r - 10) ** 2 + (c - 10) ** 2 < 50
row = extract(((7 * r * r + 13 * c) % 97 / 97)[None], mask[None], (1, 1), SOUND)
print(row.shape, np.isfinite(row).all())
"""


@pytest.fixture
def no_numba(monkeypatch):
    """Keep numba from being imported, and the answer from being remembered."""
    monkeypatch.setitem(sys.modules, "numba", None)
    dispatch._numba_obstacle.cache_clear()
    yield
    dispatch._numba_obstacle.cache_clear()


@pytest.mark.parametrize(
    "case", GOLDEN["cases"], ids=lambda case: f"{case['image']}-{case['settings']}"
)
def test_every_feature_agrees_with_pyradiomics(case):
    image, mask, spacing = load_phantom(case["image"])
    settings = Settings(**GOLDEN["settings"][case["settings"]])
    names = feature_names(settings)
    ours = extract(image[None], mask[None], spacing, settings, engine="numpy")[0]
    off = deviation(names, ours, np.array(case["values"]))
    assert not {names[k]: off[k] for k in np.nonzero(off > 1)[0]}


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int16, np.float32, np.float64])
def test_the_type_of_the_image_counts_as_in_the_compiled_engine(kind):
    pytest.importorskip("numba")
    image, mask, _ = ring()
    images = (200 * image)[None].astype(kind)
    settings = Settings(bin_width=7.3, image_types=("original", "gradient", "wavelet-HL"))
    names = feature_names(settings)
    native, portable = (
        extract(images, mask[None], (0.75, 1.5), settings, engine) for engine in ("native", "numpy")
    )
    assert deviation(names, portable, native).max() < 1


def test_thousands_of_islands_are_zones_of_one_pixel():
    image = np.random.default_rng(0).random((200, 200))
    scattered = np.zeros(image.shape, bool)
    scattered[::2, ::2] = True
    scattered[0] = False
    settings = Settings(bin_count=32, image_types=("original",))
    row = extract(image[None], scattered[None], (1, 1), settings, engine="numpy")[0]
    values = dict(zip(feature_names(settings), row, strict=True))
    assert np.isnan(values["original_glcm_Contrast"])
    assert values["original_glszm_ZonePercentage"] == 1
    assert values["original_shape_VoxelVolume"] == scattered.sum()


def test_it_runs_where_numba_does_not_import():
    library = Path(dispatch.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMBA],
        env={**os.environ, "PYTHONPATH": str(library)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "(1, 944) True\n", done.stderr
    assert "radiomics run on NumPy" in done.stderr


def test_without_numba_auto_is_numpy_and_says_so_once(no_numba, caplog):
    image, mask, spacing = ring()
    settings = Settings(bin_count=8, image_types=("original",))
    with caplog.at_level(logging.WARNING):
        rows = [extract(image[None], mask[None], spacing, settings) for _ in range(2)]
    asked = extract(image[None], mask[None], spacing, settings, engine="numpy")
    np.testing.assert_array_equal(rows, [asked, asked])
    assert len([r for r in caplog.records if "radiomics run on NumPy" in r.message]) == 1


def test_a_numba_whose_library_does_not_load_is_as_good_as_none(no_numba, monkeypatch, tmp_path):
    (tmp_path / "numba.py").write_text("raise OSError('no libllvmlite')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "numba")
    assert dispatch.choose_engine("auto") == "numpy"
    with pytest.raises(DependencyError, match="no libllvmlite"):
        dispatch.choose_engine("native")


def test_asking_for_the_compiled_engine_without_numba_says_what_to_do(no_numba):
    image, mask, spacing = ring()
    with pytest.raises(DependencyError, match="pip install numba"):
        extract(image[None], mask[None], spacing, SOUND, engine="native")


def test_progress_counts_every_slice_and_errors_name_theirs():
    image, mask, spacing = ring()
    images, masks, calls = np.stack([image, 0 * image]), np.stack([mask, mask]), []
    with pytest.raises(InputError, match="zero everywhere in slice 1"):
        extract(images, masks, spacing, PAPER, "numpy", lambda *call: calls.append(call))
    assert calls == [(1, 2)]


def test_directions_are_half_of_the_neighbors():
    for ndim, count in ((2, 4), (3, 13)):
        half = {tuple(step) for step in directions(ndim).tolist()}
        back = {tuple(-s for s in step) for step in half}
        assert len(half) == count
        assert not half & back
        assert (0,) * ndim not in half


def test_pairs_are_counted_in_both_senses():
    counts = cooccurrence(lay_out(FOUR_LEVELS), (0, 1), 4)
    # Along rows: 1-2, 2-2; 1-1, 1-3, 3-3; 1-4, 4-4.
    np.testing.assert_array_equal(counts, [[2, 1, 1, 1], [1, 2, 0, 0], [1, 0, 2, 0], [1, 0, 0, 2]])


def test_runs_end_at_another_level_and_at_the_edge():
    levels, lengths = runs(lay_out(FOUR_LEVELS), (0, 1))
    assert sorted(zip(levels, lengths, strict=True)) == [
        (1, 1),
        (1, 1),
        (1, 2),
        (2, 2),
        (3, 2),
        (4, 2),
    ]


def test_zones_join_over_corners():
    levels, sizes, zone_of = zones(lay_out(FOUR_LEVELS), directions(2))
    assert sorted(zip(levels, sizes, strict=True)) == [(1, 4), (2, 2), (3, 2), (4, 2)]
    np.testing.assert_array_equal(levels[zone_of], FOUR_LEVELS[FOUR_LEVELS > 0])


def test_dependence_counts_equal_neighbors():
    equal = dependence(lay_out(FOUR_LEVELS), directions(2))
    np.testing.assert_array_equal(equal, [2, 1, 1, 3, 3, 1, 1, 2, 1, 1])


def test_a_voxel_is_compared_with_its_neighbors_inside_the_region():
    each, neighbors = neighbor_differences(
        lay_out(FOUR_LEVELS), directions(2), np.array([1.0, 2.0, 3.0, 4.0])
    )
    # The first voxel has neighbors 2, 1 and 1.
    assert each[0] == pytest.approx(1 / 3)
    assert neighbors[0] == 3
    alone = lay_out(np.array([[1, 0, 2]]))
    each, neighbors = neighbor_differences(alone, directions(2), np.array([1.0, 2.0]))
    np.testing.assert_array_equal([each, neighbors], [[0, 0], [0, 0]])


def test_a_line_may_hold_two_voxels_that_do_not_touch():
    apart = np.zeros((3, 4, 5), int)
    apart[0, 0, 0] = apart[2, 2, 2] = 1
    held = [lines_hold_pairs(lay_out(apart), direction) for direction in directions(3)]
    assert held == [(step == 1).all() for step in directions(3)]


def test_a_cube_of_one_level_is_one_zone_and_nine_runs_a_direction():
    lattice = lay_out(np.ones((3, 3, 3), int))
    assert zones(lattice, directions(3))[1].tolist() == [27]
    levels, lengths = runs(lattice, (1, 0, 0))
    assert (levels.tolist(), lengths.tolist()) == ([1] * 9, [3] * 9)
    assert dependence(lattice, directions(3)).max() == 26


def test_maximal_correlation_is_the_second_eigenvalue_in_magnitude():
    assert maximal_correlation(np.array([[0, 5], [5, 0]])) == pytest.approx(1)
    assert maximal_correlation(np.array([[4, 2], [2, 1]])) == pytest.approx(0, abs=1e-12)
    assert maximal_correlation(np.array([[3, 0], [0, 0]])) == 0


def test_diameters_of_a_single_voxel_reach_over_its_faces():
    solid = np.zeros((3, 3, 3), bool)
    solid[1, 1, 1] = True
    np.testing.assert_allclose(measure_diameters(solid, (3, 1, 2)), (2, 3, 3, 3))


def test_bin_edges_belong_to_the_bin_above_but_for_the_last():
    values = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert gray_levels(values, Settings(bin_count=4)).tolist() == [1, 2, 3, 4, 4]
    assert gray_levels(values - 1.5, Settings(bin_width=2.0)).tolist() == [1, 1, 2, 2, 3]


def test_values_are_refused_as_by_the_compiled_engine():
    with pytest.raises(InputError, match="bins of width"):
        gray_levels(np.array([0.0, 1e6]), PAPER)
    with pytest.raises(InputError, match="differ by rounding only"):
        gray_levels(np.array([153.0, np.nextafter(153.0, 154)]), Settings(bin_count=64))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("length", [1, 3, 5, 6, 11])
def test_lines_are_filtered_as_by_pywavelets(kind, length):
    pywt = pytest.importorskip("pywt")
    line = np.random.default_rng(length).random(length).astype(kind)
    even = np.append(line, line[:1]) if length % 2 else line
    approximation, detail = pywt.swt(even, "coif1", level=1)[0]
    for taps, wanted in zip(filters_for(kind), (approximation, detail), strict=True):
        ours = filter_last_axis(line, taps, np.arange(length))
        assert ours.dtype == kind
        np.testing.assert_array_equal(ours, wanted[:length])
