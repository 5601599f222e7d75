"""A preparation step as data: planned once, replayed on any array, inverted for heatmaps.

A step is an axis-aligned placement of the output grid on the input grid, pixels that are blanked
and a clipped linear map of intensities, which is all that resampling, cropping and rescaling are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import numpy as np

from CardioAILib.prepare.cubic import Kernel, sampled

Interpolation = Literal["linear", "nearest"]


@dataclass(frozen=True)
class Gray:
    """A clipped linear map of the intensities of one slice.

    Args:
        clip: Lowest and highest intensity kept, or None.
        subtract: Subtracted from intensities after clipping ...
        divide: ... which are then divided by this.
    """

    clip: tuple[float, float] | None = None
    subtract: float = 0.0
    divide: float = 1.0


@dataclass(frozen=True)
class Step:
    """What was done to a stack.

    Args:
        name: Verb that planned it.
        input_shape: (H, W) before.
        output_shape: (H, W) after.
        scale: Input pixels an output pixel, along (H, W).
        offset: Input index of the output's pixel (0, 0), along (H, W).
        clip: Lowest and highest intensity kept, or None.
        subtract: Subtracted from intensities after clipping ...
        divide: ... which are then divided by this.
        by_slice: The map of each slice (S,) instead, where they differ.
        log: Whether the natural logarithm is taken first, and what it does with zeros: they are
            "kept", or it is that of intensities "plus one"; empty for none.
        kernel: Cubic interpolation of intensities; empty for the linear one.
        seen: Pixels of the output grid (H, W) whose intensities stay, bool; the others become 0.
            None where all stay. It is worked out again from the image and is never written.
    """

    name: str
    input_shape: tuple[int, int]
    output_shape: tuple[int, int]
    scale: tuple[float, float] = (1.0, 1.0)
    offset: tuple[float, float] = (0.0, 0.0)
    clip: tuple[float, float] | None = None
    subtract: float = 0.0
    divide: float = 1.0
    by_slice: tuple[Gray, ...] = ()
    log: Literal["", "kept", "plus one"] = ""
    kernel: Kernel | Literal[""] = ""
    seen: np.ndarray | None = field(default=None, compare=False, repr=False)

    @property
    def moves(self) -> bool:
        """Whether the step changes the grid."""
        still = self.scale == (1.0, 1.0) and self.offset == (0.0, 0.0)
        return not (still and self.input_shape == self.output_shape)


@dataclass(frozen=True, eq=False)
class Stack:
    """Slices on their way through preparation.

    Args:
        image: Intensities (S, H, W), float32; of several frames, the slices of one after those
            of the other (P * S, H, W), so that all share one grid, crop and window.
        mask: The structure, of the same shape, bool; all False where there is no mask.
        spacing: Pixel size along (H, W), in mm.
        steps: What has been done so far.
        frames: Number P of cardiac frames.
    """

    image: np.ndarray
    mask: np.ndarray
    spacing: tuple[float, float]
    steps: tuple[Step, ...] = ()
    frames: int = 1

    @property
    def cine(self) -> np.ndarray:
        """The intensities with the frames apart, (P, S, H, W)."""
        return self.image.reshape(self.frames, -1, *self.image.shape[1:])


class Verb(Protocol):
    """A declared preparation: it looks at a stack and says what to do."""

    def plan(self, stack: Stack) -> Step:
        """Return the step for this stack."""
        ...


def prepare(stack: Stack, verbs: Iterable[Verb]) -> Stack:
    """Apply declared verbs in order, recording each step."""
    for verb in verbs:
        step = verb.plan(stack)
        row, column = stack.spacing
        stack = replace(
            stack,
            image=replay(stack.image, (step,)),
            mask=replay(stack.mask, (step,), "nearest"),
            spacing=(row * step.scale[0], column * step.scale[1]),
            steps=(*stack.steps, step),
        )
    return stack


def replay(
    array: np.ndarray, steps: Iterable[Step], interpolation: Interpolation = "linear"
) -> np.ndarray:
    """Do recorded steps again on an array (S, H, W).

    Args:
        array: Intensities, or a mask with `interpolation="nearest"`, whose values are kept.
        steps: Recorded steps, in order.
        interpolation: "linear", or cubic where a step says so, or "nearest".

    Returns:
        The array on the last step's grid, of the same type as `array`.
    """
    for step in steps:
        if step.kernel and interpolation == "linear":
            array = sampled(array, step.scale, step.offset, step.output_shape, step.kernel)
        elif step.moves:
            array = warp(array, step.scale, step.offset, step.output_shape, interpolation)
        if interpolation == "linear":
            array = _map_intensity(array, step)
    return array


def back_to_input(heatmap: np.ndarray, steps: tuple[Step, ...]) -> np.ndarray:
    """Put a heatmap on the grid that the steps started from, in one interpolation.

    Args:
        heatmap: Map (S, h, w) that covers the last step's field of view, at any resolution.
        steps: Recorded steps, in order.

    Returns:
        Map (S, H, W) on the first step's input grid; zero outside the field of view.
    """
    scale, offset = _placement(heatmap.shape[1:], steps)
    inverse_scale = (1.0 / scale[0], 1.0 / scale[1])
    inverse_offset = (-offset[0] / scale[0], -offset[1] / scale[1])
    return warp(heatmap, inverse_scale, inverse_offset, steps[0].input_shape, "linear")


def warp(
    stack: np.ndarray,
    scale: tuple[float, float],
    offset: tuple[float, float],
    shape: tuple[int, int],
    interpolation: Interpolation,
) -> np.ndarray:
    """Sample every slice of (S, H, W) at `index * scale + offset`; zero outside the pixels."""
    if scale == (1.0, 1.0) and all(float(shift).is_integer() for shift in offset):
        return _shifted(stack, (int(offset[0]), int(offset[1])), shape)
    if not stack.any():
        return np.zeros((len(stack), *shape), stack.dtype)
    import SimpleITK as sitk

    source = sitk.GetImageFromArray(stack.astype(np.uint8 if stack.dtype == bool else stack.dtype))
    resampler = sitk.ResampleImageFilter()
    resampler.SetSize((shape[1], shape[0], stack.shape[0]))
    resampler.SetOutputSpacing((scale[1], scale[0], 1.0))
    resampler.SetOutputOrigin((offset[1], offset[0], 0.0))
    resampler.SetInterpolator(
        sitk.sitkLinear if interpolation == "linear" else sitk.sitkNearestNeighbor
    )
    return sitk.GetArrayFromImage(resampler.Execute(source)).astype(stack.dtype)


def _shifted(stack: np.ndarray, offset: tuple[int, int], shape: tuple[int, int]) -> np.ndarray:
    """Cut or pad every slice by whole pixels, as sampling at them would."""
    moved = np.zeros((len(stack), *shape), stack.dtype)
    ends = zip(stack.shape[1:], offset, shape, strict=True)
    taken = [slice(max(0, o), max(0, min(n, o + m))) for n, o, m in ends]
    rows, columns = (
        slice(own.start - o, max(own.start, own.stop) - o)
        for own, o in zip(taken, offset, strict=True)
    )
    moved[:, rows, columns] = stack[:, taken[0], taken[1]]
    return moved


def _map_intensity(array: np.ndarray, step: Step) -> np.ndarray:
    if step.seen is not None:
        array = array * step.seen
    if step.log:
        array = logarithm(array, step.log)
    if not step.by_slice:
        return _mapped(array, Gray(step.clip, step.subtract, step.divide))
    pairs = zip(array, step.by_slice, strict=True)
    return np.stack([_mapped(own, gray) for own, gray in pairs])


def logarithm(intensities: np.ndarray, zeros: str) -> np.ndarray:
    """Return the natural logarithm, of the same type, with zeros "kept" or of values "plus one"."""
    if zeros == "plus one":
        return np.log1p(intensities)
    return np.log(intensities, out=np.zeros_like(intensities), where=intensities > 0)


def _mapped(array: np.ndarray, gray: Gray) -> np.ndarray:
    if gray.clip is not None:
        array = np.clip(array, *gray.clip).astype(array.dtype, copy=False)
    if (gray.subtract, gray.divide) == (0.0, 1.0):
        return array
    return ((array - gray.subtract) / gray.divide).astype(array.dtype)


def _placement(
    shape: tuple[int, ...], steps: tuple[Step, ...]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Compose the steps' grids, beginning with a map of `shape` that covers the last one."""
    last = steps[-1].output_shape
    scale = [last[axis] / shape[axis] for axis in (0, 1)]
    offset = [(factor - 1.0) / 2.0 for factor in scale]
    for step in reversed(steps):
        for axis in (0, 1):
            offset[axis] = offset[axis] * step.scale[axis] + step.offset[axis]
            scale[axis] *= step.scale[axis]
    return (scale[0], scale[1]), (offset[0], offset[1])
