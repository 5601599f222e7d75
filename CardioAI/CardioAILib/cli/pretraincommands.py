"""The command of pretraining: headers become the labels of a trunk."""

from __future__ import annotations

import logging
from argparse import Namespace

from CardioAILib.cli.progressbar import progress_bar
from CardioAILib.learning import Run
from CardioAILib.learning.run import choose_device
from CardioAILib.progress import part
from CardioAILib.systems import named
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.newfolder import require_new
from CardioAILib.verbs.pretextseries import labels_told, material_of
from CardioAILib.verbs.pretrain import network_of, pretrain_on, save_trunk
from CardioAILib.verbs.workfolder import forget, unfinished

logger = logging.getLogger(__name__)


def pretrain(given: Namespace) -> int:
    """Pretrain a trunk on folders of DICOM files and cohort tables."""
    require_new(given.out, "trunk")
    system = adapt(named(given.system), width=given.width)
    network_of(system)  # Refused before any series is read, and so is a device that is not there.
    choose_device(given.device)
    work = unfinished(given.out)
    with progress_bar() as progress:
        material = material_of(given.sources, part(progress, 0.0, 0.1))
        for told, count in labels_told(material.series).items():
            logger.info("%s: %d series", told, count)
        for reason, count in material.unplaced.items():
            logger.info("not placed: %d series (%s)", count, reason)
        run = Run(
            seed=given.seed,
            device=given.device,
            epochs=given.epochs,
            folder=work,
            progress=part(progress, 0.1, 1.0),
        )
        trunk = pretrain_on(system, material, run, given.rate)
    save_trunk(trunk, given.out)
    forget(work)
    for name, value in trunk.record["kept epoch"].items():
        logger.info("%s: %g", name, value)
    logger.info("wrote %s; start from it with --start-from", given.out)
    return 0
