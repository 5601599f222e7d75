"""What a rule-out point below the threshold does: ruled out, not decided, called."""

from __future__ import annotations

from CardioAILib.evaluate import Estimate, wilson
from CardioAILib.report.tables import Rows
from CardioAILib.verbs.band import Band, Sorted

ABSENT = "-"


def band_rows(band: Band, names: tuple[str, ...]) -> Rows:
    """Return a row a side of the band: how many studies, and of which class.

    Args:
        band: The counts.
        names: Names of the two classes.
    """
    negative, positive = names
    sides = (
        (f"below {band.rule_out:g}: {negative}", band.ruled_out),
        (f"{band.rule_out:g} to {band.threshold:g}: indeterminate", band.indeterminate),
        (f"{band.threshold:g} or above: {positive}", band.called),
    )
    rows = [["probability", "studies", positive, negative]]
    for words, own in sides:
        rows.append([words, *map(str, (own.n, own.positives, own.n - own.positives))])
    return rows


def band_rates(band: Band, names: tuple[str, ...]) -> Rows:
    """Return the rates of what was decided and what was not, with Wilson's intervals.

    Args:
        band: The counts.
        names: Names of the two classes.
    """
    low, high = band.ruled_out, band.called
    decided = Sorted(low.n + high.n, low.positives + high.positives)
    healthy = low.n - low.positives
    total = decided.n + band.indeterminate.n
    return [
        ["", "studies", "share (95 %)"],
        ["indeterminate", *_share(band.indeterminate.n, total)],
        [f"{names[0]}, of those below the rule-out point (NPV)", *_share(healthy, low.n)],
        [f"{names[1]}, of those called (PPV)", *_share(high.positives, high.n)],
        ["sensitivity, of the decided", *_share(high.positives, decided.positives)],
        ["specificity, of the decided", *_share(healthy, decided.n - decided.positives)],
    ]


def _share(part: int, whole: int) -> tuple[str, str]:
    if whole == 0:
        return f"{part}/{whole}", ABSENT
    return f"{part}/{whole}", str(Estimate(part / whole, wilson(part, whole)))
