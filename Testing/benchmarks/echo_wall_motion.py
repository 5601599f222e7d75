"""Trains thin networks of Sahashi 2024 on simulated echo, and prints its table 2 beside the paper.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/echo_wall_motion.py --work echo --epochs 25``.
Wall motion is planted; scar, T1, T2 and extracellular volume are shown by nothing, so that any
arm must stay near chance there, as it must on hearts that all move alike. The control arm
`motion` has no network: it is a regression over what the segmentations of the clips measure.
Started again with the same options and folder, it goes on. Networks are thin and see half the
paper's pixels along each side and half its frames: no number here is the published network's.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
from _echo_wall_motion_runs import NOTHING, PLANTED, ROOT, Judged, Plan, judged
from CardioAILib.evaluate import auc_by_subject
from CardioAILib.io.atomic import whole_file
from CardioAILib.systems import named

VIEWS = ("A4C", "A2C", "PLAX")

TASKS = (
    ("sahashi2024", PLANTED),
    ("sahashi2024", NOTHING),
    ("sahashi2024_scar", PLANTED),
    ("sahashi2024_t1", PLANTED),
    ("sahashi2024_t2", PLANTED),
    ("sahashi2024_ecv", PLANTED),
)


def page(plan: Plan, found: Sequence[Judged]) -> str:
    """Return the table as text."""
    told = ", ".join(f"{one.name} {getattr(plan, one.name)}" for one in fields(plan))
    head = ["task", *VIEWS, "combined", "control: motion"]
    lines = [
        "# Findings of cardiac MR from simulated echo",
        "",
        f"Simulated clips: {told}.",
        "AUROC with the 2.5th to 97.5th percentile of 10,000 bootstrap samples of patients; a view",
        "by its own truth. Research use only.",
        "",
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
    ]
    lines += [f"| {' | '.join(row)} |" for one in found for row in _rows(one)]
    return "\n".join(lines) + "\n"


def _rows(one: Judged) -> Iterator[list[str]]:
    task = named(one.system).task
    columns = [_auc(one, "views", one.views == view, one.own) for view in VIEWS]
    first = one.views == VIEWS[0]
    columns += [_auc(one, arm, first, one.labels) for arm in ("combined", "motion")]
    told = "wall motion planted" if one.planted == PLANTED else NOTHING
    yield [f"{task.target} ({told})", *columns]
    if one.planted == PLANTED:
        yield [f"{task.target}, printed of patients", *_printed(one.system)]


def _printed(system: str) -> list[str]:
    (arms,) = named(system).published.tests.values()
    told = arms["combined"]
    by_view = told.by_input or {}
    return [*(f"{by_view[view]:.3f}" for view in VIEWS), f"{told.auc:.3f}", "-"]


def _auc(one: Judged, arm: str, rows: np.ndarray, truth: np.ndarray) -> str:
    if arm not in one.scores:
        return "-"
    known = rows & np.isfinite(truth)
    if len(np.unique(truth[known])) < 2:
        return "one class"
    labels, scores = truth[known].astype(int), one.scores[arm][known]
    told = auc_by_subject(labels, scores, one.subjects[known])
    low, high = told.interval.low, told.interval.high
    return f"{told.value:.3f} ({low:.3f} to {high:.3f}), {labels.sum()}/{len(labels)}"


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "echo")
    parser.add_argument("--tasks", nargs="+", type=int, default=list(range(len(TASKS))))
    for one in fields(Plan):
        parser.add_argument(f"--{one.name}", type=type(one.default), default=one.default)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    return parser


def main() -> None:
    """Train, judge others, and write the table."""
    asked = arguments().parse_args()
    import torch

    torch.set_num_threads(asked.threads)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    asked.work.mkdir(parents=True, exist_ok=True)
    plan = Plan(**{one.name: getattr(asked, one.name) for one in fields(Plan)})
    found: list[Judged] = []
    for index in asked.tasks:
        found.append(judged(plan, *TASKS[index], asked.work, asked.device))
        with whole_file(asked.work / "tables.md", ".md") as draft:
            draft.write_text(page(plan, found), encoding="utf-8")
    print(page(plan, found))


if __name__ == "__main__":
    main()
