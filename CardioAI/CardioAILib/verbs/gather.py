"""From a cohort to one set of examples, with the features that its arms need."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from CardioAILib.errors import ArmUnavailable, CardioAIError, CohortError
from CardioAILib.examples import Examples, concatenate
from CardioAILib.learning import Radiomics
from CardioAILib.progress import Progress, part, shares, silent, tracked
from CardioAILib.results import Finding
from CardioAILib.study import Cohort, Study
from CardioAILib.system import System
from CardioAILib.task import Quantity
from CardioAILib.verbs.enhanced import enhanced
from CardioAILib.verbs.leftout import left_out, word_outside
from CardioAILib.verbs.measured import features_of
from CardioAILib.verbs.moving import moved
from CardioAILib.verbs.needs import arms_of_less, require_measured
from CardioAILib.verbs.origin import input_digests
from CardioAILib.verbs.prepared import Prepared, prepare_study
from CardioAILib.verbs.units import units

logger = logging.getLogger(__name__)

SHOWN_FAILURES = 10


@dataclass(frozen=True)
class Failure:
    """A study that gave no result, and why."""

    subject: str
    study: str
    reason: str


@dataclass(frozen=True, eq=False)
class Gathered:
    """A cohort as a learner sees it.

    Args:
        examples: Examples with the features that depend on nothing learned.
        inputs: SHA-256 of every file read, sorted; to know these studies again.
    """

    examples: Examples
    inputs: tuple[str, ...]


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
    """Check every study as training does, short of its features and of learning.

    Returns:
        Warnings of each study that passes, arms that cannot learn from it among them, and the
        studies that do not.
    """
    findings: dict[tuple[str, str], tuple[Finding, ...]] = {}
    failures: list[Failure] = []
    for study in tracked(units(system, cohort), progress, "checking study"):
        prepared = attempt(system, study, options, failures, labeled=True)
        if prepared is not None:
            findings[study.key] = (*prepared.findings, *arms_without(system, prepared))
    return findings, failures


def arms_without(system: System, prepared: Prepared) -> Iterator[Finding]:
    """Yield a warning of each arm that cannot learn from a study, for which training refuses it."""
    for arm in system.arms:
        late, motion = (read(system, prepared.study, (arm,)) for read in (enhanced, moved))
        try:
            require_measured(system, (arm,), motion.add_to(late.add_to(prepared.examples)))
        except ArmUnavailable as error:
            # What is wrong with a cell is told with its remedy already.
            why = "see the reader's findings" if error.__cause__ else f"{error.got}; {error.fix}"
            yield Finding("arm", f"the arm '{arm}' cannot learn from it: {why}")
            yield from (*late.findings, *motion.findings)


def labeled_studies(system: System, cohort: Cohort) -> Cohort:
    """Return the studies that have a truth.

    Raises:
        CohortError: No study has one, or a cell is no label.
    """
    labeled = cohort.where(lambda study: system.task.label(study) is not None)
    if not len(labeled):
        outside = any(word_outside(system, study) for study in cohort)
        raise CohortError(
            got=left_out(system, cohort)
            if outside
            else f"no value in column '{system.task.target}' for any of {len(cohort)} studies",
            wanted=f"{_wanted_labels(system)} for each study that trains",
            fix=f"fill the column '{system.task.target}' of the cohort table",
        )
    if len(labeled) < len(cohort):
        logger.info(left_out(system, cohort))
    return labeled


def _wanted_labels(system: System) -> str:
    if isinstance(system.task, Quantity):
        return f"{system.task.label_text} in {system.task.unit}"
    names = system.task.names
    numbers = ", ".join(str(label) for label in range(len(names) - 1))
    return f"{numbers} or {len(names) - 1} ({' or '.join(names)})"


def gather(
    system: System,
    labeled: Cohort,
    arms: Iterable[str],
    options: Options = Options(),
    progress: Progress = silent,
) -> Gathered:
    """Turn labeled studies into examples with all static features.

    Args:
        system: The declaration.
        labeled: The studies, each with a truth.
        arms: Names of the arms whose features are computed.
        options: How inputs are taken.
        progress: Told the share done.

    Returns:
        Examples of all studies, in the cohort's order, and the digests of their files.

    Raises:
        CohortError: Some studies cannot be used; they are listed.
    """
    found: list[Examples] = []
    digests: set[str] = set()
    failures: list[Failure] = []
    arms = tuple(arms)
    for study, own in shares(labeled, progress, "preparing study"):
        prepared = attempt(system, study, options, failures, arms, labeled=True, progress=own)
        if prepared is not None:
            # The study's own images are many times as large as its examples: they go at once.
            found.append(prepared.examples)
            digests |= {d for d in input_digests(prepared.study).values() if d}
    if failures:
        raise refusal(failures, arms_of_less(system, arms))
    return Gathered(concatenate(found), tuple(sorted(digests)))


def attempt(
    system: System,
    study: Study,
    options: Options,
    failures: list[Failure] | None,
    arms: Sequence[str] = (),
    *,
    labeled: bool = False,
    progress: Progress = silent,
) -> Prepared | None:
    """Prepare a study with the features of the arms, or add the reason why not to `failures`.

    Raises:
        CardioAIError: The study cannot be used, and there is no list for the reason.
    """
    try:
        prepared = prepare_study(
            system, study, arms, resample_masks=options.resample_masks, labeled=labeled
        )
        require_measured(system, arms, prepared.examples)
        features = static_features(system, arms)
        examples = with_features(prepared.examples, features, options, progress)
    except CardioAIError as error:
        if failures is None:
            raise
        failures.append(Failure(*study.key, str(error)))
        return None
    for finding in prepared.findings:
        logger.debug("subject %s: %s", study.subject, finding.message)
    return replace(prepared, examples=examples)


def static_features(system: System, arms: Iterable[str]) -> tuple[Radiomics, ...]:
    """Return the features that the named arms need and that depend on nothing learned."""
    return tuple(f for f in features_of(system, arms) if isinstance(f, Radiomics))


def with_features(
    examples: Examples,
    features: Iterable[Radiomics],
    options: Options = Options(),
    progress: Progress = silent,
) -> Examples:
    """Return the examples with the tables of these features."""
    features = tuple(features)
    for index, feature in enumerate(features):
        own = part(progress, index / len(features), (index + 1) / len(features))
        examples = feature.add_to(examples, options.engine, own)
    return examples


def refusal(failures: list[Failure], less: Iterable[str] = ()) -> CohortError:
    """Return the error that lists studies which cannot be used, those of one reason together.

    Args:
        failures: The studies.
        less: Names of arms that need less, if they are known.
    """
    alike: dict[str, list[str]] = {}
    for failure in failures:
        reason = failure.reason.replace(f"subject {failure.subject}", "the subject")
        alike.setdefault(reason, []).append(failure.subject)
    reasons = [f"{', '.join(subjects)}: {reason}" for reason, subjects in alike.items()]
    shown = "; ".join(reasons[:SHOWN_FAILURES])
    choice = " ".join(f"--arm {arm}" for arm in less)
    more = f"; and {len(reasons) - SHOWN_FAILURES} more" if len(reasons) > SHOWN_FAILURES else ""
    return CohortError(
        got=f"{len(failures)} of the studies unusable ({shown}{more})",
        wanted="studies that pass the input checks",
        fix="mend those rows or remove them from the cohort table ('cardioai check' lists all that "
        f"cannot be read), or train arms that need less ({choice or '--arm'})",
    )
