"""A cine of the scene, or two volumes, as the phases that a system reads. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.inputs import require_node
from CardioAILib.mrml.phases import has_frames, phase_frames
from CardioAILib.mrml.views import view_of_node
from CardioAILib.results import Finding
from CardioAILib.system import System

ED, ES = "ED", "ES"
UNKNOWN = "unknown"
"""Stands for a view that nobody knows."""


@dataclass(frozen=True, eq=False)
class CineChoice:
    """What was pointed at for a system that reads end-diastole and end-systole.

    Args:
        ed: A cine as a sequence, its browser, or the volume that shows it; else the volume at
            end-diastole.
        es: The volume at end-systole; None where the first is a cine.
        ed_mask: Segmentation at end-diastole, or one with a frame for each of the cine's; or None.
        es_mask: Segmentation at end-systole; None where the first has frames, or there is none.
        view: View plane ("SAX", "4C"), "unknown", or None to tell it by geometry.
        ed_frame: Index of the end-diastolic frame of a cine; None to find it.
        es_frame: Index of the end-systolic frame of a cine; None to find it.
    """

    ed: Any
    es: Any = None
    ed_mask: Any = None
    es_mask: Any = None
    view: str | None = None
    ed_frame: int | None = None
    es_frame: int | None = None


def reads_phases(system: System) -> bool:
    """Say whether a system reads end-diastole and end-systole of one cine, masks or not."""
    if not all(needed.mask is None or needed.mask_optional for needed in system.inputs.values()):
        return False
    roles = [needed.image for needed in system.inputs.values()]
    alike = len({(role.modality, role.kind, role.view) for role in roles}) == 1
    return alike and {role.phase for role in roles} == {ED, ES} and len(roles) == 2


def cine_nodes(system: System, chosen: CineChoice) -> dict[str, InputNodes]:
    """Return the nodes of each input, the frames of a cine found where they were not named.

    Args:
        system: A system that `reads_phases`.
        chosen: What was pointed at.

    Raises:
        MissingInputError: There is no volume at end-systole.
        InputError: No phases can be found in the cine, or both are the same frame.
    """
    require_node(chosen.ed, "the cine")
    own = _of_cine(chosen) if has_frames(chosen.ed) else _of_volumes(chosen)
    view = view_of(chosen)
    own = {phase: replace(nodes, view=view) for phase, nodes in own.items()}
    return {name: own[needed.image.phase or ED] for name, needed in system.inputs.items()}


def view_of(chosen: CineChoice) -> str | None:
    """Return the plane that was said, else that of the geometry, else the short axis.

    None stands for a plane that is said to be unknown.
    """
    if chosen.view == UNKNOWN:
        return None
    return chosen.view or view_of_node(chosen.ed) or "SAX"


def _of_volumes(chosen: CineChoice) -> dict[str, InputNodes]:
    if chosen.es is None:
        raise MissingInputError(
            got="one volume, which is no cine with several frames",
            wanted="a cine as a sequence, or a volume at end-diastole and one at end-systole",
            fix="choose the end-systolic volume too, or load the series as a sequence",
        )
    if chosen.es is chosen.ed:
        raise _same("volume")
    return {
        ED: InputNodes(chosen.ed, chosen.ed_mask),
        ES: InputNodes(chosen.es, chosen.es_mask or _with_frames(chosen.ed_mask)),
    }


def _of_cine(chosen: CineChoice) -> dict[str, InputNodes]:
    ed, es, notes = chosen.ed_frame, chosen.es_frame, ()
    if ed is None or es is None:
        found_ed, found_es, notes = phase_frames(chosen.ed, chosen.ed_mask)
        ed, es = (found_ed if ed is None else ed), (found_es if es is None else es)
    if ed == es:
        raise _same("frame")
    es_mask = chosen.es_mask or _with_frames(chosen.ed_mask)
    if chosen.ed_mask is not None and es_mask is None:
        message = "the segmentation has no frames: it is taken for end-diastole alone"
        notes = (*notes, Finding("mask frame", message))
    return {
        ED: InputNodes(chosen.ed, chosen.ed_mask, frame=ed, notes=notes),
        ES: InputNodes(chosen.es or chosen.ed, es_mask, frame=es),
    }


def _with_frames(mask: Any) -> Any:
    """Return a segmentation that has frames; None where it has none."""
    return mask if has_frames(mask) else None


def _same(what: str) -> InputError:
    return InputError(
        got=f"the same {what} for end-diastole and end-systole",
        wanted=f"two different {what}s",
        fix=f"choose another {what} for one of them",
    )
