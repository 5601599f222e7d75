"""Makes ``feature_map_golden.json`` with pyradiomics 3.0.1, in an environment that has it.

``python make_feature_map_golden.py``. Needs nothing of CardioAI. pyradiomics takes one pixel at a
time (``voxelBatch`` 1): with more, two features of a pixel depend on the pixels that share its
batch (``glcm_MCC`` fails for the whole batch and ``glcm_JointAverage`` is nan where any direction
of one kernel is empty).
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from radiomics import featureextractor

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1] / "benchmarks")]

from _radiomics_reference_child import volume  # noqa: E402
from feature_map_phantoms import PHANTOMS  # noqa: E402

WIDTH = {"scale": 255.0, "bin_count": None, "bin_width": 25.0, "singleton": "z"}
COUNT = {"scale": 1.0, "bin_count": 32, "bin_width": None, "singleton": "z"}
LINES = {"scale": 255.0, "bin_count": None, "bin_width": 25.0, "singleton": "x"}
FILTERED = (
    "wavelet-LH_glrlm_RunEntropy",
    "wavelet-HH_glcm_Contrast",
    "gradient_firstorder_Mean",
    "logarithm_gldm_DependenceEntropy",
    "exponential_glszm_ZonePercentage",
    "square_ngtdm_Strength",
    "squareroot_glcm_Correlation",
)
CLASSES = ("firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm")
GENERATORS = {"squareroot": "SquareRoot", "wavelet": "Wavelet"}
"""pyradiomics' image types whose names are not ours with a capital."""


CASES = (
    ("thin_ring", WIDTH, 1, None),
    ("thin_ring", COUNT, 2, None),
    ("speckled", WIDTH, 1, None),
    ("speckled", LINES, 2, None),
    ("thin_ring", WIDTH, 3, FILTERED),
)
"""Phantom, settings, radius, and features; None for all of the original image."""


def maps(phantom: tuple, settings: dict, radius: int, wanted: tuple | None) -> dict:
    """Run pyradiomics and return the values at the pixels of the mask, in row-major order."""
    image, mask, spacing = phantom
    binning = {"binCount" if settings["bin_count"] else "binWidth": bins_of(settings)}
    extractor = featureextractor.RadiomicsFeatureExtractor(
        force2D=True,
        force2Ddimension=0,
        label=1,
        additionalInfo=False,
        kernelRadius=radius,
        initValue=np.nan,
        voxelBatch=1,
        **binning,
    )
    choose(extractor, wanted)
    pair = (image * settings["scale"], mask.astype(np.uint8))
    volumes = [volume(array, np.array(spacing), settings["singleton"]) for array in pair]
    found = extractor.execute(*volumes, voxelBased=True)
    rows, columns = np.nonzero(mask)
    cut = np.s_[
        max(rows.min() - radius, 0) : rows.max() + radius + 1,
        max(columns.min() - radius, 0) : columns.max() + radius + 1,
    ]
    inside = mask[cut]
    return {
        name: np.squeeze(sitk.GetArrayFromImage(value)).reshape(inside.shape)[inside]
        for name, value in found.items()
        if wanted is None or name in wanted
    }


def bins_of(settings: dict) -> float:
    """Return the number of bins or their width."""
    return settings["bin_count"] or settings["bin_width"]


def choose(extractor: featureextractor.RadiomicsFeatureExtractor, wanted: tuple | None) -> None:
    """Enable the image types and classes of some features, or all of the original image."""
    names = wanted or [f"original_{kind}_x" for kind in CLASSES]
    extractor.disableAllImageTypes()
    extractor.disableAllFeatures()
    for name in names:
        image_type, kind, _ = name.split("_")
        stem = image_type.split("-")[0]
        extractor.enableImageTypeByName(GENERATORS.get(stem, stem.capitalize()))
        extractor.enableFeatureClassByName(kind)


def main() -> None:
    """Write the file."""
    logging.getLogger("radiomics").setLevel(logging.CRITICAL + 1)
    np.seterr(all="ignore")
    cases = []
    for name, settings, radius, wanted in CASES:
        found = maps(PHANTOMS[name](), settings, radius, wanted)
        values = {
            feature: [float(f"{value:.8g}") for value in row] for feature, row in found.items()
        }
        cases.append({"image": name, "settings": settings, "radius": radius, "values": values})
    text = json.dumps({"cases": cases}, separators=(",", ":"))
    (HERE / "feature_map_golden.json").write_text(text.replace('],"', '],\n"') + "\n")


if __name__ == "__main__":
    main()
