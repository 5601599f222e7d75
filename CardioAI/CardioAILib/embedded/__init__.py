"""Slicer without its windows: scene, logics, files and slice views from slicer-core."""

from CardioAILib.embedded.bootstrap import start

__all__ = ["start"]
