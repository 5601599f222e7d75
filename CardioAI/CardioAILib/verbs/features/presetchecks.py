"""What a preset may hold, whether it was read from a file or made in a script."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from CardioAILib.errors import InputError
from CardioAILib.radiomics import Settings
from CardioAILib.radiomics.settings import check_count
from CardioAILib.verbs.features.presets import INTERPOLATORS, RESEGMENT_MODES, Preset

Rule = tuple[Callable[[Any], bool], str]


def check_preset(preset: Preset) -> None:
    """Refuse values that cannot be used.

    Raises:
        InputError: A field is out of its range, or fields exclude each other.
    """
    for name, (fits, wanted) in RULES.items():
        value = getattr(preset, name)
        if not fits(value):
            raise InputError(got=f"{name}={value!r}", wanted=wanted, fix=f"correct {name}")
    if preset.source == "system" and _conditions(preset):
        raise InputError(
            got=f"{', '.join(_conditions(preset))} in a preset of the source 'system'",
            wanted="none of these, since the system declares how images are prepared",
            fix="set source to 'native'",
        )
    # A single bin has no texture, whether a count or a width makes it.
    check_count(preset.settings.bin_count, 1 if preset.one_bin else 2)
    if isinstance(preset.settings, Settings):
        _check_images(preset)
    elif _conditions(preset) or preset.dimension != 3 or preset.source != "native":
        raise InputError(
            got="IBSI settings with another preparation than their own",
            wanted="source 'native' and dimension 3; IBSI settings hold resampling and range",
            fix="leave the other fields out",
        )


def _check_images(preset: Preset) -> None:
    if preset.dimension == 2:
        return
    if preset.source == "system" or preset.settings.image_types != ("original",):
        raise InputError(
            got=f"images {', '.join(preset.settings.image_types)} for 3-D features of the "
            f"source '{preset.source}'",
            wanted="the original image, source 'native'; filtered images are offered in 2-D",
            fix="take the original image alone, or a row a slice (dimension 2; in a pyradiomics "
            "file force2D: true)",
        )


def _conditions(preset: Preset) -> list[str]:
    """Return what the preset does to an image before features."""
    wanted = {
        "normalize": preset.normalize,
        "resampled_mm": preset.resampled_mm is not None,
        "pre_crop": preset.pre_crop,
        "resegment_range": preset.resegment_range is not None,
    }
    return [name for name, value in wanted.items() if value]


def is_number(value: Any) -> bool:
    """Say whether a value is a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_whole(value: Any, least: int) -> bool:
    """Say whether a value is a whole number of `least` or more."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_spacing(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 3 and all(map(_not_negative, value))


def _is_range(value: Any) -> bool:
    return isinstance(value, tuple) and 1 <= len(value) <= 2 and all(map(is_number, value))


def _not_negative(value: Any) -> bool:
    return is_number(value) and value >= 0


def _positive(value: Any) -> bool:
    return is_number(value) and value > 0


FLAG: Rule = (_is_flag, "true or false")

RULES: dict[str, Rule] = {
    "name": (lambda v: isinstance(v, str) and bool(v.strip()), "a name"),
    "source": (lambda v: v in ("system", "native"), "'system' or 'native'"),
    "dimension": (lambda v: not isinstance(v, bool) and v in (2, 3), "2 or 3"),
    "features": (
        lambda v: v is None or (isinstance(v, tuple) and bool(v)),
        "names of features, or none for all",
    ),
    "normalize": FLAG,
    "normalize_scale": (_positive, "a number above 0"),
    "remove_outliers": (lambda v: v is None or _positive(v), "a number above 0, or none"),
    "resampled_mm": (lambda v: v is None or _is_spacing(v), "three spacings in mm, 0 to keep one"),
    "interpolator": (lambda v: v in INTERPOLATORS, f"one of {', '.join(INTERPOLATORS)}"),
    "pad_distance": (lambda v: is_whole(v, 0), "a whole number of 0 or more"),
    "pre_crop": FLAG,
    "resegment_range": (lambda v: v is None or _is_range(v), "one or two numbers, or none"),
    "resegment_mode": (lambda v: v in RESEGMENT_MODES, f"one of {', '.join(RESEGMENT_MODES)}"),
    "resegment_shape": FLAG,
    "minimum_roi_size": (lambda v: is_whole(v, 0), "a whole number of 0 or more"),
    "label": (lambda v: v is None or is_whole(v, 1), "a whole number of 1 or more, or none"),
    "kernel_radius": (lambda v: is_whole(v, 1), "a whole number of 1 or more"),
    "one_bin": FLAG,
}
