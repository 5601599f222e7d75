"""Makes ``preset_golden.json`` with pyradiomics 3.0.1, in an environment that has it.

``python make_preset_golden.py``. Needs nothing of CardioAI.
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

from preset_phantom import PARAMETERS, SLICES, SPACING, region, stack  # noqa: E402

CLASSES = ("shape", "firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm")


def volume(array: np.ndarray) -> sitk.Image:
    """Return an image without position or direction."""
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(SPACING[::-1])
    return image


def measured(parameters: dict, mask: np.ndarray) -> dict[str, float]:
    """Run pyradiomics on one region; of a slice, its filters see that slice alone."""
    given = {"featureClass": dict.fromkeys(CLASSES), **parameters}
    extractor = featureextractor.RadiomicsFeatureExtractor(given)
    extractor.addProvenance(False)
    volumes = volume(stack()), volume(mask.astype(np.uint8))
    if extractor.settings["force2D"]:
        volumes = one_slice(*extractor.loadImage(*volumes, **extractor.settings))
        extractor.settings.update(normalize=False, resampledPixelSpacing=None, preCrop=False)
    values = extractor.execute(*volumes)
    return {name: float(f"{float(value):.12g}") for name, value in values.items()}


def one_slice(image: sitk.Image, mask: sitk.Image) -> tuple[sitk.Image, sitk.Image]:
    """Return the slice of the region as a volume one voxel thick."""
    number = int(np.nonzero(sitk.GetArrayFromImage(mask))[0][0])
    return image[:, :, number : number + 1], mask[:, :, number : number + 1]


def masks(parameters: dict) -> list[np.ndarray]:
    """Return the region, or each slice of it alone."""
    if not parameters.get("setting", {}).get("force2D"):
        return [region()]
    numbers = np.arange(len(region()))[:, None, None]
    return [region() & (numbers == number) for number in SLICES]


def main() -> None:
    """Write the file."""
    logging.getLogger("radiomics").setLevel(logging.CRITICAL + 1)
    np.seterr(all="ignore")
    cases = {}
    for title, parameters in PARAMETERS.items():
        rows = [measured(parameters, mask) for mask in masks(parameters)]
        cases[title] = {"names": list(rows[0]), "rows": [list(row.values()) for row in rows]}
    text = json.dumps(cases, separators=(",", ":")).replace("],", "],\n")
    (HERE / "preset_golden.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
