"""Slicer without its windows: scene, logics, files and slice views from slicer-core."""

from CardioAILib.embedded.bootstrap import start
from CardioAILib.embedded.chart import draw_chart
from CardioAILib.embedded.content import add_image, add_outlines
from CardioAILib.embedded.planes import ras_of
from CardioAILib.embedded.probe import rendering_problem
from CardioAILib.embedded.scripted import install_stand_ins, load_module
from CardioAILib.embedded.sliceview import SliceView

__all__ = [
    "SliceView",
    "add_image",
    "add_outlines",
    "draw_chart",
    "install_stand_ins",
    "load_module",
    "ras_of",
    "rendering_problem",
    "start",
]
