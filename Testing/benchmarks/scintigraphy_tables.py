"""Trains networks of Halme 2022 on simulated bone scans and prints its tables 1 to 3.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/scintigraphy_tables.py --work scintigraphy --epochs 10 --copies 1``.
Started again with the same options and folder, it goes on; the page `tables.md` is written after
each arm and task. Scans are drawn once. The paper's whole protocol is the default.
Several may run at once on one folder, each with arms or tasks of its own; a last call with all of
them writes the whole page from what they left.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import fields
from pathlib import Path

from _scintigraphy_pages import page
from _scintigraphy_runs import ARMS, ROOT, TASKS, Plan, crops, judged
from CardioAILib.io.atomic import whole_file


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "scintigraphy")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=["residual", "linear"])
    parser.add_argument("--mode", choices=("sound", "paper"), default=Plan.mode)
    for one in fields(Plan):
        if one.name != "mode":
            default = one.default
            parser.add_argument(f"--{one.name}", type=type(default), default=default)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    return parser


def main() -> None:
    """Train, judge what was held out, and write the tables."""
    asked = arguments().parse_args()
    import torch

    torch.set_num_threads(asked.threads)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    asked.work.mkdir(parents=True, exist_ok=True)
    plan = Plan(**{one.name: getattr(asked, one.name) for one in fields(Plan)})
    cohort, found = crops(plan, asked.work), []
    for task in asked.tasks:
        for arm in asked.arms:
            found.append(judged(plan, cohort, task, arm, asked.work, asked.device))
            with whole_file(asked.work / "tables.md", ".md") as draft:
                draft.write_text(page(plan, found, cohort), encoding="utf-8")
    print(page(plan, found, cohort))


if __name__ == "__main__":
    main()
