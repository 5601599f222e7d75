"""The settings of each task, with their defaults and what they may be."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from CardioAILib.errors import InputError
from CardioAILib.io.parameters import is_parameter_file
from CardioAILib.verbs.features.presets import PRESET_NAMES

DEVICES = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


@dataclass(frozen=True)
class Setting:
    """One setting.

    Args:
        default: Value where the job does not name it.
        fits: Says whether a value may be.
        wanted: What may be, in words.
    """

    default: Any
    fits: Callable[[Any], bool]
    wanted: str


def flag(default: bool) -> Setting:
    """Return a setting of yes or no."""
    return Setting(default, lambda value: isinstance(value, bool), "true or false")


def choice(*names: str) -> Setting:
    """Return a choice between names, the first being the default."""
    return Setting(names[0], lambda value: value in names, f"one of {', '.join(names)}")


def count(least: int, default: int | None = None) -> Setting:
    """Return a whole number of `least` or more, or the default."""

    def fits(value: Any) -> bool:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return (value is None and default is None) or (whole and value >= least)

    return Setting(default, fits, f"a whole number of {least} or more")


def text(default: str | None) -> Setting:
    """Return a name, or the default."""

    def fits(value: Any) -> bool:
        return value == default or (isinstance(value, str) and bool(value))

    return Setting(default, fits, "a name")


def _positive(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (number and math.isfinite(value) and value > 0)


def _names(value: Any) -> bool:
    several = isinstance(value, list | tuple) and len(value) > 0
    return value is None or (several and all(isinstance(name, str) for name in value))


def _preset(value: Any) -> bool:
    return isinstance(value, str) and (value in PRESET_NAMES or is_parameter_file(value))


INPUTS: Mapping[str, Setting] = MappingProxyType(
    {
        "resample_masks": flag(False),
        "engine": choice("auto", "native", "numpy", "pyradiomics"),
    }
)
DEVICE = Setting(
    "auto",
    lambda value: isinstance(value, str) and DEVICES.fullmatch(value) is not None,
    "auto, cpu, cuda, cuda:N or mps",
)

SETTINGS: Mapping[str, Mapping[str, Setting]] = MappingProxyType(
    {
        "predict": {
            **INPUTS,
            "system": text(None),
            "explain": flag(True),
            "pages": flag(True),
            "device": DEVICE,
            "plane_model": text(None),
        },
        "views": {**INPUTS, "device": DEVICE},
        "worklist": {**INPUTS, "device": DEVICE},
        "radiomics": {
            **INPUTS,
            "system": text("fahmy2022"),
            "preset": Setting(
                PRESET_NAMES[0],
                _preset,
                f"one of {', '.join(PRESET_NAMES)}, or a .json, .yaml or .yml file",
            ),
            "structures": Setting(None, _names, "a list of structures, or none for the usual one"),
            "inputs": Setting(None, _names, "a list of columns, or none for the usual ones"),
            "frames": choice("one", "all"),
            "workers": count(1, default=1),
            "layers": count(0, default=0),
        },
        "train": {
            **INPUTS,
            "system": text("fahmy2022"),
            "arms": Setting(None, _names, "a list of arms, or none for all"),
            "mode": choice("sound", "paper"),
            "folds": count(2),
            "epochs": count(1),
            "inner_folds": count(2),
            "copies": count(1),
            "width": Setting(None, _positive, "a number above 0"),
            "weights": text(None),
            "trunk": text(None),
            "device": DEVICE,
            "precision": choice("auto", "float32", "bfloat16"),
            "seed": count(0, default=0),
        },
    }
)


def check_setting(task: str, name: str, value: Any) -> None:
    """Refuse a setting that the task does not know, or a value that cannot be.

    Raises:
        InputError: See above.
    """
    known = SETTINGS[task]
    if name not in known:
        raise InputError(
            got=f"the setting '{name}' for the task '{task}'",
            wanted=f"settings among {', '.join(known)}",
            fix="leave it out, or correct its name",
        )
    if not known[name].fits(value):
        raise InputError(
            got=f"{value!r} for the setting '{name}' of the task '{task}'",
            wanted=known[name].wanted,
            fix="correct the value, or leave it out for the default",
        )
