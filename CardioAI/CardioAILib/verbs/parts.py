"""What each subject of development data served for, where they were divided once."""

from __future__ import annotations

from CardioAILib.learning.splits import hold_out_by_subject
from CardioAILib.system import HoldOut
from CardioAILib.verbs.crossfit import NEVER
from CardioAILib.verbs.fit import Fitted
from CardioAILib.verbs.member import validation_share

TRAINING, VALIDATION, TEST = "training", "validation", "test"


def parts_of(fitted: Fitted) -> dict[str, str]:
    """Return "training", "validation" or "test" by subject; nothing of a cross-validation.

    Validation chose the epoch of networks; arms without epochs learned from it as well.

    Args:
        fitted: What a fit left behind.
    """
    protocol, examples = fitted.model.system.protocol, fitted.examples
    if not isinstance(protocol, HoldOut):
        return {}
    learned = examples.take((fitted.crossfit.folds == NEVER) & examples.training)
    parts = dict.fromkeys(examples.subjects[fitted.crossfit.folds != NEVER].tolist(), TEST)
    parts |= dict.fromkeys(learned.subjects.tolist(), TRAINING)
    share = validation_share(protocol)
    if share:
        seed = fitted.model.provenance.seed
        _, chose = hold_out_by_subject(learned.subjects, learned.labels, share, seed)
        parts |= dict.fromkeys(chose.tolist(), VALIDATION)
    return parts
