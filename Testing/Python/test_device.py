"""A GPU whose memory is too small, played by networks that say so."""

import copy
from dataclasses import replace

import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.learning.network import FittedNetwork, Network
from CardioAILib.verbs import fit as fit_verb
from CardioAILib.verbs import load_model, predict
from CardioAILib.verbs.device import ON_CPU, device_of, is_out_of_memory
from conftest import small_cohort

GPU = "cpu:0"
"""A device of which PyTorch has one everywhere, and which is not called the CPU."""
FULL = torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 MiB.")


def on_full_gpu(fitted: FittedNetwork) -> FittedNetwork:
    """The same network where every computation asks for too much memory."""

    def refuse(*_, **__):
        raise FULL

    network = copy.deepcopy(fitted.network_)
    network.forward = network.outputs = refuse
    return replace(fitted, network_=network, device=GPU)


@pytest.fixture
def crowded(tiny):
    """The tiny model on a GPU that is full."""
    members = tuple({**m, "dl": on_full_gpu(m["dl"])} for m in tiny.model.members)
    return replace(tiny.model, members=members)


def test_networks_that_do_not_fit_run_on_the_cpu_and_say_so(crowded, tiny, test_cohort):
    study = test_cohort.studies[0]
    result, heatmaps = predict(crowded, study, explain=True)
    expected, same = predict(tiny.model, study, explain=True)
    assert device_of(crowded) == GPU
    assert result.provenance.device == "cpu"
    assert ON_CPU in result.findings
    assert ON_CPU not in expected.findings
    assert result.arms == expected.arms
    assert (heatmaps["ES"].array == same["ES"].array).all()


def test_a_gpu_that_refuses_the_weights_leaves_them_on_the_cpu(
    tiny, tiny_model, test_cohort, monkeypatch
):
    real = Network.load

    def refusing(self, folder, device="auto"):
        if device != "cpu":
            raise FULL
        return real(self, folder, device)

    monkeypatch.setattr(Network, "load", refusing)
    model = load_model(tiny_model, device="cuda")
    result, _ = predict(model, test_cohort.studies[0])
    assert result.provenance.device == "cpu"
    assert result.findings.count(ON_CPU) == 1


def test_another_error_is_not_taken_for_a_lack_of_memory(tiny, test_cohort):
    def refuse(*_):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    def broken(fitted):
        network = copy.deepcopy(fitted.network_)
        network.forward = refuse
        return replace(fitted, network_=network, device=GPU)

    members = tuple({**m, "dl": broken(m["dl"])} for m in tiny.model.members)
    with pytest.raises(RuntimeError, match="multiplied"):
        predict(replace(tiny.model, members=members), test_cohort.studies[0])


def test_a_training_that_does_not_fit_says_what_to_do(system, monkeypatch):
    def refuse(*_):
        raise FULL

    monkeypatch.setattr(Network, "fit", refuse)
    with pytest.raises(InputError, match="on the CPU"):
        fit_verb(system, small_cohort(8, seed=2), arms=("dl",))


@pytest.mark.parametrize(
    ("error", "so"),
    [
        (FULL, True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"), True),
        (RuntimeError("CUDA error: out of memory"), True),
        (RuntimeError("shape mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_lack_of_memory_is_known_by_class_or_words(error, so):
    assert is_out_of_memory(error) is so
