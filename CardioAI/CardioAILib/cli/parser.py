"""The words of the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from CardioAILib.cli import commands
from CardioAILib.cli.demomodel import DEMONSTRATIONS
from CardioAILib.cli.learningparser import add_learning
from CardioAILib.cli.measuringparser import add_measuring
from CardioAILib.cli.numbers import at_least
from CardioAILib.cli.options import (
    SOURCES,
    add_input_options,
    add_plane_model,
    add_system_and_cohort,
)
from CardioAILib.cli.worklistcommand import add_worklist


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="cardioai",
        description="Published cardiac AI systems: run, explain, audit, report. Research use only.",
    )
    top.add_argument("--verbose", action="store_true", help="tell more")
    verbs = top.add_subparsers(required=True, metavar="COMMAND")
    _add_demo(verbs)
    _add_demo_model(verbs)
    _add_listing(verbs)
    _add_cohort(verbs)
    _add_check(verbs)
    add_measuring(verbs)
    add_learning(verbs)
    _add_predict(verbs)
    add_worklist(verbs)
    _add_evaluate(verbs)
    return top


def _add_demo(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("demo", help="simulated hearts: train small, predict, explain, report")
    own.add_argument("--out", type=Path, default=Path("demo"), help="folder for everything")
    own.add_argument("--seed", type=at_least(0), default=0, help="seed of all chance")
    own.set_defaults(command=commands.demo)


def _add_demo_model(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("demo-model", help="train a small model that comes with the extension")
    own.add_argument(
        "--system",
        choices=list(DEMONSTRATIONS),
        default=next(iter(DEMONSTRATIONS)),
        help="the system that it is a model of",
    )
    own.add_argument("--out", type=Path, required=True, help="model folder to make")
    own.add_argument("--seed", type=at_least(0), default=0, help="seed of all chance")
    own.set_defaults(command=commands.demo_model)


def _add_listing(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("systems", help="list the systems, a line each")
    own.set_defaults(command=commands.list_systems)


def _add_cohort(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("cohort", help="turn a public data set into a cohort table")
    own.add_argument("dataset", choices=list(commands.DATA_SETS))
    own.add_argument("folder", type=Path, help="the data set as its owners distribute it")
    own.add_argument("--out", type=Path, required=True, help="the table (CSV)")
    own.set_defaults(command=commands.cohort)


def _add_check(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("check", help="check the inputs of every study, nothing else")
    add_system_and_cohort(own, SOURCES)
    add_plane_model(own)
    own.set_defaults(command=commands.check)


def _add_predict(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("predict", help="judge studies with a trained model")
    own.add_argument("model", type=Path, help="model folder")
    own.add_argument("cohort", type=Path, help=SOURCES)
    own.add_argument("--out", type=Path, required=True, help="folder for results")
    own.add_argument("--explain", action="store_true", help="write heatmaps and audit them")
    own.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    add_plane_model(own)
    add_input_options(own)
    own.set_defaults(command=commands.predict)


def _add_evaluate(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("evaluate", help="compare results with the truth and report")
    own.add_argument("results", type=Path, help="folder that predict or cross-validate wrote")
    own.add_argument("cohort", type=Path, help="cohort table (CSV) with the target")
    own.add_argument("--out", type=Path, required=True, help="folder for report.html and tables")
    own.set_defaults(command=commands.evaluate)
