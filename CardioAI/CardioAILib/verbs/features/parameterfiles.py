"""Parameter files of pyradiomics 3.0.1: its names and defaults become a preset.

What we compute is taken, what would change a number and is not offered is refused, and what
changes no number is told.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from CardioAILib.errors import InputError
from CardioAILib.io.parameters import require_known
from CardioAILib.radiomics import Settings, feature_names
from CardioAILib.radiomics.names import FEATURES
from CardioAILib.radiomics.settings import CLASSES, IMAGE_TYPES
from CardioAILib.verbs.features.presets import INTERPOLATORS, Preset

logger = logging.getLogger(__name__)

SECTIONS = ("setting", "imageType", "featureClass", "voxelSetting")

IMAGES = {
    "Original": ("original",),
    "Exponential": ("exponential",),
    "Gradient": ("gradient",),
    "Logarithm": ("logarithm",),
    "Square": ("square",),
    "SquareRoot": ("squareroot",),
    "Wavelet": tuple(name for name in IMAGE_TYPES if name.startswith("wavelet")),
}
IMAGES_NOT_OFFERED = ("LoG", "LBP2D", "LBP3D")

TAKEN = {
    "normalize": "normalize",
    "normalizeScale": "normalize_scale",
    "removeOutliers": "remove_outliers",
    "padDistance": "pad_distance",
    "preCrop": "pre_crop",
    "resegmentMode": "resegment_mode",
    "resegmentShape": "resegment_shape",
    "minimumROISize": "minimum_roi_size",
    "label": "label",
    "kernelRadius": "kernel_radius",
}
"""Settings that a field of the preset takes as they are; empty ones keep the default."""

TRANSLATED = (
    *("binWidth", "binCount", "force2D", "force2Ddimension"),
    *("resampledPixelSpacing", "interpolator", "resegmentRange"),
)
FIXED = {
    "minimumROIDimensions": 2,
    "correctMask": False,
    "label_channel": 0,
    "distances": [1],
    "symmetricalGLCM": True,
    "weightingNorm": None,
    "gldm_a": 0,
    "voxelArrayShift": 0,
    "gradientUseSpacing": True,
    "wavelet": "coif1",
    "level": 1,
    "start_level": 0,
    "maskedKernel": True,
}
"""Settings with the only value that is computed here."""
CURES = {
    "correctMask": "call with --resample-masks, which moves a mask to its image's grid",
    "additionalInfo": "remove the line; diagnostics columns are always written",
}
NOT_OFFERED = (
    *("sigma", "lbp2DRadius", "lbp2DSamples", "lbp2DMethod", "lbp3DLevels"),
    *("lbp3DIcosphereRadius", "lbp3DIcosphereSubdivision"),
)
WITHOUT_EFFECT = ("geometryTolerance", "additionalInfo", "voxelBatch", "initValue")
"""Settings that change no number: tolerances and memory of the other program."""
VOXEL = ("kernelRadius", "maskedKernel", "initValue", "voxelBatch")

DEPRECATED = {
    "shape": ("Compactness1", "Compactness2", "SphericalDisproportion"),
    "firstorder": ("StandardDeviation",),
    "glcm": ("Dissimilarity", "Homogeneity1", "Homogeneity2", "SumVariance"),
    "gldm": ("DependencePercentage", "GrayLevelNonUniformityNormalized"),
}
"""Features that pyradiomics computes only where they are named."""

DEFAULT_BIN_WIDTH = 25.0


def preset_of_parameters(
    given: Mapping[str, Any], *, name: str, origin: Mapping[str, str] | None = None
) -> Preset:
    """Translate the parameters of pyradiomics.

    Its defaults hold where nothing is said: the original image, all classes, bins of 25, 3-D.

    Args:
        given: The sections `setting`, `imageType`, `featureClass` and `voxelSetting`.
        name: Name of the preset.
        origin: Where the parameters come from.

    Raises:
        InputError: A name is unknown, or something is asked for that is not offered.
    """
    require_known(given, dict.fromkeys(SECTIONS), "the parameters")
    sections = {section: _mapping(given.get(section), section) for section in SECTIONS}
    settings = {**sections["setting"], **sections["voxelSetting"]}
    everything = (*TAKEN, *TRANSLATED, *FIXED, *NOT_OFFERED, *WITHOUT_EFFECT)
    outside = [key for key in everything if key not in VOXEL]
    require_known(sections["setting"], dict.fromkeys(outside), "'setting'")
    require_known(sections["voxelSetting"], dict.fromkeys(VOXEL), "'voxelSetting'")
    _refuse(settings)
    flat = bool(settings.get("force2D"))
    classes, features = _features_of(sections["featureClass"])
    images = _images_of(sections["imageType"])
    taken = {ours: settings[key] for key, ours in TAKEN.items() if settings.get(key) is not None}
    computed = Settings(**_binning(settings), image_types=images, classes=classes)
    return Preset(
        name=name,
        settings=computed,
        dimension=2 if flat else 3,
        features=features and _columns(computed, features),
        resegment_range=_numbers(settings, "resegmentRange"),
        origin=dict(origin or {}),
        **_resampling(settings),
        **taken,
    )


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value)
    raise InputError(
        got=f"{value!r} as '{where}'", wanted="names with values", fix=f"correct '{where}'"
    )


def _refuse(settings: Mapping[str, Any]) -> None:
    """Refuse settings that are known and not offered, and tell those without effect."""
    if asked := [key for key in NOT_OFFERED if key in settings]:
        raise _not_offered(", ".join(asked), "remove them")
    for key, only in FIXED.items():
        if key in settings and settings[key] != only:
            cure = CURES.get(key, f"remove it, or write {key}: {only}")
            raise _not_offered(f"{key}: {settings[key]}", cure)
    if settings.get("force2D") and settings.get("force2Ddimension", 0) != 0:
        wanted = "remove force2Ddimension, or reformat the volume so that slices lie in the plane"
        raise _not_offered(f"force2Ddimension: {settings['force2Ddimension']}", wanted)
    if settings.get("additionalInfo", True) is False:
        raise _not_offered("additionalInfo: false", CURES["additionalInfo"])
    for key in WITHOUT_EFFECT:
        if key in settings:
            logger.info("%s changes no number here and is passed over", key)


def _not_offered(what: str, fix: str) -> InputError:
    return InputError(
        got=f"{what}, which pyradiomics knows and which is not offered here",
        wanted="settings that are computed exactly as pyradiomics 3.0.1 does",
        fix=fix,
    )


def _binning(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the binning; a count goes before a width, as in pyradiomics."""
    count, width = settings.get("binCount"), settings.get("binWidth")
    for key, value in (("binCount", count), ("binWidth", width)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise InputError(got=f"{key}: {value!r}", wanted="a number", fix=f"correct {key}")
    if count is not None:
        return {"bin_count": count}
    return {"bin_width": DEFAULT_BIN_WIDTH if width is None else float(width)}


def _images_of(section: Mapping[str, Any]) -> tuple[str, ...]:
    if not section:
        return ("original",)
    if asked := [name for name in section if name in IMAGES_NOT_OFFERED]:
        raise _not_offered(f"the image type {', '.join(asked)}", "remove it from 'imageType'")
    require_known(section, IMAGES, "'imageType'")
    for name, own in section.items():
        for key, value in _mapping(own, name).items():
            if key not in FIXED or value != FIXED[key]:
                cure = f"write {name}: {{}}, and settings for all images under 'setting'"
                raise _not_offered(f"{key}: {value} for the image type {name} alone", cure)
    return tuple(image for name in section for image in IMAGES[name])


def _features_of(section: Mapping[str, Any]) -> tuple[tuple[str, ...], dict[str, Any] | None]:
    """Return the classes, and the single features of each where some are named."""
    if "shape2D" in section:
        cure = "take 'shape', which describes a slice as a plate of its thickness"
        raise _not_offered("the feature class shape2D", cure)
    require_known(section, FEATURES, "'featureClass'")
    for kind, names in section.items():
        if names is not None and not isinstance(names, list | dict):
            raise InputError(
                got=f"{kind}: {names!r}",
                wanted="a list of features, or nothing for all of the class",
                fix=f"correct '{kind}' under 'featureClass'",
            )
        if asked := [name for name in names or () if name in DEPRECATED.get(kind, ())]:
            raise _not_offered(f"{kind} {', '.join(asked)}", "remove it; pyradiomics gave it up")
        require_known(dict.fromkeys(names or ()), dict.fromkeys(FEATURES[kind]), f"'{kind}'")
    single = any(section.values())
    return tuple(section) or CLASSES, {kind: section[kind] for kind in section} if single else None


def _columns(settings: Settings, features: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns of single features; a class without a list gives all of its own."""
    kept = {(kind, name) for kind, names in features.items() for name in (names or FEATURES[kind])}
    return tuple(
        column for column in feature_names(settings) if tuple(column.split("_")[1:]) in kept
    )


def _resampling(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the resampling; without a spacing or an interpolator there is none."""
    interpolator = settings.get("interpolator", "sitkBSpline")
    if isinstance(interpolator, int) and 1 <= interpolator <= len(INTERPOLATORS):
        interpolator = INTERPOLATORS[interpolator - 1]
    if interpolator is None:
        return {}
    spacing = _numbers(settings, "resampledPixelSpacing")
    return {"resampled_mm": spacing, "interpolator": interpolator}


def _numbers(settings: Mapping[str, Any], key: str) -> tuple[float, ...] | None:
    value = settings.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(
        isinstance(item, int | float) and not isinstance(item, bool) for item in value
    ):
        raise InputError(got=f"{key}: {value!r}", wanted="a list of numbers", fix=f"correct {key}")
    return tuple(float(item) for item in value)
