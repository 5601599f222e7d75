"""Models that were not trained, and folders of simulated scans, for worklists."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from CardioAILib.codec import digest
from CardioAILib.io.nmwrite import write_planar_dicom
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.results import Provenance
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.systems import HALME_2022
from CardioAILib.verbs import Model, save_model
from CardioAILib.verbs.adapt import adapt
from helpers_halme import COARSE, scans

ARM = "linear"


def untrained(system: System = HALME_2022, members: int = 2) -> Model:
    """A thin model with the weights that networks begin with: its answers differ, and mean nothing.

    The logits are steepened, since those of fresh networks are all but equal.
    """
    import torch

    thin = adapt(system, folds=2, width=0.25)
    own = replace(thin, arms={ARM: thin.arms[ARM]}, primary=ARM, as_published=None)
    networks = [own.arms[ARM].fresh(seed).eval() for seed in range(members)]
    for network in networks:
        with torch.no_grad():
            network.stages.get_submodule("logits").weight.mul_(30.0)
    names = own.task.names
    known = {"positives": 2} if not own.task.several else {"classes": dict.fromkeys(names, 4)}
    figure = "accuracy" if own.task.several else "auc"
    development = {
        **{"subjects": 16, "studies": 16, "judged": 16, **known, "training examples": 16},
        **{figure: {ARM: 0.5}, f"{figure} interval": {ARM: [0.4, 0.6]}},
        **{f"member {figure}": {ARM: [0.5] * members}, "target source": "simulated", "inputs": []},
        "circumstances": {
            **{"seed": 7, "epochs": 1, "device": "cpu", "training precision": "float32"},
            **{"radiomics engine": "auto", "masks resampled": False},
        },
    }
    return Model(
        own,
        "sound",
        (ARM,),
        tuple({ARM: FittedNetwork(own.arms[ARM], network, (), "cpu")} for network in networks),
        {ARM: None if own.task.several else 0.5},
        development,
        Provenance(own.name, "sound", digest(own), "", 7, {"cardioai": "test"}),
    )


def save_untrained(folder: Path, members: int = 2) -> Path:
    """Write such a model; return its folder."""
    save_model(untrained(members=members), folder)
    return folder


def scan_files(
    folder: Path, n: int = 3, studies: Iterable[Study] | None = None, **how: object
) -> list[Path]:
    """Write simulated scans as DICOM files, each in a folder of its own."""
    own = studies or scans(n, seed=3, size=COARSE)
    return [
        path
        for number, study in enumerate(own)
        for path in write_planar_dicom(study, folder / f"day{number}", **how)
    ]
