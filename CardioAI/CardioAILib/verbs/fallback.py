"""What is told of arms that join views, where a study lacks some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from CardioAILib.examples import Examples
from CardioAILib.learning.stack import FittedStack
from CardioAILib.results import Finding
from CardioAILib.verbs.member import Member


def warn_of_means(
    members: Sequence[Member], arms: Iterable[str], examples: Examples
) -> tuple[Finding, ...]:
    """Warn of arms whose regression needs a view that a study lacks, so that a mean stood in.

    Args:
        members: The members of a model.
        arms: Names of the arms that judged the study.
        examples: Examples of one study.
    """
    findings = []
    for arm in arms:
        joined = members[0][arm]
        lacking = joined.incomplete(examples) if isinstance(joined, FittedStack) else ()
        if lacking:
            message = (
                f"the arm '{arm}' is the mean of the views that there are: its regression needs "
                f"{', '.join(lacking)} too"
            )
            findings.append(Finding("arm", message))
    return tuple(findings)
