"""Measures extent of late enhancement on EMIDEC by every method, beside what its readers drew.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/lge_extent_on_emidec.py --emidec ../shared/data/emidec --out tables``.
Needs the EMIDEC data set. The myocardium is that of its contours, infarct and no-reflow merged
into it; what the readers drew as infarct is only compared with. Sizes of pictures are assumed, so
extent is a share of the myocardium.

The reference by slice, the speck and the maximum were settled on the even cases (first, third, ...
by name), so the odd ones tell more; the columns of the classifier were named before any was tried.
"""

from __future__ import annotations

import argparse
import csv
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.errors import CardioAIError  # noqa: E402
from CardioAILib.evaluate import bland_altman, delong_interval  # noqa: E402
from CardioAILib.io import read_cohort  # noqa: E402
from CardioAILib.io.emidec import emidec_cohort  # noqa: E402
from CardioAILib.measurements import LGE_COLUMNS  # noqa: E402
from CardioAILib.measurements.lge import (  # noqa: E402
    METHODS,
    against_reader,
    enhancement_of,
)
from CardioAILib.measurements.lge.names import PRESENT  # noqa: E402
from CardioAILib.measurements.lge.threshold import enhanced_by  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.study import MYOCARDIUM, Study  # noqa: E402
from CardioAILib.verbs.enhanced import SEGMENTATION, STACK  # noqa: E402

logger = logging.getLogger(__name__)

REFERENCES = ("auto", "stack")
SUGGESTING = ("3sd", "5sd", "midpoint")
"""Methods whose suggestion of LGE is counted."""
COLUMNS = (
    "cases",
    "reference",
    "value",
    "infarcts",
    "correlation",
    "bias",
    "lower limit",
    "upper limit",
    "Dice",
    "normal mean",
    "infarct mean",
    "AUC",
    "AUC low",
    "AUC high",
)


@dataclass(frozen=True, eq=False)
class Case:
    """One case, measured.

    Args:
        name: Its name in the data set.
        infarct: Whether it is one.
        values: Every value, by reference and name.
        dice: Overlap with the reader's infarct, by reference and method.
        read: Extent that the reader drew, %.
        suggested: "yes", "no" or "not assessable", by method: whether LGE is suggested.
    """

    name: str
    infarct: bool
    values: dict[tuple[str, str], float]
    dice: dict[tuple[str, str], float]
    read: float
    suggested: dict[str, str]


def main() -> None:
    """Measure the cases, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--emidec", type=Path, default=ROOT.parent / "shared/data/emidec")
    parser.add_argument("--out", type=Path, default=Path("lge"), help="folder of the table")
    asked = parser.parse_args()
    if not asked.emidec.is_dir():
        sys.exit(f"no EMIDEC data set at {asked.emidec}: give its folder with --emidec")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    print(f"{RESEARCH_ONLY} Contours: those of the data set, by its experts.")
    cases = list(measured(asked.emidec))
    parts = {"even": cases[::2], "odd": cases[1::2], "all": cases}
    rows = [row for name, own in parts.items() for row in told(name, own)]
    asked.out.mkdir(parents=True, exist_ok=True)
    with (asked.out / "lge_extent.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    for row in [COLUMNS, *rows]:
        print("{:5} {:5} {:30} {:>8} {:>11} ".format(*row[:5]) + " ".join(map(str, row[5:])))
    for method in SUGGESTING:
        for infarct, name in ((True, "infarct"), (False, "normal")):
            counts = Counter(one.suggested[method] for one in cases if one.infarct == infarct)
            print(f"LGE suggested by {method}, {name}: {dict(sorted(counts.items()))}")


def measured(folder: Path) -> Iterator[Case]:
    """Yield each case that has a diagnosis, in order of name."""
    with tempfile.TemporaryDirectory() as work:
        studies = read_cohort(emidec_cohort(folder, Path(work) / "emidec.csv"))
        for study in sorted(studies, key=lambda one: one.subject):
            if "pathology" not in study.facts:
                continue
            try:
                yield _measured(study)
            except CardioAIError as error:
                logger.warning("%s left out: %s", study.subject, error)


def _measured(study: Study) -> Case:
    image, mask = study.images[STACK], study.images[SEGMENTATION]
    values, dice, read = {}, {}, 0.0
    for reference in REFERENCES:
        found = enhancement_of(image, mask, reference=reference)
        values |= {(reference, name): value for name, value in found.values.items()}
        signal, wall = image.array[0].astype(float), mask.of(MYOCARDIUM)[0]
        for method, one in enhanced_by(signal, wall, found.reference)[0].items():
            if one.mask is not None:
                agreed = against_reader(one.mask, mask)
                dice[reference, f"LGE_extent_{method}_percent"] = agreed.dice
                read = agreed.read_percent
    suggested = {
        method: _said(enhancement_of(image, mask, method=method).values[PRESENT])
        for method in SUGGESTING
    }
    infarct = study.facts["pathology"] == "infarct"
    return Case(study.subject, infarct, values, dice, read, suggested)


def _said(present: float) -> str:
    return "not assessable" if np.isnan(present) else "yes" if present else "no"


def told(name: str, cases: Sequence[Case]) -> Iterator[tuple[object, ...]]:
    """Yield a row a reference and value."""
    infarct = np.array([case.infarct for case in cases])
    read = np.array([case.read for case in cases])
    extents = [f"LGE_extent_{method}_percent" for method in METHODS]
    others = [column for column in LGE_COLUMNS if column not in extents]
    for reference in REFERENCES:
        for value in (*extents, *others):
            found = np.array([case.values[reference, value] for case in cases])
            if not np.isfinite(found).all():
                yield name, reference, value, *("" for _ in COLUMNS[3:-1]), "cannot tell"
                continue
            agreement: tuple[object, ...] = ("", "", "", "", "")
            if value in extents:
                overlap = [case.dice[reference, value] for case in cases if case.infarct]
                agreement = (*_agreement(found[infarct], read[infarct]), f"{np.mean(overlap):.2f}")
            auc = delong_interval(infarct.astype(int), found)
            yield (
                *(name, reference, value, int(infarct.sum())),
                *agreement,
                *(f"{found[group].mean():.1f}" for group in (~infarct, infarct)),
                *(f"{number:.3f}" for number in (auc.value, auc.interval.low, auc.interval.high)),
            )


def _agreement(found: np.ndarray, read: np.ndarray) -> tuple[str, ...]:
    limits = bland_altman(found, read)
    numbers = (limits.bias, limits.lower, limits.upper)
    return f"{np.corrcoef(found, read)[0, 1]:.2f}", *(f"{number:+.1f}" for number in numbers)


if __name__ == "__main__":
    main()
