"""Makes ``radiomics_golden.json`` with pyradiomics 3.0.1, in an environment that has it.

``python make_radiomics_golden.py FOLDER``, where FOLDER holds pyradiomics' ``brain1`` and
``breast1`` images (its ``data`` folder; BSD-3-Clause, notice in ``LICENSE-pyradiomics.txt``).
Needs nothing of CardioAI.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "benchmarks")]

from _radiomics_reference_child import build, volume  # noqa: E402
from radiomics_phantoms import PHANTOMS, TYPED, Phantom  # noqa: E402

SETTINGS = {
    "sound": {"scale": 1.0, "bin_count": 32, "bin_width": None, "singleton": "z"},
    "paper": {"scale": 255.0, "bin_count": None, "bin_width": 1.0, "singleton": "z"},
    "released": {"scale": 1.0, "bin_count": None, "bin_width": 1.0, "singleton": "x"},
    "width_25": {"scale": 255.0, "bin_count": None, "bin_width": 25.0, "singleton": "z"},
    "plain_width_7": {"scale": 1.0, "bin_count": None, "bin_width": 7.0, "singleton": "z"},
}

CASES = (
    ("ring", "sound"),
    ("ring", "paper"),
    ("ring", "released"),
    ("stripes", "sound"),
    ("islands", "paper"),
    ("islands", "released"),
    ("flat", "paper"),
    ("flat", "released"),
    ("diagonal", "sound"),
    ("scattered", "sound"),
    ("lone_grays", "paper"),
    ("lone_grays", "released"),
    ("signed", "width_25"),
    ("brain1", "sound"),
    ("brain1", "paper"),
    ("breast1", "sound"),
    ("breast1", "width_25"),
    ("uint8", "plain_width_7"),
    ("uint16", "sound"),
    ("int16", "sound"),
    ("float32", "plain_width_7"),
    ("float32", "sound"),
    ("float64", "plain_width_7"),
)

MARGIN = 6
"""Pixels kept around the region of a real slice."""


def crop(folder: Path, name: str) -> dict:
    """Cut the slice with the largest region out of a volume, as integers."""
    image = sitk.ReadImage(str(folder / f"{name}_image.nrrd"))
    values = sitk.GetArrayFromImage(image)
    labels = sitk.GetArrayFromImage(sitk.ReadImage(str(folder / f"{name}_label.nrrd"))) == 1
    number = int(labels.sum(axis=(1, 2)).argmax())
    rows, columns = np.nonzero(labels[number])
    window = np.s_[
        max(rows.min() - MARGIN, 0) : rows.max() + MARGIN + 1,
        max(columns.min() - MARGIN, 0) : columns.max() + MARGIN + 1,
    ]
    column_mm, row_mm, _ = image.GetSpacing()
    return {
        "image": values[number][window].astype(int).tolist(),
        "mask": labels[number][window].astype(int).tolist(),
        "spacing": [round(row_mm, 6), round(column_mm, 6)],
    }


def as_phantom(real: dict) -> Phantom:
    """Scale a stored crop to [0, 1]."""
    image = np.array(real["image"], dtype=np.float64)
    low, high = image.min(), image.max()
    return (image - low) / (high - low), np.array(real["mask"], bool), tuple(real["spacing"])


def features(phantom: Phantom, settings: dict) -> dict[str, float]:
    """Run pyradiomics."""
    image, mask, spacing = phantom
    scale = settings["scale"]
    volumes = [
        volume(array, np.array(spacing), settings["singleton"])
        # A product would be in double precision whatever the type of the image.
        for array in (image if scale == 1 else image * scale, mask.astype(np.uint8))
    ]
    return {name: float(value) for name, value in build(settings).execute(*volumes).items()}


def main(folder: Path) -> None:
    """Write the file."""
    logging.getLogger("radiomics").setLevel(logging.CRITICAL + 1)
    np.seterr(all="ignore")
    real = {name: crop(folder, name) for name in ("brain1", "breast1")}
    cases, names = [], []
    for name, title in CASES:
        phantom = as_phantom(real[name]) if name in real else (PHANTOMS | TYPED)[name]()
        row = features(phantom, SETTINGS[title])
        names = list(row)
        values = [float(f"{value:.12g}") for value in row.values()]
        cases.append({"image": name, "settings": title, "values": values})
    content = {"settings": SETTINGS, "names": names, "real": real, "cases": cases}
    text = json.dumps(content, separators=(",", ":")).replace('],"', '],\n"')
    (HERE / "radiomics_golden.json").write_text(text + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
