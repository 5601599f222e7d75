"""The benchmark on real late enhancement: nothing held out is learned from, not even unlabeled."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from CardioAILib.study import Cohort, Image, Role, Study

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
SAX = Role("MR", "LGE", "SAX")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import _amyloid_on_emidec_runs as found

    monkeypatch.delitem(sys.modules, found.__name__)
    return found


def cases() -> tuple[Study, ...]:
    """Six subjects of noise in the column of enhancement."""
    random = np.random.default_rng(0)
    matrix = np.diag([-6.0, -6.0, 10.0, 1.0])
    return tuple(
        Study(f"case {number}", "1", {SAX: Image(random.random((1, 4, 48, 48)), matrix)})
        for number in range(6)
    )


def as_cine(study: Study) -> Study:
    return Study("cine " + study.subject, "1", {Role("MR", "cine", "SAX", "ED"): study.images[SAX]})


def test_a_trunk_sees_cine_and_training_cases_alone(runs: ModuleType, tmp_path: Path):
    emidec = Cohort(cases(), "cases")
    cine = Cohort(tuple(as_cine(study) for study in emidec), "cine")
    plan = runs.Plan(pretext_epochs=1, width=0.05)
    system = runs.system_of(plan, runs.Variant("tiny", pixel=12.0, side=32))
    learn = np.array([study.subject for study in emidec.studies[:4]])
    folder = runs.trunk_of(plan, system, runs.Data(emidec, emidec, cine), learn, tmp_path)
    record = json.loads((folder / "trunk.json").read_text(encoding="utf-8"))
    assert record["series"] == {"LGE, SAX": 4, "cine, SAX": 6}
    assert record["left out tasks"] == ["orientation"]


def test_variants_differ_in_nothing_but_what_they_name(runs: ModuleType):
    plan = runs.Plan()
    named = {variant.name: runs.system_of(plan, variant) for variant in runs.VARIANTS}
    assert named["heart"] == named["heart, pretrained"] == named["heart, stretched"]
    whole = named["whole image"]
    assert replace(named["heart"], prepare=whole.prepare) == whole
    assert len(set(named)) == len(runs.VARIANTS)


def test_the_whole_image_is_prepared_as_declared(runs: ModuleType):
    from CardioAILib.systems.martini2020 import MARTINI_2020_EMIDEC

    (whole,) = (variant for variant in runs.VARIANTS if variant.name == "whole image")
    assert runs.system_of(runs.Plan(), whole).prepare == MARTINI_2020_EMIDEC.prepare


def test_stretch_is_told_either_way_and_taken_back_where_asked(runs: ModuleType):
    cohort = Cohort(
        tuple(
            Study(name, "1", {}, facts)
            for name, facts in (
                ("wide", {runs.SPACING_COLUMN: "0.7x1.4x10"}),
                ("tall", {runs.SPACING_COLUMN: "1.4x0.7x10"}),
                ("volume", {}),
            )
        ),
        "cases",
    )
    stretch = runs.stretch_of(cohort)
    assert stretch["wide"] == pytest.approx(stretch["tall"]) == pytest.approx(np.log(2))
    assert stretch["volume"] == 0
    row = {"subject": "wide", runs.SPACING_COLUMN: "0.7x1.4x10"}
    assert runs.flattened(row)[runs.SPACING_COLUMN] == "1.4x1.4x10"
    assert runs.flattened({"subject": "volume"}) == {"subject": "volume"}
