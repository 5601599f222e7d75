"""Measures how well cine of real hearts tells five groups, and three: ACDC's 100 patients.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/cardiomyopathy_on_acdc.py --acdc ../shared/data/acdc --out tables``.
Needs the ACDC data set. The masks are those that come with it, drawn by its experts. Ten repeats
of five folds by patient, with seeds fixed beforehand; every variant that was tried has its row.
Penalties are chosen inside the folds. The named columns follow the definitions of the diseases,
but were settled on these very patients, which flatters them; the rows "best of each pair" choose
theirs inside the folds too, and say what remains without that.
"""

from __future__ import annotations

import csv
import logging
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from _acdc_readings import CHANGES, FIRST, READINGS, Hearts, arguments, hearts_of
from _cardiomyopathy_variants import variants
from CardioAILib.evaluate import wilson
from CardioAILib.examples import Examples
from CardioAILib.learning import Run
from CardioAILib.learning.measured import MEASURED, READ_AGAIN
from CardioAILib.learning.splits import folds_by_subject
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.systems import GERMAIN_2021, GERMAIN_2021_ACDC

SEEDS = tuple(range(10))
FOLDS = 5
TASKS = {"five classes": GERMAIN_2021_ACDC, "three classes": GERMAIN_2021}
ARMS = ("measurements", "five_readings")
QUOTED = (
    "quoted, not comparable: best published five-class accuracy on the official 50 test patients "
    "0.96; the paper's networks on its own 1200 inputs, folds by input: 0.982"
)


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Probabilities of patients by models that never saw them.

    Args:
        labels: Class of each patient (N,).
        probabilities: Of each repeat, patient and class (R, N, K).
    """

    labels: np.ndarray
    probabilities: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """Whether each patient was called right in each repeat (R, N)."""
        return self.probabilities.argmax(axis=2) == self.labels

    @property
    def log_loss(self) -> float:
        """Mean negative logarithm of the true class's probability."""
        true = self.probabilities[:, np.arange(len(self.labels)), self.labels]
        return float(-np.log(np.maximum(true, 1e-6)).mean())

    @property
    def confusion(self) -> np.ndarray:
        """Counts (K, K) over all repeats, a row a true class."""
        classes = self.probabilities.shape[2]
        table = np.zeros((classes, classes), int)
        for called in self.probabilities.argmax(axis=2):
            np.add.at(table, (self.labels, called), 1)
        return table


def examples_of(system: System, hearts: Hearts, change: str = FIRST) -> Examples:
    """Return a row a patient of the system's classes, measured under a change.

    Further readings are of the segmentations as they were drawn; under a change there are none,
    and what was measured stands for them.
    """
    studies = [
        Study(subject, "1", {}, {"pathology": group})
        for subject, group in zip(hearts.subjects.tolist(), hearts.groups.tolist(), strict=True)
    ]
    labels = [system.task.label(study) for study in studies]
    own = np.array([label is not None for label in labels])
    count = int(own.sum())
    tables = {MEASURED: hearts.tables[change][own]}
    for reading in READINGS:
        source = reading if change == FIRST else change
        tables[READ_AGAIN + reading] = hearts.tables[source][own]
    blank = np.zeros((count, 1, 1), np.float32)
    return Examples(
        images=blank,
        masks=blank > 0,
        spacing=np.ones((count, 2)),
        labels=np.array([label for label in labels if label is not None]),
        subjects=hearts.subjects[own],
        studies=np.full(count, "1"),
        inputs=np.full(count, "ED"),
        slices=np.zeros(count, int),
        training=np.ones(count, bool),
        tables=tables,
    )


def members(arm: Any, examples: Examples) -> Iterator[tuple[int, np.ndarray, Any]]:
    """Yield repeat, held-out rows (N,) and the arm fitted on the others."""
    for repeat, seed in enumerate(SEEDS):
        for learn, hold in folds_by_subject(examples.subjects, examples.labels, FOLDS, seed):
            fitted = arm.fit(examples.of_subjects(learn), Run(seed=seed))
            yield repeat, np.isin(examples.subjects, hold), fitted


def held_out(arm: Any, learned: Examples, *asked: Examples) -> list[HeldOut]:
    """Cross-validate an arm; judge the held-out patients in each of the ways asked."""
    classes = int(learned.labels.max()) + 1
    found = [np.zeros((len(SEEDS), len(learned), classes)) for _ in asked]
    for repeat, held, fitted in members(arm, learned):
        for table, examples in zip(found, asked, strict=True):
            table[repeat, held] = fitted.predict(examples.take(held), {})
    return [HeldOut(learned.labels, table) for table in found]


def row_of(name: str, task: str, found: HeldOut, subjects: np.ndarray) -> dict[str, object]:
    """Return a line of the table of variants."""
    accuracies = found.right.mean(axis=1)
    interval = wilson(int(found.right[0].sum()), len(found.labels))
    usual = found.right.mean(axis=0) < 0.5
    return {
        "task": task,
        "variant": name,
        "patients": len(found.labels),
        "accuracy": round(float(accuracies.mean()), 4),
        "lowest": accuracies.min(),
        "highest": accuracies.max(),
        "first repeat": accuracies[0],
        "low": round(interval.low, 3),
        "high": round(interval.high, 3),
        "log loss": round(found.log_loss, 3),
        "wrong in most repeats": " ".join(subjects[usual].tolist()),
    }


def tell(row: dict[str, object]) -> None:
    """Print a line of the table of variants."""
    print(
        f"  {row['variant']:48}{row['accuracy']:.3f} ({row['lowest']:.2f}-{row['highest']:.2f})"
        f"  first repeat {row['first repeat']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
        f"  log loss {row['log loss']:.3f}  {row['wrong in most repeats']}",
        flush=True,
    )


def compare_variants(hearts: Hearts) -> list[dict[str, object]]:
    """Print and return a row of each variant and task."""
    rows = []
    for task, system in TASKS.items():
        examples = examples_of(system, hearts)
        print(f"{task}, {len(examples)} patients: mean and range of ten repeats, 95 % interval")
        for name, arm in variants().items():
            (found,) = held_out(arm, examples, examples)
            rows.append(row_of(name, task, found, examples.subjects))
            tell(rows[-1])
    return rows


def tell_confusion(hearts: Hearts) -> list[dict[str, object]]:
    """Print and return the confusion matrices of the arms that ship, summed over repeats."""
    rows = []
    for task, system in TASKS.items():
        examples = examples_of(system, hearts)
        for arm in ARMS:
            (found,) = held_out(system.arms[arm], examples, examples)
            print(f"{arm}, {task}: true class by row, called class by column, ten repeats")
            names = system.task.names
            print(" " * 10 + "".join(f"{name:>8}" for name in names))
            for name, counts in zip(names, found.confusion.tolist(), strict=True):
                print(f"  {name:8}" + "".join(f"{count:8}" for count in counts))
                called = dict(zip(names, counts, strict=True))
                rows.append({"task": task, "arm": arm, "truth": name, **called})
    return rows


def tell_robustness(hearts: Hearts) -> list[dict[str, object]]:
    """Print and return how arms fitted on masks as drawn judge masks that were changed."""
    rows = []
    system = GERMAIN_2021_ACDC
    learned = examples_of(system, hearts)
    asked = {change: examples_of(system, hearts, change) for change in CHANGES}
    found = {arm: held_out(system.arms[arm], learned, *asked.values()) for arm in ARMS}
    print("five classes, fitted on masks as drawn, judging one reading of masks that were changed")
    print(f"  {'change':42}" + "".join(f"{arm:>14}" for arm in ARMS) + "   patients with a finding")
    for place, change in enumerate(CHANGES):
        accuracy = {arm: float(found[arm][place].right.mean()) for arm in ARMS}
        told = hearts.findings[change]
        new = [now - before for now, before in zip(told, hearts.findings[FIRST], strict=True)]
        rows.append(
            {
                "change": change,
                **{arm: round(value, 4) for arm, value in accuracy.items()},
                "with a finding": sum(bool(one) for one in told),
                "with a new finding": sum(bool(one) for one in new),
                "findings": " ".join(sorted(set().union(*new))),
            }
        )
        shown = "".join(f"{value:14.3f}" for value in accuracy.values())
        last = rows[-1]
        print(
            f"  {change:42}{shown}   {last['with a finding']}, new {last['with a new finding']}"
            f"  {last['findings']}"
        )
    return rows


def write_table(rows: Sequence[dict[str, object]], path: Path) -> None:
    """Write rows with the columns of the longest one."""
    columns = max((list(row) for row in rows), key=len)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Measure the hearts, cross-validate, print and write the tables."""
    parser = arguments(__doc__)
    parser.add_argument("--out", type=Path, default=Path("cardiomyopathy"), help="folder of tables")
    parser.add_argument("--skip-variants", action="store_true", help="the arms that ship alone")
    asked = parser.parse_args()
    if not asked.acdc.is_dir():
        sys.exit(f"no ACDC data set at {asked.acdc}: give its folder with --acdc")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    asked.out.mkdir(parents=True, exist_ok=True)
    hearts = hearts_of(asked.acdc, asked.work)
    print(f"{RESEARCH_ONLY} Masks: those of the data set, by its experts.\n{QUOTED}")
    tables = {"confusion": tell_confusion(hearts), "robustness": tell_robustness(hearts)}
    if not asked.skip_variants:
        tables["variants"] = compare_variants(hearts)
    for name, rows in tables.items():
        write_table(rows, asked.out / f"{name}.csv")


if __name__ == "__main__":
    main()
