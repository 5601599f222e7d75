"""How arms are cross-validated on EMIDEC, with trunks that never saw a held-out case."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.examples import Examples  # noqa: E402
from CardioAILib.io import acdc_rows, emidec_cohort, read_cohort, write_cohort  # noqa: E402
from CardioAILib.io.pictures import SPACING_COLUMN, format_spacing, parse_spacing  # noqa: E402
from CardioAILib.io.table import read_rows  # noqa: E402
from CardioAILib.learning import Adam, Ensemble, Network, Recipe, Run  # noqa: E402
from CardioAILib.learning.run import Observe  # noqa: E402
from CardioAILib.learning.splits import folds_by_subject  # noqa: E402
from CardioAILib.prepare import CropPad, Resample  # noqa: E402
from CardioAILib.study import Cohort  # noqa: E402
from CardioAILib.system import System  # noqa: E402
from CardioAILib.systems.martini2020 import MARTINI_2020_EMIDEC  # noqa: E402
from CardioAILib.verbs.gather import gather, labeled_studies  # noqa: E402
from CardioAILib.verbs.member import fit_or_load  # noqa: E402
from CardioAILib.verbs.pooling import Pooled, pool  # noqa: E402
from CardioAILib.verbs.pretextseries import Material, material_of_cohort  # noqa: E402
from CardioAILib.verbs.pretrain import pretrain_on, save_trunk  # noqa: E402

logger = logging.getLogger(__name__)

NETWORK, MASKS = "dl", "lge"


@dataclass(frozen=True)
class Plan:
    """What is trained, fixed before any held-out result was seen.

    Args:
        folds: Folds of cases.
        epochs: Epochs of each network instead of the paper's 5000.
        pretext_epochs: Epochs of each trunk.
        rate: Learning rate of Adam instead of the paper's 1e-5, for there are few epochs.
        width: Multiplier of every channel count.
        seed: Seed of folds, weights and augmentation.
    """

    folds: int = 5
    epochs: int = 40
    pretext_epochs: int = 10
    rate: float = 5e-4
    width: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class Variant:
    """One way to look at the images.

    Args:
        name: Of the variant, in tables.
        pixel: Side of a pixel, mm.
        side: Side of the images, pixels.
        centre: "image" as declared, or "mask" for the heart.
        pretrained: Whether networks start from a trunk.
        stretched: Whether pictures stay stretched to squares, as they are stored.
    """

    name: str
    pixel: float = 1.5
    side: int = 112
    centre: str = "mask"
    pretrained: bool = False
    stretched: bool = False


VARIANTS = (
    Variant("heart"),
    Variant("heart, pretrained", pretrained=True),
    Variant("heart, pixels of 3 mm", pixel=3.0, side=56),
    Variant("heart, stretched", stretched=True),
    Variant("whole image", side=224, centre="image"),
    Variant("whole image, pretrained", side=224, centre="image", pretrained=True),
)
"""The cheap ones first, so that an interrupted run has them."""


@dataclass(frozen=True, eq=False)
class Data:
    """The cohorts.

    Args:
        emidec: All cases of EMIDEC.
        stretched: The same without the correction of their stretch.
        cine: End-diastolic short-axis cine of ACDC, for pretraining.
    """

    emidec: Cohort
    stretched: Cohort
    cine: Cohort


def data_of(emidec: Path, acdc: Path, work: Path) -> Data:
    """Write the tables and read the cohorts."""
    table = emidec_cohort(emidec, work / "emidec.csv")
    rows = [dict(row.cells) for row in read_rows(table)]
    write_cohort([flattened(row) for row in rows], work / "stretched.csv")
    cines = [
        {"subject": row["subject"], "cine_SAX_ED": row["cine_SAX_ED"]}
        for row in acdc_rows(acdc, relative_to=work)
    ]
    write_cohort(cines, work / "cine.csv")
    paths = (table, work / "stretched.csv", work / "cine.csv")
    return Data(*(read_cohort(path) for path in paths))


def flattened(row: dict[str, str]) -> dict[str, str]:
    """Give a picture's pixel the same assumed size along both sides."""
    if SPACING_COLUMN not in row:
        return row
    column, line, layer = parse_spacing(row[SPACING_COLUMN])
    longest = max(column, line)
    return {**row, SPACING_COLUMN: format_spacing((longest, longest, layer))}


def stretch_of(cohort: Cohort) -> dict[str, float]:
    """Return by how much each case's picture was stretched, either way; 0 is not at all."""
    spacings = {
        study.subject: parse_spacing(str(study.facts.get(SPACING_COLUMN, "1x1x1")))
        for study in cohort
    }
    return {subject: abs(np.log(own[0] / own[1])) for subject, own in spacings.items()}


def system_of(plan: Plan, variant: Variant) -> System:
    """Return the declaration of a variant: the paper's network, for few epochs."""
    declared = MARTINI_2020_EMIDEC
    network: Network = declared.arms[NETWORK].parts["SAX"]
    short = replace(
        network,
        architecture=replace(network.architecture, width=plan.width),
        recipe=Recipe(Adam(plan.rate), batch=24, epochs=plan.epochs, keep="best validation loss"),
    )
    first = (Resample(variant.pixel), CropPad(variant.side, centre=variant.centre))
    arms = {**declared.arms, NETWORK: Ensemble({"SAX": short})}
    return replace(declared, prepare=(*first, *declared.prepare[2:]), arms=arms)


def cross_validated(
    plan: Plan, variant: Variant, data: Data, work: Path, arm: str = NETWORK
) -> Pooled:
    """Return each case's score by the member that never saw it; finished members are loaded."""
    system = system_of(plan, variant)
    cohort = labeled_studies(system, data.stretched if variant.stretched else data.emidec)
    examples = gather(system, cohort, (arm,)).examples
    scores = np.full(len(examples), np.nan)
    folder = work / f"{arm}-{variant.name.replace(', ', '-').replace(' ', '-')}"
    for index, (learn, hold) in enumerate(folds_of(plan, examples)):
        own = folder / f"fold-{index + 1}"
        own.mkdir(parents=True, exist_ok=True)
        trunk = trunk_of(plan, system, data, learn, own) if variant.pretrained else None
        run = Run(
            seed=plan.seed,
            folder=own / "member",
            trunk=trunk,
            observe=telling(f"{variant.name}, fold {index + 1}"),
        )
        fitted = fit_or_load(system.arms[arm], examples.of_subjects(learn), run)
        held = np.isin(examples.subjects, hold)
        scores[held] = fitted.predict(examples.take(held), {})
    return pool(system, examples, scores)


def folds_of(plan: Plan, examples: Examples) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the cases that train and those held out, the same in every variant."""
    return folds_by_subject(examples.subjects, examples.labels, plan.folds, plan.seed)


def trunk_of(plan: Plan, system: System, data: Data, learn: np.ndarray, folder: Path) -> Path:
    """Return the folder of a trunk that saw cine and this fold's training cases alone."""
    path = folder / "trunk"
    if not path.exists():
        cases = data.emidec.where(lambda study: study.subject in learn)
        parts = [material_of_cohort(cohort) for cohort in (data.cine, cases)]
        material = Material(tuple(series for part in parts for series in part.series), {})
        run = Run(seed=plan.seed, epochs=plan.pretext_epochs, observe=telling("trunk"))
        save_trunk(pretrain_on(system, material, run), path)
    return path


def telling(name: str) -> Observe:
    """Return what logs each epoch of a network."""
    return partial(tell_epoch, name)


def tell_epoch(name: str, network: str, row: Mapping[str, Any]) -> None:
    """Log where a training stands."""
    figures = ", ".join(f"{what} {value:.3f}" for what, value in row.items() if what != "epoch")
    logger.info("%s, epoch %d: %s", name, row["epoch"], figures)
