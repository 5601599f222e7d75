"""Radiomic features in three dimensions."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.radiomics import PAPER, SOUND, Settings, extract, extract_volume, feature_names
from CardioAILib.radiomics.diameters import measure_diameters
from golden.radiomics_phantoms import PHANTOMS
from golden.radiomics_tolerance import deviation
from golden.radiomics_volumes import VOLUMES, ball, islands, wall

GOLDEN = json.loads((Path(__file__).parent / "golden" / "radiomics_golden_3d.json").read_text())
ACDC = Path(__file__).resolve().parents[3] / "shared" / "data" / "acdc" / "training"
ORIGINAL = Settings(bin_width=5.0, image_types=("original",))
SHAPE = replace(ORIGINAL, classes=("shape",))
FEW_BINS = Settings(bin_count=8, image_types=("original",))


def named(values, settings=ORIGINAL):
    return dict(zip(feature_names(settings), values, strict=True))


@pytest.mark.parametrize("engine", ["native", "numpy"])
@pytest.mark.parametrize(
    "case", GOLDEN["cases"], ids=lambda case: f"{case['volume']}-{next(iter(case['binning']))}"
)
def test_every_feature_of_a_volume_agrees_with_pyradiomics(case, engine):
    settings = Settings(**case["binning"], image_types=("original",))
    ours = extract_volume(*VOLUMES[case["volume"]](), settings, engine=engine)
    off = deviation(feature_names(settings), ours, np.array(case["values"]))
    assert not {GOLDEN["names"][k]: off[k] for k in np.nonzero(off > 1)[0]}


def test_the_names_are_those_of_pyradiomics_in_its_order():
    assert feature_names(ORIGINAL) == tuple(GOLDEN["names"])


@pytest.mark.parametrize("name", sorted(VOLUMES))
def test_volumes_agree_with_the_installed_pyradiomics(name):
    pytest.importorskip("radiomics", reason="pyradiomics 3.0.1 is not installed")
    settings = Settings(bin_count=32, image_types=("original",))
    ours, theirs = (
        extract_volume(*VOLUMES[name](), settings, engine=engine)
        for engine in ("native", "pyradiomics")
    )
    assert deviation(feature_names(settings), ours, theirs).max() <= 1


@pytest.mark.parametrize("patient", ["patient001", "patient033"])
def test_the_engines_agree_on_a_real_heart(patient):
    sitk = pytest.importorskip("SimpleITK", reason="SimpleITK is not installed")
    if not ACDC.is_dir():
        pytest.skip(f"the ACDC data set is not at {ACDC}")
    file = sorted(ACDC.glob(f"{patient}/*_frame??.nii.gz"))[0]
    image = sitk.ReadImage(str(file))
    labels = sitk.GetArrayFromImage(sitk.ReadImage(str(file).replace(".nii", "_gt.nii")))
    volume = sitk.GetArrayFromImage(image), labels == 2, image.GetSpacing()[::-1]
    settings = Settings(bin_width=25.0, image_types=("original",))
    native, plain = (extract_volume(*volume, settings, engine=e) for e in ("native", "numpy"))
    assert deviation(feature_names(settings), native, plain).max() <= 1


@pytest.mark.parametrize("name", sorted(PHANTOMS))
def test_a_volume_of_one_slice_has_the_features_of_the_slice(name):
    image, mask, spacing = PHANTOMS[name]()
    settings = Settings(bin_count=16, image_types=("original",), slice_mm=3.0)
    as_slice = extract(image[None], mask[None], spacing, settings)[0]
    as_volume = extract_volume(image[None], mask[None], (3.0, *spacing), settings)
    off = deviation(feature_names(settings), as_volume, as_slice)
    assert off.max() <= 1e-3


def test_a_slice_along_the_last_axis_has_the_shape_of_that_layout():
    image, mask, spacing = PHANTOMS["islands"]()
    settings = replace(SHAPE, singleton="x", slice_mm=3.0)
    as_slice = extract(image[None], mask[None], spacing, settings)[0]
    as_volume = extract_volume(image[..., None], mask[..., None], (*spacing, 3.0), settings)
    np.testing.assert_array_equal(as_volume, as_slice)


def test_two_lone_voxels_are_two_octahedra():
    mask = np.zeros((4, 5, 3), bool)
    mask[0, 1, 1] = mask[2, 3, 1] = True
    shape = named(extract_volume(mask, mask, (1, 1, 1), SHAPE), SHAPE)
    expected = {
        "MeshVolume": 2 / 6,
        "SurfaceArea": 2 * np.sqrt(3),
        "VoxelVolume": 2.0,
        "Maximum2DDiameterSlice": 1.0,
        "Maximum2DDiameterColumn": 1.0,
        "Maximum2DDiameterRow": np.sqrt(3**2 + 2**2),
        "Maximum3DDiameter": np.sqrt(3**2 + 2**2),
        "MajorAxisLength": 4 * np.sqrt(2),
        "MinorAxisLength": 0.0,
        "LeastAxisLength": 0.0,
    }
    for name, value in expected.items():
        assert shape[f"original_shape_{name}"] == pytest.approx(value, abs=1e-7), name


def test_spacing_is_slice_row_column():
    mask = np.zeros((4, 6, 8), bool)
    mask[1:3, 1:4, 1:7] = True
    shape = named(extract_volume(mask, mask, (10.0, 2.0, 1.0), SHAPE), SHAPE)
    assert shape["original_shape_VoxelVolume"] == 36 * 20.0
    # Between faces half a voxel out on one axis: 2 x 10 mm, 3 x 2 mm and 6 x 1 mm.
    assert shape["original_shape_Maximum2DDiameterSlice"] == pytest.approx(np.hypot(6.0, 5.0))
    assert shape["original_shape_Maximum2DDiameterColumn"] == pytest.approx(np.hypot(20.0, 5.0))
    assert shape["original_shape_Maximum2DDiameterRow"] == pytest.approx(np.hypot(20.0, 4.0))


def all_vertices(solid):
    """Find the middles between neighbors of which one is inside, in half voxels."""
    found = []
    for axis in range(3):
        change = np.argwhere(np.diff(solid, axis=axis))
        found.append(2 * change + np.eye(3, dtype=int)[axis])
    return np.concatenate(found)


@pytest.mark.parametrize("seed", range(12))
def test_diameters_are_the_largest_distances_of_all_pairs_of_vertices(seed):
    random = np.random.default_rng(seed)
    solid = np.pad(random.random(random.integers(1, 7, 3)) < random.choice([0.15, 0.7]), 1)
    solid[1, 1, 1] = True
    sizes = tuple(random.choice([0.7, 1.0, 2.5], 3).tolist())
    vertices = all_vertices(solid)
    gaps = vertices[:, None] - vertices[None]
    lengths = np.sqrt(((gaps * np.array(sizes) / 2) ** 2).sum(axis=-1))
    expected = [lengths[gaps[..., axis] == 0].max() for axis in range(3)] + [lengths.max()]
    np.testing.assert_allclose(measure_diameters(solid, sizes), expected, rtol=1e-12)


def test_integers_of_any_kind_give_the_same_numbers():
    image, mask, spacing = ball()
    expected = extract_volume(image.astype(np.float64), mask, spacing, ORIGINAL)
    for kind in (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64):
        values = extract_volume(image.astype(kind), mask, spacing, ORIGINAL)
        np.testing.assert_array_equal(values, expected)


def test_the_scale_multiplies_the_intensities():
    image, mask, spacing = ball()
    scaled = extract_volume(image, mask, spacing, replace(ORIGINAL, scale=3.0))
    np.testing.assert_array_equal(scaled, extract_volume(3 * image, mask, spacing, ORIGINAL))


def test_a_region_at_every_border_equals_the_same_in_a_larger_volume():
    image, mask, spacing = islands()
    assert mask[0, 0, 0]
    assert mask[-1, -1, -1]
    inside = extract_volume(image, mask, spacing, ORIGINAL)
    larger = [np.pad(array, ((2, 3), (1, 4), (5, 1))) for array in (image, mask)]
    np.testing.assert_array_equal(extract_volume(*larger, spacing, ORIGINAL), inside)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e9])
def test_intensities_outside_the_region_do_not_matter(value):
    image, mask, spacing = wall()
    painted = np.where(mask, image, value)
    expected = extract_volume(image.astype(np.float64), mask, spacing, FEW_BINS)
    np.testing.assert_array_equal(extract_volume(painted, mask, spacing, FEW_BINS), expected)


def test_only_the_label_counts_in_an_integer_mask():
    image, mask, spacing = ball()
    labels = np.where(mask, 2, 0)
    labels[0] = 1
    chosen = extract_volume(image, labels, spacing, replace(ORIGINAL, label=2))
    np.testing.assert_array_equal(chosen, extract_volume(image, mask, spacing, ORIGINAL))


def test_ten_thousand_islands_take_seconds():
    image = np.arange(10 * 256 * 256).reshape(10, 256, 256) % 251
    mask = np.zeros(image.shape, bool)
    mask[::3, ::4, ::6] = mask[::3, 1::4, 1::6] = True
    assert mask[::3, ::4, ::6].sum() > 10_000
    extract_volume(*ball(), ORIGINAL)  # compiles where nothing is compiled yet
    start = time.perf_counter()
    values = extract_volume(image, mask, (8.0, 1.4, 1.4), ORIGINAL)
    assert time.perf_counter() - start < 10
    assert np.isfinite(values).all()


def broken(**changes):
    image, mask, spacing = ball()
    given = {"image": image.astype(np.float64), "mask": mask.copy(), "spacing": spacing}
    return {**given, **changes}


def with_value(array, index, value):
    out = array.astype(np.float64) if isinstance(value, float) else array.copy()
    out[index] = value
    return out


IMAGE, MASK, _ = ball()
INSIDE = tuple(np.argwhere(MASK)[0])
LINE = with_value(np.zeros_like(MASK), np.s_[3, 4, 2:9], True)
SINGLE = with_value(np.zeros_like(MASK), (3, 4, 5), True)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"image": with_value(IMAGE, INSIDE, np.nan)}, InputError, "at 1 voxels of the region"),
        ({"image": with_value(IMAGE, INSIDE, -np.inf)}, InputError, "nan or infinite"),
        ({"image": IMAGE[0]}, InputError, r"shape \(12, 13\)"),
        ({"image": IMAGE[None]}, InputError, "one volume of one channel"),
        ({"image": IMAGE.astype(str)}, InputError, "wanted numbers"),
        ({"image": IMAGE * 1j}, InputError, "complex"),
        ({"mask": MASK[:, 1:]}, GridMismatchError, "resample the mask"),
        ({"mask": np.zeros_like(MASK)}, EmptyMaskError, "no voxel of value 1"),
        ({"mask": np.ones_like(MASK)}, InputError, "covers its whole volume"),
        ({"mask": SINGLE}, InputError, "single voxel"),
        ({"mask": LINE}, InputError, "single line"),
        ({"spacing": (1.0, 1.0)}, InputError, "slice, row and column spacing"),
        ({"spacing": (0.0, 1.0, 1.0)}, InputError, "above 0"),
        ({"spacing": (1.0, -1.0, 1.0)}, InputError, "above 0"),
        ({"spacing": (1.0, 1.0, np.nan)}, InputError, "above 0"),
        ({"spacing": 1.0}, InputError, "slice, row and column spacing"),
        ({"image": IMAGE * 1e6}, InputError, "bins of width 5"),
        ({"settings": SOUND}, InputError, "the only image with features in three dimensions"),
        ({"engine": "fast"}, InputError, "engine='fast'"),
    ],
)
def test_volumes_that_cannot_be_described_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        extract_volume(**{"settings": ORIGINAL, **broken(**changes)})


class Recorder:
    """Stands in for RadiomicsFeatureExtractor; the last one made is kept."""

    last = None

    def __init__(self, **options):
        self.options = options
        type(self).last = self

    def disableAllImageTypes(self):  # noqa: N802
        self.images = []

    def disableAllFeatures(self):  # noqa: N802
        self.classes = []

    def enableImageTypeByName(self, name):  # noqa: N802
        self.images.append(name)

    def enableFeatureClassByName(self, name):  # noqa: N802
        self.classes.append(name)

    def execute(self, image, mask):
        self.volumes = image, mask
        return {name: np.array(number) for number, name in enumerate(feature_names(PAPER))}


def test_pyradiomics_is_given_the_volume_with_a_border(monkeypatch):
    sitk = pytest.importorskip("SimpleITK", reason="SimpleITK is not installed")
    package = ModuleType("radiomics")
    package.featureextractor = ModuleType("radiomics.featureextractor")
    package.featureextractor.RadiomicsFeatureExtractor = Recorder
    monkeypatch.setitem(sys.modules, "radiomics", package)
    image, mask, spacing = islands()
    settings = replace(ORIGINAL, classes=("glcm", "shape"))
    values = extract_volume(image, mask, spacing, settings, engine="pyradiomics")
    assert values.tolist() == [feature_names(PAPER).index(name) for name in feature_names(settings)]
    assert not Recorder.last.options["force2D"]
    assert Recorder.last.images == ["Original"]
    given, region = Recorder.last.volumes
    assert given.GetSize() == region.GetSize() == (10, 11, 9)
    assert given.GetSpacing() == region.GetSpacing() == spacing[::-1]
    np.testing.assert_array_equal(
        sitk.GetArrayFromImage(given)[1:-1, 1:-1, 1:-1], np.where(mask, image, 0)
    )
