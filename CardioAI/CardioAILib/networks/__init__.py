"""The architectures of the papers: declarations here, torch modules in files of their own.

A declaration is light; torch is imported when it is built.
"""

from CardioAILib.networks.declared import VGG16, FourLayerCNN, SevenBlockCNN
from CardioAILib.networks.planar import FourBlockCNN, StandardCNN
from CardioAILib.networks.video import R2Plus1D

__all__ = ["VGG16", "FourBlockCNN", "FourLayerCNN", "R2Plus1D", "SevenBlockCNN", "StandardCNN"]
