"""Measures how often what is suggested of late enhancement is what was drawn, on simulated hearts.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/lge_suggestions_on_phantoms.py --subjects 60``.
The suggestions see image, myocardium and cavities; never the label of scar.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.evaluate import wilson  # noqa: E402
from CardioAILib.measurements.lge import enhancement_of  # noqa: E402
from CardioAILib.phantoms.lge import DIAGNOSES, lge_cohort  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.verbs.enhanced import SEGMENTATION, STACK  # noqa: E402

SUGGESTED = ("LGE_present", "LGE_subendocardial_to_transmural")


def main() -> None:
    """Measure the hearts and print a line a finding and diagnosis."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=int, default=60)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    print(RESEARCH_ONLY)
    counts = defaultdict(lambda: np.zeros((2, 2), int))
    told = defaultdict(list)
    for study in lge_cohort(asked.subjects, seed=asked.seed, diagnoses=DIAGNOSES, views=("SAX",)):
        diagnosis = str(study.facts["diagnosis"])
        found = enhancement_of(study.images[STACK], study.images[SEGMENTATION])
        told[diagnosis] += [finding.check for finding in found.findings]
        for name in SUGGESTED:
            drawn, suggested = study.facts.get(name), found.values[f"{name}_suggestion"]
            if np.isnan(suggested):
                told[diagnosis].append(f"{name} not assessable")
            elif drawn is not None:
                counts[name, diagnosis][int(drawn), int(suggested)] += 1
    for (name, diagnosis), table in sorted(counts.items()):
        right = int(np.trace(table))
        share = wilson(right, int(table.sum()))
        print(
            f"{name:34} {diagnosis:14} right {right}/{table.sum()} "
            f"({share.low:.2f} to {share.high:.2f}), missed {table[1, 0]}, false {table[0, 1]}"
        )
    for diagnosis, checks in told.items():
        print(diagnosis, {check: checks.count(check) for check in sorted(set(checks))})


if __name__ == "__main__":
    main()
