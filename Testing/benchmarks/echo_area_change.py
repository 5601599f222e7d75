"""Measures the left ventricle's area change on CAMUS segmentations, and draws what was measured.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/echo_area_change.py --camus ../shared/data/camus_a4c --out tables``.
Needs four-chamber stills at end-diastole and end-systole with their reference segmentations
(Leclerc et al., IEEE Trans Med Imaging 38:2198, 2019). Areas are compared with the data set's own
pixel count, so this checks how segmentations are read, not how well a heart is segmented. No
ejection fraction is recorded there and one view gives no biplane volume: none is claimed.
"""

from __future__ import annotations

import argparse
import csv
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.io.table import write_lines  # noqa: E402
from CardioAILib.io.volumes import read_image, read_mask  # noqa: E402
from CardioAILib.measurements.echo import EchoMeasured, echo_measurements_of  # noqa: E402
from CardioAILib.measurements.echo.frames import segmented_view  # noqa: E402
from CardioAILib.measurements.echo.reading import ViewReading, read_view  # noqa: E402
from CardioAILib.report.style import COLORS, figure, plain, save  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.study import LEFT_ATRIUM, LV_CAVITY, MYOCARDIUM, Image, Role, Study  # noqa: E402

logger = logging.getLogger(__name__)

LABELS = {LV_CAVITY: 1, MYOCARDIUM: 2, LEFT_ATRIUM: 3}
VIEW, PHASES = "A4C", ("ED", "ES")
SHOWN = ("A4C_LV_area_ED_cm2", "A4C_LV_area_ES_cm2", "A4C_FAC_percent", "A4C_length_ED_mm")
SHOWN += ("A4C_length_shortening_percent", "A4C_GLS_percent", "excursion_mean_percent")
SHOWN += ("thickening_mean_percent", "wall_motion_score_index")
CASES = 6
"""Cases that are drawn, from least to most area change."""


@dataclass(frozen=True, eq=False)
class Case:
    """One patient, measured.

    Args:
        study: Its stills.
        found: What was measured.
        listed: LV area of the data set's list at ED and ES, in cm².
    """

    study: Study
    found: EchoMeasured
    listed: tuple[float, float]

    @property
    def change(self) -> float:
        """Fractional area change, %."""
        return self.found.values["A4C_FAC_percent"]


def main() -> None:
    """Measure, tell and draw."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--camus", type=Path, required=True, help="folder with index.csv")
    given.add_argument("--out", type=Path, required=True, help="folder of table and picture")
    asked = given.parse_args()
    cases = [case_of(asked.camus, rows) for rows in patients(asked.camus)]
    asked.out.mkdir(parents=True, exist_ok=True)
    lines = [
        [case.study.subject, *(f"{case.found.values[n]:.2f}" for n in SHOWN)] for case in cases
    ]
    write_lines([["subject", *SHOWN], *lines], asked.out / "echo_area_change.csv")
    tell(cases)
    draw(cases, asked.out / "echo_area_change.png")


def patients(folder: Path) -> list[dict[str, dict[str, str]]]:
    """Return the rows of each patient by phase."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["patient"], {})[row["phase"]] = row
    return list(found.values())


def case_of(folder: Path, rows: dict[str, dict[str, str]]) -> Case:
    """Read and measure a patient."""
    images: dict[Role, Image] = {}
    for phase in PHASES:
        row = rows[phase]
        images[Role("US", "mask", VIEW, phase)] = read_mask(folder / row["mask"], LABELS)
        images[Role("US", "echo", VIEW, phase)] = read_image(folder / row["image"])
    study = Study(rows["ED"]["patient"], "1", images)
    listed = tuple(float(rows[phase]["lv_cm2"]) for phase in PHASES)
    return Case(study, echo_measurements_of(study), listed)


def tell(cases: list[Case]) -> None:
    """Log means, ranges, and how far areas lie from the list."""
    logger.info("CAMUS, A4C, %d patients, ED and ES stills", len(cases))
    for name in SHOWN:
        values = np.array([case.found.values[name] for case in cases])
        told = (np.nanmean(values), np.nanstd(values), np.nanmin(values), np.nanmax(values))
        logger.info("%-32s %6.1f +- %4.1f (%.1f to %.1f), known of %d", name, *told, known(values))
    own = np.array([[case.found.values[n] for n in SHOWN[:2]] for case in cases])
    off = np.abs(own - np.array([case.listed for case in cases]))
    logger.info("area against the data set's own pixel count: at most %.2f cm² apart", off.max())
    checks = [one.check for case in cases for one in case.found.findings]
    logger.info("findings: %s", {check: checks.count(check) for check in sorted(set(checks))})
    logger.info(RESEARCH_ONLY)


def known(values: np.ndarray) -> int:
    """Return how many values there are."""
    return int(np.isfinite(values).sum())


def draw(cases: list[Case], path: Path) -> None:
    """Draw all area changes, and cases with endocardium, ring and long axis."""
    ordered = sorted(cases, key=lambda case: case.change)
    chosen = [ordered[k] for k in np.linspace(0, len(ordered) - 1, CASES).round().astype(int)]
    drawn, axes = figure(CASES, 3, 2.5, 2.6)
    for column, case in enumerate(chosen):
        view = segmented_view(case.study, VIEW)
        for row in range(len(PHASES)):
            draw_frame(axes[row * CASES + column], case, read_view(view), row)
        axes[column].set_title(f"{case.study.subject}: FAC {case.change:.0f} %", fontsize=8)
    for unused in axes[2 * CASES + 2 :]:
        unused.set_visible(False)
    left, right = axes[2 * CASES : 2 * CASES + 2]
    left.hist([case.change for case in cases], bins=12, color=COLORS[0])
    plain(left, "fractional area change", "%", "patients")
    for phase, color in zip(PHASES, COLORS, strict=False):
        own = [case.found.values[f"A4C_LV_area_{phase}_cm2"] for case in cases]
        right.plot([case.listed[PHASES.index(phase)] for case in cases], own, ".", color=color)
    plain(right, "LV area: listed, measured", "cm²", "cm²")
    drawn.suptitle(f"CAMUS four-chamber stills, reference segmentations. {RESEARCH_ONLY}")
    save(drawn, path)


def draw_frame(axes: object, case: Case, reading: ViewReading, row: int) -> None:
    """Draw one still with what was read of it."""
    image = case.study.images[Role("US", "echo", VIEW, PHASES[row])]
    outline, (dy, dx) = reading.outlines[row], image.spacing[1:]
    axes.imshow(image.array[0, 0], cmap="gray", aspect=dy / dx)
    for wall, color in ((outline.endo[:30], COLORS[1]), (outline.endo[30:], COLORS[4])):
        axes.plot(wall[:, 0] / dx, wall[:, 1] / dy, color=color, linewidth=1.5)
    axis = outline.axis
    ends = np.array([axis.base, axis.base + axis.along * axis.length])
    for line in (ends, axis.hinges):
        axes.plot(line[:, 0] / dx, line[:, 1] / dy, color="#2fe0c8", linewidth=1)
    axes.set_axis_off()


if __name__ == "__main__":
    main()
