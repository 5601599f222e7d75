"""What a feature's column is called in the other language: IBSI's, or pyradiomics'."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from CardioAILib.errors import InputError
from CardioAILib.radiomics.ibsi.catalog import CATALOG
from CardioAILib.radiomics.ibsi.names import tag_stem
from CardioAILib.radiomics.names import FEATURES


@dataclass(frozen=True)
class Counterpart:
    """A feature in both languages; what one of them lacks is empty.

    Args:
        ibsi_name: Name in the IBSI reference manual.
        identifier: Its four letters there.
        tag: Stem of its tag in IBSI's tables of reference values.
        pyradiomics: Class and name in pyradiomics, as "glcm_Contrast".
    """

    ibsi_name: str = ""
    identifier: str = ""
    tag: str = ""
    pyradiomics: str = ""


def counterpart(column: str) -> Counterpart | None:
    """Return what a column of features holds, in both languages; None where it holds no feature.

    Args:
        column: As "original_glcm_Contrast", "wavelet-LH_glcm_Contrast" (IBSI's definition on the
            derived image) or "cm_contrast_2_5D_comb".
    """
    _, _, name = column.partition("_")
    if name in _by_pyradiomics():
        return _by_pyradiomics()[name]
    try:
        tag = tag_stem(column)
    except InputError:
        return None
    ibsi_name, identifier, theirs = CATALOG[tag]
    return Counterpart(ibsi_name, identifier, tag, theirs or "")


@cache
def _by_pyradiomics() -> dict[str, Counterpart]:
    names = (f"{kind}_{name}" for kind, named in FEATURES.items() for name in named)
    known = {
        theirs: Counterpart(name, identifier, tag, theirs)
        for tag, (name, identifier, theirs) in CATALOG.items()
        if theirs
    }
    return {name: known.get(name, Counterpart(pyradiomics=name)) for name in names}
