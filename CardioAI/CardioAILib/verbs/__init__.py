"""The life of a model: check, fit, cross-validate, predict, explain, evaluate."""

from CardioAILib.verbs.batch import predict_cohort
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.cross_validate import held_out_results
from CardioAILib.verbs.evaluate import evaluate
from CardioAILib.verbs.evaluation import Evaluation
from CardioAILib.verbs.fit import Fitted, fit
from CardioAILib.verbs.gather import Failure, Options, check
from CardioAILib.verbs.model import Model, load_model, save_model
from CardioAILib.verbs.predict import predict
from CardioAILib.verbs.quantities import QuantityEvaluation
from CardioAILib.verbs.units import units

__all__ = [
    "ClassEvaluation",
    "Evaluation",
    "Failure",
    "Fitted",
    "Model",
    "Options",
    "QuantityEvaluation",
    "check",
    "evaluate",
    "fit",
    "held_out_results",
    "load_model",
    "predict",
    "predict_cohort",
    "save_model",
    "units",
]
