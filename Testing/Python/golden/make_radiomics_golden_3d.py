"""Makes ``radiomics_golden_3d.json`` with pyradiomics 3.0.1, in an environment that has it.

``python make_radiomics_golden_3d.py``. Needs nothing of CardioAI.
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
sys.path[:0] = [str(HERE)]

from radiomics_volumes import VOLUMES, Volume  # noqa: E402

CASES = (
    ("ball", {"bin_width": 5.0}),
    ("ball", {"bin_count": 16}),
    ("wall", {"bin_width": 100.0}),
    ("wall", {"bin_count": 32}),
    ("islands", {"bin_width": 10.0}),
    ("single", {"bin_width": 0.1}),
    ("single", {"bin_count": 10}),
    ("signed", {"bin_width": 0.05}),
    ("flat", {"bin_width": 5.0}),
    ("plate", {"bin_count": 8}),
    ("corner", {"bin_count": 8}),
    ("scattered", {"bin_width": 25.0}),
)

OPTIONS = {"bin_width": "binWidth", "bin_count": "binCount"}


def features(volume: Volume, binning: dict) -> dict[str, float]:
    """Run pyradiomics on the original image."""
    *arrays, spacing = volume
    extractor = featureextractor.RadiomicsFeatureExtractor(
        label=1, additionalInfo=False, **{OPTIONS[name]: value for name, value in binning.items()}
    )
    images = [
        sitk.GetImageFromArray(array.astype(kind))
        for array, kind in zip(arrays, (arrays[0].dtype, np.uint8), strict=True)
    ]
    for image in images:
        image.SetSpacing(spacing[::-1])
    return {name: float(value) for name, value in extractor.execute(*images).items()}


def main() -> None:
    """Write the file."""
    logging.getLogger("radiomics").setLevel(logging.CRITICAL + 1)
    np.seterr(all="ignore")
    cases, names = [], []
    for name, binning in CASES:
        row = features(VOLUMES[name](), binning)
        names = list(row)
        values = [float(f"{value:.12g}") for value in row.values()]
        cases.append({"volume": name, "binning": binning, "values": values})
    text = json.dumps({"names": names, "cases": cases}, separators=(",", ":"))
    (HERE / "radiomics_golden_3d.json").write_text(text.replace("],", "],\n") + "\n")


if __name__ == "__main__":
    main()
