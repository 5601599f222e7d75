"""How many studies of each diagnosis lie in each tenth of the probability, as Martini's figure 4.

Source: Martini et al., J Cardiovasc Magn Reson 2020; 22:84.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from CardioAILib.study import Study
from CardioAILib.system import System

DIAGNOSIS = "diagnosis"
TENTHS = 10


@dataclass(frozen=True)
class Deciles:
    """Studies by tenth of the primary arm's probability.

    Args:
        names: Diagnoses of the cohort table where it gives them, else the two classes; those of
            class 0 first.
        positive: Whether each diagnosis is of class 1.
        counts: Studies of each diagnosis in each tenth from 0.0-0.1 to 0.9-1.0.
    """

    names: tuple[str, ...]
    positive: tuple[bool, ...]
    counts: tuple[tuple[int, ...], ...]


def deciles(
    system: System, studies: Sequence[Study], labels: np.ndarray, scores: np.ndarray
) -> Deciles:
    """Count studies by diagnosis and tenth of the probability.

    Args:
        system: The declaration.
        studies: The studies (N,).
        labels: Truth of each (N,).
        scores: Probability of each (N,).
    """
    named = [study.facts.get(DIAGNOSIS) for study in studies]
    truth = [system.task.names[label] for label in labels]
    said = truth if None in named else [str(name) for name in named]
    pairs = sorted(set(zip(labels.tolist(), said, strict=True)))
    tenth = np.minimum((np.asarray(scores) * TENTHS).astype(int), TENTHS - 1)
    counts = [
        np.bincount(
            tenth[[pair == own for own in zip(labels, said, strict=True)]], minlength=TENTHS
        )
        for pair in pairs
    ]
    return Deciles(
        tuple(name for _, name in pairs),
        tuple(bool(label) for label, _ in pairs),
        tuple(tuple(int(n) for n in row) for row in counts),
    )
