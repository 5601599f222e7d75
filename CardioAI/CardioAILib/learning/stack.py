"""An arm that joins what the networks of several views say into one answer."""

from __future__ import annotations

from dataclasses import dataclass

SCORES = "scores of "
"""Start of the name of the table (N, 1) of what another arm, named behind it, says of examples."""


@dataclass(frozen=True)
class Stack:
    """Logistic, or linear, regression over the scores of another arm's views (Sahashi 2024).

    It is fitted on the scores of those subjects that chose the networks' epochs, which the
    networks did not learn from. A study that lacks a view has the mean over the others.

    Args:
        arm: Name of the arm of networks, one a view.
        penalty: Weight of the squared coefficients, of scores scaled to unit deviation; 0 for
            none, as the publication has it, which few subjects can make arbitrarily large.
    """

    arm: str
    penalty: float = 1.0
