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
            fix=f"fill the column '{role.column}' of the cohort table"
            + (", segmenting the structure first" if what == "mask" else ""),
        )
    return study.images[found]
