"""A number and how far it can be trusted."""

from dataclasses import dataclass

from CardioAILib.errors import InputError
from CardioAILib.evaluate._checks import fraction


@dataclass(frozen=True)
class Interval:
    """A confidence interval.

    Attributes:
        low: Lower bound.
        high: Upper bound.
        level: Confidence level, for example 0.95.
        method: How it was computed, in words fit for a table's footnote.
        redrawn: Bootstrap draws in which the statistic did not exist and that were drawn again.
    """

    low: float
    high: float
    level: float
    method: str
    redrawn: int = 0

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def width(self) -> float:
        """Upper minus lower bound."""
        return self.high - self.low


@dataclass(frozen=True)
class Estimate:
    """A measured value with its interval; as text, ``0.81 (0.74 to 0.87)``."""

    value: float
    interval: Interval

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.interval.low:.2f} to {self.interval.high:.2f})"


def wilson(successes: int, total: int, level: float = 0.95) -> Interval:
    """Return the Wilson score interval of a proportion.

    Args:
        successes: Number of successes.
        total: Number of trials; with none, nothing is known and the interval is [0, 1].
        level: Confidence level in (0, 1).

    Raises:
        InputError: The counts are not ``0 <= successes <= total``, or the level is not in (0, 1).

    Source: Wilson 1927; recommended by Brown, Cai and DasGupta, Stat Sci 2001;16:101.
    """
    fraction(level, "level")
    if not 0 <= successes <= total:
        raise InputError(
            got=f"{successes} successes in {total} trials",
            wanted="0 <= successes <= trials",
            fix="check the counts",
        )
    if total == 0:
        return Interval(0.0, 1.0, level, "no observations")
    from scipy.stats import binomtest

    bounds = binomtest(int(successes), int(total)).proportion_ci(level, method="wilson")
    return Interval(float(bounds.low), float(bounds.high), level, "Wilson")
