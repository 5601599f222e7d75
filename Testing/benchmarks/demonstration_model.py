"""Measures the demonstration model on simulated hearts that it has never seen.

Run from anywhere with CardioAI's environment: ``python Testing/benchmarks/demonstration_model.py``.
Its peer in the same run is the arm `size`, which sees no more than the mask.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI")]

from CardioAILib.evaluate import operating_point, roc_auc  # noqa: E402
from CardioAILib.panel.console import DEMONSTRATION  # noqa: E402
from CardioAILib.phantoms import CLEAR_EFFECT, hcm_cohort  # noqa: E402
from CardioAILib.results import Result  # noqa: E402
from CardioAILib.verbs import load_model, predict  # noqa: E402

USUAL_EFFECT = 1.0


def results_of(effect: float, hearts: int, seed: int) -> tuple[np.ndarray, list[Result]]:
    """Return the labels and results of simulated hearts."""
    model = load_model(DEMONSTRATION)
    cohort = hcm_cohort(hearts, seed=seed, effect=effect)
    labels = np.array([model.system.task.label(study) for study in cohort])
    return labels, [predict(model, study, explain=True)[0] for study in cohort]


def tell(title: str, labels: np.ndarray, results: list[Result]) -> None:
    """Print AUC and decisions of each arm, and where the heatmaps lie."""
    print(f"{title}: {len(labels)} hearts, {labels.sum()} with scar")
    for arm in results[0].arms:
        scores = np.array([result.arms[arm].score for result in results])
        point = operating_point(labels, scores, results[0].arms[arm].threshold)
        auc = roc_auc(labels, scores)
        rates = f"sensitivity {point.sensitivity:.2f}  specificity {point.specificity:.2f}"
        print(f"  {arm:14s} AUC {auc:.2f}  {rates}")
    for label, name in enumerate(("without scar", "with scar")):
        audits = [results[index].attention for index in np.flatnonzero(labels == label)]
        inside = [audit.inside for audit in audits if audit.inside is not None]
        flagged = np.mean([audit.flagged for audit in audits])
        print(f"  heatmaps {name}: {np.median(inside):.2f} on the heart, {flagged:.0%} flagged")


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--hearts", type=int, default=60)
    given.add_argument("--seed", type=int, default=1)
    own = given.parse_args()
    tell("scar as in the samples", *results_of(CLEAR_EFFECT, own.hearts, own.seed))
    tell("scar of usual strength", *results_of(USUAL_EFFECT, own.hearts, own.seed))


if __name__ == "__main__":
    main()
