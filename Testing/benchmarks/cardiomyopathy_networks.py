"""Measures how well networks tell normal, hypertrophic and dilated hearts, and what leaking adds.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/cardiomyopathy_networks.py --acdc ../shared/data/acdc --work networks``.
Needs the ACDC data set. The same recipe learns with folds by patient and, as Germain 2021 was
published, by slice. Started again, it goes on; tables are written after each network.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from _cardiomyopathy_networks_runs import ARMS, BY_PATIENT, BY_SLICE, ROOT, Plan, Trained, trained
from _cardiomyopathy_networks_tables import page
from CardioAILib.io import acdc_cohort, read_cohort
from CardioAILib.io.atomic import whole_file
from CardioAILib.study import Cohort

ORDER = (
    (BY_PATIENT, "vgg_dual"),
    (BY_SLICE, "vgg_dual"),
    (BY_PATIENT, "vgg_es"),
    (BY_PATIENT, "vgg_ed"),
    (BY_SLICE, "vgg_es"),
    (BY_SLICE, "vgg_ed"),
)
"""The paper's best network first, so that an interrupted run has it."""


def all_trained(plan: Plan, cohort: Cohort, work: Path) -> Iterator[Trained]:
    """Yield the arm without pixels, then each network under each protocol, as far as wanted."""
    yield trained(plan, cohort, BY_PATIENT, "measurements", work)
    for protocol, arm in ORDER:
        if arm in plan.arms and protocol in plan.protocols:
            yield trained(plan, cohort, protocol, arm, work)


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acdc", type=Path, default=ROOT.parent / "shared" / "data" / "acdc")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "networks")
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS))
    parser.add_argument(
        "--protocols", nargs="+", choices=(BY_PATIENT, BY_SLICE), default=[BY_PATIENT, BY_SLICE]
    )
    parser.add_argument("--folds", type=int, default=Plan.folds)
    parser.add_argument("--epochs", type=int, default=Plan.epochs)
    parser.add_argument("--width", type=float, default=Plan.width)
    parser.add_argument("--side", type=int, default=Plan.side, help="pixels along each side")
    parser.add_argument("--pixel", type=float, default=Plan.pixel, help="side of a pixel, in mm")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    return parser


def plan_of(asked: argparse.Namespace) -> Plan:
    """Return what was asked for."""
    return Plan(
        folds=asked.folds,
        epochs=asked.epochs,
        width=asked.width,
        side=asked.side,
        pixel=asked.pixel,
        arms=tuple(asked.arms),
        protocols=tuple(asked.protocols),
        device=asked.device,
    )


def main() -> None:
    """Train, judge what was held out, and write the tables."""
    asked = arguments().parse_args()
    if not asked.acdc.is_dir():
        sys.exit(f"no ACDC data set at {asked.acdc}: give its folder with --acdc")
    import torch

    torch.set_num_threads(asked.threads)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    asked.work.mkdir(parents=True, exist_ok=True)
    cohort = read_cohort(acdc_cohort(asked.acdc, asked.work / "cohort.csv"))
    plan, found = plan_of(asked), []
    for one in all_trained(plan, cohort, asked.work):
        found.append(one)
        with whole_file(asked.work / "networks.md", ".md") as draft:
            draft.write_text(page(plan, found), encoding="utf-8")
    print(page(plan, found))


if __name__ == "__main__":
    main()
