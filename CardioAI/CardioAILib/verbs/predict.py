"""The verb `predict`: a model and a study become a result."""

from __future__ import annotations

from collections.abc import Mapping

from CardioAILib.learning.network import FittedNetwork
from CardioAILib.results import Result
from CardioAILib.study import Image, Study
from CardioAILib.verbs.crossfit import Member
from CardioAILib.verbs.explain import explain as explain_study
from CardioAILib.verbs.gather import Options, static_features, with_features
from CardioAILib.verbs.judge import best_members, judge, score_examples
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import input_digests, provenance
from CardioAILib.verbs.prepared import Prepared, prepare_study


def predict(
    model: Model, study: Study, *, explain: bool = False, options: Options = Options()
) -> tuple[Result, Mapping[str, Image]]:
    """Check, prepare, score, pool, decide, and explain if asked.

    Args:
        model: The trained model.
        study: The examination; it needs no truth.
        explain: Whether to make heatmaps and audit them.
        options: How inputs are taken.

    Returns:
        The result, and the heatmap of each input on its original grid.

    Raises:
        InputError: Any of the input checks refuses (see `quality.check_study`).
        UnreadableFileError: A file cannot be read.
    """
    prepared = prepare_study(model.system, study, resample_masks=options.resample_masks)
    return conclude(model, prepared, explain=explain, options=options)


def conclude(
    model: Model,
    prepared: Prepared,
    *,
    explain: bool,
    options: Options = Options(),
    fold: int | None = None,
) -> tuple[Result, Mapping[str, Image]]:
    """Score a prepared study with a model's members.

    Args:
        model: The model; in cross-validation, the one member that never saw the study.
        prepared: The study.
        explain: Whether to make heatmaps and audit them.
        options: How inputs are taken.
        fold: Held-out part that the study belongs to, or None.
    """
    system = model.system
    examples = with_features(prepared.examples, static_features(system, model.arms), options)
    scores = score_examples(model.members, model.arms, examples)
    best = best_members(system, model.development)
    explanation = explain_study(system, prepared, _speaking(model, best)) if explain else None
    result = Result(
        *prepared.study.key,
        arms={
            arm: judge(system, examples, scores[arm], model.thresholds[arm], best[arm])
            for arm in model.arms
        },
        primary=system.primary if system.primary in model.arms else model.arms[-1],
        provenance=provenance(
            system,
            model.mode,
            seed=model.provenance.seed,
            weights=model.provenance.weights,
            device=_device(model),
            inputs=input_digests(prepared.study),
        ),
        findings=prepared.findings,
        attention=explanation.attention if explanation else None,
        fold=fold,
    )
    return result, explanation.heatmaps if explanation else {}


def _speaking(model: Model, best: Mapping[str, int | None]) -> tuple[Member, ...]:
    """Return the members whose word counts for the arm that is explained."""
    declared = model.system.explain
    alone = None if declared is None else best.get(declared.arm)
    return model.members if alone is None else (model.members[alone],)


def _device(model: Model) -> str:
    """Return the device that the networks ran on; the CPU where there is none."""
    fitted = model.members[0].values()
    return next((arm.device for arm in fitted if isinstance(arm, FittedNetwork)), "cpu")
