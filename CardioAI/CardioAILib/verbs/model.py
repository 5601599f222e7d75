"""A trained model: what it is, and its folder on disk."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CardioAILib.codec import canonical, digest, from_json, sha256, to_json, write_json
from CardioAILib.errors import ModelError
from CardioAILib.results import Finding, Provenance
from CardioAILib.system import Mode, System
from CardioAILib.verbs.card import model_card
from CardioAILib.verbs.crossfit import Member
from CardioAILib.verbs.device import ON_CPU, is_out_of_memory
from CardioAILib.verbs.newfolder import new_folder

logger = logging.getLogger(__name__)

FORMAT = 1
MANIFEST = "model.json"
CARD = "README.md"
DESKTOP = (".DS_Store", "Thumbs.db", "desktop.ini")
"""What file managers leave in any folder."""
INERT = (".json", ".safetensors", ".md")
"""Endings of the files that a model may hold; none of them runs."""


@dataclass(frozen=True, eq=False)
class Model:
    """A cross-fitted system.

    Args:
        system: The declaration in the mode that was trained.
        mode: "sound" or "paper".
        arms: Arms that were fitted.
        members: Fitted arms, one set a fold.
        thresholds: Threshold of each arm, or None where the test cohort sets it.
        development: Numbers of subjects, of studies and of each class, and what was measured out of
            fold: AUC of two classes, accuracy of several.
        provenance: Where it comes from.
        findings: Warnings that go with each of its results.
    """

    system: System
    mode: Mode
    arms: tuple[str, ...]
    members: tuple[Member, ...]
    thresholds: Mapping[str, float | None]
    development: Mapping[str, Any]
    provenance: Provenance
    findings: tuple[Finding, ...] = ()


def save_model(model: Model, folder: Path) -> None:
    """Write a model folder that is whole or absent.

    Args:
        model: The model.
        folder: The folder to appear.

    Raises:
        ModelError: The folder exists already.
    """
    with new_folder(folder, "model") as beside:
        for index, member in enumerate(model.members, start=1):
            for arm in model.arms:
                member[arm].save(beside / f"member-{index}" / arm)
        (beside / CARD).write_text(model_card(model), encoding="utf-8")
        files = digests(beside)
        manifest = {
            "format": FORMAT,
            "system": to_json(model.system),
            "definition": digest(model.system),
            "mode": model.mode,
            "arms": model.arms,
            "members": len(model.members),
            "thresholds": model.thresholds,
            "development": model.development,
            "provenance": to_json(model.provenance),
            "files": files,
        }
        write_json({**manifest, "digest": _digest_of(manifest)}, beside / MANIFEST)


def load_model(folder: Path | str, system: System | None = None, device: str = "auto") -> Model:
    """Load a model folder; nothing in it is run.

    Args:
        folder: The model folder.
        system: Refuse a model of any other system.
        device: Device for its networks; the CPU where that device's memory is too small.

    Raises:
        ModelError: The folder is no model, is of another system or format, has been changed
            since it was written, or holds a file that is no data.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    check_files(folder, manifest["files"])
    declared = from_json(manifest["system"])
    if system is not None and declared.name != system.name:
        raise ModelError(
            got=f"a model of {declared.name} in {folder.name}",
            wanted=f"a model of {system.name}",
            fix="choose the folder that 'cardioai train' wrote for that system",
        )
    arms = tuple(manifest["arms"])
    members, findings = load_members(folder, declared, arms, manifest["members"], device)
    return Model(
        declared,
        manifest["mode"],
        arms,
        members,
        manifest["thresholds"],
        manifest["development"],
        from_json({**manifest["provenance"], "weights": weights_digest(manifest["files"])}),
        findings,
    )


def load_members(
    folder: Path, declared: System, arms: tuple[str, ...], count: int, device: str
) -> tuple[tuple[Member, ...], tuple[Finding, ...]]:
    """Load the fitted arms of each fold, on the CPU where the device's memory is too small.

    Returns:
        The members, and a finding where the device is another than the wanted one.
    """

    def on(device: str) -> tuple[Member, ...]:
        return tuple(
            {arm: declared.arm(arm).load(folder / f"member-{index}" / arm, device) for arm in arms}
            for index in range(1, count + 1)
        )

    try:
        return on(device), ()
    except RuntimeError as error:
        if not is_out_of_memory(error) or device == "cpu":
            raise
        logger.warning(ON_CPU.message)
    return on("cpu"), (ON_CPU,)


def require_folder(folder: Path) -> None:
    """Refuse a model folder that is not there.

    Raises:
        ModelError: It was moved, renamed or removed.
    """
    if not folder.is_dir():
        raise ModelError(
            got=f"no folder at {folder}",
            wanted="a model folder",
            fix="choose the model folder again: it was moved, renamed or removed",
        )


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a model's manifest.

    Raises:
        ModelError: It is absent, no JSON, or of another format.
    """
    require_folder(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        found = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            got=f"{folder} without a readable {MANIFEST} ({type(error).__name__})",
            wanted="a model folder",
            fix="give the folder that 'cardioai train' wrote",
        ) from error
    if found != FORMAT:
        raise ModelError(
            got=f"model format {found}",
            wanted=f"format {FORMAT}",
            fix="train the model again, or install the version that wrote it",
        )
    told = manifest.pop("digest", None)
    if told != _digest_of(manifest):
        raise _changed(MANIFEST)
    return manifest


def check_files(folder: Path, expected: Mapping[str, str]) -> None:
    """Refuse files that are missing, changed, added, or of a kind that could run.

    Raises:
        ModelError: See above.
    """
    present = digests(folder)
    foreign = sorted(name for name in present if not name.endswith(INERT))
    if foreign:
        raise ModelError(
            got=f"{', '.join(foreign)} in the model folder",
            wanted=f"nothing but {', '.join(INERT)} files",
            fix="do not use this folder; get the model again from where it came from",
        )
    for name in sorted(expected.keys() | present.keys()):
        if expected.get(name) != present.get(name):
            raise _changed(name)


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder except the manifest, by relative path."""
    files = (p for p in sorted(folder.rglob("*")) if not p.is_dir() and p.name not in DESKTOP)
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: sha256(path.read_bytes()) for name, path in named.items() if name != MANIFEST}


def weights_digest(files: Mapping[str, str]) -> str:
    """Return one SHA-256 over the digests of a model's members; the card does not count."""
    lines = [f"{name} {value}" for name, value in sorted(files.items()) if name != CARD]
    return sha256("\n".join(lines).encode())


def _digest_of(manifest: Mapping[str, Any]) -> str:
    return sha256(canonical(manifest).encode())


def _changed(what: str) -> ModelError:
    return ModelError(
        got=f"{what}, which is not as it was written",
        wanted="the files that the manifest's digests describe",
        fix="get the model folder again, or train again",
    )
