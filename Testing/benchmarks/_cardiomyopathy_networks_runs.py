"""Networks of Germain 2021, thin enough for a processor, trained under either protocol."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib import verbs  # noqa: E402
from CardioAILib.learning import Adam, Network, Recipe, Run  # noqa: E402
from CardioAILib.prepare import CropPad, Resample, Window  # noqa: E402
from CardioAILib.results import Result  # noqa: E402
from CardioAILib.study import Cohort  # noqa: E402
from CardioAILib.system import CrossValidation, Mode, System  # noqa: E402
from CardioAILib.systems import GERMAIN_2021  # noqa: E402
from CardioAILib.verbs.cross_validate import member_model  # noqa: E402
from CardioAILib.verbs.mapcheck import check_maps  # noqa: E402

logger = logging.getLogger(__name__)

ARMS = ("vgg_dual", "vgg_es", "vgg_ed")
BY_PATIENT, BY_SLICE = "by-patient", "by-slice"
MODES: dict[str, Mode] = {BY_PATIENT: "sound", BY_SLICE: "paper"}

HIDDEN = ((1024, 0.0), (512, 0.0), (256, 0.0))
"""Hidden layers before the width: as wide as the paper's at a quarter, and without its dropout."""


@dataclass(frozen=True)
class Plan:
    """What is trained, fixed before any held-out result was seen.

    The last epoch is kept and nobody is set aside to choose one: both protocols then learn from
    as many slices for as long, and differ in nothing but who lies in which fold.

    Args:
        folds: Folds of either protocol.
        epochs: Epochs of each network.
        width: Multiplier of every channel count.
        side: Side of the images, in pixels.
        pixel: Side of a pixel, in mm.
        rate: Learning rate of Adam.
        batch: Slices a step.
        seed: Seed of folds, weights and augmentation.
        arms: Networks that are trained.
        protocols: Protocols that are run.
        device: Where the networks learn.
    """

    folds: int = 5
    epochs: int = 30
    width: float = 0.25
    side: int = 96
    pixel: float = 2.0
    rate: float = 5e-4
    batch: int = 8
    seed: int = 0
    arms: tuple[str, ...] = ARMS
    protocols: tuple[str, ...] = (BY_PATIENT, BY_SLICE)
    device: str = "cpu"


@dataclass(frozen=True, eq=False)
class Trained:
    """One arm, cross-validated.

    Args:
        protocol: Who is held out together.
        arm: Name of the arm.
        fitted: Members and out-of-fold probabilities.
        results: Result of each patient, or slice, by the member that never saw it.
        evaluation: What they come to.
        changes: How much each patient's maps change with random last layers; empty where none
            are made.
    """

    protocol: str
    arm: str
    fitted: verbs.Fitted
    results: tuple[Result, ...]
    evaluation: verbs.ClassEvaluation
    changes: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """Whether each slice was called right (N,)."""
        return self.fitted.crossfit.scores[self.arm].argmax(axis=1) == self.fitted.examples.labels

    @property
    def histories(self) -> list[tuple[Any, ...]]:
        """Rows of each member's epochs; empty for arms without any."""
        members = self.fitted.crossfit.members
        return [getattr(member[self.arm], "history_", ()) for member in members]


def system_of(plan: Plan, protocol: str, arm: str) -> System:
    """Return the declaration with one arm, thin, and folds of whole patients or of slices."""
    declared = GERMAIN_2021.in_mode(MODES[protocol])
    own = declared.arm(arm)
    return replace(
        declared,
        prepare=(Resample(plan.pixel), CropPad(plan.side, centre="heart"), Window(99.5)),
        arms={arm: thin(own, plan) if isinstance(own, Network) else own},
        protocol=CrossValidation(plan.folds, validation=0.0, by=declared.protocol.by),
        as_published=None,
    )


def thin(network: Network, plan: Plan) -> Network:
    """Return a network that learns from random weights within few epochs."""
    recipe = Recipe(Adam(plan.rate), batch=plan.batch, epochs=plan.epochs, keep="last")
    architecture = replace(network.architecture, size=plan.side, width=plan.width, hidden=HIDDEN)
    return replace(network, architecture=architecture, recipe=recipe)


def trained(plan: Plan, cohort: Cohort, protocol: str, arm: str, work: Path) -> Trained:
    """Cross-validate one arm, or go on where an earlier start stopped."""
    system = system_of(plan, protocol, arm)
    run = Run(
        seed=plan.seed,
        device=plan.device,
        folder=work / f"{arm}-{protocol}",
        observe=tell_epoch,
    )
    fitted = verbs.fit(system, cohort, MODES[protocol], run=run)
    explain = protocol == BY_PATIENT and arm == system.explain.arm
    judged = verbs.held_out_results(fitted, cohort, explain=explain)
    results = tuple(result for result, _ in judged)
    evaluation = verbs.evaluate(system, results, verbs.units(system, cohort))
    changes = map_changes(fitted, cohort, results) if explain else np.empty(0)
    return Trained(protocol, arm, fitted, results, evaluation, changes)


def tell_epoch(network: str, row: Any) -> None:
    """Log where the training stands."""
    logger.info("%s, epoch %d: training loss %.3f", network, row["epoch"], row["training loss"])


def map_changes(fitted: verbs.Fitted, cohort: Cohort, results: tuple[Result, ...]) -> np.ndarray:
    """Return how much each patient's maps change where the held-out member's last layers do."""
    fold_of = {(result.subject, result.study): result.fold for result in results}
    system = fitted.model.system
    return np.array(
        [
            check_maps(member_model(fitted, fold_of[study.key]), study).change
            for study in verbs.units(system, cohort)
            if study.key in fold_of
        ]
    )
