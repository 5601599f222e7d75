"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

TABLE = "cohort table (CSV)"
SOURCES = f"{TABLE}, or a folder of DICOM files, or a 4-D volume"


def add_system_and_cohort(own: argparse.ArgumentParser, told: str = TABLE) -> None:
    """Add the system, its cohort, and how inputs are taken."""
    own.add_argument("system", help="name of a system; see 'cardioai systems'")
    own.add_argument("cohort", type=Path, help=told)
    add_input_options(own)


def add_input_options(own: argparse.ArgumentParser) -> None:
    """Add how inputs are taken."""
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


def add_plane_model(own: argparse.ArgumentParser) -> None:
    """Add the model that checks views."""
    own.add_argument(
        "--plane-model",
        "--view-model",
        type=Path,
        metavar="FOLDER",
        help="trained model of germain2021_plane or echo_view that warns of images of another "
        "view, and names echo clips that have none",
    )


def add_place(own: argparse.ArgumentParser) -> None:
    """Add what is known of the heart's place in the stack."""
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
