"""Which inputs a study shows, where the system does without some of them."""

from __future__ import annotations

from dataclasses import replace

from CardioAILib.errors import MissingInputError
from CardioAILib.results import Finding
from CardioAILib.study import Study
from CardioAILib.system import System

INCOMPLETE = "incomplete"


def with_present(system: System, study: Study) -> tuple[System, tuple[Finding, ...]]:
    """Leave the optional inputs out that a study lacks.

    Args:
        system: The declaration.
        study: The study; only the roles of its images are looked at.

    Returns:
        The declaration with the inputs that the study shows, and a warning where it lacks some.

    Raises:
        MissingInputError: It shows fewer than the system needs.
    """
    lacking = [
        name
        for name, needed in system.inputs.items()
        if needed.optional and study.find(needed.image) is None
    ]
    if not lacking:
        return system, ()
    present = {name: own for name, own in system.inputs.items() if name not in lacking}
    least = system.least_inputs or len(system.inputs)
    if len(present) < least:
        raise _too_few(system, study, tuple(present), least)
    columns = ", ".join(system.inputs[name].image.column for name in lacking)
    message = f"no {columns}: the result rests on {', '.join(present)} alone"
    return replace(system, inputs=present), (Finding(INCOMPLETE, message),)


def _too_few(
    system: System, study: Study, present: tuple[str, ...], least: int
) -> MissingInputError:
    columns = [needed.image.column for needed in system.inputs.values()]
    shown = [system.inputs[name].image.column for name in present]
    return MissingInputError(
        got=f"{', '.join(shown) or 'no image'} for subject {study.subject}",
        wanted=f"at least {least} of {', '.join(columns)}",
        fix=f"fill the columns {', '.join(column for column in columns if column not in shown)} of "
        "the cohort table as far as there are such images",
    )
