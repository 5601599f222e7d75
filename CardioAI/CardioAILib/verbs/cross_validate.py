"""The verb `cross_validate`: every study judged by the member that never saw it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from CardioAILib.results import Result
from CardioAILib.study import Cohort, Image
from CardioAILib.verbs.crossfit import NEVER
from CardioAILib.verbs.fit import Fitted
from CardioAILib.verbs.gather import Options
from CardioAILib.verbs.judge import member_figure
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.pooling import choose_threshold, pool
from CardioAILib.verbs.predict import conclude
from CardioAILib.verbs.prepared import prepare_study
from CardioAILib.verbs.units import units


def held_out_results(
    fitted: Fitted, cohort: Cohort, *, explain: bool = False, options: Options = Options()
) -> Iterator[tuple[Result, Mapping[str, Image]]]:
    """Judge each development study by the one member that never saw it.

    Where the protocol holds one part out, only that part is judged.

    The threshold of a fold comes from the out-of-fold scores of all other folds: no study's own
    score takes part in choosing the threshold that judges it. The members that gave those scores
    did train on it, which only a nested cross-validation would avoid. Where one part is held out,
    the threshold is the model's own: it comes from the subjects that chose the epoch.

    Args:
        fitted: What `fit` left behind.
        cohort: The cohort that it was fitted on.
        explain: Whether to make heatmaps and audit them.
        options: How inputs are taken.

    Yields:
        Result and heatmaps of each labeled study, in the cohort's order.
    """
    system, examples = fitted.model.system, fitted.examples
    keys = zip(examples.subjects.tolist(), examples.studies.tolist(), strict=True)
    fold_of = dict(zip(keys, fitted.crossfit.folds.tolist(), strict=True))
    alone = {fold: member_model(fitted, fold) for fold in set(fold_of.values()) - {NEVER}}
    for study in units(system, cohort):
        fold = fold_of.get(study.key, NEVER)
        if fold == NEVER or system.task.label(study) is None:
            continue
        prepared = prepare_study(
            system,
            study,
            fitted.model.arms,
            resample_masks=options.resample_masks,
            beside=True,
        )
        yield conclude(alone[fold], prepared, explain=explain, options=options, fold=fold)


def member_model(fitted: Fitted, fold: int) -> Model:
    """Return the model of one member, with thresholds that its fold took no part in choosing."""
    model, examples, crossfit = fitted.model, fitted.examples, fitted.crossfit
    system = model.system
    members = (crossfit.members[fold],)
    figure = member_figure(system)
    alone = {arm: [own[fold]] for arm, own in model.development[figure].items()}
    development = {**model.development, figure: alone}
    others = crossfit.folds != fold
    thresholds = dict(model.thresholds)
    if not crossfit.validation:
        pooled = {
            arm: pool(system, examples.take(others), crossfit.scores[arm][others])
            for arm in model.arms
        }
        thresholds = {arm: choose_threshold(system, own) for arm, own in pooled.items()}
    return replace(model, members=members, thresholds=thresholds, development=development)
