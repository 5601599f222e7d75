"""The verb `pretrain`: images that nobody labeled become a trunk that networks start from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from CardioAILib.codec import digest, to_json, write_json
from CardioAILib.errors import CohortError, InputError
from CardioAILib.learning import Run, networks_of
from CardioAILib.learning.network import Network
from CardioAILib.learning.pretext import RECIPE, learnable, pretrain, without_rare
from CardioAILib.learning.recipe import Adam, Recipe
from CardioAILib.learning.run import choose_device, use_bfloat16
from CardioAILib.learning.trunk import MANIFEST, WEIGHTS, Trunk, has_trunk
from CardioAILib.learning.weights import described
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.system import System
from CardioAILib.verbs.newfolder import new_folder
from CardioAILib.verbs.pretextprepared import prepared_examples
from CardioAILib.verbs.pretextseries import Material, Series, labels_told
from CardioAILib.verbs.trunkcard import trunk_card
from CardioAILib.verbs.workfolder import claim, forget

CARD = "README.md"
FORMAT = 1


def pretrain_on(
    system: System, material: Material, run: Run = Run(), rate: float | None = None
) -> Trunk:
    """Pretrain the network of a system on series with labels from their headers.

    Args:
        system: The declaration; its preparation is what the images go through.
        material: The series.
        run: Circumstances; with a folder, prepared images are kept there instead of in memory,
            and an interrupted training is taken up.
        rate: Learning rate instead of 0.001.

    Raises:
        CohortError: Nothing can be learned from these series.
        InputError: The system has no network that starts from a trunk, or the device is absent.
        ResumeError: The folder holds another training.
    """
    network, recipe = network_of(system), recipe_of(rate)
    reading = run.within(0.0, 0.2, "").progress
    if run.folder is not None:
        claim(run.folder, identity(system, material.series, network, recipe, run))
    try:
        examples, failed = prepared_examples(system, material.series, reading, run.folder)
        learnable(*without_rare(examples))
    except CohortError:
        if run.folder is not None:
            forget(run.folder)  # It holds nothing that a training could go on with.
        raise
    learning = run.within(0.2, 1.0, "")
    trunk = pretrain(network, examples, learning, recipe)
    record = {
        "system": system.name,
        "definition": digest(system),
        "architecture": to_json(network.architecture),
        "prepare": to_json(system.prepare),
        "seed": run.seed,
        "device": choose_device(run.device),
        "series": labels_told(material.series),
        "told by": material.rules,
        "not placed": dict(material.unplaced),
        "not readable": failed,
        **trunk.record,
    }
    return Trunk(trunk.weights_, record, trunk.history_)


def network_of(system: System) -> Network:
    """Return the network that all parts of the system's arms share.

    Raises:
        InputError: There is none that can start from a trunk.
    """
    found = [own for arm in system.arms.values() for own in networks_of(arm).values()]
    able = [network for network in found if has_trunk(network.architecture)]
    if not able or any(own.architecture != able[0].architecture for own in able):
        raise InputError(
            got=f"{system.name}, whose networks have no trunk in common",
            wanted="a system of four-layer networks, as martini2020",
            fix="choose another system; see 'cardioai systems'",
        )
    return able[0]


def recipe_of(rate: float | None) -> Recipe:
    """Return how the dual task is trained, at another learning rate if wanted."""
    optimizer = RECIPE.optimizer if rate is None else Adam(rate)
    return Recipe(optimizer, RECIPE.batch, RECIPE.epochs, keep=RECIPE.keep)


def identity(
    system: System, series: Sequence[Series], network: Network, recipe: Recipe, run: Run
) -> dict[str, object]:
    """Return what must be equal for a training to be taken up."""
    device = choose_device(run.device)
    running = hashlib.sha256()
    for own in series:
        told = (own.type, own.orientation, own.subject, own.fingerprint)
        running.update("\n".join((*told, "")).encode())
    return {
        "verb": "pretrain",
        "architecture": to_json(network.architecture),
        "augment": to_json(network.augment),
        "noise": network.noise,
        "recipe": to_json(recipe),
        "prepare": to_json(system.prepare),
        "series": running.hexdigest(),
        "seed": run.seed,
        "epochs": run.epochs or "as declared",
        "device": device,
        "bfloat16": use_bfloat16(run.precision, device),
    }


def save_trunk(trunk: Trunk, folder: Path) -> None:
    """Write a trunk's folder, whole or not at all.

    Raises:
        ModelError: The folder exists already.
    """
    from safetensors.torch import save_file

    with new_folder(folder, "trunk") as beside:
        save_file(dict(trunk.weights_), beside / WEIGHTS)
        (beside / CARD).write_text(trunk_card(trunk), encoding="utf-8")
        told = {"format": FORMAT, "note": RESEARCH_ONLY, "digest": described(beside / WEIGHTS)}
        write_json({**told, **trunk.record, "history": trunk.history_}, beside / MANIFEST)
