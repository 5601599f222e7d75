"""Preparation of images: verbs that plan a step, and one way to replay and invert it."""

from CardioAILib.prepare.geometry import CropPad, Resample
from CardioAILib.prepare.grids import resample_mask
from CardioAILib.prepare.intensity import ClipPercentile, Rescale, ZScore
from CardioAILib.prepare.phases import Phases, find_phases
from CardioAILib.prepare.planar import LogCounts, Thorax
from CardioAILib.prepare.step import Stack, Step, back_to_input, prepare, replay
from CardioAILib.prepare.video import Downsample, Sector, Square
from CardioAILib.prepare.window import Window

__all__ = [
    "ClipPercentile",
    "CropPad",
    "Downsample",
    "LogCounts",
    "Phases",
    "Resample",
    "Rescale",
    "Sector",
    "Square",
    "Stack",
    "Step",
    "Thorax",
    "Window",
    "ZScore",
    "back_to_input",
    "find_phases",
    "prepare",
    "replay",
    "resample_mask",
]
