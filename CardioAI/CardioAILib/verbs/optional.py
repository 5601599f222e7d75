"""Which inputs a study shows, where the system does without some of them."""

from __future__ import annotations

from dataclasses import replace

from CardioAILib.errors import MissingInputError
from CardioAILib.results import Finding
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.clips import ECHO, shows_clips

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
        CardioAIError: Likewise, since nothing in its files could be used.
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
        _require_named(system, study)
        raise _too_few(system, study, tuple(present), least)
    columns = ", ".join(system.inputs[name].image.column for name in lacking)
    message = f"no {columns}: the result rests on {', '.join(present)} alone"
    return replace(system, inputs=present), (Finding(INCOMPLETE, message),)


def _require_named(system: System, study: Study) -> None:
    """Refuse echo clips of unknown view, or tell why nothing in a study's files could be used.

    Raises:
        CardioAIError: See above.
    """
    unnamed = [role for role in study.images if role.kind == ECHO and role.view is None]
    if not shows_clips(system) or not unnamed:
        return
    # Asked for its images, an examination that was refused tells why.
    study.images[unnamed[0]]
    columns = ", ".join(needed.image.column for needed in system.inputs.values())
    raise MissingInputError(
        got=f"echo clips of unknown view for subject {study.subject}: neither a header nor a model "
        "that is sure tells it",
        wanted=f"at least {system.least_inputs or len(system.inputs)} of {columns}",
        fix="put their files under the columns of their views in a cohort table, or let a model of "
        "echo views name them (--view-model FOLDER), which names those that it gives 0.5 or more",
    )


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
