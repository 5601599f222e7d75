"""The arms of a system behind one contract: `fit` gives something that can `predict`."""

from CardioAILib.learning.augment import Affine
from CardioAILib.learning.channels import Frames, ImageMaskProduct
from CardioAILib.learning.features import Deep, Radiomics
from CardioAILib.learning.logistic import L1Logistic, Logistic
from CardioAILib.learning.measured import Facts, Measurements
from CardioAILib.learning.network import Network
from CardioAILib.learning.recipe import SGD, Adam, Penalty, Recipe
from CardioAILib.learning.run import Run
from CardioAILib.learning.selection import LassoTop
from CardioAILib.learning.stable import Stable
from CardioAILib.learning.tabular import Tabular

__all__ = [
    "SGD",
    "Adam",
    "Affine",
    "Deep",
    "Facts",
    "Frames",
    "ImageMaskProduct",
    "L1Logistic",
    "LassoTop",
    "Logistic",
    "Measurements",
    "Network",
    "Penalty",
    "Radiomics",
    "Recipe",
    "Run",
    "Stable",
    "Tabular",
]
