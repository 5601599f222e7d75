"""Measures ejection fraction and wall motion of simulated echo, where both are known.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/echo_motion_on_phantoms.py [--subjects 40] [--out tables]``.
The segmentations are those that the clips were drawn from, and once more with each frame's borders
moved by a pixel at random, as hands and networks move them. This tells how segmentations are read,
not how well a network segments.
"""

from __future__ import annotations

import argparse
import logging
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from scipy import ndimage

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.evaluate import bland_altman, delong_interval  # noqa: E402
from CardioAILib.io.table import write_lines  # noqa: E402
from CardioAILib.measurements.echo import (  # noqa: E402
    MOVING_SEGMENTS,
    echo_measurements_of,
    motion_column,
    score_column,
)
from CardioAILib.phantoms import echo_cohort  # noqa: E402
from CardioAILib.phantoms.echoorder import abnormal_of  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.study import Mask, Study  # noqa: E402

logger = logging.getLogger(__name__)

SCORES = {"normal": 1, "hypokinetic": 2, "akinetic": 3, "dyskinetic": 4}
READINGS = ("as drawn", "borders moved")


@dataclass
class Tally:
    """What was read of all subjects.

    Args:
        known: Ejection fractions of the simulation, %.
        found: The same, measured.
        kinds: How each measured segment was simulated.
        values: Excursion, thickening and score of each of these.
    """

    known: list[float] = field(default_factory=list)
    found: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    values: list[tuple[float, float, float]] = field(default_factory=list)


def main() -> None:
    """Measure and tell."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--subjects", type=int, default=40)
    given.add_argument("--out", type=Path, help="folder of the table")
    asked = given.parse_args()
    tallies = {reading: Tally() for reading in READINGS}
    for index, study in enumerate(echo_cohort(asked.subjects, seed=5)):
        images = dict(study.images)
        rng = np.random.default_rng((5, index))
        moved = {role: shaken(image, rng) for role, image in images.items()}
        for reading, own in zip(READINGS, (images, moved), strict=True):
            add(tallies[reading], study, replace(study, images=own))
    lines = [line for reading in READINGS for line in told(reading, tallies[reading])]
    for line in lines:
        logger.info("%-14s %-44s %s", *line)
    logger.info(RESEARCH_ONLY)
    if asked.out is not None:
        asked.out.mkdir(parents=True, exist_ok=True)
        write_lines([("segmentation", "figure", "value"), *lines], asked.out / "echo_motion.csv")


def shaken(image: object, rng: np.random.Generator) -> object:
    """Return a segmentation with the borders of each frame moved by a pixel or so at random."""
    if not isinstance(image, Mask):
        return image
    frames = [moved_frame(frame[0], image, rng)[None] for frame in image.array]
    return replace(image, array=np.stack(frames))


def moved_frame(frame: np.ndarray, image: Mask, rng: np.random.Generator) -> np.ndarray:
    """Return labels (H, W) moved along a smooth random field of one pixel deviation."""
    fields = [ndimage.gaussian_filter(rng.standard_normal(frame.shape), 8) for _ in range(2)]
    places = np.mgrid[: frame.shape[0], : frame.shape[1]].astype(float)
    places += np.stack([one / one.std() for one in fields])
    return ndimage.map_coordinates(frame, places, order=0, mode="nearest")


def add(tally: Tally, study: Study, own: Study) -> None:
    """Measure a study and keep what was known and found."""
    values = echo_measurements_of(own).values
    tally.known.append(float(study.facts["ef_percent"]))
    tally.found.append(values["EF_percent"])
    abnormal = abnormal_of(study.images.order)
    for segment in MOVING_SEGMENTS:
        row = [values[motion_column(kind, segment)] for kind in ("excursion", "thickening")]
        row.append(values[score_column(segment)])
        if np.isfinite(row).all():
            tally.kinds.append(abnormal.get(segment, "normal"))
            tally.values.append(tuple(row))


def told(reading: str, tally: Tally) -> list[tuple[str, str, str]]:
    """Return the figures of a reading, a line each."""
    agreement = bland_altman(np.array(tally.found), np.array(tally.known))
    limits = f"{agreement.bias:+.1f} ({agreement.lower:+.1f} to {agreement.upper:+.1f}) points"
    kinds, values = np.array(tally.kinds), np.array(tally.values)
    lines = [("biplane EF, bias and limits of agreement", limits)]
    for column, name in enumerate(("excursion", "thickening")):
        area = delong_interval((kinds != "normal").astype(int), -values[:, column])
        lines.append((f"abnormal segments by {name}, AUC", f"{area}"))
    for kind, score in SCORES.items():
        own = values[kinds == kind]
        if len(own):
            mean, deviation = own[:, 1].mean(), own[:, 1].std()
            hit = 100 * (own[:, 2] == score).mean()
            far = 100 * (np.abs(own[:, 2] - score) <= 1).mean()
            said = f"{mean:.0f} +- {deviation:.0f} %, scored so {hit:.0f} %, within one {far:.0f} %"
            lines.append((f"thickening of {kind} ({len(own)})", said))
    return [(reading, *line) for line in lines]


if __name__ == "__main__":
    main()
