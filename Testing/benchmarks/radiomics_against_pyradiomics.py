"""Compares values and speed of the radiomics room with pyradiomics 3.0.1 on real slices.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/radiomics_against_pyradiomics.py --acdc ../shared/data/acdc``.
The first run builds an environment for pyradiomics under ``.cache``, which needs a C compiler.
Exit status 1 if any feature is out of tolerance.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI"), str(ROOT / "Testing" / "Python")]

import numba  # noqa: E402
from CardioAILib.radiomics import PAPER, RELEASED, SOUND, Settings, extract, feature_names  # noqa: E402
from golden.radiomics_tolerance import deviation  # noqa: E402

ENVIRONMENT = ROOT / ".cache" / "pyradiomics-3.0.1"
CHILD = Path(__file__).with_name("_radiomics_reference_child.py")
SETTINGS = {
    "sound": SOUND,
    "bin_width_25": Settings(scale=255.0, bin_width=25.0),
    "released": RELEASED,
    "paper": PAPER,
    "bin_count_64": Settings(bin_count=64),
    "bin_count_128": Settings(bin_count=128),
}
AGREEMENT = ("sound", "bin_width_25", "released", "paper")
MYOCARDIUM = 2


def reference_python() -> Path:
    """Return the interpreter of an environment with pyradiomics, made at the first call."""
    python = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if python.exists() and subprocess.run([python, "-c", "import radiomics"]).returncode == 0:
        return python
    base = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    if base is None:
        sys.exit("pyradiomics 3.0.1 needs Python 3.11: install python3.11 and run this again")
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    try:
        subprocess.run([base, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        subprocess.run([*pip, "numpy", "versioneer", "setuptools", "wheel", "cython"], check=True)
        subprocess.run([*pip, "--no-build-isolation", "pyradiomics==3.0.1"], check=True)
    except subprocess.CalledProcessError as error:
        sys.exit(f"pyradiomics could not be built ({error}); it needs a C compiler and the network")
    return python


def read_acdc(folder: Path, wanted: int) -> tuple[np.ndarray, np.ndarray]:
    """Read ED and ES slices with myocardium, spread over patients.

    Returns:
        Images in [0, 1] and masks, both (N, H, W), resampled to 1 mm in plane and padded.
    """
    files = sorted(folder.glob("training/patient*/*_gt.nii.gz"))
    stacks = max(1, min(len(files), wanted // 2))
    chosen = [files[k] for k in np.linspace(0, len(files) - 1, stacks).astype(int)]
    slices = []
    for number, file in enumerate(chosen):
        images, masks = read_stack(file)
        share = wanted * (number + 1) // stacks - wanted * number // stacks
        present = [k for k in range(len(masks)) if usable(masks[k])]
        picks = np.unique(np.linspace(0, len(present) - 1, share).astype(int))
        slices += [(images[present[k]], masks[present[k]]) for k in picks]
    height = max(image.shape[0] for image, _ in slices)
    width = max(image.shape[1] for image, _ in slices)
    return (
        np.array([pad(image, height, width) for image, _ in slices]),
        np.array([pad(mask, height, width) for _, mask in slices]),
    )


def read_stack(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read one frame and its mask at 1 mm in plane, scaled to [0, 1] by the stack."""
    import SimpleITK as sitk

    # Every ACDC file warns that its sform has scales.
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    mask = sitk.ReadImage(str(file))
    image = sitk.ReadImage(str(file).replace("_gt", ""), sitk.sitkFloat64)
    row, column, depth = image.GetSize()
    spacing = image.GetSpacing()
    size = [round(row * spacing[0]), round(column * spacing[1]), depth]
    grid = sitk.Image(size, sitk.sitkFloat64)
    grid.SetSpacing((1.0, 1.0, spacing[2]))
    grid.SetOrigin(image.GetOrigin())
    grid.SetDirection(image.GetDirection())
    mask.CopyInformation(image)
    values = sitk.GetArrayFromImage(sitk.Resample(image, grid, sitk.Transform(), sitk.sitkLinear))
    labels = sitk.Resample(mask, grid, sitk.Transform(), sitk.sitkNearestNeighbor)
    low, high = values.min(), values.max()
    return (values - low) / (high - low), sitk.GetArrayFromImage(labels) == MYOCARDIUM


def usable(mask: np.ndarray) -> bool:
    """Tell whether the mask spans two rows and two columns."""
    return bool(mask.any(axis=0).sum() > 1 and mask.any(axis=1).sum() > 1)


def pad(array: np.ndarray, height: int, width: int) -> np.ndarray:
    """Fill up with zeros below and to the right."""
    return np.pad(array, ((0, height - array.shape[0]), (0, width - array.shape[1])))


def draw_phantoms(wanted: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw noisy rings of several sizes, for machines without the data set."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[:160, :151]
    images, masks = [], []
    for number in range(wanted):
        radius = np.hypot(rows - 80 - number % 7, columns - 70 + number % 5)
        masks.append((radius > 18 + number % 6) & (radius < 27 + number % 9))
        images.append(0.4 + 0.3 * np.sin(radius / 9) + 0.1 * random.random(radius.shape))
    return np.clip(np.array(images), 0, 1), np.array(masks)


def run_reference(titles: list[str], data: tuple[np.ndarray, ...]) -> dict:
    """Run pyradiomics in its own process and environment."""
    source, target = ENVIRONMENT / "slices.npz", ENVIRONMENT / "features.npz"
    python = reference_python()
    settings = json.dumps({title: asdict(SETTINGS[title]) for title in titles})
    images, masks, spacing = data
    np.savez(source, images=images, masks=masks, spacing=spacing, settings=settings)
    subprocess.run([str(python), str(CHILD), str(source), str(target)], check=True)
    return dict(np.load(target))


def time_ours(threads: int, *arguments: object) -> tuple[np.ndarray, float]:
    """Return features and the median of three timings in seconds."""
    numba.config.NUMBA_NUM_THREADS = threads
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        values = extract(*arguments)
        seconds.append(time.perf_counter() - start)
    return values, float(np.median(seconds))


def compare(title: str, reference: dict, data: tuple[np.ndarray, ...]) -> dict:
    """Compare one setting and describe the outcome."""
    settings = SETTINGS[title]
    names = feature_names(settings)
    if list(names) != reference[f"{title}/names"].tolist():
        sys.exit(f"{title}: the feature names differ from pyradiomics'")
    extract(*(array[:1] for array in data), settings)
    ours, one = time_ours(1, *data, settings)
    _, two = time_ours(2, *data, settings)
    theirs = reference[f"{title}/values"]
    off = deviation(names, ours, theirs)
    stock = float(reference[f"{title}/seconds"])
    worst = np.unravel_index(off.argmax(), off.shape)
    return {
        "setting": title,
        "slices": len(ours),
        "values": off.size,
        "nan": int(np.isnan(theirs).sum()),
        "worst": float(off.max()),
        "worst_feature": names[worst[1]],
        "out_of_tolerance": int((off > 1).sum()),
        "offenders": sorted({names[k] for k in np.nonzero(off > 1)[1]})[:20],
        "stock_ms_per_slice": 1e3 * stock / len(ours),
        "ours_ms_per_slice": 1e3 * one / len(ours),
        "speed_ratio_one_thread": stock / one,
        "speed_ratio_two_threads": stock / two,
    }


def main() -> int:
    """Run the comparison; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acdc", type=Path, default=ROOT.parent / "shared" / "data" / "acdc")
    parser.add_argument("--slices", type=int, default=80)
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=list(AGREEMENT))
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    options = parser.parse_args()
    if options.acdc.is_dir():
        images, masks = read_acdc(options.acdc, options.slices)
        print(f"{len(images)} ACDC slices from {options.acdc}")
    else:
        images, masks = draw_phantoms(options.slices)
        print(f"no ACDC at {options.acdc}: {len(images)} drawn phantoms instead")
    data = (images, masks, np.ones((len(images), 2)))
    reference = run_reference(options.settings, data)
    figures = [compare(title, reference, data) for title in options.settings]
    for figure in figures:
        print(json.dumps(figure))
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1))
    return int(any(figure["out_of_tolerance"] for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
