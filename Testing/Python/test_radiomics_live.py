"""Live comparison with the libraries that the radiomics room stands in for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from CardioAILib.radiomics import PAPER, RELEASED, SOUND, extract, feature_names
from CardioAILib.radiomics.binning import gray_levels
from CardioAILib.radiomics.filters import filtered_values
from CardioAILib.radiomics.region import find_region
from CardioAILib.radiomics.settings import Settings
from golden.radiomics_phantoms import islands, ring, signed
from golden.radiomics_tolerance import deviation

ACDC = Path(__file__).resolve().parents[3] / "shared" / "data" / "acdc" / "training"


def read_slice(patient):
    """Read the mid-ventricular slice of the first frame, in [0, 1], with the myocardium."""
    sitk = pytest.importorskip("SimpleITK")
    file = sorted(ACDC.glob(f"{patient}/*_frame??.nii.gz"))[0]
    image = sitk.ReadImage(str(file), sitk.sitkFloat64)
    labels = sitk.GetArrayFromImage(sitk.ReadImage(str(file).replace(".nii", "_gt.nii")))
    number = int((labels == 2).sum(axis=(1, 2)).argmax())
    values = sitk.GetArrayFromImage(image)[number]
    column_mm, row_mm, _ = image.GetSpacing()
    return values / values.max(), labels[number] == 2, (row_mm, column_mm)


@pytest.mark.parametrize("settings", [SOUND, PAPER, RELEASED], ids=["sound", "paper", "released"])
@pytest.mark.parametrize("patient", ["patient001", "patient033", "patient100"])
def test_real_slices_agree_with_the_installed_pyradiomics(patient, settings):
    pytest.importorskip("radiomics", reason="pyradiomics 3.0.1 is not installed")
    if not ACDC.is_dir():
        pytest.skip(f"the ACDC data set is not at {ACDC}")
    image, mask, spacing = read_slice(patient)
    ours, theirs = (
        extract(image[None], mask[None], spacing, settings, engine=engine)[0]
        for engine in ("native", "pyradiomics")
    )
    assert deviation(feature_names(settings), ours, theirs).max() <= 1


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("phantom", [ring, islands, signed])
def test_wavelets_round_exactly_as_pywavelets_do(phantom, kind):
    pywt = pytest.importorskip("pywt", reason="PyWavelets is not installed")
    image, mask, spacing = phantom()
    image = image.astype(kind)
    padded = np.pad(image, [(0, side % 2) for side in image.shape], "wrap")
    bands = pywt.swtn(padded, "coif1", level=1, axes=(1, 0))[0]
    ours = filtered_values(image, find_region(mask), spacing, SOUND)
    for letters, band in bands.items():
        name = "wavelet-" + letters.replace("a", "L").replace("d", "H")
        expected = band[: image.shape[0], : image.shape[1]][mask]
        assert ours[name].dtype == expected.dtype == kind
        np.testing.assert_array_equal(ours[name], expected)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("phantom", [ring, islands, signed])
def test_gradient_rounds_exactly_as_simpleitk_does(phantom, kind):
    sitk = pytest.importorskip("SimpleITK", reason="SimpleITK is not installed")
    image, mask, (row_mm, column_mm) = phantom()
    image = image.astype(kind)
    volume = sitk.GetImageFromArray(image[None])
    volume.SetSpacing((column_mm, row_mm, 1.0))
    expected = sitk.GetArrayFromImage(sitk.GradientMagnitude(volume))[0][mask]
    ours = filtered_values(image, find_region(mask), (row_mm, column_mm), SOUND)["gradient"]
    assert ours.dtype == expected.dtype
    np.testing.assert_array_equal(ours, expected)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_bins_are_those_of_numpy(kind):
    random = np.random.default_rng(5)
    for _ in range(50):
        values = (random.normal(0, 40, 60).round(random.integers(0, 4))).astype(kind)
        edges = np.histogram(values, 32)[1]
        edges[-1] += 1
        ours = gray_levels(values, Settings(bin_count=32))
        np.testing.assert_array_equal(ours, np.digitize(values, edges))
        low = values.min() - values.min() % 2.5
        ours = gray_levels(values, Settings(bin_width=2.5))
        np.testing.assert_array_equal(
            ours, np.digitize(values, np.arange(low, values.max() + 5, 2.5))
        )
