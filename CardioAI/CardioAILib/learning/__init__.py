"""The arms of a system behind one contract: `fit` gives something that can `predict`."""

from CardioAILib.learning.augment import Affine
from CardioAILib.learning.channels import Frames, ImageMaskProduct
from CardioAILib.learning.features import Deep, Radiomics
from CardioAILib.learning.network import Network
from CardioAILib.learning.recipe import SGD, Adam, Penalty, Recipe
from CardioAILib.learning.run import Run
from CardioAILib.learning.selection import LassoTop
from CardioAILib.learning.stable import Stable
from CardioAILib.learning.tabular import L1Logistic, Tabular

__all__ = [
    "SGD",
    "Adam",
    "Affine",
    "Deep",
    "Frames",
    "ImageMaskProduct",
    "L1Logistic",
    "LassoTop",
    "Network",
    "Penalty",
    "Radiomics",
    "Recipe",
    "Run",
    "Stable",
    "Tabular",
]
