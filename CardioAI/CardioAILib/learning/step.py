"""One optimizer step on a batch: its gradients, summed over few images at a time."""

from __future__ import annotations

import torch

from CardioAILib.learning.recipe import Recipe
from CardioAILib.learning.run import Machine
from CardioAILib.learning.state import State
from CardioAILib.learning.stem import backward_in_parts, last_of_stem, normalizes_batches
from CardioAILib.networks.layout import channels_last

MICRO_BATCH = 8
"""Images at a time on a CPU, whose cache then holds what a stage leaves to the next."""
MICRO_CLIPS = 1
"""Likewise of clips, each of which has many frames."""


def step(
    state: State, recipe: Recipe, images: torch.Tensor, labels: torch.Tensor, machine: Machine
) -> float:
    """Take one optimizer step; return its loss.

    Gradients are summed over few images at a time on a CPU, whose cache then holds them; the
    step is that of the whole batch. Where the batch itself is normalized, it stays whole.
    """
    state.optimizer.zero_grad(set_to_none=True)
    total = add_gradients(state, recipe, images, labels, machine)
    state.optimizer.step()
    return total


def add_gradients(
    state: State, recipe: Recipe, images: torch.Tensor, labels: torch.Tensor, machine: Machine
) -> float:
    """Go backward from the loss of a batch; return it."""
    on_cpu, cut = images.device.type == "cpu", last_of_stem(state.network)
    if on_cpu and cut is not None and recipe.penalty is None:
        return behind_stem(state, cut, images, labels, machine)
    apart = on_cpu and not normalizes_batches(state.network)
    few = MICRO_BATCH if apart else len(images)
    total = 0.0
    for some, own in zip(images.split(few), labels.split(few), strict=True):
        share = len(some) / len(images)
        loss = share * penalized_loss(state, recipe, some, own, machine)
        loss.backward()
        total += float(loss.detach())
    return total


def behind_stem(
    state: State, cut: str, images: torch.Tensor, labels: torch.Tensor, machine: Machine
) -> float:
    """Go backward from the loss of a batch, few images at a time behind a stage; return it."""
    stem, tail = state.network.split(cut)

    def backward(some: torch.Tensor, part: slice) -> float:
        own = labels[part]
        with arithmetic(images, machine):
            logits = tail(some)
        loss = state.loss(logits.float(), own) * (len(own) / len(images))
        loss.backward()
        return float(loss.detach())

    with arithmetic(images, machine):
        features = stem(channels_last(images))
    return backward_in_parts(features, MICRO_BATCH, backward)


def penalized_loss(
    state: State, recipe: Recipe, images: torch.Tensor, labels: torch.Tensor, machine: Machine
) -> torch.Tensor:
    """Return the mean loss of some images, penalties added."""
    penalty, network = recipe.penalty, state.network
    images = channels_last(images)
    with arithmetic(images, machine):
        logits, hidden = network.outputs(images, penalty.stages if penalty else ())
    loss = state.loss(logits.float(), labels)
    if penalty is not None:
        for name, activity in hidden.items():
            kernel = network.stages.get_submodule(name).weight
            loss = loss + penalty.l2 * kernel.square().sum()
            loss = loss + penalty.l1_activity * activity.float().abs().sum() / len(images)
    return loss


def arithmetic(images: torch.Tensor, machine: Machine) -> torch.autocast:
    """Return the context in which convolutions of images train."""
    return torch.autocast(images.device.type, torch.bfloat16, enabled=machine.bfloat16)
