"""Thin networks of Sahashi 2024 trained on simulated echo, one task after the other."""

from __future__ import annotations

import json
import logging
import pickle
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.cli.echodemo import CLIP_SIZE, thin_echo  # noqa: E402
from CardioAILib.examples import OWN_LABEL, Examples  # noqa: E402
from CardioAILib.io.atomic import whole_file  # noqa: E402
from CardioAILib.learning import Run  # noqa: E402
from CardioAILib.phantoms import echo_cohort  # noqa: E402
from CardioAILib.study import Cohort  # noqa: E402
from CardioAILib.system import System  # noqa: E402
from CardioAILib.systems import named  # noqa: E402
from CardioAILib.verbs.crossfit import cross_fit, scores_in_turn  # noqa: E402
from CardioAILib.verbs.gather import gather  # noqa: E402
from CardioAILib.verbs.viewlabels import view_label  # noqa: E402

logger = logging.getLogger(__name__)

PLANTED, NOTHING = "planted", "nothing planted"

TEST_SEED = 1000
"""Added to the seed of those that teach."""


@dataclass(frozen=True)
class Plan:
    """What is trained.

    Args:
        subjects: Simulated patients that teach.
        tested: Others that are judged.
        frames: Frames of a clip.
        epochs: Epochs of each network.
        width: Multiplier of every channel count.
        shared: Chance that an abnormality is of the whole ventricle.
        seed: Seed of patients, weights and starts.
    """

    subjects: int = 200
    tested: int = 120
    frames: int = 32
    epochs: int = 25
    width: float = 0.05
    shared: float = 0.3
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Judged:
    """What each arm says of patients whom it has never seen; one row a clip.

    Args:
        system: Name of the system.
        planted: `PLANTED`, or `NOTHING` where hearts move alike whatever their label.
        subjects: Patient of each clip (N,).
        views: View of each (N,).
        labels: Truth of the patient (N,).
        own: Truth of the view (N,).
        scores: Score of each clip (N,) by arm.
    """

    system: str
    planted: str
    subjects: np.ndarray
    views: np.ndarray
    labels: np.ndarray
    own: np.ndarray
    scores: dict[str, np.ndarray]


def judged(plan: Plan, name: str, planted: str, work: Path, device: str) -> Judged:
    """Train the networks of one task and judge others, or load what an earlier start came to."""
    path = work / f"{name}-{planted.replace(' ', '-')}.json"
    told = asdict(plan)
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept.pop("plan") == told:
            return _restored(kept)
    found = _trained(plan, name, planted, work, device)
    stored = {**{key: _plain(value) for key, value in vars(found).items()}, "plan": told}
    with whole_file(path, ".json") as draft:
        draft.write_text(json.dumps(stored), encoding="utf-8")
    return found


def system_of(plan: Plan, name: str, planted: str) -> System:
    """Return the thin declaration; the control needs no second run where nothing is planted."""
    system = thin_echo(named(name), width=plan.width)
    kept = {arm: own for arm, own in system.arms.items() if arm != "motion" or planted == PLANTED}
    return replace(system, arms=kept)


def cohort_of(plan: Plan, planted: str, *, tested: bool) -> Cohort:
    """Return the patients that teach, or those that are judged."""
    count = plan.tested if tested else plan.subjects
    return echo_cohort(
        count,
        seed=plan.seed + TEST_SEED * tested,
        signal=planted == PLANTED,
        frames=plan.frames,
        size=CLIP_SIZE,
        shared=plan.shared,
    )


def _trained(plan: Plan, name: str, planted: str, work: Path, device: str) -> Judged:
    system = system_of(plan, name, planted)
    teach, test = (
        _examples(plan, system, planted, work, tested=tested) for tested in (False, True)
    )
    arms = tuple(system.arms)
    run = Run(seed=plan.seed, epochs=plan.epochs, device=device)
    logger.info("%s, %s: training", name, planted)
    member = cross_fit(system, teach, arms, run).members[0]
    own = test.tables[OWN_LABEL][:, 0]
    scores = scores_in_turn(member, arms, test)
    return Judged(name, planted, test.subjects, test.inputs, test.labels, own, scores)


def _examples(plan: Plan, system: System, planted: str, work: Path, *, tested: bool) -> Examples:
    """Return prepared clips, drawn once for all tasks, with the truth of this one."""
    cohort = cohort_of(plan, planted, tested=tested)
    drawn = f"{planted}-{len(cohort)}-{plan.frames}-{plan.shared:g}-{plan.seed}-{int(tested)}"
    path = work / f"clips-{drawn.replace(' ', '-')}.pickle"
    if not path.exists():
        logger.info("drawing %d patients, %s", len(cohort), planted)
        examples = gather(system, cohort, tuple(system.arms)).examples
        with whole_file(path, ".pickle") as draft:
            draft.write_bytes(pickle.dumps(examples))
    return _relabeled(pickle.loads(path.read_bytes()), system, cohort)


def _relabeled(examples: Examples, system: System, cohort: Cohort) -> Examples:
    studies = {study.subject: study for study in cohort}
    rows = [studies[subject] for subject in examples.subjects]
    labels = np.array([system.task.label(study) for study in rows])
    own = [
        view_label(system.task, study, str(view))
        for study, view in zip(rows, examples.inputs, strict=True)
    ]
    table = np.array(own, float)[:, None]
    return replace(examples, labels=labels).with_table(OWN_LABEL, table)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: one.tolist() for name, one in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def _restored(kept: dict[str, Any]) -> Judged:
    scores = {name: np.array(one) for name, one in kept.pop("scores").items()}
    known = {k: np.array(one) if isinstance(one, list) else one for k, one in kept.items()}
    return Judged(**known, scores=scores)
