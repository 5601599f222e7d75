"""Preparation of images: verbs that plan a step, and one way to replay and invert it."""

from CardioAILib.prepare.geometry import CropPad, Resample
from CardioAILib.prepare.grids import resample_mask
from CardioAILib.prepare.intensity import Rescale
from CardioAILib.prepare.step import Stack, Step, back_to_input, prepare, replay

__all__ = [
    "CropPad",
    "Resample",
    "Rescale",
    "Stack",
    "Step",
    "back_to_input",
    "prepare",
    "replay",
    "resample_mask",
]
