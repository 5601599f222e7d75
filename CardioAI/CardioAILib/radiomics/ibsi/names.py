"""Names of the columns that IBSI features go by."""

from __future__ import annotations

from CardioAILib.errors import InputError
from CardioAILib.radiomics.ibsi.catalog import CATALOG
from CardioAILib.radiomics.ibsi.settings import (
    AGGREGATIONS,
    DIRECTIONAL,
    TEXTURES,
    IbsiSettings,
    dimensions,
)


def ibsi_names(settings: IbsiSettings) -> tuple[str, ...]:
    """Name the values of ``ibsi_features`` without computing anything.

    Args:
        settings: What to compute.

    Returns:
        Tags as in the reference tables of IBSI, such as ``cm_contrast_3D_avg``: by family, then
        by aggregation, then by feature in the order of the reference manual.
    """
    return tuple(
        tag for family in settings.families for tag in _names_of(family, settings.aggregations)
    )


def pyradiomics_name(tag: str) -> str | None:
    """Return the column of pyradiomics that holds the same quantity, or None.

    Args:
        tag: A name of ``ibsi_names``.

    Returns:
        A name like ``original_glcm_Contrast``.

    Raises:
        InputError: If IBSI has no such tag.
    """
    name = CATALOG[tag_stem(tag)][2]
    return name and f"original_{name}"


def tag_stem(tag: str) -> str:
    """Return a tag without its aggregation.

    Raises:
        InputError: If it is none of the catalog.
    """
    family = tag.split("_")[0]
    ends = [f"_{end}" for end in _ends(family, AGGREGATIONS)] if family in TEXTURES else [""]
    for end in ends:
        if tag.endswith(end) and tag.removesuffix(end) in CATALOG:
            return tag.removesuffix(end)
    raise InputError(
        got=f"the feature {tag!r}",
        wanted="a tag of IBSI as 'stat_mean' or 'cm_contrast_2_5D_comb'",
        fix="see ibsi_names(settings)",
    )


def _names_of(family: str, aggregations: tuple[str, ...]) -> list[str]:
    stems = [stem for stem in CATALOG if stem.startswith(f"{family}_")]
    if family not in TEXTURES:
        return stems
    return [f"{stem}_{end}" for end in _ends(family, aggregations) for stem in stems]


def _ends(family: str, aggregations: tuple[str, ...]) -> tuple[str, ...]:
    return aggregations if family in DIRECTIONAL else dimensions(aggregations)
