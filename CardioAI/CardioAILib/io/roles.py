"""Column names of a cohort table, read as roles and written from them."""

from __future__ import annotations

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

OF_ANY_VIEW = ("cine", "mask")
"""Kinds whose column may leave the view unsaid: `cine_ED` is a cine of an unknown view."""

SHORT_KIND = {"NM": "planar", "US": "echo"}
"""The kind that a column may leave unsaid: `anterior` is `planar_anterior`."""


def parse_role(column: str) -> Role | None:
    """Read a column name such as `cine_SAX_ED`, `mask_SAX_ES`, `LGE_4C`, `anterior` or `A4C`.

    Args:
        column: `[kind_]view[_phase]`, in any case; the kind may be left out for planar
            scintigraphy and echo, the view for a cine of which nobody said it, and its mask.

    Returns:
        The role with all spellings made canonical, or None where the column is a fact.
    """
    parts = column.strip().split("_")
    phase = _canonical(parts[-1], PHASES)
    parts = parts[:-1] if phase else parts
    if len(parts) == 1 and (known := _canonical(parts[0], OF_ANY_VIEW)):
        return Role("MR", known, None, phase)
    view = _canonical(parts[-1], MODALITY_OF_VIEW) if parts else None
    if view is None or len(parts) > 2:
        return None
    modality = MODALITY_OF_VIEW[view]
    kind = SHORT_KIND.get(modality)
    if len(parts) == 2:
        kind = _canonical(parts[0], (*KINDS[modality], "mask"))
    return Role(modality, kind, view, phase) if kind else None


def role_column(role: Role) -> str:
    """Return the column name of a role; `parse_role` gives the role back.

    Planar scintigraphy and echo take their short names: `anterior`, `A4C`.
    """
    if role.kind == SHORT_KIND.get(role.modality or ""):
        return Role(role.modality, None, role.view, role.phase).column
    return role.column


def _canonical(word: str, known: tuple[str, ...] | dict[str, str]) -> str | None:
    return next((name for name in known if name.lower() == word.lower()), None)
