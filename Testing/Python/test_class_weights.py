import math
from collections import OrderedDict
from dataclasses import replace

import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.learning import SGD, Adam, Recipe, loop
from CardioAILib.learning.augment import Unchanged
from CardioAILib.learning.loop import Batches
from CardioAILib.learning.loss import CLASSES
from CardioAILib.learning.run import Machine
from CardioAILib.learning.state import State
from CardioAILib.learning.step import step
from CardioAILib.learning.tasks import Tasks
from CardioAILib.learning.weighing import balanced, weighed_loss
from CardioAILib.networks.staged import Staged
from torch import nn

CPU = Machine("cpu", bfloat16=False)
BALANCED = Recipe(SGD(0.0), 4, 1, class_weights="balanced")

pytestmark = pytest.mark.usefixtures("single_thread")


def indifferent(logits: int) -> Staged:
    """A network that says the same of every image."""
    dense = nn.Linear(1, logits)
    with torch.no_grad():
        dense.weight.zero_()
        dense.bias.copy_(torch.arange(logits).float())
    return Staged(OrderedDict(flatten=nn.Flatten(), logits=dense))


def loss_of(network: Staged, labels: torch.Tensor, learned: torch.Tensor) -> float:
    weighed = weighed_loss(BALANCED, CLASSES, learned)
    state = State(network, torch.optim.SGD(network.parameters(), lr=0.0), weighed=weighed)
    return step(state, BALANCED, torch.ones(len(labels), 1, 1, 1), labels, CPU)


# The weights


def test_the_weights_as_worked_by_hand():
    labels = torch.tensor([0.0, 0, 0, 0, 0, 0, 1, 1, 2])
    assert balanced(labels).tolist() == pytest.approx([9 / (3 * 6), 9 / (3 * 2), 9 / (3 * 1)])


def test_all_classes_weigh_the_same_and_images_1_on_average():
    labels = torch.tensor([0.0] * 991 + [1.0] * 296 + [2.0] * 23 + [3.0] * 24)
    weights = balanced(labels)[labels.long()]
    assert weights.mean().item() == pytest.approx(1.0, abs=1e-5)
    sums = [weights[labels == label].sum().item() for label in range(4)]
    assert sums == pytest.approx([1334 / 4] * 4, rel=1e-5)


def test_a_class_that_no_training_image_shows_takes_no_weight_from_the_others():
    weights = balanced(torch.tensor([0.0, 0, 0, 2]))
    assert weights[[0, 2]].tolist() == pytest.approx([4 / 6, 2.0])


# The loss


def test_the_weighted_sum_is_divided_by_the_number_of_images_as_keras_does():
    # Logits 0, 1 and 2 for all; a batch that shows class 2 more often than training does.
    learned = torch.tensor([0.0, 0, 0, 0, 1, 1, 2, 2])
    labels = torch.tensor([0.0, 2, 2, 2])
    entropy = [math.log(sum(math.exp(i) for i in range(3))) - i for i in range(3)]
    weights = [8 / 12, 8 / 6, 8 / 6]
    wanted = (weights[0] * entropy[0] + 3 * weights[2] * entropy[2]) / 4
    assert loss_of(indifferent(3), labels, learned) == pytest.approx(wanted, rel=1e-5)


def test_one_logit_for_two_classes_is_weighed_too():
    learned = torch.tensor([0.0, 0, 0, 1])
    loss = loss_of(indifferent(1), torch.tensor([0.0, 1.0]), learned)
    assert loss == pytest.approx((4 / 6 + 4 / 2) * math.log(2) / 2, rel=1e-5)


def test_parts_of_a_batch_add_up_to_the_weighted_loss_of_the_whole(monkeypatch):
    labels = torch.tensor([0.0, 1, 1, 2, 2, 2, 0])
    whole = loss_of(indifferent(3), labels, labels)
    monkeypatch.setattr("CardioAILib.learning.step.MICRO_BATCH", 2)
    assert loss_of(indifferent(3), labels, labels) == pytest.approx(whole, rel=1e-5)


def test_without_weights_the_loss_is_the_objective_s():
    assert weighed_loss(Recipe(Adam(1e-3), 4, 1), CLASSES, torch.tensor([0.0, 1])) is None


def test_weights_for_several_tasks_at_once_are_refused():
    with pytest.raises(InputError) as raised:
        weighed_loss(BALANCED, Tasks(("type", "view"), (3, 3)), torch.zeros(4, 2))
    assert "several tasks" in raised.value.got
    assert "class_weights=None" in raised.value.fix


def test_validation_is_not_weighed():
    data = Batches(torch.ones(4, 1, 1, 1), torch.tensor([0.0, 0, 0, 1]))
    _, history = loop.train(
        indifferent(2),
        replace(BALANCED, epochs=1),
        Unchanged(),
        (data, data),
        CPU,
        0,
        None,
        lambda done, message: None,
    )
    rare, frequent = math.log1p(math.exp(-1.0)), math.log1p(math.exp(1.0))
    assert history[0]["validation loss"] == pytest.approx((3 * frequent + rare) / 4, rel=1e-5)
    assert history[0]["training loss"] == pytest.approx((frequent + rare) / 2, rel=1e-5)
