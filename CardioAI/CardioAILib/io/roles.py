"""Column names of a cohort table, read as roles and written from them."""

from __future__ import annotations

import re
from dataclasses import replace

from CardioAILib.study import Role

MODALITY_OF_VIEW = {
    "SAX": "MR",
    "2C": "MR",
    "3C": "MR",
    "4C": "MR",
    "RV2C": "MR",
    "anterior": "NM",
    "posterior": "NM",
    "A2C": "US",
    "A3C": "US",
    "A4C": "US",
    "PLAX": "US",
    "PSAX": "US",
}

KINDS = {"MR": ("cine", "LGE"), "NM": ("planar",), "US": ("echo",)}
"""What each modality acquires; `mask` goes with all of them."""

PHASES = ("ED", "ES", "LGE")
"""Cardiac phases, and the late enhancement that a segmentation may belong to."""

OF_ANY_VIEW = {"cine": "MR", "mask": "MR", "echo": "US"}
"""Kinds whose column may leave the view unsaid: `cine_ED` is a cine of an unknown view."""

CLIP_NUMBER = r"[2-9]|[1-9]\d+"
"""Number of a second, third, ... clip of one echo view: `A4C_2`."""

SHORT_KIND = {"NM": "planar", "US": "echo"}
"""The kind that a column may leave unsaid: `anterior` is `planar_anterior`."""


def parse_role(column: str) -> Role | None:
    """Read a column name such as `cine_SAX_ED`, `mask_SAX_ES`, `LGE_4C`, `anterior` or `A4C`.

    Args:
        column: `[kind_]view[_phase]`, in any case; the kind may be left out for planar
            scintigraphy and echo, the view for a cine or an echo clip of which nobody said it, and
            for the mask of a cine. A second clip of an echo view ends in `_2`.

    Returns:
        The role with all spellings made canonical, or None where the column is a fact.
    """
    parts = column.strip().split("_")
    phase = _canonical(parts[-1], PHASES)
    number = re.fullmatch(CLIP_NUMBER, parts[-1]) and parts[-1]
    parts = parts[:-1] if phase or number else parts
    if len(parts) == 1 and (known := _canonical(parts[0], OF_ANY_VIEW)):
        return _numbered(Role(OF_ANY_VIEW[known], known, None, phase), number)
    view = _canonical(parts[-1], MODALITY_OF_VIEW) if parts else None
    if view is None or len(parts) > 2:
        return None
    modality = MODALITY_OF_VIEW[view]
    kind = SHORT_KIND.get(modality)
    if len(parts) == 2:
        kind = _canonical(parts[0], (*KINDS[modality], "mask"))
    return _numbered(Role(modality, kind, view, phase), number) if kind else None


def clip_role(view: str | None, number: int = 1, kind: str = "echo") -> Role:
    """Return the role of an echo clip, or of the mask of one.

    Args:
        view: View plane, None where nobody said it.
        number: Number of the clip within its view, from 1.
        kind: "echo" or "mask".
    """
    return Role("US", kind, view, str(number) if number > 1 else None)


def is_echo(role: Role) -> bool:
    """Say whether a role is an echo clip or a still of one."""
    return (role.modality, role.kind) == ("US", "echo")


def role_column(role: Role) -> str:
    """Return the column name of a role; `parse_role` gives the role back.

    Planar scintigraphy and echo take their short names: `anterior`, `A4C`, `A4C_2`.
    """
    if role.view and role.kind == SHORT_KIND.get(role.modality or ""):
        return Role(role.modality, None, role.view, role.phase).column
    return role.column


def _numbered(role: Role, number: str | None) -> Role | None:
    """Return the role of a second, third, ... clip; None of other images, which have no number."""
    if number is None:
        return role
    return replace(role, phase=number) if role.modality == "US" else None


def _canonical(word: str, known: tuple[str, ...] | dict[str, str]) -> str | None:
    return next((name for name in known if name.lower() == word.lower()), None)
