from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.evaluate import roc_auc
from CardioAILib.examples import Examples
from CardioAILib.learning import Adam, Network, Plateau, Run
from helpers_scans import ARM, THIN, scans

# At the paper's rate and width: a thinner row of 25 rectified layers learns by luck alone.
LINEAR = replace(
    ARM,
    architecture=replace(THIN, skips=False, width=1.0),
    recipe=replace(ARM.recipe, optimizer=Adam(1e-4), batch=8, plateau=Plateau(2, 0.1, 1e-7)),
)

pytestmark = pytest.mark.usefixtures("single_thread")


def scores_of(arm: Network, examples: Examples, new: Examples, epochs: int) -> np.ndarray:
    run = Run(seed=1, epochs=epochs, device="cpu", precision="float32")
    return arm.fit(examples, run).predict(new, {})


@pytest.mark.parametrize(
    ("arm", "share", "epochs"), [(LINEAR, 0.5, 4), (ARM, 0.2, 6)], ids=["linear", "residual"]
)
def test_hot_hearts_are_found(arm: Network, share: float, epochs: int):
    new = scans(100, seed=7, share=share)
    scores = scores_of(arm, scans(60, share=share), new, epochs)
    assert roc_auc(new.labels, scores) > 0.95
    assert (scores[new.labels == 1] > 0.5).mean() > 0.8


def test_permuted_labels_of_other_subjects_are_called_by_chance():
    random = np.random.default_rng(3)
    examples, new = scans(60), scans(300, seed=7)
    examples = replace(examples, labels=random.permutation(examples.labels))
    scores = scores_of(ARM, examples, new, 3)
    assert len(np.unique(scores)) > 100
    assert roc_auc(random.permutation(new.labels), scores) == pytest.approx(0.5, abs=0.12)
