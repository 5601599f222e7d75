"""The words of the commands that learn: pretrain, train, cross-validate."""

from __future__ import annotations

import argparse
from pathlib import Path

from CardioAILib.cli import commands, pretraincommands
from CardioAILib.cli.numbers import at_least, positive
from CardioAILib.cli.options import TABLE, add_system_and_cohort
from CardioAILib.systems import MATRICES


def add_learning(verbs: argparse._SubParsersAction) -> None:
    """Add the commands that leave a trunk or a model behind."""
    _add_pretrain(verbs)
    _add_train(verbs)


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
        add_system_and_cohort(own)
        own.add_argument("--out", type=Path, required=True, help="folder to make")
        own.add_argument("--arm", action="append", help="only this arm (may be repeated)")
        own.add_argument(
            "--mode",
            choices=["sound", "paper"],
            default="sound",
            help="sound: all choices on development data; paper: as published, flaws included",
        )
        _add_division(own)
        _add_size(own)
        _add_start(own)
        _add_circumstances(own)
        own.set_defaults(command=command)


def _add_division(own: argparse.ArgumentParser) -> None:
    divided = own.add_mutually_exclusive_group()
    divided.add_argument("--folds", type=at_least(2), help="folds instead of the paper's")
    divided.add_argument(
        "--hold-out",
        action="store_true",
        help="one part held out, 60/20/20 unless the paper has its own, instead of each fold "
        "once; one member",
    )
    own.add_argument("--inner-folds", type=at_least(2), help="inner folds of deep features")


def _add_size(own: argparse.ArgumentParser) -> None:
    own.add_argument("--epochs", type=at_least(1), help="epochs instead of the paper's")
    own.add_argument("--width", type=positive, help="network width, 1.0 being the paper's")
    own.add_argument("--rate", type=positive, help="learning rate instead of the paper's")
    own.add_argument(
        "--copies",
        type=at_least(1),
        help="changed copies of each training image, where the paper made any, instead of as many",
    )
    own.add_argument("--matrix", choices=MATRICES, help="image size, as Germain's table 4")


def _add_start(own: argparse.ArgumentParser) -> None:
    start = own.add_mutually_exclusive_group()
    start.add_argument(
        "--weights",
        type=Path,
        metavar="FILE",
        help="published weights that networks of VGG16, ResNet50, InceptionV3 or R(2+1)D-18 "
        "(torchvision's) or MobileNet (timm's mobilenetv1_100) start from: safetensors, or a "
        "PyTorch state dict or checkpoint, of one network; without it they start at random",
    )
    start.add_argument(
        "--start-from",
        type=Path,
        metavar="TRUNK",
        help="folder that 'cardioai pretrain' wrote, whose convolutions its networks start from",
    )


def _add_circumstances(own: argparse.ArgumentParser) -> None:
    own.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    own.add_argument(
        "--precision",
        choices=["auto", "float32", "bfloat16"],
        default="auto",
        help="arithmetic of training; auto takes bfloat16 where the device has it",
    )
    own.add_argument("--seed", type=at_least(0), default=0, help="seed of all chance")
