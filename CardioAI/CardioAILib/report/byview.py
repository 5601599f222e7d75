"""What each view of a study says by itself, and where its map lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from CardioAILib.evaluate import median_iqr
from CardioAILib.report.quantitywords import value_text
from CardioAILib.report.tables import Rows
from CardioAILib.report.wording import joins_views
from CardioAILib.results import Attention, Result
from CardioAILib.system import System
from CardioAILib.task import Quantity
from CardioAILib.verbs.optional import INCOMPLETE

ABSENT = "-"
ALL = "all views"


def views_of(results: Sequence[Result]) -> list[str]:
    """Return the views that spoke by themselves in any result, in order of first appearance."""
    arms = [found for result in results for found in result.arms.values()]
    return list(dict.fromkeys(name for found in arms for name in found.by_input))


def view_scores(result: Result) -> Mapping[str, float]:
    """Return the score of each view alone, by the first arm that looks at views."""
    arms = [result.primary, *result.arms]
    told = (result.arms[arm].by_input for arm in arms if arm in result.arms)
    return next((found for found in told if found), {})


def lacking(result: Result) -> str:
    """Say which views are missing that the system does without; empty where none is."""
    found = (own.message for own in result.findings if own.check == INCOMPLETE)
    return next(found, "")


def is_incomplete(result: Result) -> bool:
    """Say whether a view is missing that the system does without."""
    return bool(lacking(result))


def view_rows(result: Result, system: System | None = None) -> Rows:
    """Return a row a view of one result: its probability or value, and where its map lies.

    Without views that spoke by themselves there is no row.

    Args:
        result: The result.
        system: The declaration; where its primary arm joins the views, that stands below them.
    """
    scores = view_scores(result)
    if not scores:
        return []
    attention = result.attention
    regions = list(attention.shares) if attention is not None else []
    words, told = told_as(system)
    rows = [["view", words, *regions]]
    for name, score in scores.items():
        shares = attention.by_input.get(name, {}) if attention is not None else {}
        rows.append([name, told(score), *(_percent(shares.get(own)) for own in regions)])
    whole = [_percent(attention.shares.get(own)) for own in regions] if attention else []
    joined = system is not None and joins_views(system, result.primary)
    if joined:
        return [
            *rows,
            [f"{ALL}, {result.primary}", told(result.arms[result.primary].score), *whole],
        ]
    return [*rows, [ALL, told(_score(result)), *whole]]


def told_as(system: System | None) -> tuple[str, Callable[[float], str]]:
    """Return what a score is called, and how it is written: a probability, or a value in a unit."""
    if system is None or not isinstance(system.task, Quantity):
        return "probability", "{:.2f}".format
    return f"{system.task.label_text} ({system.task.unit})", value_text(system.task)


def share_rows(results: Sequence[Result]) -> Rows:
    """Return median and quartiles of the share of the maps in each region, a row a view.

    Results whose map was not divided by region do not count; without any there is no row.
    """
    told = [r.attention for r in results if r.attention is not None and r.attention.shares]
    regions = list(dict.fromkeys(name for attention in told for name in attention.shares))
    views = list(dict.fromkeys(name for attention in told for name in attention.by_input))
    if not told:
        return []
    rows = [["", "studies", *regions]]
    for view in views:
        rows.append([view, *_spread([a.by_input.get(view, {}) for a in told], regions)])
    whole = ALL if views else "all slices"
    return [*rows, [whole, *_spread([a.shares for a in told], regions)]]


def shares_in_words(attention: Attention | None, view: str) -> str:
    """Say which share of a view's map lies in each region."""
    found = {} if attention is None else attention.by_input.get(view, {})
    return ", ".join(f"{name} {share:.0%}" for name, share in found.items())


def _spread(shares: Sequence[Mapping[str, float]], regions: Sequence[str]) -> list[str]:
    cells = []
    for region in regions:
        values = [own[region] for own in shares if region in own]
        if not values:
            cells.append(ABSENT)
            continue
        found = median_iqr(values)
        cells.append(f"{found.median:.0%} ({found.lower:.0%} to {found.upper:.0%})")
    return [str(sum(bool(own) for own in shares)), *cells]


def _score(result: Result) -> float:
    found = result.arms[result.primary]
    return found.score if found.by_input else _mean(view_scores(result))


def _mean(scores: Mapping[str, float]) -> float:
    return sum(scores.values()) / len(scores)


def _percent(share: float | None) -> str:
    return ABSENT if share is None else f"{share:.0%}"
