"""What the source printed of the arms of a result."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from slicer.i18n import tr as _

from CardioAILib.panel.cardparts import small, table
from CardioAILib.panel.classcard import caution_part
from CardioAILib.published import PublishedArm
from CardioAILib.report.tables import with_sd
from CardioAILib.results import Result
from CardioAILib.system import System

MANY_TESTS = 2


def published_part(result: Result, system: System) -> str:
    """Return the source's own numbers for these arms, and its caution where it is still to say."""
    published = system.published
    tests = published.tests
    arms = [name for name in result.arms if any(name in found for found in tests.values())]
    told = {test: found for test, found in tests.items() if any(name in found for name in arms)}
    rows = [[name, *(_printed(found.get(name)) for found in told.values())] for name in arms]
    words = _("published {names}").format(names=", ".join(_told_names(told)))
    lines = [[words, *told], *rows]
    if len(told) > MANY_TESTS:
        # The panel is narrow: many tests stand below one another.
        lines = [list(line) for line in zip(*lines, strict=True)]
    numbers = table(lines) if rows else ""
    doi = f'<a href="https://doi.org/{escape(published.doi)}">doi:{escape(published.doi)}</a>'
    above = system.task.several or published.near_chance
    caution = "" if above else caution_part(published)
    return numbers + caution + small(f"{escape(published.citation)} {doi}", html=True)


def _printed(arm: PublishedArm | None) -> str:
    if arm is None:
        return "–"
    pairs = (
        (arm.auc, arm.auc_sd),
        (arm.specificity, arm.specificity_sd),
        (arm.accuracy, arm.accuracy_sd),
        (arm.r2, None),
        (arm.mae, None),
    )
    return ", ".join(with_sd(*pair) for pair in pairs if pair[0] is not None) or "–"


def _told_names(tests: Mapping[str, Mapping[str, PublishedArm]]) -> list[str]:
    """Return the names of the numbers that `_printed` prints of some arm, in its order."""
    arms = [arm for own in tests.values() for arm in own.values()]
    names = {
        "auc": _("AUC"),
        "specificity": _("specificity"),
        "accuracy": _("accuracy"),
        "r2": _("R2"),
        "mae": _("mean absolute error"),
    }
    return [
        word
        for field, word in names.items()
        if any(getattr(arm, field) is not None for arm in arms)
    ]
