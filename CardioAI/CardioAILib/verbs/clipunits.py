"""Each echo clip of a study as a study of its own, with the view that it is said to show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from CardioAILib.io import role_column
from CardioAILib.study import Fact, Role, Study
from CardioAILib.system import System
from CardioAILib.verbs.clips import is_clip_role
from CardioAILib.verbs.unitviews import SomeImages

VIEW = "view"
"""Fact that names the view of a clip."""

OTHER = "other"
"""Class of every view that a system of views does not tell apart."""


def clips_apart(system: System, study: Study) -> Iterator[Study]:
    """Yield a study for each clip; one without any stays as it is.

    Args:
        system: The declaration, which takes one clip of any view.
        study: An examination, or one clip of it.
    """
    wanted = [needed.image for needed in system.inputs.values()]
    clips = [r for r in study.images if is_clip_role(r) and any(w.matches(r) for w in wanted)]
    if not clips:
        yield study
    for role in clips:
        # The name that one result gives a clip must be the name that the next one knows it by.
        name = study.study if len(clips) == 1 else f"{study.study} {role_column(role)}"
        images = SomeImages(study.images, (role,))
        yield replace(study, study=name, images=images, facts=_facts(system, study, role))


def _facts(system: System, study: Study, role: Role) -> dict[str, Fact]:
    facts = dict(study.facts)
    if role.view is not None:
        known = role.view in system.task.names
        facts.setdefault(VIEW, role.view if known else OTHER)
    return facts
