"""Features of regions by a preset, whichever room computes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.radiomics import Settings, extract, feature_names
from CardioAILib.verbs.features.conditioned import Region
from CardioAILib.verbs.features.presets import Preset

Progress = Callable[[int, int], None]


def columns_of(preset: Preset) -> tuple[str, ...]:
    """Return the names of a preset's features, without computing anything.

    Raises:
        InputError: The preset wants a feature that its settings do not give.
    """
    names = _names(preset.settings)
    if preset.features is None:
        return names
    if unknown := [name for name in preset.features if name not in names]:
        raise InputError(
            got=f"the features {', '.join(unknown)}",
            wanted="features that the settings compute",
            fix="correct 'features' of the preset, or its settings",
        )
    return tuple(name for name in names if name in preset.features)


def features_of(
    regions: Sequence[Region], preset: Preset, engine: str, progress: Progress
) -> np.ndarray:
    """Measure regions.

    Args:
        regions: All slices, or all volumes.
        preset: What is computed.
        engine: Radiomics engine.
        progress: Told the number of regions done, and of all.

    Returns:
        Features (N, F), one column for each of `columns_of`.

    Raises:
        InputError: A region cannot be measured.
    """
    if isinstance(preset.settings, Settings):
        table = _radiomics(regions, preset, engine, progress)
    else:
        table = np.array([_ibsi(region, preset.settings) for region in regions])
    return keep_columns(table, preset)


def keep_columns(table: np.ndarray, preset: Preset) -> np.ndarray:
    """Keep the columns of a table (N, F) of all features that the preset wants."""
    if preset.features is None:
        return table
    names = _names(preset.settings)
    return table[:, [names.index(name) for name in columns_of(preset)]]


def _names(settings: Any) -> tuple[str, ...]:
    if isinstance(settings, Settings):
        return feature_names(settings)
    from CardioAILib.radiomics.ibsi import ibsi_names

    return ibsi_names(settings)


def _radiomics(
    regions: Sequence[Region], preset: Preset, engine: str, progress: Progress
) -> np.ndarray:
    """Measure with `radiomics`; shape apart where it is of another region."""
    settings = replace(preset.settings, slice_mm=regions[0].slice_mm, label=1)
    apart = any(region.shape_mask is not region.mask for region in regions)
    if not apart or "shape" not in settings.classes or settings.classes == ("shape",):
        masks = [
            region.shape_mask if settings.classes == ("shape",) else region.mask
            for region in regions
        ]
        return _extracted(regions, masks, settings, engine, progress)
    shape = replace(settings, classes=("shape",))
    rest = replace(settings, classes=tuple(c for c in settings.classes if c != "shape"))
    outlines, insides = ([r.shape_mask for r in regions], [r.mask for r in regions])
    return np.hstack(
        [
            _extracted(regions, outlines, shape, engine, _unheard),
            _extracted(regions, insides, rest, engine, progress),
        ]
    )


def _extracted(
    regions: Sequence[Region],
    masks: Sequence[np.ndarray],
    settings: Settings,
    engine: str,
    progress: Progress,
) -> np.ndarray:
    if regions[0].slice is None:
        from CardioAILib.radiomics import extract_volume

        rows = [
            extract_volume(region.image, mask, region.spacing, settings, engine)
            for region, mask in zip(regions, masks, strict=True)
        ]
        return np.array(rows)
    if len({region.image.shape for region in regions}) == 1:
        images = np.stack([region.image for region in regions])
        spacing = np.array([region.spacing for region in regions])
        return extract(images, np.stack(masks), spacing, settings, engine, progress)
    rows = []
    for region, mask in zip(regions, masks, strict=True):
        rows.append(extract(region.image[None], mask[None], region.spacing, settings, engine)[0])
        progress(len(rows), len(regions))
    return np.array(rows)


def _ibsi(region: Region, settings: Any) -> list[float]:
    from CardioAILib.radiomics.ibsi import ibsi_features, ibsi_names

    values = ibsi_features(region.image, region.mask, region.spacing, settings)
    return [values[name] for name in ibsi_names(settings)]


def _unheard(done: int, total: int) -> None:
    """Tell nobody."""
