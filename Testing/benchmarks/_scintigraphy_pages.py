"""Tables 1 to 3 of Halme 2022 from simulated scans, beside the printed ones, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from _scintigraphy_runs import TASKS, Judged, Plan
from CardioAILib.evaluate import (
    Estimate,
    bootstrap_by_subject,
    cohen_kappa,
    delong_interval,
    macro_auc,
    roc_auc,
    wilson,
)
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort
from CardioAILib.systems import named

DRAWS = 1000

PAIRS = {
    "one reader, twice": ("grade_reader1", "grade_reader1_again"),
    "two readers": ("grade_reader1", "grade_reader2"),
}

WHY = (
    "Why they differ: these are drawings, whose hearts show nothing but their uptake and whose "
    "grades follow the drawn ratio of heart to ribs with fixed overlap; the paper's grades are "
    "readings of real scans, of six cameras and four hospitals. Good figures here say that the "
    "pipeline learns, not that it would in patients. With 23 and 24 patients of grades 2 and 3 "
    "every interval of theirs is wide. The published networks other than linear and residual "
    "started from weights learned on ImageNet, all of these at random."
)


def page(plan: Plan, found: Sequence[Judged], cohort: Cohort) -> str:
    """Return all tables of what is finished."""
    lines = ["# Perugini grade of simulated bone scans", "", f"{RESEARCH_ONLY} {caption(plan)}", ""]
    for number, task in enumerate(TASKS, start=1):
        own = [one for one in found if one.task == task]
        if own:
            lines += [f"## Table {number}. {named(task).title}", "", *table(own), ""]
    lines += [WHY, "", *subgroups(found), *readers(cohort)]
    return "\n".join(lines) + "\n"


def caption(plan: Plan) -> str:
    """Say how all networks were trained, and where that is less than the paper's protocol."""
    full = Plan()
    less = [
        f"{getattr(plan, name):g} {what} instead of {getattr(full, name):g}"
        for name, what in (
            ("subjects", "patients"),
            ("folds", "folds"),
            ("epochs", "epochs"),
            ("copies", "copies of a training image"),
            ("width", "times the channels"),
            ("batch", "images a step"),
            ("rate", "as learning rate"),
        )
        if getattr(plan, name) != getattr(full, name)
    ]
    kept = "least validation loss" if plan.mode == "sound" else "last epoch"
    reduced = f"Unlike the paper: {', '.join(less)}." if less else "The paper's protocol."
    return (
        f"{plan.subjects} simulated patients at the paper's prevalences (991, 296, 23 and 24 of "
        f"1334), {plan.folds} stratified folds, Adam {plan.rate:g}, {kept} kept, random start, "
        f"seed {plan.seed}. {reduced} Every patient is judged by the network that never saw the "
        "scan; intervals of 95 %."
    )


def table(found: Sequence[Judged]) -> Iterator[str]:
    """Yield rows of one task, an arm and what is printed of it in turn."""
    names = named(found[0].task).task.names
    each = "".join(f" precision, {name} | recall, {name} |" for name in names)
    yield f"| arm | AUC | accuracy |{each}"
    yield "|---" * (3 + 2 * len(names)) + "|"
    (printed,) = named(found[0].task).published.tests.values()
    for one in found:
        cells = " | ".join(
            f"{told(share(one.called == k, one.labels == k))} "
            f"| {told(share(one.labels == k, one.called == k))}"
            for k in range(len(names))
        )
        right = share(np.ones(len(one.labels), bool), one.called == one.labels)
        yield f"| `{one.arm}` | {told(auc(one))} | {told(right)} | {cells} |"
        known = printed[one.arm]
        precision = known.precision or (None,) * len(names)
        recall = known.recall or (None,) * len(names)
        cells = " | ".join(
            f"{plain(p)} | {plain(r)}" for p, r in zip(precision, recall, strict=True)
        )
        yield f"| `{one.arm}`, published | {known.auc:.2f} | {known.accuracy:.2f} | {cells} |"


def auc(one: Judged) -> Estimate | None:
    """Return the area under the curve: of more than two classes the mean of one against rest."""
    if len(np.unique(one.labels)) < one.scores.shape[1]:
        return None
    if one.scores.shape[1] == 2:
        return delong_interval(one.labels, one.scores[:, 1])
    return bootstrap_by_subject(macro_auc, one.subjects, one.labels, one.scores, n=DRAWS)


def share(among: np.ndarray, so: np.ndarray) -> Estimate | None:
    """Return the share of those among whom something is so, with Wilson's interval."""
    total, hits = int(among.sum()), int((among & so).sum())
    return Estimate(hits / total, wilson(hits, total)) if total else None


def subgroups(found: Sequence[Judged]) -> Iterator[str]:
    """Yield accuracy, and AUC of the highest classes, with and without metastases in bone."""
    yield "| task, arm | bone metastases | patients | accuracy | AUC of the last class |"
    yield "|---|---|---|---|---|"
    for one in found:
        for name, within in (("yes", one.metastases), ("no", ~one.metastases)):
            last = one.labels[within] == one.scores.shape[1] - 1
            area = roc_auc(last, one.scores[within, -1]) if len(np.unique(last)) > 1 else None
            right = share(within, one.called == one.labels)
            yield (
                f"| `{one.task}`, `{one.arm}` | {name} | {within.sum()} | {told(right)} "
                f"| {plain(area)} |"
            )
    yield ""


def readers(cohort: Cohort) -> Iterator[str]:
    """Yield how well simulated readers agree."""
    yield "| simulated readers | kappa, four grades | kappa, grade 2 or 3 |"
    yield "|---|---|---|"
    for name, pair in PAIRS.items():
        one, other = (np.array([study.facts[fact] for study in cohort], int) for fact in pair)
        yield f"| {name} | {cohen_kappa(one, other):.2f} | {cohen_kappa(one > 1, other > 1):.2f} |"


def told(estimate: Estimate | None) -> str:
    """Return a number with its interval."""
    if estimate is None:
        return ""
    return f"{estimate.value:.2f} [{estimate.interval.low:.2f}, {estimate.interval.high:.2f}]"


def plain(value: float | None) -> str:
    """Return a number, or nothing."""
    return "" if value is None else f"{value:.2f}"
