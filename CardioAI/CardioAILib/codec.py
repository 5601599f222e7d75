"""Declarations and results to JSON and back, through one explicit tuple of allowed classes."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from CardioAILib import (
    decide,
    explain,
    learning,
    networks,
    prepare,
    published,
    radiomics,
    results,
    study,
    system,
)
from CardioAILib.added import is_unsaid
from CardioAILib.errors import ModelError
from CardioAILib.io.atomic import whole_file
from CardioAILib.radiomics import stability

ALLOWED: tuple[type, ...] = (
    decide.Argmax,
    decide.AtSensitivity,
    decide.Max,
    decide.Mean,
    decide.MeanOfInputs,
    decide.Threshold,
    decide.Youden,
    explain.ActivationMaps,
    explain.GradCAM,
    learning.Adam,
    learning.AdamW,
    learning.Affine,
    learning.Clip,
    learning.Deep,
    learning.Enhancement,
    learning.Ensemble,
    learning.Facts,
    learning.Findings,
    learning.Frames,
    learning.GradientBoosting,
    learning.ImageMaskProduct,
    learning.Item,
    learning.L1Logistic,
    learning.LassoTop,
    learning.Logistic,
    learning.Measurements,
    learning.Motion,
    learning.Network,
    learning.OneChannel,
    learning.Penalty,
    learning.Plateau,
    learning.Radiomics,
    learning.RandomStart,
    learning.Recipe,
    learning.SGD,
    learning.Stable,
    learning.Stack,
    learning.Tabular,
    networks.FourBlockCNN,
    networks.FourLayerCNN,
    networks.R2Plus1D,
    networks.SevenBlockCNN,
    networks.StandardCNN,
    networks.VGG16,
    prepare.ClipPercentile,
    prepare.CropPad,
    prepare.Downsample,
    prepare.LogCounts,
    prepare.Resample,
    prepare.Rescale,
    prepare.Sector,
    prepare.Square,
    prepare.Thorax,
    prepare.Window,
    prepare.ZScore,
    published.Published,
    published.PublishedArm,
    radiomics.Settings,
    stability.AddNoise,
    stability.Bins,
    stability.Dilate,
    stability.Erode,
    stability.Rotate,
    stability.Translate,
    stability.Waver,
    results.ArmResult,
    results.Attention,
    results.Contribution,
    results.ExampleScore,
    results.Finding,
    results.Provenance,
    results.Result,
    study.Role,
    system.CineSets,
    system.Classes,
    system.Clips,
    system.CrossValidation,
    system.HoldOut,
    system.Input,
    system.Quantity,
    system.Slices,
    system.Stills,
    system.System,
)

CLASS = "class"
SILENT_FIELDS = ("title", "published", "as_published")
"""Fields of a System that do not change what it computes."""


def to_json(thing: Any) -> Any:
    """Return plain JSON values of a declaration or result.

    Raises:
        TypeError: It holds something that is neither plain nor of an allowed class.
    """
    if is_dataclass(thing) and type(thing) in ALLOWED:
        held = {f.name: getattr(thing, f.name) for f in fields(thing) if not _unsaid(thing, f)}
        return {CLASS: type(thing).__name__, **{name: to_json(v) for name, v in held.items()}}
    if isinstance(thing, Mapping):
        return {str(key): to_json(value) for key, value in thing.items()}
    if isinstance(thing, tuple | list):
        return [to_json(item) for item in thing]
    if isinstance(thing, np.generic):
        return to_json(thing.item())
    if isinstance(thing, float) and not math.isfinite(thing):
        return None
    if thing is None or isinstance(thing, str | int | float | bool):
        return thing
    raise TypeError(f"{type(thing).__name__} cannot be written")


def from_json(plain: Any) -> Any:
    """Return what `to_json` was given; sequences come back as tuples.

    Raises:
        ModelError: A class is not allowed, or its fields do not fit.
    """
    if isinstance(plain, list):
        return tuple(from_json(item) for item in plain)
    if not isinstance(plain, dict):
        return plain
    parts = {key: from_json(value) for key, value in plain.items() if key != CLASS}
    if CLASS not in plain:
        return parts
    allowed = {cls.__name__: cls for cls in ALLOWED}
    if plain[CLASS] not in allowed:
        raise ModelError(
            got=f"the class '{plain[CLASS]}'",
            wanted="a class that CardioAI declares",
            fix="use a file that this version of CardioAI wrote; nothing was run from it",
        )
    try:
        return allowed[plain[CLASS]](**parts)
    except TypeError as error:
        raise ModelError(
            got=f"fields that {plain[CLASS]} does not have ({error})",
            wanted="a file of this version",
            fix="train the model again, or install the version that wrote it",
        ) from error


def _unsaid(thing: Any, known: Field[Any]) -> bool:
    return is_unsaid(known, getattr(thing, known.name))


def canonical(thing: Any) -> str:
    """Return JSON with sorted keys and no spaces, equal for equal things."""
    return json.dumps(to_json(thing), sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(declared: system.System) -> str:
    """Return the SHA-256 of what a system computes; titles and printed results do not count."""
    plain = to_json(replace(declared, as_published=None))
    meaning = {key: value for key, value in plain.items() if key not in SILENT_FIELDS}
    return sha256(json.dumps(meaning, sort_keys=True, separators=(",", ":")).encode())


def sha256(content: bytes) -> str:
    """Return a SHA-256 as hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


def write_json(thing: Any, path: Path) -> None:
    """Write JSON so that the file is whole or absent."""
    with whole_file(path, ".json") as draft:
        draft.write_text(json.dumps(to_json(thing), indent=1), encoding="utf-8")
