"""The words in which a paper is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from CardioAILib.added import added
from CardioAILib.errors import InputError
from CardioAILib.published import Published
from CardioAILib.study import MYOCARDIUM, Role
from CardioAILib.task import Classes, Quantity, Task

__all__ = [
    "CineSets",
    "Classes",
    "Clips",
    "CrossValidation",
    "HoldOut",
    "Input",
    "Mode",
    "Quantity",
    "Slices",
    "Stills",
    "System",
]

Mode = Literal["sound", "paper"]


@dataclass(frozen=True)
class Input:
    """An image that the system reads, and the mask that comes with it.

    Args:
        image: Role of the image.
        mask: Role of its segmentation, or None where the system needs none.
        structure: Structure of the segmentation that the system looks at.
        stack: Whether a stack of slices is expected rather than one image.
        mask_optional: Whether the system does without the mask where there is none.
        optional: Whether a study may lack the image, as long as it has `System.least_inputs`.
        reconstruction: "magnitude" or "PSIR" where late enhancement must be one of them.
    """

    image: Role
    mask: Role | None = None
    structure: str = MYOCARDIUM
    stack: bool = True
    mask_optional: bool = added(False)
    optional: bool = added(False)
    reconstruction: Literal["magnitude", "PSIR"] | None = added(None)


@dataclass(frozen=True)
class Slices:
    """Each slice that shows the structure is an example.

    Training takes the slices listed in the study's `slices_positive` where there are any, else
    the `training` slices around the middle of those that show the structure; prediction
    takes all.

    Args:
        training: Mid-ventricular slices a study in training; None for all.
        minimum_pixels: Fewest pixels of the structure, after preparation; a stack without a mask
            counts whole.
        middle: Only so many slices around the middle of those are examples at all; None for all.
    """

    training: int | None = 6
    minimum_pixels: int = 32
    middle: int | None = added(None)


@dataclass(frozen=True)
class CineSets:
    """Each chosen slice is an example that shows it in every declared input: ED beside ES.

    All inputs of a study are prepared together, on one grid, with one crop and one window.

    Args:
        slices: Slices around the middle of those that show the structure (of the stack, without
            a mask); None for all. Training and prediction take the same.
        minimum_pixels: Fewest pixels of the structure, after preparation, where there is a mask.
    """

    slices: int | None = 3
    minimum_pixels: int = 32


@dataclass(frozen=True)
class Clips:
    """Each clip of a view is an example: frames at even steps (Sahashi 2024).

    Training starts anywhere in the frames that are kept; prediction starts at the first. A clip
    with fewer frames than a pass needs is played in a loop, and the result says so.

    Args:
        frames: Frames that the network sees.
        stride: Steps from one of them to the next, in frames.
        kept: First frames of a clip that are read at all.
        fewest: Frames below which a clip is refused.
    """

    frames: int = 16
    stride: int = 2
    kept: int = 48
    fewest: int = 16

    @property
    def span(self) -> int:
        """Frames that one pass plays through: 32 of 16 at every second one."""
        return self.frames * self.stride


@dataclass(frozen=True)
class Stills:
    """Some frames of a clip, evenly spread, are examples of one image each.

    Args:
        frames: Frames a clip; all of a shorter one.
        kept: First frames of a clip that are read at all.
    """

    frames: int = 8
    kept: int = 64


@dataclass(frozen=True)
class CrossValidation:
    """Development data in `folds` parts, each held out once.

    Args:
        folds: Number of parts, which is also the number of members of a trained model.
        validation: Share of the remaining subjects that chooses the epoch; 0 lets the
            held-out part choose it, as some publications did.
        by: What is never divided: the subject, or, as some publications did, only the study, so
            that studies of one subject may lie on both sides.
    """

    folds: int = 5
    validation: float = 0.2
    by: Literal["subject", "study"] = added("subject")


@dataclass(frozen=True)
class HoldOut:
    """Development data divided once, by subject: one member, tested on the part held out.

    Args:
        train: Share that trains.
        validation: Share that chooses the epoch.
        test: Share held out.
    """

    train: float = 0.6
    validation: float = 0.2
    test: float = 0.2


@dataclass(frozen=True)
class System:
    """A published method, declared.

    Args:
        name: Short name, as on the command line.
        title: One line for people.
        task: What is asked.
        inputs: What is read, by name.
        examples: How a study becomes examples.
        prepare: Preparation verbs in order, applied to each stack.
        arms: Learners by name, in the order in which they are fitted.
        primary: Name of the arm that the paper proposes.
        pool: How the scores of a study's examples become one.
        decide: How a score becomes a decision.
        protocol: How development data are divided.
        explain: How a decision is explained, or None.
        combine: Whether the pooled scores of a cross-fitted model's members are averaged, or
            the member with the best held-out AUC speaks alone, as some publications did.
        published: Source and printed results.
        as_published: The same system under the published protocol, where it differs.
        unit: What one result speaks of: a study, a cine set (one view of it), a slice, or an echo
            clip.
        least_inputs: Fewest images that a study must have where some are optional; None for all.
        activations: Stages of networks whose strongest activations are shown, or None.
    """

    name: str
    title: str
    task: Task
    inputs: Mapping[str, Input]
    examples: Any
    prepare: tuple[Any, ...]
    arms: Mapping[str, Any]
    primary: str
    pool: Any
    decide: Any
    protocol: CrossValidation | HoldOut
    published: Published
    explain: Any = None
    combine: Literal["mean", "best"] = "mean"
    as_published: System | None = None
    unit: Literal["study", "cine set", "slice", "clip"] = added("study")
    least_inputs: int | None = added(None)
    activations: Any = added(None)

    def in_mode(self, mode: Mode) -> System:
        """Return the declaration of a mode: "sound" (the default) or "paper"."""
        if mode == "paper" and self.as_published is not None:
            return self.as_published
        return self

    def arm(self, name: str) -> Any:
        """Return an arm by its name.

        Raises:
            InputError: There is no such arm.
        """
        if name not in self.arms:
            raise InputError(
                got=f"arm '{name}'",
                wanted=f"one of {', '.join(self.arms)}",
                fix=f"choose an arm of {self.name}",
            )
        return self.arms[name]
