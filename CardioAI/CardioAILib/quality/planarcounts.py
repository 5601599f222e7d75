"""Whether the pixels of a planar scan are counts, and enough of them."""

from __future__ import annotations

import numpy as np

from CardioAILib.quality.body import is_whole_body
from CardioAILib.results import Finding

ENOUGH = {True: 1.5e6, False: 5e5}
"""Counts of a whole-body view, and of one field of view of the chest, that guidelines ask for.

Source: Donohoe et al., Society of Nuclear Medicine procedure guideline for bone scintigraphy, 2003.
"""
SATURATED = 5e-4
"""Share of the pixels with counts that may have the greatest value."""
FEWEST_AT_MAXIMUM = 12


def warn_of_counts(counts: np.ndarray, where: str) -> list[Finding]:
    """Warn of rescaled, saturated and few counts.

    Args:
        counts: Counts (H, W), not negative, some above 0.
        where: Name of the input, for the message.
    """
    findings = [*_rescaled(counts, where), *_saturated(counts, where)]
    total, enough = float(counts.sum(dtype=float)), ENOUGH[is_whole_body(counts.shape)]
    if total < enough and not findings:
        message = f"{total / 1e6:.2f} million counts in {where}, fewer than the {enough / 1e6:g}"
        findings.append(Finding("counts", f"{message} million that guidelines ask for: noisy"))
    return findings


def _rescaled(counts: np.ndarray, where: str) -> list[Finding]:
    if not np.issubdtype(counts.dtype, np.integer) and (counts != np.rint(counts)).any():
        told = "are no whole numbers"
    elif (step := int(np.gcd.reduce(np.unique(counts).astype(np.int64)))) > 1:
        told = f"are all multiples of {step}"
    else:
        return []
    message = f"pixels of {where} {told}: rescaled, so their logarithm and noise are not those of"
    return [Finding("rescaled", f"{message} counts; export the original scan")]


def _saturated(counts: np.ndarray, where: str) -> list[Finding]:
    top = counts.max()
    at_top = int((counts == top).sum())
    if at_top < max(FEWEST_AT_MAXIMUM, SATURATED * np.count_nonzero(counts)):
        return []
    message = f"{at_top} pixels of {where} have the greatest value, {top:g}: saturated, so that"
    return [Finding("saturated", f"{message} bright uptake is cut off; export the original counts")]
