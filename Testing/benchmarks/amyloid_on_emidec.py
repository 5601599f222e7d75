"""Measures how the amyloidosis system's short-axis network does on real late enhancement.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/amyloid_on_emidec.py --emidec ../shared/data/emidec
--acdc ../shared/data/acdc --work amyloid``. Needs the data sets EMIDEC and ACDC. Started again, it
goes on; the page is written after each variant.

The task is another one than the paper's: infarct against normal, in one view, phase-sensitive
images, 60 cases; no public images of amyloidosis are known. Folds are of cases. Pretraining tells
cine (ACDC) from late enhancement (EMIDEC's training cases of the fold alone), which differ in much
more than their type, so that this pretext is easier than the paper's.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from _amyloid_on_emidec_runs import (
    MASKS,
    NETWORK,
    ROOT,
    VARIANTS,
    Data,
    Plan,
    cross_validated,
    data_of,
    stretch_of,
)
from CardioAILib.evaluate import delong_interval, delong_test, operating_point
from CardioAILib.io.atomic import whole_file
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.pooling import EVEN, Pooled

SHARED = ROOT.parent / "shared" / "data"
SQUARE = "shape of the field of view alone"
COMPARED = (
    ("heart, pretrained", "heart"),
    ("whole image, pretrained", "whole image"),
    ("whole image", "heart"),
    ("heart, pixels of 3 mm", "heart"),
    ("heart, stretched", "heart"),
    (MASKS, "heart"),
    (SQUARE, "heart"),
)


def measured(plan: Plan, data: Data, work: Path, names: list[str]) -> Iterator[dict[str, Pooled]]:
    """Yield what is known so far: the arms without pixels, then each variant."""
    found = {MASKS: cross_validated(plan, VARIANTS[0], data, work, MASKS)}
    stretch, cases = stretch_of(data.emidec), found[MASKS]
    square = np.array([-stretch[subject] for subject, _ in cases.keys])
    found[SQUARE] = Pooled(cases.keys, cases.labels, square)
    yield found
    for variant in VARIANTS:
        if variant.name in names:
            found[variant.name] = cross_validated(plan, variant, data, work, NETWORK)
            yield found


def page(plan: Plan, found: Mapping[str, Pooled]) -> str:
    """Return all tables of what is finished."""
    lines = [
        "# Infarct or normal: late enhancement of EMIDEC",
        "",
        f"{RESEARCH_ONLY} Another task than amyloidosis, one view, phase-sensitive images.",
        "",
        f"Width {plan.width:g}, Adam {plan.rate:g}, batch 24, {plan.epochs} epochs, of "
        f"which validation cases chose one, {plan.folds} folds of cases, seed {plan.seed}; trunks "
        f"of {plan.pretext_epochs} epochs. `{MASKS}`: values of enhancement in the myocardium's "
        "mask, without the infarct that readers drew. Sensitivity and specificity at "
        f"{EVEN:g}, not tuned. `{SQUARE}`: the less a picture was stretched, the likelier an "
        "infarct, with no look at the heart: what a network may learn from fields of view.",
        "",
        *areas(found),
        *differences(found),
    ]
    return "\n".join(lines) + "\n"


def areas(found: Mapping[str, Pooled]) -> Iterator[str]:
    """Yield a row an arm or variant."""
    yield "| what judges | cases | AUC (95 %, DeLong) | sensitivity | specificity |"
    yield "|---|---|---|---|---|"
    for name, own in found.items():
        rates = "| | |"
        if name != SQUARE:
            point = operating_point(own.labels, own.scores, EVEN)
            rates = f"| {point.sensitivity:.2f} | {point.specificity:.2f} |"
        yield f"| {name} | {len(own.labels)} | {told(own)} {rates}"
    yield ""


def differences(found: Mapping[str, Pooled]) -> Iterator[str]:
    """Yield a row a pair that is compared on the same cases."""
    yield "| one | the other | AUC | AUC | p (DeLong, paired) |"
    yield "|---|---|---|---|---|"
    for one, other in COMPARED:
        if one in found and other in found:
            first, second = found[one], found[other]
            p = delong_test(first.labels, first.scores, second.scores)
            yield f"| {one} | {other} | {told(first)} | {told(second)} | {p:.3f} |"
    yield ""


def told(own: Pooled) -> str:
    """Return an area with its interval."""
    estimate = delong_interval(own.labels, own.scores)
    low, high = estimate.interval.low, estimate.interval.high
    return f"{estimate.value:.3f} ({low:.3f} to {high:.3f})"


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    names = [variant.name for variant in VARIANTS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--emidec", type=Path, default=SHARED / "emidec")
    parser.add_argument("--acdc", type=Path, default=SHARED / "acdc")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "amyloid")
    parser.add_argument("--variants", nargs="+", choices=names, default=names)
    for name in ("folds", "epochs", "pretext_epochs", "seed"):
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=int, default=getattr(Plan, name))
    for name in ("rate", "width"):
        parser.add_argument(f"--{name}", type=float, default=getattr(Plan, name))
    return parser


def main() -> int:
    """Measure, and write the page after each variant."""
    given = arguments().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    names = ("folds", "epochs", "pretext_epochs", "rate", "width", "seed")
    plan = Plan(**{name: getattr(given, name) for name in names})
    for path in (given.emidec, given.acdc):
        if not path.is_dir():
            print(f"skipped: no data set at {path}")
            return 0
    given.work.mkdir(parents=True, exist_ok=True)
    data = data_of(given.emidec, given.acdc, given.work)
    text = ""
    for found in measured(plan, data, given.work, given.variants):
        text = page(plan, found)
        with whole_file(given.work / "amyloid_on_emidec.md", ".md") as draft:
            draft.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
