"""Where the heatmaps of a study lie: heart, pericardial band, effusions, elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from CardioAILib.explain import BAND, attention_audit, band_of, heart_of, shares_of
from CardioAILib.prepare import Step, back_to_input, replay
from CardioAILib.results import Attention
from CardioAILib.study import PERICARDIAL_EFFUSION, PLEURAL_EFFUSION, Mask
from CardioAILib.system import System
from CardioAILib.verbs.clipmaps import frames_audited, has_clips, heart_in_clip
from CardioAILib.verbs.maps import of_input, part_of
from CardioAILib.verbs.prepared import Prepared

EFFUSIONS = {
    "pericardial effusion": PERICARDIAL_EFFUSION,
    "pleural effusion": PLEURAL_EFFUSION,
}


@dataclass(frozen=True, eq=False)
class Seen:
    """What the network sees of some examples, and where its maps lie on it.

    Args:
        energy: Weighed maps (n, H, W), a pixel of the network's field of view each.
        heart: The filled heart (n, H, W), bool.
        near: The same, widened by the declared margin where the size of pixels is known.
        effusions: Effusions that the segmentation labels (n, H, W), bool, by name.
        band: What is near the heart and not in it.
    """

    energy: np.ndarray
    heart: np.ndarray
    near: np.ndarray
    effusions: Mapping[str, np.ndarray] = field(default_factory=dict)
    band: str = BAND

    @property
    def shares(self) -> dict[str, float]:
        """Share of the energy by region; a band of no width is none."""
        found = shares_of(self.energy, self.heart, self.near, self.effusions, self.band)
        if np.array_equal(self.heart, self.near):
            found.pop(self.band, None)
        return found


def audit(
    system: System,
    prepared: Prepared,
    maps: Mapping[str, np.ndarray],
    crops: Mapping[str, Step],
    weights: np.ndarray,
) -> Attention | None:
    """Measure where the maps lie, on those inputs whose mask shows the heart.

    The map of each example weighs as pooling weighs its score: where the study's score is the
    maximum over slices, only the slice that sets it counts.

    Args:
        system: The declaration, which explains an arm.
        prepared: The study.
        maps: Maps (S, h, w) of each input, by name.
        crops: What the network sees of each input, by name.
        weights: How much each example (N,) has to do with the study's score.
    """
    declared, examples = system.explain, prepared.examples
    shown = {
        name: seen(system, prepared, name, maps[name], crops[name], weights)
        for name in maps
        if shows_heart(system, prepared, name)
    }
    if not shown:
        return None
    every = joined(list(shown.values()))
    audited = attention_audit(every.energy, every.near, declared.flag_below, every.heart)
    several = shown if len(maps) > 1 else {}
    return replace(
        audited,
        arm=declared.arm,
        slices=() if has_clips(prepared) else _slices(examples.slices[weights > 0]),
        shares=every.shares,
        by_input={name: own.shares for name, own in several.items()},
    )


def shows_heart(system: System, prepared: Prepared, name: str) -> bool:
    """Say whether a mask shows the heart on something of an input that the network sees."""
    if has_clips(prepared):
        return len(frames_audited(system, prepared, name)) > 0
    return bool(prepared.inputs[name].stack.mask.any())


def seen(
    system: System,
    prepared: Prepared,
    name: str,
    maps: np.ndarray,
    crop: Step,
    weights: np.ndarray,
) -> Seen:
    """Return the maps of one input's examples on what the network saw, with their regions.

    Of a clip they are the frames that the network saw and the segmentation shows.
    """
    own, stack = of_input(prepared, name), prepared.inputs[name].stack
    slices, mask = prepared.examples.slices[own], stack.mask
    if has_clips(prepared):
        slices = frames_audited(system, prepared, name)
        mask = heart_in_clip(system, prepared, name)
    energy = enlarged(maps[slices] * weights[own, np.newaxis, np.newaxis], crop)

    def cut(region: np.ndarray) -> np.ndarray:
        return replay(region, (crop,), "nearest")[slices]

    calibrated = prepared.inputs[name].image.calibrated
    margins = (0.0, system.explain.heart_margin if calibrated else 0.0)
    heart, near = (cut(heart_of(mask, margin, stack.spacing)) for margin in margins)
    found = effusions_of(system, prepared, name).items()
    band = band_of(system.inputs[part_of(prepared, name)])
    return Seen(energy, heart, near, {label: cut(region) for label, region in found}, band)


def effusions_of(system: System, prepared: Prepared, name: str) -> dict[str, np.ndarray]:
    """Return the effusions (S, H, W) that an input's segmentation labels, prepared as its image."""
    role = None if has_clips(prepared) else system.inputs[name].mask
    found = None if role is None else prepared.study.find(role)
    mask = None if found is None else prepared.study.images[found]
    if not isinstance(mask, Mask):
        return {}
    steps = prepared.inputs[name].steps
    return {
        label: replay(mask.of(structure)[0], steps, "nearest")
        for label, structure in EFFUSIONS.items()
        if mask.of(structure).any()
    }


def _slices(indices: np.ndarray) -> tuple[int, ...]:
    return tuple(int(index) for index in indices)


def joined(parts: Sequence[Seen]) -> Seen:
    """Return several inputs as one; an effusion that one of them does not label is not there."""
    names = dict.fromkeys(name for part in parts for name in part.effusions)
    effusions = {
        name: np.concatenate(
            [part.effusions.get(name, np.zeros(part.heart.shape, bool)) for part in parts]
        )
        for name in names
    }
    arrays = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("energy", "heart", "near")
    )
    return Seen(*arrays, effusions, parts[0].band)


def enlarged(small: np.ndarray, crop: Step) -> np.ndarray:
    """Interpolate maps (S, h, w) to the pixels of the network's field of view."""
    return back_to_input(small, (Step("Enlarge", crop.output_shape, crop.output_shape),))
