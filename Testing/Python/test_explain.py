from collections import OrderedDict
from dataclasses import replace

import numpy as np
import pytest
import torch
from CardioAILib.networks.staged import Staged
from CardioAILib.verbs.explain import explain
from CardioAILib.verbs.prepared import prepare_study
from torch import nn


class BrightSpot:
    """Stands for a fitted network: its map is the image itself, its score the brightest pixel."""

    def __init__(self, arm):
        self.arm = arm
        self.network_ = Staged(
            OrderedDict(
                relu3=nn.ReLU(), pool=nn.AdaptiveMaxPool2d(1), flat=nn.Flatten(), logit=first()
            )
        )

    def predict(self, examples, fitted):
        images = self.arm.channels.array(examples)
        return images[:, 0].max(axis=(1, 2))

    def run(self, function, examples):
        return function(torch.from_numpy(self.arm.channels.array(examples))).numpy()


def first():
    linear = nn.Linear(3, 1)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor([[1.0, 0.0, 0.0]]))
        linear.bias.zero_()
    return linear


@pytest.fixture
def spotted(system, test_cohort):
    """A study that is black but for a spot at a known place on a known slice."""

    def make(row_offset, column_offset):
        study = test_cohort.studies[0]
        image_role = study.find(system.inputs["ES"].image)
        mask_role = study.find(system.inputs["ES"].mask)
        mask = study.images[mask_role]
        _, slices, rows, columns = np.nonzero(mask.of("myocardium"))
        where = (
            int(np.median(slices)),
            round(rows.mean()) + row_offset,
            round(columns.mean()) + column_offset,
        )
        pixels = np.zeros_like(study.images[image_role].array)
        pixels[0, where[0], where[1], where[2]] = 100.0
        image = replace(study.images[image_role], array=pixels)
        return replace(study, images={image_role: image, mask_role: mask}), where

    return make


@pytest.mark.parametrize(("row", "column"), [(0, 0), (5, -7), (-6, 9)])
def test_a_map_is_put_back_where_the_evidence_is(system, spotted, row, column):
    study, where = spotted(row, column)
    prepared = prepare_study(system, study)
    explanation = explain(system, prepared, [{"dl": BrightSpot(system.arms["dl"])}])
    heatmap = explanation.heatmaps["ES"].array[0]
    assert np.unravel_index(np.argmax(heatmap), heatmap.shape) == where


def test_evidence_in_the_heart_passes_and_evidence_far_away_is_flagged(system, spotted):
    member = [{"dl": BrightSpot(system.arms["dl"])}]
    near = explain(system, prepare_study(system, spotted(0, 0)[0]), member).attention
    far = explain(system, prepare_study(system, spotted(0, 26)[0]), member).attention
    assert near.inside > 0.95
    assert not near.flagged
    assert far.inside < 0.05
    assert far.flagged


def test_a_system_whose_network_was_not_trained_has_no_explanation(system, test_cohort):
    prepared = prepare_study(system, test_cohort.studies[0])
    assert explain(system, prepared, [{"size": object()}]) is None
