"""Tiny scans with a heart that takes up more or less, and a thin network of their size."""

import numpy as np
from CardioAILib.examples import Examples
from CardioAILib.learning import Adam, Affine, Network, OneChannel, Plateau, Recipe
from CardioAILib.networks import FourBlockCNN
from helpers_learning import examples_of

SIZE = 32
THIN = FourBlockCNN(skips=True, classes=2, size=SIZE, width=0.25)
ARM = Network(
    THIN,
    OneChannel(),
    Recipe(
        Adam(3e-3),
        batch=16,
        epochs=4,
        class_weights="balanced",
        plateau=Plateau(patience=1, factor=0.5, floor=1e-5),
    ),
    Affine(rotate=10.0, zoom=(0.9, 1.1), shift=0.05),
    copies=3,
    standardize="pixel",
)


def scans(count: int, seed: int = 0, share: float = 0.5) -> Examples:
    """Logarithms of counts of a body, whose heart is hot in a share of the subjects."""
    random = np.random.default_rng(seed)
    labels = (np.arange(count) % round(1 / share) == 0).astype(int)
    row, column = np.mgrid[:SIZE, :SIZE] / SIZE - 0.5
    body = np.where(np.abs(column) < 0.4, 15.0, 0.0)
    heart = np.exp(-((row - 0.05) ** 2 + (column - 0.12) ** 2) / 0.01)
    expected = body + 35.0 * heart * labels[:, None, None]
    counts = random.poisson(expected)
    images = np.log(np.maximum(counts, 1)).astype(np.float32)
    return examples_of([f"s{index:03d}" for index in range(count)], labels, images)
