"""Measures the demonstration models on simulated hearts that they have never seen.

Run from anywhere with CardioAI's environment: ``python Testing/benchmarks/demonstration_model.py``.
Of scar screening the peer in the same run is the arm `size`, which sees no more than the mask; of
cardiomyopathies it is `measurements`; of planes it is chance, one in four; of amyloidosis it is
the findings of a simulated reader; of bone scans it is the ratio of heart to contralateral
chest in regions placed automatically; of wall motion it is what segmentations measure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.ndimage import binary_dilation

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI"), str(Path(__file__).parent)]

from _demonstration_amyloidosis import tell_amyloidosis  # noqa: E402
from _demonstration_scintigraphy import tell_scintigraphy  # noqa: E402
from CardioAILib.cli.amyloiddemo import enhanced_hearts  # noqa: E402
from CardioAILib.cli.echodemo import echo_clips, views_of_echo  # noqa: E402
from CardioAILib.cli.scintigraphydemo import bone_scans  # noqa: E402
from CardioAILib.evaluate import auc_by_subject, operating_point, roc_auc, wilson  # noqa: E402
from CardioAILib.panel.modelfolders import DEMONSTRATION, DEMONSTRATIONS  # noqa: E402
from CardioAILib.phantoms import (  # noqa: E402
    CLEAR_EFFECT,
    cardiomyopathy_cohort,
    hcm_cohort,
    plane_cohort,
)
from CardioAILib.results import Result  # noqa: E402
from CardioAILib.study import Cohort, Study  # noqa: E402
from CardioAILib.verbs import load_model, predict  # noqa: E402
from CardioAILib.verbs.prepared import prepare_study  # noqa: E402
from CardioAILib.verbs.units import units  # noqa: E402
from CardioAILib.verbs.viewcheck import check_views  # noqa: E402

USUAL_EFFECT = 1.0
NETWORK = "vgg_dual"


def results_of(folder: Path, cohort: Cohort) -> tuple[np.ndarray, list[Result]]:
    """Return the labels and results of simulated hearts."""
    model = load_model(folder)
    studies = units(model.system, cohort)
    labels = np.array([model.system.task.label(study) for study in studies])
    return labels, [predict(model, study, explain=True)[0] for study in studies]


def tell_scar(title: str, labels: np.ndarray, results: list[Result]) -> None:
    """Print AUC and decisions of each arm, and where the heatmaps lie."""
    print(f"{title}: {len(labels)} hearts, {labels.sum()} with scar")
    for arm in results[0].arms:
        scores = np.array([result.arms[arm].score for result in results])
        point = operating_point(labels, scores, results[0].arms[arm].threshold)
        auc = roc_auc(labels, scores)
        rates = f"sensitivity {point.sensitivity:.2f}  specificity {point.specificity:.2f}"
        print(f"  {arm:14s} AUC {auc:.2f}  {rates}")
    for label, name in enumerate(("without scar", "with scar")):
        tell_attention(name, [results[index] for index in np.flatnonzero(labels == label)])


def tell_classes(title: str, names: Sequence[str], labels: np.ndarray, found: list[Result]) -> None:
    """Print the accuracy of each arm with its interval, and where the heatmaps lie."""
    counts = ", ".join(f"{name} {np.sum(labels == k)}" for k, name in enumerate(names))
    print(f"{title}: {len(labels)} cine sets ({counts})")
    for arm in found[0].arms:
        called = np.array([names.index(result.arms[arm].decision) for result in found])
        right = int(np.sum(called == labels))
        around = wilson(right, len(labels))
        share = right / len(labels)
        print(f"  {arm:14s} accuracy {share:.3f} (95 % {around.low:.3f} to {around.high:.3f})")
    tell_attention("all", found)


def tell_attention(name: str, results: Sequence[Result]) -> None:
    """Print the heatmaps' share on the heart, where a segmentation says where it is."""
    audits = [result.attention for result in results if result.attention is not None]
    inside = [audit.inside for audit in audits if audit.inside is not None]
    if inside:
        flagged = np.mean([audit.flagged for audit in audits])
        print(f"  heatmaps {name}: {np.median(inside):.2f} on the heart, {flagged:.0%} flagged")


def tell_hidden(folder: Path, cohort: Cohort) -> None:
    """Print what the network tells where the heart, or all but the heart, is painted over."""
    model = load_model(folder)
    right = {"heart": 0, "all else": 0}
    for study in cohort:
        examples = prepare_study(model.system, study, labeled=True).examples
        heart = binary_dilation(examples.masks.any(axis=1), np.ones((1, 25, 25)))[:, None]
        for name, hidden in (("heart", heart), ("all else", ~heart)):
            painted = np.where(hidden, examples.images.mean(), examples.images)
            shown = replace(examples, images=painted.astype(np.float32))
            scores = [member[NETWORK].predict(shown, member) for member in model.members]
            right[name] += np.mean(scores, axis=(0, 1)).argmax() == examples.labels[0]
    for name, count in right.items():
        print(f"  {NETWORK} with {name} hidden: accuracy {count / len(cohort):.3f}")


def tell_wall_motion(cohort: Cohort) -> None:
    """Print the AUC of each arm, and of each view alone."""
    model = load_model(DEMONSTRATIONS["sahashi2024"])
    results = [predict(model, study)[0] for study in cohort]
    labels = np.array([study.facts["wma"] for study in cohort])
    subjects = np.arange(len(labels))
    print(f"sahashi2024: {len(labels)} studies, {int(labels.sum())} with abnormal wall motion")
    scores = {arm: [result.arms[arm].score for result in results] for arm in model.arms}
    for view in model.system.inputs:
        scores[view] = [result.arms["views"].by_input[view] for result in results]
    for name, own in scores.items():
        print(f"  {name:14s} AUC {auc_by_subject(labels, own, subjects)}")


def tell_view_check(studies: Sequence[Study]) -> None:
    """Print how often the view check warns of stacks that are short axes."""
    model = load_model(DEMONSTRATIONS["germain2021_plane"])
    warned = sum(bool(check_views(model, study)) for study in studies)
    print(f"view check: {warned} of {len(studies)} short-axis studies warned of, wrongly")


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--hearts", type=int, default=60)
    given.add_argument("--seed", type=int, default=1)
    own = given.parse_args()
    for title, effect in (("as in the samples", CLEAR_EFFECT), ("of usual strength", USUAL_EFFECT)):
        hearts = hcm_cohort(own.hearts, seed=own.seed, effect=effect)
        tell_scar(f"scar {title}", *results_of(DEMONSTRATION, hearts))
    classes = cardiomyopathy_cohort(own.hearts, seed=own.seed)
    planes = plane_cohort(own.hearts // 2, seed=own.seed)
    for name, cohort in (("germain2021", classes), ("germain2021_plane", planes)):
        names = load_model(DEMONSTRATIONS[name]).system.task.names
        tell_classes(name, names, *results_of(DEMONSTRATIONS[name], cohort))
    print("what germain2021 looks at")
    tell_hidden(DEMONSTRATIONS["germain2021"], classes)
    amyloidosis = load_model(DEMONSTRATIONS["martini2020"])
    tell_amyloidosis(amyloidosis, enhanced_hearts(own.hearts, seed=own.seed))
    scans = bone_scans(2 * own.hearts, seed=own.seed)
    for name in ("halme2022", "halme2022_positive"):
        tell_scintigraphy(load_model(DEMONSTRATIONS[name]), scans)
    tell_wall_motion(echo_clips(own.hearts, seed=own.seed))
    clips = views_of_echo(own.hearts, seed=own.seed)
    names = load_model(DEMONSTRATIONS["echo_view"]).system.task.names
    tell_classes("echo_view", names, *results_of(DEMONSTRATIONS["echo_view"], clips))
    tell_view_check([*hcm_cohort(own.hearts // 2, seed=own.seed), *classes.studies])


if __name__ == "__main__":
    main()
