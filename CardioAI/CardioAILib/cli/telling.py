"""What commands tell when they are done: decisions, figures, failures."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from CardioAILib import verbs
from CardioAILib.decide import Mean
from CardioAILib.report.quantitywords import with_unit
from CardioAILib.results import RESEARCH_ONLY, ArmResult, Finding, Result, arm_names
from CardioAILib.study import Cohort
from CardioAILib.system import System
from CardioAILib.task import Quantity
from CardioAILib.verbs.classes import ClassArm
from CardioAILib.verbs.evaluation import ArmEvaluation
from CardioAILib.verbs.judge import main_figure
from CardioAILib.verbs.leftout import left_out, plural
from CardioAILib.verbs.origin import warn_of_source
from CardioAILib.verbs.quantities import QuantityArm
from CardioAILib.verbs.studyfiles import study_rows
from CardioAILib.verbs.units import PLANE

logger = logging.getLogger(__name__)

TOLD = 5
"""Most studies whose decisions are told at once."""

NUMBER = re.compile(r"\b\d[\dx.]*\b")
"""A number of a message, or a size such as 1.4x1.2x10; not the 2 of 2C."""

Key = tuple[str, str]
"""Subject and study."""


def tell_model(model: verbs.Model) -> None:
    """Warn, once for all studies, of what the model itself is: a demonstration, for example."""
    tell_chance(model.system)
    for finding in (*warn_of_source(model.development), *model.findings):
        logger.warning("%s: %s", finding.check, finding.message)


def tell_decisions(results: Sequence[Result], system: System) -> None:
    """Tell what was decided of a few studies, which nobody wants to open a table for."""
    if len(results) > TOLD:
        return
    for result in results:
        for arm, found in result.arms.items():
            said = told_answer(found, arm, system)
            logger.info("subject %s, study %s: %s", result.subject, result.study, said)
    for line in of_subjects(results, system):
        logger.info(line)
    logger.info(RESEARCH_ONLY)


def told_answer(found: ArmResult, arm: str, system: System) -> str:
    """Return what an arm says: a decision, or a value in its unit."""
    if isinstance(system.task, Quantity):
        return f"{system.task.label_text} {with_unit(system.task, found.score)} by {arm}"
    return f"{found.decision or 'no decision'} by {arm} ({found.score:.2f})"


def of_subjects(results: Sequence[Result], system: System) -> Iterator[str]:
    """Yield what an arm says of each subject by the mean probabilities of its several cine sets.

    Views of one heart have one pathology, but each its own plane, which no mean can tell.
    """
    if system.unit == "study" or system.task.target == PLANE:
        return
    for subject in dict.fromkeys(result.subject for result in results):
        own = [result for result in results if result.subject == subject]
        for arm in arm_names(own):
            spoke = [result for result in own if arm in result.arms]
            if len(spoke) > 1 and all(result.arms[arm].probabilities for result in spoke):
                yield _together(spoke, arm, system)


def _together(results: Sequence[Result], arm: str, system: System) -> str:
    """Return the sentence on one subject and one arm."""
    mean = Mean().pool(np.array([result.arms[arm].probabilities for result in results]))
    called = int(np.argmax(mean))
    said = {result.arms[arm].decision for result in results}
    split = "" if len(said) == 1 else ", which disagree"
    decision = f"{system.task.names[called]} by {arm} ({mean[called]:.2f})"
    of = f"mean of {len(results)} {plural(system)}{split}"
    return f"subject {results[0].subject}, {of}: {decision}"


def tell_figures(
    evaluation: verbs.Evaluation | verbs.ClassEvaluation | verbs.QuantityEvaluation,
) -> None:
    """Tell the main figure of each arm, and of each view where views were evaluated."""
    tell_chance(evaluation.system)
    for arm, found in evaluation.arms.items():
        logger.info("%-14s %s", arm, _figure(found, evaluation.system))
    if isinstance(evaluation, verbs.Evaluation):
        for view, own in evaluation.views.items():
            logger.info("%-14s AUC %s", view, own.auc or "of one class alone: none")


def _figure(found: ArmEvaluation | ClassArm | QuantityArm, system: System) -> str:
    if isinstance(found, ClassArm):
        return f"accuracy {found.accuracy}"
    if isinstance(found, QuantityArm):
        own, unit = found.figures, system.task.unit
        return f"mean absolute error {own.mae} {unit}, R2 {own.r2}"
    return f"AUC {found.auc}"


def tell_chance(system: System) -> None:
    """Warn that the source's own result was near chance, where it was."""
    if system.published.near_chance:
        logger.warning("research - near chance in the source study: %s", system.published.caution)


def tell_development(model: verbs.Model) -> None:
    """Tell what each arm reached on development data that it had not seen."""
    tell_chance(model.system)
    figure = main_figure(model.system)
    unit = f" {model.system.task.unit}" if model.system.task.measures else ""
    for arm, value in model.development[figure].items():
        words = figure.replace("auc", "AUC")
        logger.info("%-14s %s of held-out studies %.2f%s", arm, words, value, unit)


def tell_findings(findings: Sequence[tuple[Key, Sequence[Finding]]]) -> tuple[Key, ...]:
    """Tell the warnings of each study; those that several share, but for numbers, once and last.

    Returns:
        The studies that were named.
    """
    alike: dict[tuple[str, str], list[tuple[Key, str]]] = {}
    for key, found in findings:
        for finding in found:
            message = finding.message.replace(f"subject {key[0]}", "the subject")
            alike.setdefault((finding.check, NUMBER.sub("#", message)), []).append((key, message))
    every = tuple(dict.fromkeys(key for key, _ in findings))
    named: list[Key] = []
    for (check, _), said in sorted(alike.items(), key=lambda one: len(one[1]) > 1):
        key, message = said[0]
        if len(said) == 1:
            logger.info("subject %s, study %s: %s: %s", *key, check, message)
            named.append(key)
        else:
            whom, keys = _told_of(said, every)
            logger.info("%s: %s: %s", whom, check, message)
            named += keys
    return tuple(dict.fromkeys(named))


def tell_files(keys: Sequence[Key], cohort: Cohort, given: Path) -> None:
    """Tell the files of studies that were found in a folder, whose names are pseudonyms.

    Args:
        keys: Subject and study of each, or of a part of it.
        cohort: The studies.
        given: The folder or file; of a cohort table nothing is told, which names them itself.
    """
    for subject, study, files, *_ in study_rows(cohort, given, keys):
        logger.info("subject %s, study %s: %s", subject, study, files)


def _told_of(said: Sequence[tuple[Key, str]], every: Sequence[Key]) -> tuple[str, tuple[Key, ...]]:
    """Return whom a warning concerns and whose numbers are told; and who is named in that."""
    keys = list(dict.fromkeys(key for key, _ in said))
    others = [key for key in every if key not in keys]
    few = min(keys, others, key=len)
    fewer = ", ".join(_named(key, every) for key in few)
    names = fewer if len(keys) <= len(others) else f"all but {fewer}" if others else "all"
    told = f"{len(keys)} studies ({names})"
    if len({message for _, message in said}) == 1:
        return told, tuple(few)
    return f"{told}, as in {_named(keys[0], every)}", (*few, keys[0])


def _named(key: Key, every: Sequence[Key]) -> str:
    """Return a subject's name, with the study where the subject has several."""
    subject, study = key
    alone = sum(own == subject for own, _ in every) < 2
    return subject if alone else f"{subject} study {study}"


def tell_unlearnable(findings: Mapping[Key, Sequence[Finding]]) -> None:
    """Tell how many studies lack what an arm learns from, though they pass."""
    refused = sum(any(one.check == "arm" for one in found) for found in findings.values())
    if refused:
        logger.warning(
            "an arm cannot learn from %d of those that pass: training all arms refuses them; mend "
            "or remove their rows, or name other arms with --arm",
            refused,
        )


def left_out_notes(system: System, cohort: Cohort) -> tuple[str, ...]:
    """Return the sentence on studies that are left out; none where no study has a truth."""
    if not any(study.facts.get(system.task.target) is not None for study in cohort):
        return ()
    note = left_out(system, cohort)
    return (note,) if note else ()


def tell_failures(failures: Sequence[verbs.Failure], listed: Path) -> int:
    """Tell how many studies failed, and return the exit status."""
    if failures:
        studies = len({(failure.subject, failure.study) for failure in failures})
        logger.error("studies that failed: %d; see %s", studies, listed)
    return 1 if failures else 0
