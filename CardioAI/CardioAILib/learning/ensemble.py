"""An arm of several networks, each of which sees one of the system's inputs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from CardioAILib.errors import CohortError, InputError
from CardioAILib.examples import OWN_LABEL, Examples
from CardioAILib.learning.network import FittedNetwork, Network, divided
from CardioAILib.learning.run import Run
from CardioAILib.learning.strata import is_measured

logger = logging.getLogger(__name__)

RANKED = "best validation AUC"
"""Choice of the epoch that needs two classes."""


@dataclass(frozen=True)
class Ensemble:
    """Independent networks of the same kind, one an input (Martini 2020).

    Where inputs have a truth of their own, each network learns that of its input.

    Args:
        parts: Network of each input, by the input's name.
    """

    parts: Mapping[str, Network]

    def fit(self, examples: Examples, run: Run) -> FittedEnsemble:
        """Train each part on the examples of its input; the same subjects choose all epochs.

        Raises:
            CohortError: The subjects cannot be divided, or an input has no training example of a
                class, or none with a value.
            InputError: The device is absent, or what the networks are to start from does not fit.
            UnreadableFileError: What the networks are to start from cannot be read.
        """
        learn, choose = divided(examples, run)
        self.require(examples, run)
        networks = {}
        for index, (name, part) in enumerate(self.parts.items()):
            within = run.within(index / len(self.parts), (index + 1) / len(self.parts), name)
            held_out = replace(within, held_out=learned_of(choose, name))
            networks[name] = part.fit(learned_of(learn, name), held_out)
        return FittedEnsemble(self, networks)

    def load(self, folder: Path, device: str = "auto") -> FittedEnsemble:
        """Load the weights of each part as tensors only."""
        parts = self.parts.items()
        return FittedEnsemble(self, {n: part.load(folder / n, device) for n, part in parts})

    def require(self, examples: Examples, run: Run) -> None:
        """Refuse examples of which an input cannot be learned, before any network learns.

        Inputs without two classes to choose an epoch by their AUC are warned of.

        Raises:
            CohortError: See `fit`.
        """
        learn, choose = divided(examples, run)
        for name in self.parts:
            lacking = lacking_of(name, learn, choose)
            if lacking:
                known = "of known value" if is_measured(learn.labels) else "of every class"
                own = ", by the truth of that input" if OWN_LABEL in learn.tables else ""
                raise CohortError(
                    got=f"no image of the input '{name}' to {lacking}{own}",
                    wanted=f"images of every input, {known}{own}",
                    fix=f"add studies that show {name}, or use a system without that input",
                )
            if self.parts[name].recipe.keep == RANKED and one_class(learned_of(choose, name)):
                logger.warning(
                    "input '%s': those that choose the epoch are of one class, so that it is "
                    "chosen by the loss alone",
                    name,
                )


@dataclass(frozen=True, eq=False)
class FittedEnsemble:
    """Trained networks, one an input.

    Args:
        arm: Its declaration.
        networks_: Trained network of each input, by the input's name.
    """

    arm: Ensemble
    networks_: Mapping[str, FittedNetwork]

    @property
    def history_(self) -> Mapping[str, tuple[Mapping[str, float], ...]]:
        """The rows of each part's epochs, by input."""
        return {name: network.history_ for name, network in self.networks_.items()}

    @property
    def device(self) -> str:
        """Where the networks run."""
        return next(iter(self.networks_.values())).device

    def predict(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the probability of class 1 of each example (N,), or of each class (N, K > 2).

        Raises:
            InputError: An example shows an input that no part knows.
        """
        return self.by_part(lambda network, own: network.predict(own, fitted), examples)

    def activations(self, examples: Examples, stage: str) -> np.ndarray:
        """Return the output (N, F) of a stage of each example's own network."""
        return self.by_part(lambda network, own: network.activations(own, stage), examples)

    def on_cpu(self) -> FittedEnsemble:
        """Return the same networks on the CPU; these stay where they are."""
        networks = {name: network.on_cpu() for name, network in self.networks_.items()}
        return replace(self, networks_=networks)

    def save(self, folder: Path) -> None:
        """Write each part into a folder of its own."""
        for name, network in self.networks_.items():
            network.save(folder / name)

    def by_part(
        self, function: Callable[[FittedNetwork, Examples], np.ndarray], examples: Examples
    ) -> np.ndarray:
        """Apply a function to each part and its examples; the rows (N, ...) come back in order.

        Raises:
            InputError: An example shows an input that no part knows.
        """
        shown = dict.fromkeys(examples.inputs.tolist())
        unknown = [name for name in shown if name not in self.networks_]
        if unknown or not shown:
            raise InputError(
                got=f"examples of {', '.join(unknown) or 'no input'}",
                wanted=f"images of {', '.join(self.networks_)}",
                fix="give the images that the system declares",
            )
        rows = [np.flatnonzero(examples.inputs == name) for name in shown]
        networks = [self.networks_[name] for name in shown]
        found = [function(n, examples.take(r)) for n, r in zip(networks, rows, strict=True)]
        return np.concatenate(found)[np.argsort(np.concatenate(rows))]


def one_class(examples: Examples) -> bool:
    """Say whether examples are of one class alone, so that they have no AUC."""
    return len(np.unique(examples.labels)) < 2


def lacking_of(name: str, learn: Examples, choose: Examples) -> str:
    """Say what an input has no example for; empty where nothing is lacking."""
    own = learned_of(learn, name).labels
    classes = () if is_measured(learn.labels) else np.unique(learn.labels)
    lacking = [str(label) for label in classes if label not in own]
    if lacking:
        return f"train class {', '.join(lacking)}"
    if not len(own):
        return "train"
    return "" if len(learned_of(choose, name)) else "choose the epoch"


def learned_of(examples: Examples, name: str) -> Examples:
    """Return the examples that show an input, with its own truth where inputs have one.

    Those whose own truth is not known are left out then.
    """
    own = examples.inputs == name
    if OWN_LABEL not in examples.tables:
        return examples.take(own)
    truth = examples.tables[OWN_LABEL][:, 0]
    known = own & np.isfinite(truth)
    return replace(examples.take(known), labels=truth[known].astype(examples.labels.dtype))


def by_part(
    fitted: FittedNetwork | FittedEnsemble,
    function: Callable[[FittedNetwork, Examples], np.ndarray],
    examples: Examples,
) -> np.ndarray:
    """Apply a function to each network and the examples that it sees; rows (N, ...) in order."""
    if isinstance(fitted, FittedEnsemble):
        return fitted.by_part(function, examples)
    return function(fitted, examples)


def named_network(arm: str, part: str) -> str:
    """Return the name of a network for people: the arm, and the input that it alone sees."""
    return f"{arm}, {part}" if part else arm


def networks_of(arm: Any) -> Mapping[str, Network]:
    """Return the networks that an arm declares, by the input they see; "" where they see all."""
    if isinstance(arm, Network):
        return {"": arm}
    return arm.parts if isinstance(arm, Ensemble) else {}


def fitted_networks_of(fitted: Any) -> Mapping[str, FittedNetwork]:
    """Return the networks of a fitted arm, by the input they see; "" where they see all."""
    if isinstance(fitted, FittedNetwork):
        return {"": fitted}
    return fitted.networks_ if isinstance(fitted, FittedEnsemble) else {}
