"""The arms of a system behind one contract: `fit` gives something that can `predict`."""

from CardioAILib.learning.augment import Affine
from CardioAILib.learning.channels import ImageMaskProduct
from CardioAILib.learning.features import Deep, Radiomics
from CardioAILib.learning.network import Network
from CardioAILib.learning.recipe import Adam, Penalty, Recipe
from CardioAILib.learning.run import Run
from CardioAILib.learning.selection import LassoTop
from CardioAILib.learning.stable import Stable
from CardioAILib.learning.tabular import L1Logistic, Tabular

__all__ = [
    "Adam",
    "Affine",
    "Deep",
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
