"""Measures where regions of planar scans are placed, and how often each check speaks.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/planar_regions.py [--subjects 200] [--real FILE.dcm]``.
The truth is that of simulated bone scans: the heart's middle, the ratio of heart to ribs, the
grade, and which patients have metastases. With ``--real``, a whole-body scan is checked as well.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.errors import InputError  # noqa: E402
from CardioAILib.measurements.planar import planar_of  # noqa: E402
from CardioAILib.phantoms.bonescan import bone_cohort  # noqa: E402
from CardioAILib.quality.body import is_whole_body  # noqa: E402
from CardioAILib.quality.heartplace import heart_place  # noqa: E402
from CardioAILib.quality.landmarks import find_landmarks  # noqa: E402
from CardioAILib.quality.planar import check_planar  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.study import HEART, Image, Role, Study  # noqa: E402
from CardioAILib.systems.halme2022 import HALME_2022  # noqa: E402

NEEDED = HALME_2022.inputs["anterior"]
RATIOS = ("heart_to_ribs_net", "heart_to_ribs", "heart_to_sternum", "heart_to_contralateral")
MORE_RATIOS = ("heart_to_whole_body_percent",)


@dataclass(frozen=True)
class Placed:
    """One scan, measured.

    Args:
        grade: True grade.
        visual: Grade by the visual rule.
        truth: True ratio of heart to ribs.
        error_mm: Rows and columns by which the heart was missed.
        values: Ratios.
        checks: Checks that spoke, or "refused".
        ill: Whether the patient has metastases.
        seconds: For placing and measuring, and for the checks.
    """

    grade: int
    visual: int | None
    truth: float
    error_mm: np.ndarray
    values: dict[str, float]
    checks: frozenset[str]
    ill: bool
    seconds: tuple[float, float]


def main() -> None:
    """Measure simulated scans, whole bodies and views of the chest, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=int, default=200)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--real", type=Path, help="a whole-body DICOM file")
    asked = parser.parse_args()
    print(RESEARCH_ONLY)
    for name, static in (("whole body", 0.0), ("one field of view", 1.0)):
        count = asked.subjects if not static else max(8, asked.subjects // 4)
        tell(name, [measured(one) for one in bone_cohort(count, seed=asked.seed, static=static)])
    if asked.real:
        tell_real(asked.real)


def measured(study: Study) -> Placed:
    """Place regions on a study, measure and check it."""
    image, mask = study.images[NEEDED.image], study.images[NEEDED.mask]
    counts, spacing = image.array[0, 0], image.spacing[1:]
    start = time.perf_counter()
    found = planar_of(image, None, study.facts)
    between = time.perf_counter()
    checks = checks_of(Study(study.subject, "1", {NEEDED.image: image}, study.facts))
    end = time.perf_counter()
    marks = find_landmarks(counts, spacing, is_whole_body(counts.shape))
    truth = np.argwhere(mask.of(HEART)[0, 0]).mean(axis=0)
    return Placed(
        int(study.facts["grade"]),
        found.suggestion.grade,
        float(study.facts["heart_to_bone"]),
        (np.array(heart_place(marks)) - truth) * spacing,
        dict(found.values),
        checks,
        bool(study.facts["bone_metastases"]),
        (between - start, end - between),
    )


def checks_of(study: Study) -> frozenset[str]:
    """Return the names of the checks that speak of a study."""
    try:
        return frozenset(finding.check for finding in check_planar(study, NEEDED))
    except InputError as error:
        return frozenset({f"refused: {error.got}"})


def tell(name: str, scans: list[Placed]) -> None:
    """Print placement, agreement with the truth, grades and checks."""
    print(f"\n{name}: {len(scans)} simulated scans")
    for grade in range(4):
        tell_error(f"grade {grade}", [one for one in scans if one.grade == grade])
    tell_error("all", scans)
    for ratio in (*RATIOS, *MORE_RATIOS):
        tell_ratio(ratio, scans)
    tell_grades(scans)
    tell_checks("without metastases", [one for one in scans if not one.ill])
    tell_checks("with metastases", [one for one in scans if one.ill])
    place, check = 1e3 * np.median([one.seconds for one in scans], axis=0)
    print(f"milliseconds a scan, median: regions and ratios {place:.1f}, checks {check:.1f}")


def tell_error(name: str, scans: list[Placed]) -> None:
    """Print how far the heart's middle was missed."""
    if not scans:
        return
    errors = np.array([one.error_mm for one in scans])
    far = np.hypot(*errors.T)
    print(
        f"  {name}: heart missed by {np.median(far):.1f} mm (median), {np.percentile(far, 95):.1f} "
        f"(95th percentile), {far.max():.1f} (most); mean {errors[:, 0].mean():+.1f} down, "
        f"{errors[:, 1].mean():+.1f} left"
    )


def tell_ratio(name: str, scans: list[Placed]) -> None:
    """Print how a ratio follows the true one."""
    from scipy.stats import spearmanr

    pairs = np.array([(one.truth, one.values[name]) for one in scans])
    pairs = pairs[np.isfinite(pairs[:, 1])]
    if len(pairs) < 3:
        return
    slope, offset = np.polyfit(*pairs.T, 1)
    rank = spearmanr(*pairs.T)[0]
    print(f"  {name}: rank correlation {rank:.2f}, = {slope:.2f} x truth + {offset:.2f}")


def tell_grades(scans: list[Placed]) -> None:
    """Print the visual grade (columns) of each true grade (rows), and how many agree."""
    table = np.zeros((4, 4), int)
    for one in scans:
        if one.visual is not None:
            table[one.grade, one.visual] += 1
    share, graded = np.trace(table) / table.sum(), np.arange(4)
    near = table[np.abs(graded[:, None] - graded) <= 1].sum() / table.sum()
    print(
        f"  visual grade of true grade: {table.tolist()}; same {share:.2f}, within one {near:.2f}"
    )


def tell_checks(name: str, scans: Iterable[Placed]) -> None:
    """Print in how many scans each check spoke."""
    scans = list(scans)
    spoke = Counter(check for one in scans for check in one.checks)
    print(f"  checks, {name} ({len(scans)}): {dict(spoke) or 'silent'}")


def tell_real(path: Path) -> None:
    """Print what is found on a real scan, and on it upside down."""
    import pydicom

    header = pydicom.dcmread(path)
    row, column = (float(size) for size in header.PixelSpacing)
    matrix = np.array([[-column, 0, 0, 0], [0, 0, row, 0], [0, -row, 0, 0], [0, 0, 0, 1.0]])
    image = Image(header.pixel_array[np.newaxis, np.newaxis], matrix)
    role = Role("NM", "planar", "anterior")
    found = planar_of(image)
    print("\nreal scan:", {name: round(value, 3) for name, value in found.values.items()})
    print("  regions:", {name: one.center for name, one in found.regions.items()})
    print("  visual rule:", found.suggestion)
    turned = Image(image.array[:, :, ::-1], matrix)
    for what, one in (("as it is", image), ("upside down", turned)):
        print(f"  checks, {what}:", set(checks_of(Study("real", "1", {role: one}))) or "silent")


if __name__ == "__main__":
    main()
