"""From a cohort to one set of examples, with the features that its arms need."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from CardioAILib.errors import CardioAIError, CohortError
from CardioAILib.examples import Examples, concatenate
from CardioAILib.learning import Radiomics
from CardioAILib.progress import Progress, part, silent, tracked
from CardioAILib.results import Finding
from CardioAILib.study import Cohort, Study
from CardioAILib.system import System
from CardioAILib.verbs.prepared import prepare_study

logger = logging.getLogger(__name__)

SHOWN_FAILURES = 10


@dataclass(frozen=True)
class Failure:
    """A study that gave no result, and why."""

    subject: str
    study: str
    reason: str


@dataclass(frozen=True)
class Options:
    """How inputs are taken.

    Args:
        resample_masks: Move a mask on another grid to its image's grid.
        engine: Radiomics engine: "auto", "native" or "pyradiomics".
    """

    resample_masks: bool = False
    engine: str = "auto"


def check(
    system: System, cohort: Cohort, options: Options = Options(), progress: Progress = silent
) -> tuple[dict[tuple[str, str], tuple[Finding, ...]], list[Failure]]:
    """Check every study without computing anything from it.

    Returns:
        Warnings of each study that passes, and the studies that do not.
    """
    findings, failures = {}, []
    for study in tracked(cohort, progress, "checking study"):
        try:
            prepared = prepare_study(system, study, resample_masks=options.resample_masks)
            findings[study.key] = prepared.findings
        except CardioAIError as error:
            failures.append(Failure(*study.key, str(error)))
    return findings, failures


def gather(
    system: System,
    cohort: Cohort,
    arms: Iterable[str],
    options: Options = Options(),
    progress: Progress = silent,
) -> Examples:
    """Turn the labeled studies of a cohort into examples with all static features.

    Studies whose target is empty are left out.

    Args:
        system: The declaration.
        cohort: The studies.
        arms: Names of the arms whose features are computed.
        options: How inputs are taken.
        progress: Told the share done.

    Returns:
        Examples of all labeled studies, in the cohort's order.

    Raises:
        CohortError: No study is labeled, or some cannot be used; they are listed.
    """
    labeled = cohort.where(lambda study: system.task.label(study) is not None)
    if not len(labeled):
        raise CohortError(
            got=f"no value in column '{system.task.target}' for any of {len(cohort)} studies",
            wanted=f"0 or 1 ({' or '.join(system.task.names)}) for each study that trains",
            fix=f"fill the column '{system.task.target}' of the cohort table",
        )
    if len(labeled) < len(cohort):
        logger.info("%d studies without target left out", len(cohort) - len(labeled))
    parts, failures = [], []
    for study in tracked(labeled, part(progress, 0.0, 0.5), "preparing study"):
        collect(system, study, options, parts, failures)
    if failures:
        raise refusal(failures)
    return describe(system, concatenate(parts), arms, options, part(progress, 0.5, 1.0))


def collect(
    system: System,
    study: Study,
    options: Options,
    parts: list[Examples],
    failures: list[Failure],
) -> None:
    """Add a study's examples to `parts`, or the reason why not to `failures`."""
    try:
        prepared = prepare_study(system, study, resample_masks=options.resample_masks)
    except CardioAIError as error:
        failures.append(Failure(*study.key, str(error)))
        return
    for finding in prepared.findings:
        logger.info("subject %s: %s", study.subject, finding.message)
    parts.append(prepared.examples)


def describe(
    system: System,
    examples: Examples,
    arms: Iterable[str],
    options: Options = Options(),
    progress: Progress = silent,
) -> Examples:
    """Add the feature tables that the named arms need and that depend on nothing learned."""
    for name in arms:
        for feature in getattr(system.arms[name], "features", ()):
            if isinstance(feature, Radiomics):
                examples = feature.add_to(examples, options.engine, progress)
    return examples


def refusal(failures: list[Failure]) -> CohortError:
    """Return the error that lists studies which cannot be used."""
    shown = "; ".join(f"{f.subject}: {f.reason}" for f in failures[:SHOWN_FAILURES])
    more = f"; and {len(failures) - SHOWN_FAILURES} more" if len(failures) > SHOWN_FAILURES else ""
    return CohortError(
        got=f"{len(failures)} studies that cannot be used ({shown}{more})",
        wanted="studies that pass the input checks",
        fix="mend those rows or remove them from the cohort table; 'cardioai check' lists them all",
    )
