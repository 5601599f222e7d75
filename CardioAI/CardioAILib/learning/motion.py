"""Columns measured on the left ventricle's motion in segmented echo views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from CardioAILib.examples import Examples
from CardioAILib.learning.measured import columns_of, require_known
from CardioAILib.learning.run import Run

MOTION = "motion"
"""Name of the table (N, F) of all `measurements.echo.ECHO_MEASUREMENTS`, in their order."""


@dataclass(frozen=True)
class Motion:
    """Values of a ventricle's motion in its segmented views, the same for each of its examples.

    Args:
        columns: Some of `measurements.echo.ECHO_MEASUREMENTS`.
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
            InputError: A column is no value of motion, or there is no table of them.
            ArmUnavailable: A study lacks half of the columns: medians in their place would speak
                louder than the heart.
        """
        from CardioAILib.measurements.echo import ECHO_MEASUREMENTS

        table = columns_of(examples, MOTION, self.columns, ECHO_MEASUREMENTS)
        require_known(
            table,
            examples.subjects,
            "motion",
            wanted="LV cavity and myocardium segmented over a beat, or at ED and ES, in an apical "
            "view",
            fix="segment the clip and name the segmentation in the cohort table's column "
            "mask_A4C, or take arms that read clips alone",
        )
        return table
