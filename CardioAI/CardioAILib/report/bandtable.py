"""What a rule-out point below the threshold does: ruled out, not decided, called."""

from __future__ import annotations

from CardioAILib.evaluate import Estimate, wilson
from CardioAILib.report.tables import Rows
from CardioAILib.verbs.band import Band, Sorted

NOBODY = "no study"


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


def band_words(band: Band) -> dict[str, str]:
    """Return the rates of the decisions that are made, with Wilson's intervals, by name."""
    total = band.ruled_out.n + band.indeterminate.n + band.called.n
    low, high = band.ruled_out, band.called
    decided = Sorted(low.n + high.n, low.positives + high.positives)
    healthy = decided.n - decided.positives
    return {
        "indeterminate": _share(band.indeterminate.n, total),
        "npv": _share(low.n - low.positives, low.n),
        "ppv": _share(high.positives, high.n),
        "sensitivity": _share(high.positives, decided.positives),
        "specificity": _share(low.n - low.positives, healthy),
    }


def _share(part: int, whole: int) -> str:
    if whole == 0:
        return NOBODY
    return f"{part}/{whole}, {Estimate(part / whole, wilson(part, whole))}"
