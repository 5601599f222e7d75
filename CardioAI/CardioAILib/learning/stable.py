"""Keep the features that agree with themselves when the same hearts are read again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.learning.features import Radiomics
from CardioAILib.learning.selection import Candidates
from CardioAILib.progress import Progress, shares
from CardioAILib.radiomics.stability import (
    REPEATED,
    STABLE,
    Perturbation,
    Stability,
    measure_stability,
    stable_features,
)


@dataclass(frozen=True)
class Stable:
    """Keep radiomic features whose ICC(2,1) under perturbation is large enough.

    Images and masks of the development examples are perturbed and their features computed
    again; labels play no part. Columns that are no radiomics pass.

    Args:
        icc: Least ICC, of slices averaged by subject (see `radiomics.stability`).
        perturbations: What differs between readings.
        seed: Seed of every random choice.
    """

    icc: float = STABLE
    perturbations: tuple[Perturbation, ...] = REPEATED
    seed: int = 0

    def keep(self, candidates: Candidates) -> Candidates:
        """Return the candidates without the unstable columns, and with the ICC of the others.

        Raises:
            CohortError: No column is left, or there are fewer than two subjects.
        """
        icc, keeps = candidates.icc.copy(), np.ones(len(candidates.icc), bool)
        start = 0
        for (source, width), progress in shares(
            candidates.sources, candidates.progress, "stability of table"
        ):
            columns = slice(start, start + width)
            start += width
            if isinstance(source, Radiomics):
                found = self.measure(candidates, source, progress)
                icc[columns], keeps[columns] = found.icc, stable_features(found, self.icc)
        left = candidates.left[keeps[candidates.left]]
        if not left.size:
            raise self._refusal(len(candidates.left))
        return replace(candidates, left=left, icc=icc)

    def measure(self, candidates: Candidates, source: Radiomics, progress: Progress) -> Stability:
        """Return the stability of one table's features on the development examples."""
        examples = candidates.examples
        return measure_stability(
            examples.images,
            examples.masks,
            examples.spacing,
            examples.subjects,
            source.settings,
            self.perturbations,
            self.seed,
            progress=progress,
        )

    def _refusal(self, count: int) -> CohortError:
        return CohortError(
            got=f"none of {count} features with an ICC of {self.icc:g} or more",
            wanted="a stable feature to learn from",
            fix="lower the limit, perturb less, or check the segmentations: features that no two "
            "readings agree on say little of a patient",
        )
