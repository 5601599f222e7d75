"""Runs pyradiomics in its own environment, on slices of a file, when told to.

``python _radiomics_reference_child.py SLICES.npz`` answers each line of JSON on standard input,
``{"setting": NAME, "slices": [NUMBER, ...], "out": FILE or null}``, with a line
``{"seconds": ...}``; the features go to the file. Knows nothing of CardioAI, so that nothing of
it can be shared by mistake.
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


def extract(data: dict, settings: dict, numbers: list[int]) -> list[dict]:
    """Extract slices under one setting."""
    extractor = build(settings)
    rows = []
    for number in numbers:
        pair = (data["images"][number] * settings["scale"], data["masks"][number].astype(np.uint8))
        spacing, singleton = data["spacing"][number], settings["singleton"]
        rows.append(extractor.execute(*(volume(array, spacing, singleton) for array in pair)))
    return rows


def main(source: str) -> None:
    """Answer until there is nothing more to do."""
    logging.getLogger("radiomics").setLevel(logging.CRITICAL)
    np.seterr(all="ignore")
    data = dict(np.load(source))
    settings = json.loads(str(data["settings"]))
    for line in sys.stdin:
        task = json.loads(line)
        start = time.perf_counter()
        rows = extract(data, settings[task["setting"]], task["slices"])
        seconds = time.perf_counter() - start
        if task["out"]:
            values = np.array([[float(value) for value in row.values()] for row in rows])
            np.savez(task["out"], names=np.array(list(rows[0])), values=values)
        print(json.dumps({"seconds": seconds}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
