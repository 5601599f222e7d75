"""The arms of a system behind one contract: `fit` gives something that can `predict`."""

from CardioAILib.learning.augment import Affine
from CardioAILib.learning.boosting import GradientBoosting
from CardioAILib.learning.channels import Frames, ImageMaskProduct, OneChannel
from CardioAILib.learning.clip import Clip, RandomStart
from CardioAILib.learning.enhancement import Enhancement
from CardioAILib.learning.ensemble import Ensemble, networks_of
from CardioAILib.learning.features import Deep, Radiomics
from CardioAILib.learning.findings import Findings
from CardioAILib.learning.items import Item
from CardioAILib.learning.logistic import L1Logistic, Logistic
from CardioAILib.learning.measured import Facts, Measurements
from CardioAILib.learning.motion import Motion
from CardioAILib.learning.network import Network
from CardioAILib.learning.recipe import SGD, Adam, AdamW, Penalty, Plateau, Recipe
from CardioAILib.learning.run import Run
from CardioAILib.learning.selection import LassoTop
from CardioAILib.learning.stable import Stable
from CardioAILib.learning.stack import Stack
from CardioAILib.learning.tabular import Tabular

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "Affine",
    "Clip",
    "Deep",
    "Enhancement",
    "Ensemble",
    "Facts",
    "Findings",
    "Frames",
    "GradientBoosting",
    "ImageMaskProduct",
    "Item",
    "L1Logistic",
    "LassoTop",
    "Logistic",
    "Measurements",
    "Motion",
    "Network",
    "OneChannel",
    "Penalty",
    "Plateau",
    "Radiomics",
    "RandomStart",
    "Recipe",
    "Run",
    "Stable",
    "Stack",
    "Tabular",
    "networks_of",
]
