"""Studies that training and evaluation leave out, and why: told in one sentence."""

from __future__ import annotations

from collections import Counter

from CardioAILib.study import Cohort, Study
from CardioAILib.system import System
from CardioAILib.task import Classes


def left_out(system: System, cohort: Cohort) -> str:
    """Tell how many studies have no class of the task, and what stands in their cells.

    Args:
        system: The declaration.
        cohort: The studies, or what the system judges of them.

    Returns:
        A sentence as in "40 of 100 cine sets left out: MINF 20, RV 20 (pathology that is no class
        of germain2021)", or nothing where no study is left out.
    """
    target = system.task.target
    words = Counter(word for study in cohort if (word := word_outside(system, study)))
    empty = sum(study.facts.get(target) is None for study in cohort)
    parts = []
    if words:
        counts = ", ".join(f"{word} {count}" for word, count in words.items())
        parts.append(f"{counts} ({target} that is no class of {system.name})")
    if empty:
        parts.append(f"{empty} with an empty cell in column '{target}'")
    if not parts:
        return ""
    total = f"{words.total() + empty} of {len(cohort)} {plural(system)}"
    return f"{total} left out: {'; '.join(parts)}"


def word_outside(system: System, study: Study) -> str:
    """Return the word of a study's cell that the task keeps out, or nothing."""
    if not isinstance(system.task, Classes):
        return ""
    word = str(study.facts.get(system.task.target))
    also = system.task.also or {}
    return word if word in also and also[word] is None else ""


def plural(system: System) -> str:
    """Return what the system judges, in the plural."""
    return "studies" if system.unit == "study" else f"{system.unit}s"
