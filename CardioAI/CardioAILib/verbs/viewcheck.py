"""The verb `check_views`: ask a model of planes whether images show the view that they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from CardioAILib.errors import CardioAIError, ModelError
from CardioAILib.learning import Frames, Network
from CardioAILib.results import ArmResult, Finding
from CardioAILib.study import Image, Role, Study
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import warn_of_source
from CardioAILib.verbs.phases import with_phases
from CardioAILib.verbs.predict import predict
from CardioAILib.verbs.units import PLANE, PLANE_OF_VIEW

SURE = 0.5
"""Least probability of another plane that is worth a warning."""


def check_views(plane_model: Model, study: Study) -> tuple[Finding, ...]:
    """Warn of cine images that look like another view than the one they are named after.

    A view is judged by all its phases together where the model has an arm for them, else by one.
    Views that the model does not know, such as three chambers, are left alone.

    Args:
        plane_model: A trained model of planes, such as germain2021_plane.
        study: The examination; of any system.

    Returns:
        A warning for each view that looks like another one with a probability of 0.5 or more,
        or that could not be judged.

    Raises:
        ModelError: The model does not tell planes apart.
    """
    require_plane_model(plane_model)
    try:
        phased, _ = with_phases(plane_model.system, study)
    except CardioAIError as error:
        return (Finding("view", f"the views could not be checked ({error})"),)
    views = dict.fromkeys(role.view for role in _cines(phased))
    known = [view for view in views if view in PLANE_OF_VIEW]
    return tuple(finding for view in known for finding in _check(plane_model, phased, view))


def require_plane_model(model: Model) -> None:
    """Refuse a model that does not tell planes apart.

    Raises:
        ModelError: Its classes are no planes.
    """
    task = model.system.task
    if task.target != PLANE or not set(task.names) <= set(PLANE_OF_VIEW.values()):
        raise ModelError(
            got=f"a model of {model.system.name}, which tells {', '.join(task.names)} apart",
            wanted="a model of planes, such as germain2021_plane",
            fix="give the folder that 'cardioai train germain2021_plane' wrote",
        )


def _check(model: Model, study: Study, view: str) -> Iterator[Finding]:
    columns = " and ".join(role.column for role in _cines(study) if role.view == view)
    try:
        found = _judged(model, study, view)
    except CardioAIError as error:
        yield Finding("view", f"{columns}: the view could not be checked ({error})")
        return
    if found.decision != PLANE_OF_VIEW[view] and found.score >= SURE:
        source = "".join(f"; that model was {f.message}" for f in warn_of_source(model.development))
        look = "look" if " and " in columns else "looks"
        seen = f"{look} like {found.decision} (probability {found.score:.2f})"
        yield Finding("view", f"{columns} {seen}{source}")


def _judged(model: Model, study: Study, view: str) -> ArmResult:
    """Return what the best arm for the phases at hand says of one view."""
    wanted = [needed.image.phase for needed in model.system.inputs.values()]
    present = {role.phase for role in _cines(study) if role.view == view}
    arm = _arm_for(model, [index for index, phase in enumerate(wanted) if phase in present])
    own = replace(study, images=_filled(study, view, wanted))
    result, _ = predict(replace(model, arms=(arm,)), own)
    return result.arms[arm]


def _arm_for(model: Model, frames: list[int]) -> str:
    """Return the network arm that looks at the most of these phases and at no other.

    Raises:
        ModelError: There is none.
    """
    seen = {name: _frames_of(model.system.arm(name)) for name in model.arms}
    able = [name for name, own in seen.items() if own and set(own) <= set(frames)]
    if not able:
        raise ModelError(
            got=f"a plane model with the arms {', '.join(model.arms)}",
            wanted="an arm that looks at no other phase than those of the study",
            fix="train the plane model with all its arms",
        )
    return max(able, key=lambda name: len(seen[name]))


def _frames_of(arm: object) -> tuple[int, ...]:
    if isinstance(arm, Network) and isinstance(arm.channels, Frames):
        return arm.channels.frames
    return ()


def _filled(study: Study, view: str, phases: list[str | None]) -> dict[Role, Image]:
    """Return the images of one view; a phase that is absent, and not looked at, repeats another."""
    own = {role.phase: role for role in _cines(study) if role.view == view}
    taken = {phase: own.get(phase) or next(iter(own.values())) for phase in phases}
    return {replace(role, phase=phase): study.images[role] for phase, role in taken.items()}


def _cines(study: Study) -> list[Role]:
    """Return the roles of cine images at a known phase."""
    return [r for r in study.images if (r.modality, r.kind) == ("MR", "cine") and r.phase]
