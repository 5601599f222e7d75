"""The architectures of the papers: declarations here, torch modules in files of their own.

A declaration is light; torch is imported when it is built.
"""

from CardioAILib.networks.declared import VGG16, FourLayerCNN, SevenBlockCNN
from CardioAILib.networks.planar import FourBlockCNN, StandardCNN

__all__ = ["VGG16", "FourBlockCNN", "FourLayerCNN", "SevenBlockCNN", "StandardCNN"]
