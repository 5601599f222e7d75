"""Measures how stable radiomic features are on real cine, and what choosing stable ones changes.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/radiomics_stability.py --acdc ../shared/data/acdc --out stability``.
Needs the ACDC data set. End-systolic slices of patients of all five groups are perturbed; with
``--auc``, infarction (MINF) is told from normal hearts (NOR) with and without unstable features.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.evaluate import delong_interval, icc_agreement  # noqa: E402
from CardioAILib.examples import Examples, concatenate  # noqa: E402
from CardioAILib.io import acdc_cohort, read_cohort  # noqa: E402
from CardioAILib.learning import L1Logistic, LassoTop, Radiomics, Run, Stable, Tabular  # noqa: E402
from CardioAILib.learning.splits import folds_by_subject  # noqa: E402
from CardioAILib.radiomics import SOUND, extract  # noqa: E402
from CardioAILib.radiomics.stability import (  # noqa: E402
    REPEATED,
    Stability,
    one_reading,
    stable_features,
)
from CardioAILib.radiomics.stability.readings import readings  # noqa: E402
from CardioAILib.report.stabilityplot import classes_of, draw_stability  # noqa: E402
from CardioAILib.study import Cohort  # noqa: E402
from CardioAILib.systems import FAHMY_2022  # noqa: E402
from CardioAILib.verbs.features.presets import preset_named  # noqa: E402
from CardioAILib.verbs.features.rows import Request  # noqa: E402
from CardioAILib.verbs.features.stability import Plan, write_stability  # noqa: E402
from CardioAILib.verbs.gather import labeled_studies  # noqa: E402
from CardioAILib.verbs.prepared import prepare_study  # noqa: E402

TABLE = Radiomics("radiomics", SOUND)
SEEDS = (0, 1, 2)
FOLDS = 5
SELECTIONS = {
    "LASSO 10": (LassoTop(10),),
    "ICC >= 0.75, LASSO 10": (Stable(0.75), LassoTop(10)),
    "ICC >= 0.90, LASSO 10": (Stable(0.90), LassoTop(10)),
}


def spread_over_groups(cohort: Cohort, count: int) -> Cohort:
    """Take as many patients of each group, in order."""
    groups: dict[str, list] = {}
    for study in cohort:
        groups.setdefault(str(study.facts["pathology"]), []).append(study)
    each = -(-count // len(groups))
    return Cohort(tuple(study for own in groups.values() for study in own[:each]))


def report(found: Stability) -> None:
    """Print the share of stable features by class and by what differs."""
    enough = stable_features(found)
    print(f"{found.subjects} patients, {found.slices} slices, {found.readings} readings each")
    print(f"ICC >= 0.75: {enough.sum()} of {enough.size} features ({enough.mean():.1%})")
    print(f"lower bound >= 0.75: {(found.lower >= 0.75).mean():.1%}")
    print(f"ICC >= 0.90: {stable_features(found, 0.9).mean():.1%}")
    print(f"median ICC {np.nanmedian(found.icc):.3f}, without ICC {np.isnan(found.icc).sum()}")
    columns = {"repeated": found.icc, **found.by_kind}
    print(" " * 12 + "".join(f"{name:>15}" for name in columns))
    for name, own in classes_of(found.names).items():
        shares = [(values[own] >= 0.75).mean() for values in columns.values()]
        print(f"{name:12}" + "".join(f"{share:15.1%}" for share in shares))
    print("slices left as they were:", dict(found.spared))


def labeled_examples(cohort: Cohort) -> Examples:
    """Return the examples of infarction and of normal hearts, with their features."""
    labeled = labeled_studies(FAHMY_2022, cohort)
    parts = [prepare_study(FAHMY_2022, study, labeled=True).examples for study in labeled]
    return TABLE.add_to(concatenate(parts))


def perturbed_tables(examples: Examples) -> Iterator[np.ndarray]:
    """Yield the features (N, F) of each perturbed reading by the same protocol."""
    whole = one_reading(examples.images, examples.masks, examples.spacing, SOUND)
    by_subject = [
        np.flatnonzero(examples.subjects == name) for name in np.unique(examples.subjects)
    ]
    tables = np.zeros((len(REPEATED), *examples.tables[TABLE.name].shape))
    for rows in by_subject:
        stack = whole.take(np.isin(np.arange(len(examples)), rows))
        for place, (own, _) in enumerate(readings(stack, REPEATED, (99, int(rows[0])))):
            if place:
                tables[place - 1, rows] = extract(own.images, own.masks, own.spacing, own.settings)
    yield from tables


def held_out(examples: Examples, tables: list[np.ndarray], select: tuple, seed: int):
    """Cross-validate; return scores (K, N) of every reading, and the features of each fold."""
    scores, chosen = np.zeros((len(tables), len(examples))), []
    for learn, hold in folds_by_subject(examples.subjects, examples.labels, FOLDS, seed):
        development = examples.of_subjects(learn)
        arm = Tabular((TABLE,), L1Logistic(), select)
        fitted = arm.fit(development.take(development.training), Run(seed=seed))
        rows = np.isin(examples.subjects, hold)
        for place, table in enumerate(tables):
            own = examples.with_table(TABLE.name, table).take(rows)
            scores[place, rows] = fitted.predict(own, {})
        chosen.append({column.name for column in fitted.columns_})
    return scores, chosen


def pooled(scores: np.ndarray, examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest score of each subject (K, S), and its label (S,)."""
    names, first = np.unique(examples.subjects, return_index=True)
    best = [scores[:, examples.subjects == name].max(axis=1) for name in names]
    return np.array(best).T, examples.labels[first]


def compare(examples: Examples) -> None:
    """Print AUC, agreement of scores and of chosen features for each way to select."""
    tables = [examples.tables[TABLE.name], *perturbed_tables(examples)]
    print(f"MINF against NOR, {len(np.unique(examples.subjects))} patients, {FOLDS} folds")
    heads = ("AUC by seed of the folds", "mean", "ICC of scores", "overlap")
    print(f"{'selection':24}{heads[0]:>28}{heads[1]:>7}{heads[2]:>15}{heads[3]:>9}")
    for name, select in SELECTIONS.items():
        aucs, iccs, overlaps = [], [], []
        for seed in SEEDS:
            scores, chosen = held_out(examples, tables, select, seed)
            best, labels = pooled(scores, examples)
            aucs.append(delong_interval(labels, best[0]).value)
            iccs.append(icc_agreement(best.T))
            overlaps += [len(a & b) / len(a | b) for a, b in combinations(chosen, 2)]
        told = " ".join(f"{auc:.3f}" for auc in aucs)
        print(
            f"{name:24}{told:>28}{np.mean(aucs):7.3f}{np.mean(iccs):15.3f}{np.mean(overlaps):9.2f}",
            flush=True,
        )


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acdc", type=Path, default=ROOT.parent / "shared" / "data" / "acdc")
    parser.add_argument("--out", type=Path, default=Path("stability"), help="folder")
    parser.add_argument("--patients", type=int, default=40)
    parser.add_argument("--preset", default="fahmy2022")
    parser.add_argument("--auc", action="store_true", help="compare selections too (minutes)")
    asked = parser.parse_args()
    if not asked.acdc.is_dir():
        sys.exit(f"no ACDC data set at {asked.acdc}: give its folder with --acdc")
    asked.out.mkdir(parents=True, exist_ok=True)
    cohort = read_cohort(acdc_cohort(asked.acdc, asked.out / "cohort.csv"))
    start = time.perf_counter()
    request = Request(FAHMY_2022, preset_named(asked.preset))
    table = asked.out / "features.stability.csv"
    written = write_stability(request, spread_over_groups(cohort, asked.patients), table, Plan())
    (found,) = written.found.values()
    report(found)
    print(f"{time.perf_counter() - start:.0f} s, reading and preparing included")
    draw_stability(found, table.with_suffix(".png"), "ACDC, myocardium at end systole")
    if asked.auc:
        compare(labeled_examples(cohort))


if __name__ == "__main__":
    main()
