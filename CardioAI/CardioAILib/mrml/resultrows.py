"""A result as rows that a scientist reads in Slicer's table view, and as attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from CardioAILib.published import PublishedArm
from CardioAILib.report.quantitywords import with_unit
from CardioAILib.report.tables import with_sd
from CardioAILib.report.wording import near_heart, told_class
from CardioAILib.results import Attention, Provenance, Result
from CardioAILib.system import System
from CardioAILib.task import Quantity

ZONES = {
    "heart": "most of it on the heart",
    "border": "most of it on the border of the heart",
    "outside": "most of it outside the heart",
}
"""What the zones of the audit mean."""

HEADER = ("section", "item", "value", "range over members", "threshold", "decision")

Row = tuple[str, str, str, str, str, str]


def result_rows(result: Result, system: System) -> list[Row]:
    """Return the rows of a result under `HEADER`.

    Args:
        result: The result.
        system: The system that made it.
    """
    arms = sorted(result.arms, key=result.primary.__ne__)
    return [
        _row("notice", "use", result.note),
        *_chance_rows(system),
        *(_arm_row(name, result, system) for name in arms),
        *(row for name in arms for row in _class_rows(name, result, system)),
        *(row for name in arms for row in _view_rows(name, result, system)),
        *(row for name in arms for row in _contribution_rows(name, result, system)),
        *_attention_rows(result.attention, system),
        *(_row("finding", finding.check, finding.message) for finding in result.findings),
        *_published_rows(system),
        *(_row("provenance", *pair) for pair in _origin(result.provenance).items()),
    ]


def result_attributes(result: Result) -> dict[str, str]:
    """Return the provenance of a result, and its warnings, as attributes of nodes."""
    origin = result.provenance
    return {
        "System": origin.system,
        "Mode": origin.mode,
        "Definition": origin.definition,
        "Weights": origin.weights,
        "Seed": str(origin.seed),
        "Device": origin.device,
        "Created": origin.created,
        "Versions": json.dumps(dict(origin.versions), sort_keys=True),
        "Inputs": json.dumps(dict(origin.inputs), sort_keys=True),
        "Note": result.note,
        "Findings": "; ".join(finding.message for finding in result.findings),
    }


def _row(section: str, item: str, value: str) -> Row:
    return (section, item, value, "", "", "")


def _chance_rows(system: System) -> Iterator[Row]:
    """Yield that the source's own result was near chance, where it was."""
    if system.published.near_chance:
        yield _row("notice", "near chance", system.published.caution)


def _arm_row(name: str, result: Result, system: System) -> Row:
    arm = result.arms[name]
    if isinstance(system.task, Quantity):
        return _value_row(name, result, system.task)
    several = bool(arm.probabilities)
    threshold = "highest probability" if several else "none"
    return (
        "score",
        f"{name} (primary)" if name == result.primary else name,
        f"{arm.score:.3f}",
        _range(arm.members),
        threshold if arm.threshold is None else f"{arm.threshold:.3f}",
        arm.decision or "none: the threshold is set on a test cohort",
    )


def _value_row(name: str, result: Result, task: Quantity) -> Row:
    """Return what an arm says of a measured quantity."""
    arm = result.arms[name]
    item = f"{name} (primary)" if name == result.primary else name
    low, high = (with_unit(task, value) for value in (min(arm.members), max(arm.members)))
    span = f"{low} to {high} ({len(arm.members)})"
    return task.label_text, item, with_unit(task, arm.score), span, "", ""


def _class_rows(name: str, result: Result, system: System) -> Iterator[Row]:
    """Yield the probability of each of several classes."""
    arm = result.arms[name]
    for index, value in enumerate(arm.probabilities):
        label = system.task.names[index]
        members = [member[index] for member in arm.by_member]
        said = label if label == arm.decision else ""
        yield f"probability, {name}", label, f"{value:.3f}", _range(members), "", said


def _view_rows(name: str, result: Result, system: System) -> Iterator[Row]:
    """Yield what each of several views says alone."""
    for view, score in result.arms[name].by_input.items():
        task = system.task
        told = with_unit(task, score) if isinstance(task, Quantity) else f"{score:.3f}"
        yield _row(f"view, {name}", view, told)


def _contribution_rows(name: str, result: Result, system: System) -> Iterator[Row]:
    """Yield what each feature adds to class 1 of two, or to the decided class of several."""
    arm = result.arms[name]
    section = f"evidence for {told_class(arm, system)}, {name}"
    for one in arm.contributions:
        value = "not measured" if one.value is None else f"{one.value:.4g}"
        yield _row(section, one.feature, f"{one.evidence:+.3f} ({value})")


def _range(members: Sequence[float]) -> str:
    """Return how far members are apart."""
    return f"{min(members):.3f} to {max(members):.3f} ({len(members)})" if members else ""


def _attention_rows(attention: Attention | None, system: System) -> Iterator[Row]:
    if attention is None:
        return
    inside = "no evidence anywhere"
    if attention.inside is not None:
        inside = f"{attention.inside:.0%} of the heatmap lies {near_heart(system, attention)}"
    yield _row("attention", f"arm {attention.arm}", inside)
    if attention.zone:
        yield _row("attention", "zone", ZONES[attention.zone])
    yield _row("attention", "chance", f"that is {attention.area:.0%} of what was seen")
    for region, share in attention.shares.items():
        yield _row("attention", f"share, {region}", f"{share:.0%}")
    for view, shares in attention.by_input.items():
        told = ", ".join(f"{region} {share:.0%}" for region, share in shares.items())
        yield _row("attention", f"shares, {view}", told)
    flag = "FLAGGED: it looks outside the heart more than inside" if attention.flagged else "none"
    yield _row("attention", "flag", flag)


def _published_rows(system: System) -> Iterator[Row]:
    published = system.published
    yield _row("published", "source", f"{published.citation} doi:{published.doi}")
    for test, arms in published.tests.items():
        for name, arm in arms.items():
            yield _row(f"published, {test}", name, _published(arm))
    if published.caution:
        yield _row("published", "caution", published.caution)


def _published(arm: PublishedArm) -> str:
    numbers = {
        "AUC": (arm.auc, arm.auc_sd),
        "sensitivity": (arm.sensitivity, None),
        "specificity": (arm.specificity, arm.specificity_sd),
        "accuracy": (arm.accuracy, arm.accuracy_sd),
        "R2": (arm.r2, None),
        "mean absolute error": (arm.mae, None),
        **{f"AUC, {view}": (auc, None) for view, auc in (arm.by_input or {}).items()},
    }
    return ", ".join(
        f"{name} {with_sd(value, sd)}" for name, (value, sd) in numbers.items() if value is not None
    )


def _origin(origin: Provenance) -> dict[str, str]:
    versions = ", ".join(f"{name} {value}" for name, value in origin.versions.items())
    inputs = {f"SHA-256 of {name}": value for name, value in origin.inputs.items()}
    return {
        "system": f"{origin.system}, {origin.mode} mode",
        "definition": origin.definition,
        "weights": origin.weights,
        "seed": str(origin.seed),
        "device": origin.device,
        "created": origin.created,
        "versions": versions,
        **inputs,
    }
