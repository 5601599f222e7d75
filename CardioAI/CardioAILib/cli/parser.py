"""The words of the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from CardioAILib.cli import (
    commands,
    featurecommands,
    lgecommands,
    measurecommands,
    pretraincommands,
)
from CardioAILib.cli.demomodel import DEMONSTRATIONS
from CardioAILib.cli.numbers import at_least, positive
from CardioAILib.measurements.lge import METHODS
from CardioAILib.systems import MATRICES
from CardioAILib.verbs.features.presets import PRESET_NAMES

TABLE = "cohort table (CSV)"
SOURCES = f"{TABLE}, or a folder of DICOM files, or a 4-D volume"


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
    _add_radiomics(verbs)
    _add_save_preset(verbs)
    _add_measurements(verbs)
    _add_lge(verbs)
    _add_pretrain(verbs)
    _add_train(verbs)
    _add_predict(verbs)
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
    _add_system_and_cohort(own, SOURCES)
    _add_plane_model(own)
    own.set_defaults(command=commands.check)


def _add_radiomics(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("radiomics", help="compute the radiomics features of a cohort")
    own.add_argument("cohort", type=Path, help="cohort table (CSV)")
    own.add_argument("--out", type=Path, required=True, help="features (CSV)")
    _add_preset(own)
    own.add_argument(
        "--structure",
        action="append",
        help="structure of the masks, as myocardium or lv_cavity, or all that a mask shows (may "
        "be repeated: a row each)",
    )
    own.add_argument(
        "--input",
        action="append",
        help="column of images, as cine_SAX_ED (may be repeated); else the system's inputs, or "
        "with a native preset every image that has a mask",
    )
    own.add_argument(
        "--frames",
        choices=["one", "all"],
        default="one",
        help="all: a row for every frame of a time series whose mask has as many frames",
    )
    own.add_argument(
        "--workers", type=at_least(1), default=1, help="processes, each with a study at a time"
    )
    own.add_argument(
        "--stability",
        action="store_true",
        help="perturb mask and image as well, and write the ICC of every feature beside the table",
    )
    _add_regions(own)
    _add_input_options(own)
    own.set_defaults(command=featurecommands.radiomics)


def _add_regions(own: argparse.ArgumentParser) -> None:
    own.add_argument(
        "--regions",
        choices=["aha", "layers", "aha-layers"],
        help="a row a region of the wall: AHA segments, transmural layers, or layers of segments",
    )
    _add_place(own)


def _add_place(own: argparse.ArgumentParser) -> None:
    own.add_argument(
        "--apex",
        choices=["auto", "first", "last"],
        default="auto",
        help="where the apex lies in the stack; auto tells by the cavities",
    )
    own.add_argument(
        "--insertion",
        type=float,
        metavar="DEGREES",
        help="direction of the anterior insertion of the right ventricle, counterclockwise from "
        "the image's right; needed where masks do not show its cavity",
    )


def _add_save_preset(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("preset", help="save a radiomics preset as a file to edit or to share")
    _add_preset(own)
    own.add_argument("--out", type=Path, required=True, help="the file (.json)")
    own.set_defaults(command=featurecommands.preset)


def _add_preset(own: argparse.ArgumentParser) -> None:
    own.add_argument(
        "--preset",
        default=PRESET_NAMES[0],
        help=f"{', '.join(PRESET_NAMES)}; or a file: a preset (.json), or parameters of "
        "pyradiomics (.yaml, .yml, .json)",
    )


def _add_measurements(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser(
        "measurements", help="measure volumes, function and wall by the masks of a cohort"
    )
    own.add_argument("cohort", type=Path, help="cohort table (CSV)")
    own.add_argument("--out", type=Path, required=True, help="measurements (CSV)")
    own.add_argument(
        "--workers", type=at_least(1), default=1, help="processes, each with a study at a time"
    )
    own.set_defaults(command=measurecommands.measurements)


def _add_lge(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser(
        "lge", help="measure extent and pattern of late enhancement in a cohort's short axis"
    )
    own.add_argument("cohort", type=Path, help="cohort table (CSV) with LGE_SAX and mask_SAX_LGE")
    own.add_argument("--out", type=Path, required=True, help="late enhancement (CSV)")
    own.add_argument(
        "--method", choices=METHODS, default="5sd", help="of the values by segment, layer, slice"
    )
    own.add_argument(
        "--reference",
        default="auto",
        help="remote myocardium: auto, the darkest 60 degrees of each slice; stack, those of the "
        "whole stack; AHA segments, as 8,9; or a label of the segmentations",
    )
    own.add_argument("--bullseye", action="store_true", help="a picture of each study's segments")
    _add_place(own)
    own.set_defaults(command=lgecommands.lge)


def _add_pretrain(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser(
        "pretrain", help="learn image type and view from headers, for networks to start from"
    )
    own.add_argument("system", help="system whose networks it is for, as martini2020")
    own.add_argument(
        "sources", type=Path, nargs="+", help=f"folders of DICOM files, or tables: {TABLE}"
    )
    own.add_argument("--out", type=Path, required=True, help="folder of the trunk to make")
    own.add_argument("--epochs", type=at_least(1), help="epochs instead of 30")
    own.add_argument("--width", type=positive, help="network width, 1.0 being the paper's")
    own.add_argument("--rate", type=positive, help="learning rate instead of 0.001")
    own.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    own.add_argument("--seed", type=at_least(0), default=0, help="seed of all chance")
    own.set_defaults(command=pretraincommands.pretrain)


def _add_train(verbs: argparse._SubParsersAction) -> None:
    for name, told, command in (
        ("train", "cross-fit a system on a cohort and keep the model", commands.train),
        ("cross-validate", "judge each study by a model that never saw it", commands.validate),
    ):
        own = verbs.add_parser(name, help=told)
        _add_system_and_cohort(own)
        own.add_argument("--out", type=Path, required=True, help="folder to make")
        own.add_argument("--arm", action="append", help="only this arm (may be repeated)")
        own.add_argument(
            "--mode",
            choices=["sound", "paper"],
            default="sound",
            help="sound: all choices on development data; paper: as published, flaws included",
        )
        divided = own.add_mutually_exclusive_group()
        divided.add_argument("--folds", type=at_least(2), help="folds instead of the paper's")
        divided.add_argument(
            "--hold-out",
            action="store_true",
            help="one part held out (60/20/20) instead of each fold once; one member",
        )
        own.add_argument("--epochs", type=at_least(1), help="epochs instead of the paper's")
        own.add_argument("--inner-folds", type=at_least(2), help="inner folds of deep features")
        own.add_argument("--width", type=positive, help="network width, 1.0 being the paper's")
        own.add_argument("--rate", type=positive, help="learning rate instead of the paper's")
        own.add_argument("--matrix", choices=MATRICES, help="image size, as Germain's table 4")
        _add_start(own)
        own.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
        own.add_argument(
            "--precision",
            choices=["auto", "float32", "bfloat16"],
            default="auto",
            help="arithmetic of training; auto takes bfloat16 where the device has it",
        )
        own.add_argument("--seed", type=at_least(0), default=0, help="seed of all chance")
        own.set_defaults(command=command)


def _add_start(own: argparse.ArgumentParser) -> None:
    start = own.add_mutually_exclusive_group()
    start.add_argument(
        "--weights",
        type=Path,
        metavar="FILE",
        help="weights of VGG16 that its networks start from (safetensors, or a PyTorch state "
        "dict); without it they start at random",
    )
    start.add_argument(
        "--start-from",
        type=Path,
        metavar="TRUNK",
        help="folder that 'cardioai pretrain' wrote, whose convolutions its networks start from",
    )


def _add_predict(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("predict", help="judge studies with a trained model")
    own.add_argument("model", type=Path, help="model folder")
    own.add_argument("cohort", type=Path, help=SOURCES)
    own.add_argument("--out", type=Path, required=True, help="folder for results")
    own.add_argument("--explain", action="store_true", help="write heatmaps and audit them")
    own.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    _add_plane_model(own)
    _add_input_options(own)
    own.set_defaults(command=commands.predict)


def _add_evaluate(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser("evaluate", help="compare results with the truth and report")
    own.add_argument("results", type=Path, help="folder that predict or cross-validate wrote")
    own.add_argument("cohort", type=Path, help="cohort table (CSV) with the target")
    own.add_argument("--out", type=Path, required=True, help="folder for report.html and tables")
    own.set_defaults(command=commands.evaluate)


def _add_plane_model(own: argparse.ArgumentParser) -> None:
    own.add_argument(
        "--plane-model",
        type=Path,
        metavar="FOLDER",
        help="trained model of germain2021_plane that warns of images of another view",
    )


def _add_system_and_cohort(own: argparse.ArgumentParser, told: str = TABLE) -> None:
    own.add_argument("system", help="name of a system; see 'cardioai systems'")
    own.add_argument("cohort", type=Path, help=told)
    _add_input_options(own)


def _add_input_options(own: argparse.ArgumentParser) -> None:
    own.add_argument(
        "--resample-masks",
        action="store_true",
        help="move a mask on another grid to its image's grid, and say so",
    )
    own.add_argument(
        "--engine",
        choices=["auto", "native", "numpy", "pyradiomics"],
        default="auto",
        help="radiomics engine; auto is native where numba is, else numpy, both equal to "
        "pyradiomics 3.0.1",
    )
