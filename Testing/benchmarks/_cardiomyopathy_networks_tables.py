"""What the networks came to, as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from _cardiomyopathy_networks_runs import BY_PATIENT, BY_SLICE, HIDDEN, Plan, Trained
from CardioAILib.evaluate import Estimate, bootstrap_by_subject
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.systems import GERMAIN_2021

PUBLISHED = GERMAIN_2021.published.tests["six folds of 1200 cine sets"]
FOLDS = {BY_PATIENT: "by patient", BY_SLICE: "by slice (leaks)"}


def page(plan: Plan, found: Sequence[Trained]) -> str:
    """Return all tables of what is finished."""
    lines = [
        "# Normal, hypertrophic or dilated heart: networks on ACDC",
        "",
        f"{RESEARCH_ONLY} {recipe(plan)}",
        "",
        *accuracies(found),
        *flattery(found),
        *confusions(found),
        *attention(found),
    ]
    return "\n".join(lines) + "\n"


def recipe(plan: Plan) -> str:
    """Say how all networks were trained."""
    hidden = ", ".join(str(round(count * plan.width)) for count, _ in HIDDEN)
    return (
        f"Random start (no ImageNet weights), width {plan.width:g}, hidden layers {hidden} "
        f"without dropout, {plan.side} x {plan.side} pixels of {plan.pixel:g} mm around the heart "
        f"(centroid of the data set's masks), Adam {plan.rate:g}, batch {plan.batch}, "
        f"{plan.epochs} epochs, the last one kept, {plan.folds} folds, seed {plan.seed}. Three "
        "slices a patient."
    )


def accuracies(found: Sequence[Trained]) -> Iterator[str]:
    """Yield a row an arm and protocol."""
    yield "| arm | folds | accuracy a slice | accuracy a patient | macro AUC | last training loss |"
    yield "|---|---|---|---|---|---|"
    for one in found:
        arm = one.evaluation.arms[one.arm]
        patient = arm.by_subject or arm.accuracy
        # An arm without epochs measures whole patients: its slices are no cases of their own.
        slices = told(by_slice(one)) if any(one.histories) else ""
        yield (
            f"| `{one.arm}` | {FOLDS[one.protocol]} | {slices} | {told(patient)} "
            f"| {told(arm.macro_auc)} | {last_losses(one)} |"
        )
    for name, arm in PUBLISHED.items():
        yield f"| `{name}`, published | by cine set (leaks) | {arm.accuracy:.3f} | | | |"
    yield ""
    yield (
        "Intervals of 95 %: a slice and AUC from resampled patients, a patient (mean of the "
        "slices' probabilities) Wilson's. The published networks began with ImageNet's weights "
        "and saw 1200 cine sets of typical cases."
    )
    yield ""


def flattery(found: Sequence[Trained]) -> Iterator[str]:
    """Yield what folds that divide patients add, and what choosing the epoch on them adds."""
    by_key = {(one.arm, one.protocol): one for one in found}
    pairs = [(by_key.get((arm, BY_PATIENT)), by_key.get((arm, BY_SLICE))) for arm in PUBLISHED]
    both = [(sound, leaking) for sound, leaking in pairs if sound and leaking]
    if not both:
        return
    yield "| arm | by patient | by slice | flatters by | by patient, chosen | by slice, chosen |"
    yield "|---|---|---|---|---|---|"
    for sound, leaking in both:
        chosen = [f"{chosen_on_held_out(one):.3f}" for one in (sound, leaking)]
        yield (
            f"| `{sound.arm}` | {sound.right.mean():.3f} | {leaking.right.mean():.3f} "
            f"| {told(difference(sound, leaking), signed=True)} | {' | '.join(chosen)} |"
        )
    yield ""
    yield (
        "Accuracies a slice: the same slices, as many in training. Chosen: each member keeps the "
        "epoch of least loss on the part that it is then judged on, as the published protocol "
        "must, which sets nothing else aside; the last column is all of that protocol."
    )
    yield ""


def confusions(found: Sequence[Trained]) -> Iterator[str]:
    """Yield a confusion matrix of patients an arm, a row a true class."""
    names = GERMAIN_2021.task.names
    for one in found:
        if one.protocol == BY_PATIENT:
            yield f"| `{one.arm}`, patients | {' | '.join(f'called {name}' for name in names)} |"
            yield "|---" * (len(names) + 1) + "|"
            rows = one.evaluation.arms[one.arm].confusion.tolist()
            for name, counts in zip(names, rows, strict=True):
                yield f"| {name} | {' | '.join(map(str, counts))} |"
            yield ""


def attention(found: Sequence[Trained]) -> Iterator[str]:
    """Yield where the held-out maps lie, and whether they need what was learned."""
    for one in found:
        if one.evaluation.attention:
            yield f"| `{one.arm}`, most of the map lies | right answers | wrong answers |"
            yield "|---|---|---|"
            for row in one.evaluation.attention:
                yield f"| {row.zone} | {row.right} | {row.wrong} |"
            yield ""
            audits = [r.attention for r in one.results if r.attention and r.attention.inside]
            inside = np.median([audit.inside for audit in audits])
            area = np.median([audit.area for audit in audits])
            yield (
                f"Median share of the map inside the heart and 10 mm around: {inside:.2f}; a map "
                f"that looks everywhere alike would have {area:.2f}."
            )
            low, middle, high = np.quantile(one.changes, (0.25, 0.5, 0.75))
            yield (
                "Random weights in the layers after the mapped one change the maps by "
                f"{middle:.2f} ({low:.2f} to {high:.2f}; median and quartiles of patients; 0 no "
                "change, 1 nothing in common)."
            )
            yield ""


def by_slice(one: Trained) -> Estimate:
    """Return the share of slices called right, with an interval by patient."""
    return bootstrap_by_subject(np.mean, one.fitted.examples.subjects, one.right.astype(float))


def difference(sound: Trained, leaking: Trained) -> Estimate:
    """Return how many more slices are called right with folds that divide patients."""
    subjects = sound.fitted.examples.subjects
    if not np.array_equal(subjects, leaking.fitted.examples.subjects):
        raise ValueError("the protocols judged different slices")
    return bootstrap_by_subject(np.mean, subjects, leaking.right.astype(float) - sound.right)


def chosen_on_held_out(one: Trained) -> float:
    """Return the accuracy of each fold's epoch of least held-out loss, over all slices."""
    counts = np.bincount(one.fitted.crossfit.folds)
    best = [min(rows, key=lambda row: row["validation loss"]) for rows in one.histories]
    return float(np.average([row["validation accuracy"] for row in best], weights=counts))


def last_losses(one: Trained) -> str:
    """Return the range of the members' last training losses."""
    last = [rows[-1]["training loss"] for rows in one.histories if rows]
    return f"{min(last):.2f} to {max(last):.2f}" if last else ""


def told(estimate: Estimate | None, signed: bool = False) -> str:
    """Return a number with its interval."""
    if estimate is None:
        return ""
    sign = "+" if signed else ""
    low, high = estimate.interval.low, estimate.interval.high
    return f"{estimate.value:{sign}.3f} [{low:{sign}.3f}, {high:{sign}.3f}]"
