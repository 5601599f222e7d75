"""Tables of an evaluation, as rows of text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from CardioAILib.decide import Threshold
from CardioAILib.evaluate import GroupResult, mean_sd, stars
from CardioAILib.published import PublishedArm
from CardioAILib.verbs.evaluation import ArmEvaluation, Evaluation
from CardioAILib.verbs.foldrows import FoldRow

Rows = list[list[str]]
RATES = ("sensitivity", "specificity", "npv", "ppv", "accuracy")
PRINTED = {
    "AUC": ("auc", "auc_sd"),
    "sensitivity": ("sensitivity", None),
    "specificity": ("specificity", "specificity_sd"),
}
"""Figures that sources print of an arm: the fields that hold value and SD."""
ASKED = ("prior_infarct", "bone_metastases")
"""Columns that answer a question with 0 or 1."""
ANSWERS = {"0": "no", "1": "yes"}
FOLD_HEADER = ["fold", "n", "Se", "Sp", "NPV", "precision", "accuracy", "AUC"]


def primary_of(evaluation: Evaluation) -> str:
    """Return the arm that the others are compared with."""
    arms = evaluation.arms.items()
    return next(arm for arm, found in arms if found.p_against_primary is None)


def arm_rows(evaluation: Evaluation) -> Rows:
    """Return a row an arm: AUC with intervals, decisions with intervals, comparison."""
    header = ["arm", "AUC (95 % DeLong)", "AUC (95 % bootstrap by subject)", "threshold"]
    header += ["sensitivity", "specificity", "NPV", "precision", "p (DeLong)"]
    rows = [header]
    for arm, found in evaluation.arms.items():
        rates = [rate_with_interval(found, name) for name in RATES[:4]]
        rows.append(
            [
                arm,
                str(found.auc),
                str(found.auc_bootstrap),
                found.threshold,
                *rates,
                "reference" if found.p_against_primary is None else p_text(found.p_against_primary),
            ]
        )
    return rows


def fold_table(found: ArmEvaluation) -> Rows:
    """Return the paper's tables 3 and 4 for one arm: a row a fold, then mean and SD."""
    rows = [list(FOLD_HEADER)]
    for row in found.folds:
        rates = [number(getattr(row.operating, name)) for name in RATES]
        rows.append([str(row.fold), str(row.n), *rates, fold_auc(row)])
    means = [spread([getattr(row.operating, name) for row in found.folds]) for name in RATES]
    aucs = spread([row.auc for row in found.folds if row.auc is not None])
    return [*rows, ["mean±SD", "", *means, aucs]]


def published_rows(evaluation: Evaluation) -> Rows:
    """Return the printed numbers beside ours, an arm a row."""
    tests = evaluation.system.published.tests
    header = ["arm", "AUC here", "sensitivity here", "specificity here"]
    rows = [[*header, *published_header(tests)]]
    for arm, found in evaluation.arms.items():
        point = found.operating
        row = [arm, f"{found.auc.value:.2f}", number(point.sensitivity), number(point.specificity)]
        rows.append([*row, *published_cells(tests, arm)])
    return rows


def published_header(tests: Mapping[str, Mapping[str, PublishedArm]]) -> list[str]:
    """Return the titles of `published_cells`."""
    return [f"published {test}: {name}" for test, arms in tests.items() for name in printed(arms)]


def published_cells(tests: Mapping[str, Mapping[str, PublishedArm]], arm: str) -> list[str]:
    """Return what is printed of an arm on each test set."""
    return [printed_value(arms.get(arm), name) for arms in tests.values() for name in printed(arms)]


def printed(arms: Mapping[str, PublishedArm]) -> list[str]:
    """Return which figures a source prints of any of these arms."""
    return [
        name
        for name, (field, _) in PRINTED.items()
        if any(getattr(arm, field) is not None for arm in arms.values())
    ]


def printed_value(arm: PublishedArm | None, name: str) -> str:
    """Return a figure as it is printed."""
    if arm is None:
        return "not in the paper"
    value, sd = (None if field is None else getattr(arm, field) for field in PRINTED[name])
    return "" if value is None else with_sd(value, sd)


def group_rows(evaluation: Evaluation) -> Rows:
    """Return a row a subgroup: size, positives and AUC of the primary arm."""
    decided = isinstance(evaluation.system.decide, Threshold)
    rates = ("accuracy", "sensitivity", "specificity")
    header = ["group", "value", "n", "positive", "AUC (95 % DeLong)"]
    rows = [[*header, *(rates if decided else ())]]
    for column, groups in evaluation.groups.items():
        for group in groups:
            auc = group.reason if group.auc is None else str(group.auc)
            value = ANSWERS.get(group.group, group.group) if column in ASKED else group.group
            words = column.replace("_", " ")
            own = [words, value, str(group.n), str(group.positives), auc]
            told = [rate_with_interval(group, rate) for rate in rates] if decided else []
            rows.append([*own, *told])
    return rows


def rate_with_interval(found: ArmEvaluation | GroupResult, name: str) -> str:
    """Return a rate with its Wilson interval, or a dash for a rate of nothing."""
    interval = found.operating.interval(name)
    rate = getattr(found.operating, name)
    if not math.isfinite(rate):
        return number(rate)
    return f"{number(rate)} ({interval.low:.2f} to {interval.high:.2f})"


def fold_auc(row: FoldRow) -> str:
    """Return a fold's AUC with the stars of its difference from the primary arm."""
    if row.auc is None:
        return "one class"
    marks = "" if row.p_against_primary is None else stars(row.p_against_primary)
    return f"{row.auc:.2f}{marks}"


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return mean and SD of the finite values."""
    finite = [value for value in values if math.isfinite(value)]
    if len(finite) < 2:
        return ""
    found = mean_sd(np.array(finite))
    return f"{found.mean:.{digits}f}±{found.sd:.{digits}f}"


def number(value: float) -> str:
    """Return two decimals, or a dash for a rate of nothing."""
    return f"{value:.2f}" if math.isfinite(value) else "-"


def with_sd(value: float, sd: float | None) -> str:
    """Return a printed value with its SD, with two decimals or as many more as are printed."""
    numbers = [value] if sd is None else [value, sd]
    digits = max(2, *(len(str(one).partition(".")[2]) for one in numbers))
    return "±".join(f"{one:.{digits}f}" for one in numbers)


def p_text(p: float) -> str:
    """Return a p value as journals print it."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def p_equals(p: float) -> str:
    """Return a p value with its sign, as in `= 0.390`."""
    return p_text(p) if p < 0.001 else f"= {p_text(p)}"
