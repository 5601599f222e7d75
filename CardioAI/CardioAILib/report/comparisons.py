"""An evaluation beside its source and its readers, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from CardioAILib.io.table import write_lines
from CardioAILib.report.agreementtable import agreement_rows
from CardioAILib.report.machine import plain_estimate
from CardioAILib.report.papertable import paper_rows, prints_table
from CardioAILib.verbs.classes import ClassEvaluation, ReaderAgreement
from CardioAILib.verbs.evaluation import Evaluation


def write_comparisons(evaluation: Evaluation | ClassEvaluation, folder: Path) -> None:
    """Write the published table with ours, and how readers agree, as CSV, where there are any."""
    system = evaluation.system
    if prints_table(system):
        write_lines(paper_rows(evaluation), folder / "beside.csv")
    if evaluation.agreements:
        write_lines(agreement_rows(system, evaluation.agreements), folder / "agreement.csv")


def plain_agreements(agreements: Sequence[ReaderAgreement]) -> list[dict[str, Any]]:
    """Return how readers agree in plain values."""
    return [
        {
            "readings": [found.one, found.other],
            "kind": found.kind,
            "n": found.n,
            "agreement": plain_estimate(found.agreement),
            "kappa": plain_estimate(found.kappa),
            "kappa of positive": plain_estimate(found.kappa_positive),
            "kappa with quadratic weights": plain_estimate(found.kappa_weighted),
        }
        for found in agreements
    ]
