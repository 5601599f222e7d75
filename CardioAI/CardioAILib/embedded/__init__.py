"""Slicer without its windows: scene, logics, files and slice views from slicer-core."""

from CardioAILib.embedded.bootstrap import start
from CardioAILib.embedded.scripted import install_stand_ins, load_module

__all__ = ["install_stand_ins", "load_module", "start"]
