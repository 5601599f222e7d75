"""The whole cines of a study from which a system's phases can be cut."""

from __future__ import annotations

from dataclasses import dataclass, replace

from CardioAILib.study import Role, Study
from CardioAILib.system import System


@dataclass(frozen=True)
class Source:
    """A cine of one view and what is cut from it.

    Args:
        cine: Role of the whole cine, or None where only its segmentation is whole.
        mask: Role of the segmentation of all frames, or None.
        phases: Phases wanted of it.
    """

    cine: Role | None
    mask: Role | None
    phases: tuple[str, ...]

    @property
    def roles(self) -> dict[Role, tuple[Role, str]]:
        """Each new role, with the role that it is cut from and its phase."""
        whole = [role for role in (self.cine, self.mask) if role is not None]
        return {replace(role, phase=p): (role, p) for role in whole for p in self.phases}


def sources_of(system: System, study: Study) -> tuple[Source, ...]:
    """Return the whole cines of which a system needs a phase that the study lacks."""
    needed = [needed.image for needed in system.inputs.values() if needed.image.phase]
    found = []
    views = dict.fromkeys(role.view for role in study.images if role.phase is None)
    for view in views:
        asked = [role for role in needed if role.view in (None, view)]
        phases = tuple(dict.fromkeys(str(role.phase) for role in asked))
        # Whole segmentations of another view than the one looked at are there to be measured.
        phases = phases or tuple(dict.fromkeys(str(role.phase) for role in needed))
        cine = _whole(study, Role("MR", "cine", view), phases) if asked else None
        mask = _whole(study, Role("MR", "mask", view), phases)
        if phases and (cine or mask):
            found.append(Source(cine, mask, phases))
    return tuple(found)


def _whole(study: Study, role: Role, phases: tuple[str, ...]) -> Role | None:
    """Return the role if the study has it whole and lacks some of its phases."""
    there = all(replace(role, phase=phase) in study.images for phase in phases)
    return role if role in study.images and not there else None
