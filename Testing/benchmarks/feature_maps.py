"""Times feature maps against pyradiomics 3.0.1, feature by feature, in one run.

Run from anywhere with CardioAI's environment: ``python Testing/benchmarks/feature_maps.py``. One
simulated slice of 256 x 256 pixels, 32 bins, one thread each, ours and pyradiomics in turn. The
first run builds an environment for pyradiomics under ``.cache``, which needs a C compiler.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI"), str(ROOT / "Testing" / "Python")]

from CardioAILib.radiomics import Settings  # noqa: E402
from CardioAILib.radiomics.maps import feature_map  # noqa: E402
from golden.radiomics_tolerance import deviation  # noqa: E402
from radiomics_against_pyradiomics import reference_python  # noqa: E402

CHILD = Path(__file__).with_name("_feature_map_reference_child.py")
BINS = 32
SPACING = (1.25, 1.25)
FEATURES = (
    "original_firstorder_Entropy",
    "original_glcm_Contrast",
    "original_glcm_MCC",
    "original_gldm_DependenceEntropy",
    "original_glrlm_RunEntropy",
    "original_glszm_ZoneEntropy",
    "original_ngtdm_Busyness",
    "wavelet-LH_glcm_JointEntropy",
)
HEADER = (
    f"{'feature':34}radius   ours ms  {'(range)':12}  stock ms  {'(range)':12}   ratio    worst"
)


def draw_slice() -> tuple[np.ndarray, np.ndarray]:
    """Draw a smooth noisy slice in [0, 1] and a ring of about 2,500 pixels as its myocardium."""
    from scipy.ndimage import gaussian_filter

    rows, columns = np.mgrid[:256, :256]
    radius = np.hypot(rows - 128, columns - 120)
    image = gaussian_filter(np.random.default_rng(0).random((256, 256)), 1.0)
    return (image - image.min()) / np.ptp(image), (radius > 22) & (radius < 36)


def timed_map(image: np.ndarray, mask: np.ndarray, feature: str, radius: int) -> tuple:
    """Return our map and its milliseconds."""
    settings = Settings(bin_count=BINS)
    start = time.perf_counter()
    found = feature_map(image, mask, SPACING, settings, feature, radius)
    return found, 1e3 * (time.perf_counter() - start)


class Reference:
    """pyradiomics in a process of its own, asked one map after another.

    Args:
        folder: Where slice and maps are exchanged.
        image: Shape (H, W).
        mask: Shape (H, W).
    """

    def __init__(self, folder: Path, image: np.ndarray, mask: np.ndarray) -> None:
        self._out = folder / "map.npy"
        source = folder / "slice.npz"
        np.savez(source, image=image, mask=mask, spacing=SPACING, bins=BINS)
        self._child = subprocess.Popen(
            [reference_python(), "-W", "ignore", CHILD, source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def timed_map(self, feature: str, radius: int) -> tuple[np.ndarray, float]:
        """Return pyradiomics' values of the mask's pixels, and the milliseconds they took."""
        asked = {"feature": feature, "radius": radius, "out": str(self._out)}
        self._child.stdin.write(json.dumps(asked) + "\n")
        self._child.stdin.flush()
        seconds = float(self._child.stdout.readline())
        return np.load(self._out), 1e3 * seconds

    def close(self) -> None:
        """End the process."""
        self._child.stdin.close()
        self._child.wait()


def compare(reference: Reference, data: tuple, feature: str, radius: int, repeats: int) -> str:
    """Time one map by turns and describe it in a line."""
    mask = data[1]
    timed_map(*data, feature, radius)
    ours, theirs = [], []
    for _ in range(repeats):
        values, took = timed_map(*data, feature, radius)
        ours.append(took)
        expected, took = reference.timed_map(feature, radius)
        theirs.append(took)
    off = deviation((feature,), values[mask][:, None], expected[:, None]).max()
    ratio = statistics.median(theirs) / statistics.median(ours)
    return f"{feature:34}{radius:5}  {spread(ours)}  {spread(theirs)}  {ratio:6.0f}x  {off:7.1e}"


def spread(values: list[float]) -> str:
    """Return the median and the range."""
    between = f"({min(values):.0f} to {max(values):.0f})"
    return f"{statistics.median(values):8.1f}  {between:12}"


def main() -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--radii", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    image, mask = draw_slice()
    print(f"256 x 256 pixels, a ring of {mask.sum()} pixels, {BINS} bins, one thread each")
    print("worst: largest deviation in units of the tolerance (1e-6 relative); up to 1 agrees\n")
    print(HEADER)
    with tempfile.TemporaryDirectory() as folder:
        reference = Reference(Path(folder), image, mask)
        for feature in FEATURES:
            for radius in options.radii:
                line = compare(reference, (image, mask), feature, radius, options.repeats)
                print(line, flush=True)
        reference.close()
    whole = np.ones_like(mask)
    whole[0, 0] = False
    print("\nevery pixel of the slice (65,535), radius 1, ours alone")
    for feature in FEATURES:
        print(f"{feature:34}{timed_map(image, whole, feature, 1)[1]:10.0f} ms", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
