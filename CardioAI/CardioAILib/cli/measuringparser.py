"""The words of the commands that measure: radiomics, volumes, late enhancement, uptake."""

from __future__ import annotations

import argparse
from pathlib import Path

from CardioAILib.cli import featurecommands, lgecommands, measurecommands, motioncommand
from CardioAILib.cli.numbers import at_least
from CardioAILib.cli.options import add_input_options, add_place
from CardioAILib.measurements.lge import METHODS
from CardioAILib.verbs.features.presets import PRESET_NAMES


def add_measuring(verbs: argparse._SubParsersAction) -> None:
    """Add the commands that need no model."""
    _add_radiomics(verbs)
    _add_save_preset(verbs)
    _add_measurements(verbs)
    _add_lge(verbs)
    _add_uptake(verbs)
    _add_motion(verbs)


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
    _add_workers(own)
    own.add_argument(
        "--stability",
        action="store_true",
        help="perturb mask and image as well, and write the ICC of every feature beside the table",
    )
    _add_regions(own)
    add_input_options(own)
    own.set_defaults(command=featurecommands.radiomics)


def _add_workers(own: argparse.ArgumentParser) -> None:
    own.add_argument(
        "--workers", type=at_least(1), default=1, help="processes, each with a study at a time"
    )


def _add_regions(own: argparse.ArgumentParser) -> None:
    own.add_argument(
        "--regions",
        choices=["aha", "layers", "aha-layers"],
        help="a row a region of the wall: AHA segments, transmural layers, or layers of segments",
    )
    add_place(own)


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
    _add_workers(own)
    own.set_defaults(command=measurecommands.measurements)


def _add_lge(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser(
        "lge", help="measure extent and pattern of late enhancement in a cohort's short axis"
    )
    own.add_argument(
        "cohort",
        type=Path,
        help="cohort table (CSV) with LGE_SAX and mask_SAX_LGE; a column rv_insertion_degrees "
        "gives a study's own --insertion",
    )
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
    add_place(own)
    own.set_defaults(command=lgecommands.lge)


def _add_uptake(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser(
        "uptake", help="measure the uptake of the heart on a cohort's planar scintigraphy"
    )
    own.add_argument(
        "cohort",
        type=Path,
        help="cohort table (CSV) with the column anterior, and posterior, mask_anterior, "
        "radiopharmaceutical and delay_min where known; or a folder of DICOM files",
    )
    own.add_argument("--out", type=Path, required=True, help="ratios, a row a study (CSV)")
    _add_workers(own)
    own.set_defaults(command=measurecommands.uptake)


def _add_motion(verbs: argparse._SubParsersAction) -> None:
    own = verbs.add_parser(
        "motion", help="measure ejection fraction and wall motion of a cohort's segmented echo"
    )
    own.add_argument(
        "cohort",
        type=Path,
        help="cohort table (CSV) with mask_A4C, mask_A2C or mask_PLAX of clips, or stills as "
        "mask_A4C_ED and mask_A4C_ES; a column A4C with the clip tells what the sector hides",
    )
    own.add_argument("--out", type=Path, required=True, help="motion, a row a study (CSV)")
    own.add_argument(
        "--pictures", action="store_true", help="curves and a bull's-eye of each study"
    )
    own.set_defaults(command=motioncommand.motion)
