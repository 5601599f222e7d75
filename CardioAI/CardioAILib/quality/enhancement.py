"""Whether an image can be the late gadolinium enhancement that it is called."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.quality.air import air_level, corner_levels
from CardioAILib.quality.needed import require
from CardioAILib.quality.stated import (
    check_inversion,
    check_reconstruction,
    check_type,
    warn_of_gaps,
)
from CardioAILib.quality.uptake import warn_of_uptake
from CardioAILib.results import Finding
from CardioAILib.study import Image, Mask, Study
from CardioAILib.system import Input

NO_LGE = (
    "name a cine in the column of its own (cine_SAX), and one image a slice, ten minutes or more "
    "after contrast, in the column of late enhancement"
)

BRIGHT_CORNER = 0.9
"""Share of the image's range from which on a corner is as bright as the brightest tissue: 0.73 at
most in 61 phase-sensitive examinations (EMIDEC), 0.10 in 100 magnitude ones (ACDC)."""
GRAY_AIR = 0.3
"""Signal of the darkest pixels over that of the brightest, from which on air is gray: 0.43 to 0.66
in phase-sensitive examinations (EMIDEC), 0.21 at most in magnitude ones (ACDC)."""
NEGATIVE = 0.01
"""Share of negative pixels that no interpolation explains."""
SMALL_MATRIX = 64
"""Pixels along the shorter side below which an infarct is a pixel or two."""


def is_enhancement(needed: Input) -> bool:
    """Say whether an input is late gadolinium enhancement."""
    return needed.image.kind == "LGE"


def check_enhancement(study: Study, needed: Input) -> list[Finding]:
    """Check one image of late enhancement, by what its header said and by its pixels.

    Args:
        study: The study; its facts say what headers said, as in `LGE_SAX_inversion_ms`.
        needed: The input; others than late enhancement pass.

    Returns:
        Warnings.

    Raises:
        InputError: It is of another type or reconstruction, a scout of inversion times, or its
            contrast is inverted.
    """
    if not is_enhancement(needed):
        return []
    image = require(study, needed.image)
    findings = [*check_type(study, needed), *check_inversion(study, needed)]
    findings += check_reconstruction(study, needed)
    refuse_inverted(image, needed)
    if needed.reconstruction == "magnitude":
        findings += warn_of_phase(image, needed)
    findings += warn_of_gaps(study, image, needed)
    findings += warn_of_matrix(image, needed)
    found = study.find(needed.mask) if needed.mask is not None else None
    mask = None if found is None else study.images[found]
    if isinstance(mask, Mask) and mask.array.shape == image.array.shape:
        findings += warn_of_uptake(image, mask, needed)
    return findings


def refuse_inverted(image: Image, needed: Input) -> None:
    """Refuse an image whose air is as bright as its brightest tissue.

    Raises:
        InputError: See above.
    """
    # One corner may lie in fat; three do not.
    level = corner_levels(image.array[0])[1]
    if level >= BRIGHT_CORNER:
        raise InputError(
            got=f"inverted contrast in {needed.image.column}: its corners, which show air, have "
            f"{100 * level:.0f} % of the brightest signal",
            wanted="air dark and fat bright",
            fix="invert the gray values and export again; files of DICOM's MONOCHROME1 need that",
        )


def warn_of_phase(image: Image, needed: Input) -> list[Finding]:
    """Warn of what looks phase-sensitive where magnitude images are wanted."""
    where, array = needed.image.column, image.array[0]
    told = "as in phase-sensitive (PSIR) images; take the magnitude images of that acquisition"
    if (array < 0).mean() > NEGATIVE:
        return [Finding("PSIR", f"{where} has negative values, {told}")]
    if (level := air_level(array)) > GRAY_AIR:
        message = f"the darkest tissue and air of {where} have {100 * level:.0f} % of the brightest"
        return [Finding("PSIR", f"{message} signal, {told}")]
    return []


def warn_of_matrix(image: Image, needed: Input) -> list[Finding]:
    """Warn of few pixels and of slices that show nothing."""
    findings = []
    shape = image.array.shape[2:]
    if min(shape) < SMALL_MATRIX:
        message = f"{needed.image.column} has {shape[1]} x {shape[0]} pixels only; export it whole"
        findings.append(Finding("matrix", message))
    blank = np.flatnonzero(np.ptp(image.array[0], axis=(1, 2)) == 0)
    if len(blank):
        listed = ", ".join(str(index) for index in blank)
        message = f"{needed.image.column} is blank in slice {listed}; leave such slices out"
        findings.append(Finding("blank slices", message))
    return findings
