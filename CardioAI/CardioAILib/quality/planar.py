"""The checks of a planar scan: what the network and a reader's ratios rest on."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.quality.hotspots import warn_of_hot_spots
from CardioAILib.quality.needed import require
from CardioAILib.quality.planarcounts import warn_of_counts
from CardioAILib.quality.planarstated import check_stated
from CardioAILib.quality.planarview import check_view
from CardioAILib.quality.skeleton import warn_without_skeleton
from CardioAILib.results import Finding
from CardioAILib.study import Image, Study
from CardioAILib.system import Input


def is_planar(needed: Input) -> bool:
    """Say whether an input is a planar scan."""
    return needed.image.kind == "planar"


def check_planar(study: Study, needed: Input) -> list[Finding]:
    """Check one planar scan, by what its header said and by its pixels.

    Args:
        study: The study; its facts say what headers said, as in `delay_min`.
        needed: The input.

    Returns:
        Warnings.

    Raises:
        MissingInputError: The view is absent.
        InputError: It is no planar scan of bone, shows no count, or lies with the feet first.
    """
    image = require(study, needed.image)
    where = f"the {needed.image.view} view"
    counts = require_counts(image, where)
    findings = check_stated(study, where)
    findings += warn_of_counts(counts, where)
    viewed, marks = check_view(counts, image.spacing[1:], where)
    findings += viewed
    if marks is not None:
        findings += warn_of_hot_spots(marks, counts.shape)
        findings += warn_without_skeleton(marks, where)
    return findings


def require_counts(image: Image, where: str) -> np.ndarray:
    """Return the counts (H, W) of a planar scan.

    Raises:
        InputError: It has several frames or slices, or pixels that cannot be counts.
    """
    frames, slices, *_ = image.array.shape
    if frames * slices != 1:
        raise InputError(
            got=f"{frames * slices} images in {where}",
            wanted="one planar image of the anterior view",
            fix="name the planar scan; a tomographic (SPECT), dynamic or gated series is none",
        )
    counts = image.array[0, 0]
    if not np.isfinite(counts).all() or counts.min() < 0:
        raise InputError(
            got=f"pixels below 0, NaN or infinite in {where}",
            wanted="counts as the camera stored them",
            fix="export the original scan, not one that was filtered or subtracted",
        )
    if not counts.any():
        raise InputError(
            got=f"no count in {where}",
            wanted="a scan of the patient",
            fix="export the scan again; this one is empty",
        )
    return counts
