"""The dual task on headers: what kind of image it is, and which view it shows (Martini 2020).

Both tasks share the whole network but the rows of its last layer. Nobody labels anything: the
labels come from what the scanner wrote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.learning.images import Images
from CardioAILib.learning.network import Network
from CardioAILib.learning.recipe import Adam, Recipe
from CardioAILib.learning.run import Machine, Run
from CardioAILib.learning.splits import folds_of_mixed
from CardioAILib.learning.trunk import Trunk, trunk_weights

if TYPE_CHECKING:
    from CardioAILib.learning.loop import Batches

TYPE, ORIENTATION = "image type", "orientation"
FEWEST_SUBJECTS = 2
"""Subjects that a label needs: one to learn from and one to choose the epoch by."""

RECIPE = Recipe(Adam(rate=1e-3), batch=24, epochs=30, keep="best validation loss")
"""How the dual task is trained; the paper does not say."""


@dataclass(frozen=True, eq=False)
class PretextExamples:
    """Prepared images whose headers told type and orientation.

    Args:
        images: Prepared pixels of N images, in memory or in a file.
        types: Image type of each (N,), as "cine", "LGE" or "black-blood".
        orientations: Orientation of each (N,), as "2C", "4C" or "SAX".
        subjects: Pseudonym of each image's subject (N,).
    """

    images: Images
    types: np.ndarray
    orientations: np.ndarray
    subjects: np.ndarray

    def __len__(self) -> int:
        return len(self.subjects)

    def take(self, which: np.ndarray) -> PretextExamples:
        """Return the examples at these indices, or where this mask (N,) is true."""
        labels = (self.types, self.orientations, self.subjects)
        return PretextExamples(self.images.take(which), *(part[which] for part in labels))

    @property
    def tasks(self) -> dict[str, np.ndarray]:
        """The labels (N,) of each task."""
        return {TYPE: self.types, ORIENTATION: self.orientations}

    @property
    def pairs(self) -> np.ndarray:
        """Type and orientation of each image in one text (N,)."""
        pairs = zip(self.types, self.orientations, strict=True)
        return np.array([f"{kind}, {view}" for kind, view in pairs])


def pretrain(
    network: Network, examples: PretextExamples, run: Run, recipe: Recipe = RECIPE
) -> Trunk:
    """Learn the dual task; subjects set aside choose the epoch.

    A task that shows one label only is left out, and so is a pair of labels that only one
    subject shows; the trunk's record says both.

    Args:
        network: The declaration that is to start from the trunk. Its images change anew at every
            epoch and stay in their units, copies or none.
        examples: Images with labels.
        run: Circumstances; with a folder, an interrupted training is taken up there.
        recipe: How it is trained.

    Raises:
        CohortError: No task shows two labels, or the subjects cannot be divided.
        InputError: The device is absent.
    """
    import torch

    from CardioAILib.learning.loop import train
    from CardioAILib.learning.tasks import Tasks

    kept, rare = without_rare(examples)
    names = learnable(kept, rare)
    parts = divided(kept, run)
    recipe = replace(recipe, epochs=run.epochs or recipe.epochs)
    tasks = Tasks(tuple(names), tuple(len(labels) for labels in names.values()))
    machine = Machine.of(run)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(run.seed)
        fresh = replace(network.architecture, classes=sum(tasks.sizes)).build()
    data = tuple(batches(part, names) for part in parts)
    show = partial(run.observe, "")
    changes, own = replace(network, copies=0).changes, (run.seed, run.folder, run.progress)
    trained, history = train(fresh, recipe, changes, data, machine, *own, show, tasks)
    record = {
        **record_of(kept, names, parts),
        "left out, of one subject": rare,
        "recipe": {"rate": recipe.optimizer.rate, "batch": recipe.batch, "epochs": recipe.epochs},
        "kept epoch": best_of(history),
    }
    return Trunk(trunk_weights(trained, network.architecture), record, tuple(history))


def record_of(
    kept: PretextExamples,
    names: Mapping[str, np.ndarray],
    parts: tuple[PretextExamples, PretextExamples],
) -> dict[str, Any]:
    """Return what is told of the examples: tasks, images by label, subjects."""
    learn, choose = parts
    return {
        "tasks": {task: labels.tolist() for task, labels in names.items()},
        "left out tasks": [task for task in kept.tasks if task not in names],
        "images": dict(Counter(kept.pairs.tolist())),
        "subjects": {"training": subjects_of(learn), "choosing the epoch": subjects_of(choose)},
    }


def without_rare(examples: PretextExamples) -> tuple[PretextExamples, dict[str, int]]:
    """Leave out the images of label pairs that too few subjects show; count them by pair."""
    pairs = examples.pairs
    rare = [
        pair
        for pair in np.unique(pairs)
        if subjects_of(examples.take(pairs == pair)) < FEWEST_SUBJECTS
    ]
    gone = np.isin(pairs, rare)
    return examples.take(~gone), dict(Counter(pairs[gone].tolist()))


def learnable(examples: PretextExamples, rare: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Return the labels (K,) of each task that shows several.

    Args:
        examples: Images with labels.
        rare: Images that were left out because one subject alone shows their labels, by pair.

    Raises:
        CohortError: There is no such task.
    """
    names = {task: np.unique(labels) for task, labels in examples.tasks.items()}
    several = {task: labels for task, labels in names.items() if len(labels) > 1}
    if not several:
        alone = f"; of one subject alone: {told(rare)}" if rare else ""
        raise CohortError(
            got=f"images with one label only ({told(Counter(examples.pairs.tolist()))}{alone})",
            wanted="two image types or two orientations, each of two subjects or more",
            fix="add series of another type (cine, LGE, black-blood) or view (2C, 4C, SAX)",
        )
    return several


def told(counts: Mapping[str, int]) -> str:
    """Return numbers of images for people."""
    return ", ".join(f"{count} x {pair}" for pair, count in counts.items()) or "none"


def divided(examples: PretextExamples, run: Run) -> tuple[PretextExamples, PretextExamples]:
    """Return the examples that train and those, of other subjects, that choose the epoch."""
    pairs = np.unique(examples.pairs, return_inverse=True)[1]
    fewest = min(subjects_of(examples.take(pairs == pair)) for pair in np.unique(pairs))
    parts = max(2, min(round(1 / run.validation), fewest))
    _, aside = next(folds_of_mixed(examples.subjects, pairs, parts, run.seed))
    held = np.isin(examples.subjects, aside)
    return examples.take(~held), examples.take(held)


def batches(examples: PretextExamples, names: Mapping[str, np.ndarray]) -> Batches:
    """Return network input with a column of class numbers for each task (N, tasks)."""
    import torch

    from CardioAILib.learning.loop import Batches

    tasks = examples.tasks
    numbers = [np.searchsorted(labels, tasks[task]) for task, labels in names.items()]
    return Batches(examples.images, torch.from_numpy(np.stack(numbers, 1)).float())


def subjects_of(examples: PretextExamples) -> int:
    """Return the number of subjects."""
    return len(np.unique(examples.subjects))


def best_of(history: list[dict[str, float]]) -> dict[str, Any]:
    """Return the row of the epoch whose weights were kept."""
    return min(history, key=lambda row: row["validation loss"])
