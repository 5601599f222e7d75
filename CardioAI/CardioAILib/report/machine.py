"""An evaluation in plain values, for machines."""

from __future__ import annotations

from typing import Any

from CardioAILib.evaluate import Estimate
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.evaluation import Evaluation
from CardioAILib.verbs.quantities import QuantityEvaluation


def described(evaluation: Evaluation | ClassEvaluation | QuantityEvaluation) -> dict[str, Any]:
    """Return what was evaluated on what, with its origin."""
    return {
        "note": RESEARCH_ONLY,
        "system": evaluation.system.name,
        "mode": evaluation.mode,
        "cohort": evaluation.cohort,
        "target source": evaluation.target_source,
        "cross-validated": evaluation.cross_validated,
        "subjects": evaluation.subjects,
        "studies seen in training": evaluation.seen,
        "provenance": evaluation.results[0].provenance,
    }


def plain_estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    """Return a value with its interval and how that was computed."""
    if estimate is None:
        return None
    interval = estimate.interval
    return {
        "value": estimate.value,
        "low": interval.low,
        "high": interval.high,
        "level": interval.level,
        "method": interval.method,
    }
