"""What the page on one result of several classes shows of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from CardioAILib.report.classcases import ZONES
from CardioAILib.report.classtables import ABSENT, RANDOM, printed_rows, start_weights
from CardioAILib.report.contributions import Told, arm_that_tells, draw_contributions
from CardioAILib.report.heartparts import heart_parts
from CardioAILib.report.probabilities import draw_probabilities, span_text
from CardioAILib.report.style import address, png_of
from CardioAILib.report.tables import Rows
from CardioAILib.results import Result
from CardioAILib.system import System
from CardioAILib.verbs.planar import is_planar


def class_parts(
    result: Result, system: System, developed: Mapping[str, Any], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the parts of the page by the names that its template knows.

    Args:
        result: The result.
        system: The declaration.
        developed: What the model card says of the development data.
        facts: What the cohort table says of the study.
    """
    teller = arm_that_tells(result)
    return {
        "main": main_facts(result, system),
        "arms": arm_rows(result, system),
        "published": published_rows(result, system, developed),
        "printed": bool(printed_rows(system, list(result.arms))),
        "random": [a for a in result.arms if start_weights(system, a, developed) == RANDOM.upper()],
        "probabilities": address(png_of(draw_probabilities(result, system.task.names))),
        "teller": teller,
        "told": None if teller is None else address(_told(result, teller)),
        **heart_parts({} if is_planar(system) else result.measurements, facts),
        "zone": "" if result.attention is None else ZONES.get(result.attention.zone, ""),
    }


def main_facts(result: Result, system: System) -> dict[str, str]:
    """Return what the card says: the class called, how surely, and what comes next."""
    found = result.arms[result.primary]
    ranked = sorted(zip(found.probabilities, system.task.names, strict=True), reverse=True)
    second = ranked[1]
    return {
        "arm": result.primary,
        "decision": found.decision or "",
        "probability": f"{found.score:.2f}",
        "range over members": span_text(found.members),
        "next": f"{second[1]} {second[0]:.2f}",
    }


def arm_rows(result: Result, system: System) -> Rows:
    """Return a row an arm: the class called, and each class's probability with its range."""
    rows = [["arm", "calls it", *system.task.names]]
    for arm, found in result.arms.items():
        by_class = zip(*found.by_member, strict=True) if found.by_member else ()
        spans = [span_text(values) for values in by_class] or [""] * len(found.probabilities)
        cells = [f"{p:.2f} ({span})" for p, span in zip(found.probabilities, spans, strict=True)]
        rows.append([arm, found.decision or "", *cells])
    return rows


def published_rows(result: Result, system: System, developed: Mapping[str, Any]) -> Rows:
    """Return this model's accuracies on its development data and the printed ones below them."""
    arms = list(result.arms)
    begun = [start_weights(system, arm, developed) for arm in arms]
    return [
        ["accuracy", *arms],
        ["this model, out of fold (95 %)", *(_developed_accuracy(developed, a) for a in arms)],
        *printed_rows(system, arms),
        *([["start weights", *begun]] if set(begun) != {ABSENT} else []),
    ]


def _told(result: Result, arm: str) -> bytes:
    title = f"{arm}: {result.arms[arm].decision}"
    return png_of(draw_contributions([Told(title, result.arms[arm].contributions)]))


def _developed_accuracy(developed: Mapping[str, Any], arm: str) -> str:
    if arm not in developed.get("accuracy", {}):
        return "not known"
    low, high = developed["accuracy interval"][arm]
    return f"{developed['accuracy'][arm]:.3f} ({low:.3f} to {high:.3f})"
