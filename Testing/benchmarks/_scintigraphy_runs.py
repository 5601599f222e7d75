"""Networks of Halme 2022 trained on simulated bone scans, one arm and task at a time."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib import verbs  # noqa: E402
from CardioAILib.io.atomic import whole_file  # noqa: E402
from CardioAILib.learning import Run  # noqa: E402
from CardioAILib.phantoms import PAPER, PAPER_STATIC, bone_cohort  # noqa: E402
from CardioAILib.prepare import Thorax  # noqa: E402
from CardioAILib.prepare.step import Stack, prepare  # noqa: E402
from CardioAILib.study import Cohort, Image, Role, Study  # noqa: E402
from CardioAILib.system import System  # noqa: E402
from CardioAILib.systems import named  # noqa: E402
from CardioAILib.verbs.adapt import adapt  # noqa: E402

logger = logging.getLogger(__name__)

TASKS = ("halme2022", "halme2022_grade3", "halme2022_positive")
"""Of tables 1, 2 and 3."""

ARMS = ("linear", "residual", "vgg16", "resnet50", "inception3", "mobilenet")
ANTERIOR = Role("NM", "planar", "anterior")


@dataclass(frozen=True)
class Plan:
    """What is trained; the paper's own protocol unless told otherwise.

    Args:
        subjects: Number of simulated patients, at the paper's prevalences.
        folds: Folds, each held out once.
        epochs: Epochs of each network.
        copies: Changed copies of each training image.
        width: Multiplier of every channel count.
        rate: Learning rate of Adam.
        batch: Images a step.
        seed: Seed of patients, folds, weights and copies.
        mode: "sound" keeps the epoch of least validation loss, "paper" the last one.
    """

    subjects: int = sum(PAPER)
    folds: int = 5
    epochs: int = 50
    copies: int = 5
    width: float = 1.0
    rate: float = 1e-4
    batch: int = 128
    seed: int = 0
    mode: str = "sound"


@dataclass(frozen=True, eq=False)
class Judged:
    """One arm on one task, each patient judged by the member that never saw the scan.

    Args:
        task: Name of the system.
        arm: Name of the arm.
        labels: True class of each patient (N,).
        scores: Probability of each class (N, K).
        metastases: Whether each patient has metastases in bone (N,).
        subjects: Patients (N,).
    """

    task: str
    arm: str
    labels: np.ndarray
    scores: np.ndarray
    metastases: np.ndarray
    subjects: np.ndarray

    @property
    def called(self) -> np.ndarray:
        """Called class of each patient (N,)."""
        return self.scores.argmax(axis=1)


def crops(plan: Plan, work: Path) -> Cohort:
    """Return the thorax of every patient, drawn once and kept as `thorax-SUBJECTS-SEED.npz`.

    Cutting the thorax out of such a square changes nothing, so that networks see what they would
    of whole scans.
    """
    path = work / f"thorax-{plan.subjects}-{plan.seed}.npz"
    scans = bone_cohort(
        plan.subjects, seed=plan.seed, grades=(0, 1, 2, 3), prevalences=PAPER, static=PAPER_STATIC
    )
    if not path.exists():
        squares = np.stack([thorax(study) for study in scans])
        with whole_file(path, ".npz") as draft:
            np.savez_compressed(draft, squares=squares)
    squares = np.load(path)["squares"]
    studies = (_cut(study, square) for study, square in zip(scans, squares, strict=True))
    return Cohort(tuple(studies), name="simulated bone scintigraphy, thorax")


def thorax(study: Study) -> np.ndarray:
    """Return the square that networks see of a scan (128, 128), uint16."""
    image = study.images[ANTERIOR]
    _, row, column = image.spacing
    counts = image.array[0].astype(np.float32)
    cut = prepare(Stack(counts, np.zeros(counts.shape, bool), (row, column)), [Thorax()])
    return np.rint(cut.image[0]).astype(np.uint16)


def _cut(study: Study, square: np.ndarray) -> Study:
    matrix = np.array([[-2.4, 0, 0, 0], [0, 0, -2.4, 0], [0, -2.4, 0, 0], [0, 0, 0, 1]])
    image = Image(square[None, None].astype(np.float32), matrix)
    return replace(study, images={ANTERIOR: image})


def system_of(plan: Plan, task: str, arm: str) -> System:
    """Return the declaration with one arm, of the plan's size."""
    declared = named(task).in_mode(plan.mode)
    declared = adapt(declared, folds=plan.folds, width=plan.width, rate=plan.rate)
    own = declared.arms[arm]
    recipe = replace(own.recipe, batch=plan.batch)
    return replace(
        declared,
        arms={arm: replace(own, recipe=recipe, copies=plan.copies)},
        primary=arm,
        explain=None,
        activations=None,
        as_published=None,
    )


def judged(plan: Plan, cohort: Cohort, task: str, arm: str, work: Path, device: str) -> Judged:
    """Cross-validate one arm on one task, or load what an earlier start came to."""
    path = work / f"{task}-{arm}.npz"
    told = json.dumps(asdict(plan), sort_keys=True)
    kept = _loaded(path, told)
    if kept is None:
        kept = _cross_validated(plan, cohort, task, arm, work, device)
        with whole_file(path, ".npz") as draft:
            draft.write_bytes(_packed(kept, told))
    metastases = {study.subject: float(study.facts["bone_metastases"]) for study in cohort}
    has = np.array([metastases[subject] for subject in kept["subjects"].tolist()], bool)
    return Judged(task, arm, kept["labels"], kept["scores"], has, kept["subjects"])


def _cross_validated(
    plan: Plan, cohort: Cohort, task: str, arm: str, work: Path, device: str
) -> dict[str, np.ndarray]:
    run = Run(
        seed=plan.seed,
        device=device,
        epochs=plan.epochs,
        folder=work / f"{task}-{arm}",
        observe=tell_epoch,
    )
    fitted = verbs.fit(system_of(plan, task, arm), cohort, plan.mode, run=run)
    scores = fitted.crossfit.scores[arm]
    if scores.ndim == 1:
        scores = np.stack([1 - scores, scores], axis=1)
    examples = fitted.examples
    return {"labels": examples.labels, "scores": scores, "subjects": examples.subjects.astype(str)}


def _loaded(path: Path, told: str) -> dict[str, np.ndarray] | None:
    if not path.exists():
        return None
    with np.load(path) as stored:
        if str(stored["plan"]) != told:
            sys.exit(f"{path} comes from another plan, {stored['plan']}: choose another --work")
        return {name: stored[name] for name in ("labels", "scores", "subjects")}


def _packed(kept: dict[str, np.ndarray], told: str) -> bytes:
    packed = BytesIO()
    np.savez_compressed(packed, plan=np.array(told), **kept)
    return packed.getvalue()


def tell_epoch(network: str, row: Any) -> None:
    """Log where the training stands."""
    logger.info("%s, epoch %d: training loss %.3f", network, row["epoch"], row["training loss"])
