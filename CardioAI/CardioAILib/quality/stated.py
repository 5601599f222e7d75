"""What the headers of late enhancement said, as far as the cohort's facts repeat it."""

from __future__ import annotations

from CardioAILib.errors import InputError
from CardioAILib.results import Finding
from CardioAILib.study import Image, Study
from CardioAILib.system import Input

TYPE, RECONSTRUCTION = "type", "reconstruction"
INVERSION, THICKNESS = "inversion_ms", "thickness_mm"

USUAL_INVERSION_MS = (150.0, 500.0)
"""Times that null myocardium after contrast; longer ones are for thrombus."""
DRIFT_MS = 30.0
"""Spread of inversion times in one series that following the wash-out explains."""
SCOUT_MS = 150.0
"""Spread from which on the series is a scout of inversion times."""
GAP = 0.5
"""Gap between slices, as a share of their thickness, that hides small infarcts."""
WIDEST_STEP_MM = 12.0
"""Distance between slices taken for one with gaps where the thickness is unknown."""


def stated(study: Study, needed: Input, what: str) -> str:
    """Return a fact about one image, such as `LGE_SAX_inversion_ms`, as text; empty if unsaid."""
    fact = study.facts.get(f"{needed.image.column}_{what}", "")
    return f"{fact:g}" if isinstance(fact, int | float) else str(fact).strip()


def check_type(study: Study, needed: Input) -> list[Finding]:
    """Check that the header called the image late enhancement.

    Raises:
        InputError: It called it something else.
    """
    kind, where = stated(study, needed, TYPE), needed.image.column
    if kind.lower() in ("", "lge"):
        return []
    if kind.lower() != "unknown":
        raise InputError(
            got=f"images of type {kind} in {where}",
            wanted="late gadolinium enhancement",
            fix=f"name the right series in the column '{where}', or correct '{where}_{TYPE}'",
        )
    message = f"the header of {where} does not tell that it is late enhancement: look at it"
    return [Finding("image type", f"{message}, and name another series if it is none")]


def check_reconstruction(study: Study, needed: Input) -> list[Finding]:
    """Check that the header names the reconstruction that the system wants.

    Raises:
        InputError: It names the other one.
    """
    given, wanted = stated(study, needed, RECONSTRUCTION), needed.reconstruction
    where = needed.image.column
    if wanted is None or given.lower() in ("", wanted.lower()):
        return []
    if given.lower() in ("magnitude", "psir"):
        raise InputError(
            got=f"{given} images in {where}",
            wanted=f"{wanted} images, as the system learned from",
            fix=f"take the {wanted} series of the same acquisition, which scanners store beside it",
        )
    message = f"the header of {where} does not tell whether its images are {wanted}"
    look = "look at them: air is black in magnitude images and gray in phase-sensitive (PSIR) ones"
    return [Finding(RECONSTRUCTION, f"{message}; {look}")]


def check_inversion(study: Study, needed: Input) -> list[Finding]:
    """Check the inversion times: one for all slices, and one that nulls myocardium.

    Raises:
        InputError: They are no numbers, or so many that the series is a scout.
    """
    times = _inversion_times(study, needed)
    if not times:
        return []
    spread, where = max(times) - min(times), needed.image.column
    listed = ", ".join(f"{time:g}" for time in sorted(set(times)))
    if spread >= SCOUT_MS:
        raise InputError(
            got=f"inversion times {listed} ms in {where}",
            wanted="one inversion time, or times that follow the wash-out",
            fix="name the series of late enhancement, not the scout of inversion times",
        )
    findings = []
    if spread > DRIFT_MS:
        message = f"{where} mixes inversion times of {listed} ms: its slices differ in contrast"
        findings.append(Finding("inversion time", f"{message}; take slices of one time"))
    low, high = USUAL_INVERSION_MS
    if min(times) < low or max(times) > high:
        message = f"an inversion time of {listed} ms in {where} lies outside {low:g} to {high:g}"
        findings.append(Finding("inversion time", f"{message} ms: check that it nulls myocardium"))
    return findings


def warn_of_gaps(study: Study, image: Image, needed: Input) -> list[Finding]:
    """Warn of a stack whose slices lie farther apart than they are thick."""
    if not needed.stack:
        return []
    step, where = image.spacing[0], needed.image.column
    thickness = _number(stated(study, needed, THICKNESS), f"{where}_{THICKNESS}")
    if thickness is not None and step > (1 + GAP) * thickness:
        message = f"slices of {thickness:g} mm every {step:g} mm in {where}"
    elif thickness is None and step > WIDEST_STEP_MM:
        message = f"a slice every {step:g} mm in {where}"
    else:
        return []
    return [
        Finding("gaps", f"{message}: enhancement between them is not seen; add slices left out")
    ]


def _inversion_times(study: Study, needed: Input) -> list[float]:
    column = f"{needed.image.column}_{INVERSION}"
    texts = stated(study, needed, INVERSION).split(";")
    numbers = (_number(text.strip(), column) for text in texts)
    return [number for number in numbers if number is not None]


def _number(text: str, column: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < float("inf"):
        raise InputError(
            got=f"'{text}' in column '{column}'",
            wanted="a number above 0, several separated by ';'",
            fix="correct the cell, or leave it empty where it is not known",
        )
    return number
