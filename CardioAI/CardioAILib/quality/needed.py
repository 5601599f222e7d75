"""The images that a study must have."""

from __future__ import annotations

from CardioAILib.errors import MissingInputError
from CardioAILib.study import Image, Role, Study


def require(study: Study, role: Role) -> Image:
    """Return the image of a role.

    Raises:
        MissingInputError: The study has none.
    """
    found = study.find(role)
    if found is None:
        present = ", ".join(own.column for own in study.images) or "no image"
        what = "mask" if role.kind == "mask" else "image"
        raise MissingInputError(
            got=f"{present} for subject {study.subject}",
            wanted=f"the {what} {role.column}",
            fix=_fix(role),
        )
    return study.images[found]


def _fix(role: Role) -> str:
    if role.kind == "planar":
        return (
            f"export the {role.view} view, or name it in the column '{role.view}' of the cohort "
            "table; the other view does not stand in for it, since the heart lies behind less "
            "tissue in front"
        )
    more = ", segmenting the structure first" if role.kind == "mask" else ""
    return f"fill the column '{role.column}' of the cohort table{more}"
