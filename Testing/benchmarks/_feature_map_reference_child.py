"""Maps features with pyradiomics: ``python _feature_map_reference_child.py SLICE.npz``.

Each line of standard input asks for one map as JSON (``feature``, ``radius``, ``out``); each
line of standard output tells the seconds it took. Knows nothing of CardioAI.
"""

from __future__ import annotations

import json
import logging
import sys
import time

import numpy as np
import SimpleITK as sitk
from _radiomics_reference_child import volume
from radiomics import featureextractor

GENERATORS = {"squareroot": "SquareRoot"}


def extractor_of(feature: str, radius: int, bins: int) -> object:
    """Configure pyradiomics to map one feature and nothing else."""
    image_type, kind, name = feature.split("_")
    stem = image_type.split("-")[0]
    extractor = featureextractor.RadiomicsFeatureExtractor(
        force2D=True,
        force2Ddimension=0,
        label=1,
        additionalInfo=False,
        binCount=bins,
        kernelRadius=radius,
        initValue=np.nan,
    )
    extractor.disableAllImageTypes()
    extractor.enableImageTypeByName(GENERATORS.get(stem, stem.capitalize()))
    extractor.disableAllFeatures()
    extractor.enableFeaturesByName(**{kind: [name]})
    return extractor


def main(source: str) -> None:
    """Answer until the input ends."""
    logging.getLogger("radiomics").setLevel(logging.CRITICAL + 1)
    np.seterr(all="ignore")
    data = np.load(source)
    mask = data["mask"]
    pair = [volume(one, data["spacing"], "z") for one in (data["image"], mask.astype(np.uint8))]
    for line in sys.stdin:
        asked = json.loads(line)
        extractor = extractor_of(asked["feature"], asked["radius"], int(data["bins"]))
        start = time.perf_counter()
        found = extractor.execute(*pair, voxelBased=True)[asked["feature"]]
        seconds = time.perf_counter() - start
        whole = sitk.Resample(found, pair[0], sitk.Transform(), sitk.sitkNearestNeighbor)
        np.save(asked["out"], sitk.GetArrayFromImage(whole)[0][mask])
        print(seconds, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
