"""Where the columns of a tabular arm come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from CardioAILib.added import added
from CardioAILib.examples import Examples
from CardioAILib.learning.run import Run
from CardioAILib.learning.splits import folds_by_subject
from CardioAILib.progress import Progress, silent
from CardioAILib.radiomics import Settings, extract, feature_names

RIDGE = 1e-2
"""Penalty of a translation between networks, as a share of the activations' mean energy."""


@dataclass(frozen=True)
class Radiomics:
    """Radiomics features of each example's mask.

    Args:
        name: Name of the table; arms that share it share the computation.
        settings: What is computed, and how.
        frame: Which cardiac phase is measured, where examples show several.
    """

    name: str
    settings: Settings
    frame: int = added(0)

    def names(self, arms: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the feature names in column order."""
        return feature_names(self.settings)

    def add_to(
        self, examples: Examples, engine: str = "auto", progress: Progress = silent
    ) -> Examples:
        """Return the examples with this table, computing it where it is missing."""
        if self.name in examples.tables:
            return examples

        def tell(done: int, total: int) -> None:
            progress(done / total, f"{self.name} features of slice {done}/{total}")

        images, masks = examples.images, examples.masks
        if images.ndim == 4:
            images, masks = images[:, self.frame], masks[:, self.frame]
        # In double precision whatever the images came in: models were fitted to such features.
        images = np.asarray(images, dtype=np.float64)
        table = extract(images, masks, examples.spacing, self.settings, engine, tell)
        return examples.with_table(self.name, table)

    def training_table(self, examples: Examples, run: Run) -> np.ndarray:
        """Return the features (N, F) that a classifier is trained on."""
        return self.table(examples, {})

    def table(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the features (N, F) that a classifier predicts from."""
        return self.add_to(examples).tables[self.name]


@dataclass(frozen=True)
class Deep:
    """Activations of a network arm's stage.

    A network remembers its own training images: a classifier trained on those activations
    believes them too much. With `inner` folds it is trained on activations of networks that did
    not see the image. Units of different networks do not mean the same, so each inner network's
    activations are translated into the member's by a ridge regression, fitted without labels on
    the images that both learned from; all start from the same weights, which makes the
    translation closer.

    Args:
        arm: Name of the network arm, fitted before.
        stage: Name of its stage.
        width: Number of activations of the stage at network width 1.
        inner: Number of inner folds; None trains on the member's own activations, as published.
    """

    arm: str
    stage: str
    width: int
    inner: int | None = None

    def names(self, arms: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the feature names in column order."""
        count = max(1, round(self.width * arms[self.arm].architecture.width))
        return tuple(f"deep_{self.stage}_{index:03d}" for index in range(count))

    def training_table(self, examples: Examples, run: Run) -> np.ndarray:
        """Return the features (N, F) that a classifier is trained on."""
        if self.inner is None:
            return self.table(examples, run.fitted)
        folds = folds_by_subject(examples.subjects, examples.labels, self.inner, run.seed)
        own = self.table(examples, run.fitted)
        table = np.zeros_like(own)
        for index, (learn, hold) in enumerate(folds):
            within = run.within(
                index / self.inner, (index + 1) / self.inner, f"inner network {index + 1}"
            )
            network = run.arms[self.arm].fit(
                examples.of_subjects(learn), replace(within, held_out=None)
            )
            held = np.isin(examples.subjects, hold)
            theirs = network.activations(examples, self.stage)
            table[held] = translated(theirs[held], theirs[~held], own[~held])
        return table

    def table(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the features (N, F) that a classifier predicts from."""
        return fitted[self.arm].activations(examples, self.stage)


def translated(activations: np.ndarray, theirs: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Translate one network's activations into another's units.

    Args:
        activations: What to translate (N, F).
        theirs: The first network's activations (M, F) of examples that both know.
        own: The second network's activations (M, F) of the same examples.

    Returns:
        Estimated activations (N, F) of the second network.
    """
    from sklearn.linear_model import Ridge

    energy = float(np.square(theirs - theirs.mean(axis=0)).sum())
    strength = RIDGE * energy / theirs.shape[1] + np.finfo(np.float32).tiny
    return Ridge(alpha=strength).fit(theirs, own).predict(activations)
