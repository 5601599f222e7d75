"""Runs pyradiomics in its own environment: ``python _radiomics_reference_child.py IN.npz OUT.npz``.

Knows nothing of CardioAI, so that nothing of it can be shared by mistake.
"""

from __future__ import annotations

import json
import logging
import sys
import time

import numpy as np
import SimpleITK as sitk
from radiomics import featureextractor


def build(settings: dict) -> featureextractor.RadiomicsFeatureExtractor:
    """Configure the extractor as the study did: every image type, every class."""
    binning = (
        {"binCount": settings["bin_count"]}
        if settings["bin_count"]
        else {"binWidth": settings["bin_width"]}
    )
    extractor = featureextractor.RadiomicsFeatureExtractor(
        force2D=True, force2Ddimension=0, label=1, additionalInfo=False, **binning
    )
    for name in ("Exponential", "Gradient", "Logarithm", "Square", "SquareRoot", "Wavelet"):
        extractor.enableImageTypeByName(name)
    return extractor


def volume(array: np.ndarray, spacing: np.ndarray, singleton: str) -> sitk.Image:
    """Wrap a slice as a volume one voxel thick."""
    flat = singleton == "z"
    image = sitk.GetImageFromArray(array[None] if flat else array[..., None])
    row, column = spacing.tolist()
    image.SetSpacing((column, row, 1.0) if flat else (1.0, column, row))
    return image


def main(source: str, target: str) -> None:
    """Extract every slice of the file under every one of its settings."""
    logging.getLogger("radiomics").setLevel(logging.CRITICAL)
    np.seterr(all="ignore")
    data = np.load(source)
    out = {}
    for title, settings in json.loads(str(data["settings"])).items():
        extractor = build(settings)
        rows, start = [], time.perf_counter()
        for image, mask, spacing in zip(
            data["images"], data["masks"], data["spacing"], strict=True
        ):
            pair = (image * settings["scale"], mask.astype(np.uint8))
            volumes = [volume(array, spacing, settings["singleton"]) for array in pair]
            rows.append(extractor.execute(*volumes))
        out[f"{title}/seconds"] = np.array(time.perf_counter() - start)
        out[f"{title}/names"] = np.array(list(rows[0]))
        out[f"{title}/values"] = np.array([[float(v) for v in row.values()] for row in rows])
        print(f"pyradiomics {title}: {len(rows)} slices", flush=True)
    np.savez_compressed(target, **out)


if __name__ == "__main__":
    main(*sys.argv[1:])
