"""Columns measured on late gadolinium enhancement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from CardioAILib.examples import Examples
from CardioAILib.learning.measured import columns_of, require_known
from CardioAILib.learning.run import Run

ENHANCEMENT = "lge"
"""Name of the table (N, F) of all `measurements.LGE_MEASUREMENTS`, in their order."""


@dataclass(frozen=True)
class Enhancement:
    """Values of late enhancement inside a study's myocardium, the same for each of its examples.

    Args:
        columns: Some of `measurements.LGE_MEASUREMENTS`.
    """

    columns: tuple[str, ...]

    def names(self, arms: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the feature names in column order."""
        return self.columns

    def training_table(self, examples: Examples, run: Run) -> np.ndarray:
        """Return the features (N, F) that a classifier is trained on."""
        return self.table(examples, {})

    def table(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the features (N, F), nan where one could not be measured.

        Raises:
            InputError: A column is no value of late enhancement, or there is no table of them.
            ArmUnavailable: A study lacks more than half of the columns: medians in their place
                would speak louder than the heart.
        """
        from CardioAILib.measurements import LGE_MEASUREMENTS

        table = columns_of(examples, ENHANCEMENT, self.columns, LGE_MEASUREMENTS)
        require_known(
            table,
            examples.subjects,
            "late enhancement",
            wanted="a short-axis stack of late enhancement with myocardium and LV cavity segmented",
            fix="segment both on it and name the segmentation in the cohort table's column "
            "mask_SAX_LGE, or take a model with an arm that reads images alone",
        )
        return table
