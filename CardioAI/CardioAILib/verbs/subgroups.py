"""Columns of the cohort table that divide studies into groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from CardioAILib.study import Fact, Study

GROUP_COLUMNS = (
    "sex",
    "centre",
    "vendor",
    "manufacturer",
    "pathology",
    "set",
    "prior_infarct",
    "bone_metastases",
    "acquisition",
)


def grouped(studies: Sequence[Study]) -> dict[str, np.ndarray]:
    """Return the word of each study (N,) in each column that divides them; empty where unknown."""
    found = {}
    for column in GROUP_COLUMNS:
        words = np.array([_word(study.facts.get(column, "")) for study in studies])
        if len(np.unique(words[words != ""])) > 1:
            found[column] = words
    return found


def _word(fact: Fact) -> str:
    """Return a fact as text, empty where it is unknown."""
    if not isinstance(fact, float):
        return str(fact)
    return "" if np.isnan(fact) else f"{fact:g}"
