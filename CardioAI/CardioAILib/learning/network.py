"""The arm that learns from pixels."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from CardioAILib.added import added
from CardioAILib.examples import Examples
from CardioAILib.learning.augment import Affine, Changes, Noisy, Unchanged
from CardioAILib.learning.channels import Frames, ImageMaskProduct, OneChannel
from CardioAILib.learning.clip import Clip, RandomStart
from CardioAILib.learning.consistent import require_consistent
from CardioAILib.learning.recipe import Recipe
from CardioAILib.learning.run import Machine, Run, choose_device
from CardioAILib.learning.splits import hold_out_by_subject

if TYPE_CHECKING:
    import torch

    from CardioAILib.learning.loop import Batches
    from CardioAILib.networks.branched import Branched
    from CardioAILib.networks.staged import Staged

WEIGHTS = "weights.safetensors"
HISTORY = "history.json"


@dataclass(frozen=True)
class Network:
    """A convolutional network and how it is trained.

    Args:
        architecture: Declaration with `width` and `build()`.
        channels: How examples become input channels.
        recipe: How it is trained.
        augment: Random maps of training images, or the start of training clips.
        noise: Largest standard deviation of Gaussian noise added to training images, as a share
            of each image's range.
        copies: Changed copies of each training image that are made once, before training, and
            seen in its place at every epoch; 0 changes each image anew at every epoch.
        standardize: "pixel" subtracts the mean training image and divides by the image of standard
            deviations, both over the changed training images; "scalar" takes one mean and one
            deviation over all pixels; None leaves the input as it is.
    """

    architecture: Any
    channels: ImageMaskProduct | Frames | OneChannel | Clip
    recipe: Recipe
    augment: Affine | RandomStart
    noise: float = added(0.0)
    copies: int = added(0)
    standardize: Literal["pixel", "scalar"] | None = added(None)

    def fit(self, examples: Examples, run: Run) -> FittedNetwork:
        """Train on examples with labels, choosing the epoch on subjects set aside.

        Raises:
            CohortError: The subjects cannot be divided.
            InputError: The device is absent, the given weights or trunk are not this network's, or
                its parts do not fit each other.
            ModelError: The given trunk is none.
            UnreadableFileError: The given weights cannot be read.
        """
        from CardioAILib.learning.aim import Aim
        from CardioAILib.learning.loop import train

        require_consistent(self, examples.labels)
        data = tuple(self.batches(part) for part in divided(examples, run))
        aim = Aim.of(self.recipe, data[0].labels)
        learn, validate = (replace(part, labels=aim.scaled(part.labels)) for part in data)
        machine = Machine.of(run)
        learn = self._copied(learn, machine.device, run.seed)
        network = self._standardized(self._started(run), learn, run.seed)
        aim.require(network)
        recipe = replace(self.recipe, epochs=run.epochs or self.recipe.epochs)
        show = partial(run.observe, "")
        trained, history = train(
            network,
            recipe,
            self.changes,
            (learn, validate),
            machine,
            run.seed,
            run.folder,
            run.progress,
            show,
            aim.objective,
        )
        return FittedNetwork(self, aim.told_by(trained), tuple(history), machine.device)

    @property
    def changes(self) -> Changes | RandomStart:
        """What happens to training images when they are read, and noise where it is declared."""
        maps = Unchanged() if self.copies else self.augment
        return Noisy(maps, self.noise) if self.noise else maps

    def _started(self, run: Run) -> Staged | Branched:
        """Return a network with the weights that a training starts from."""
        from CardioAILib.learning.trunk import start_from_trunk
        from CardioAILib.learning.weights import start_from

        network = self.fresh(run.seed)
        if run.weights is not None:
            start_from(network, self.architecture, run.weights)
        if run.trunk is not None:
            start_from_trunk(network, self.architecture, run.trunk)
        return network

    def _copied(self, learn: Batches, device: str, seed: int) -> Batches:
        """Return the training images that an epoch sees, where they are copies."""
        from CardioAILib.learning.copies import Copies

        if not self.copies:
            return learn
        images = Copies.drawn(learn.images, self.copies, self.augment, seed_before_epochs(seed))
        return replace(learn, images=images.near(device), labels=learn.labels.repeat(self.copies))

    def _standardized(
        self, network: Staged | Branched, learn: Batches, seed: int
    ) -> Staged | Branched:
        """Give a network the first stage that its training images ask for.

        Raises:
            InputError: The network sees several images.
        """
        from CardioAILib.learning.standardize import seen, standardized, statistics

        if self.standardize is None:
            return network
        parts = seen(learn.images, self.changes, seed_before_epochs(seed))
        return standardized(network, *statistics(parts, self.standardize))

    def fresh(self, seed: int | None = None) -> Staged | Branched:
        """Build the network; random numbers elsewhere stay what they are.

        Args:
            seed: Seed of its weights; None where others take their place.
        """
        import torch

        with torch.random.fork_rng(devices=[]):
            if seed is not None:
                torch.manual_seed(seed)
            return self.architecture.build()

    def filled(self, state: Mapping[str, torch.Tensor]) -> Staged | Branched:
        """Build the network with these weights, in evaluation mode."""
        from CardioAILib.learning.standardize import with_stage_of

        network = with_stage_of(self.fresh(), state)
        network.load_state_dict(state)
        return network.eval()

    def load(self, folder: Path, device: str = "auto") -> FittedNetwork:
        """Load weights as tensors only."""
        from safetensors.torch import load_file

        network = self.filled(load_file(folder / WEIGHTS))
        history = tuple(json.loads((folder / HISTORY).read_text(encoding="utf-8")))
        device = choose_device(device)
        return FittedNetwork(self, network.to(device), history, device)

    def batches(self, examples: Examples) -> Batches:
        """Return network input of examples; clips stay bytes until they are read."""
        import torch

        from CardioAILib.learning.loop import Batches

        labels = torch.from_numpy(examples.labels.astype(np.float32))
        if isinstance(self.channels, Clip):
            return Batches(self.channels.videos(examples), labels)
        return Batches(torch.from_numpy(self.channels.array(examples)), labels)


@dataclass(frozen=True, eq=False)
class FittedNetwork:
    """A trained network.

    Args:
        arm: Its declaration.
        network_: The module, in evaluation mode.
        history_: A row an epoch.
        device: Where it runs.
    """

    arm: Network
    network_: Staged | Branched
    history_: tuple[Mapping[str, float], ...]
    device: str

    def predict(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the probability of class 1 of each example (N,), or of each class (N, K > 2).

        Of a measured quantity it is the value of each example (N,).
        """
        from CardioAILib.learning.loss import answers

        return self.run(lambda x: answers(self._predicting(x), self.arm.recipe), examples)

    @cached_property
    def _predicting(self) -> Staged | Branched:
        """The network as it predicts fastest: its logits are the same."""
        from CardioAILib.networks.folded import folded

        return folded(self.network_)

    def activations(self, examples: Examples, stage: str) -> np.ndarray:
        """Return a stage's output (N, F) of each example."""
        return self.run(lambda x: self.network_.outputs(x, (stage,))[1][stage], examples)

    def on_cpu(self) -> FittedNetwork:
        """Return the same network on the CPU; this one stays where it is."""
        state = {name: tensor.cpu() for name, tensor in self.network_.state_dict().items()}
        return replace(self, network_=self.arm.filled(state), device="cpu")

    def save(self, folder: Path) -> None:
        """Write weights and history into a folder."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        state = {k: v.cpu().contiguous() for k, v in self.network_.state_dict().items()}
        save_file(state, folder / WEIGHTS)
        (folder / HISTORY).write_text(json.dumps(self.history_, indent=1), encoding="utf-8")

    def run(
        self, function: Callable[[torch.Tensor], torch.Tensor], examples: Examples
    ) -> np.ndarray:
        """Apply a function of input images or clips to all examples, few at a time."""
        from CardioAILib.learning.loop import in_micro_batches

        return in_micro_batches(function, self.arm.batches(examples).images, self.device).numpy()


def divided(examples: Examples, run: Run) -> tuple[Examples, Examples]:
    """Return the examples that train and those, of other subjects, that choose the epoch.

    Raises:
        CohortError: The subjects cannot be divided.
    """
    if run.held_out is not None:
        return examples, run.held_out
    learn, validate = hold_out_by_subject(
        examples.subjects, examples.labels, run.validation, run.seed
    )
    return examples.of_subjects(learn), examples.of_subjects(validate)


def seed_before_epochs(seed: int) -> int:
    """Return the seed of what is drawn once, before training; each epoch has one of its own."""
    return seed * 100_003 - 1
