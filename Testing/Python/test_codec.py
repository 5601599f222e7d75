import json
from dataclasses import replace

import pytest
from CardioAILib.codec import canonical, digest, from_json, to_json, write_json
from CardioAILib.decide import Mean
from CardioAILib.errors import ModelError
from CardioAILib.prepare import Resample
from CardioAILib.results import ArmResult, ExampleScore, Provenance, Result
from CardioAILib.systems import ALL, FAHMY_2022

RESULT = Result(
    "p1",
    "1",
    arms={"size": ArmResult(0.4, (0.3, 0.5), 0.2, "scar", (ExampleScore("ES", 3, 0.4),))},
    primary="size",
    provenance=Provenance("fahmy2022", "sound", "d", "w", 0, {"numpy": "2"}, {"cine": "abc"}),
)


@pytest.mark.parametrize("mode", ["sound", "paper"])
@pytest.mark.parametrize("system", ALL, ids=lambda system: system.name)
def test_a_declaration_survives_json(system, mode):
    declared = system.in_mode(mode)
    through = from_json(json.loads(json.dumps(to_json(declared))))
    assert through == declared
    assert digest(through) == digest(declared)


def test_a_result_survives_json():
    assert from_json(json.loads(json.dumps(to_json(RESULT)))) == RESULT


@pytest.mark.parametrize(
    "change",
    [
        {"pool": Mean()},
        {"prepare": (Resample(1.1), *FAHMY_2022.prepare[1:])},
        {"combine": "best"},
        {"protocol": replace(FAHMY_2022.protocol, folds=4)},
        {"arms": {k: v for k, v in FAHMY_2022.arms.items() if k != "size"}},
    ],
)
def test_the_digest_changes_with_the_meaning(change):
    assert digest(replace(FAHMY_2022, **change)) != digest(FAHMY_2022)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another title"},
        {"as_published": None},
        {"published": replace(FAHMY_2022.published, caution="")},
    ],
)
def test_the_digest_does_not_change_with_the_wording(change):
    assert digest(replace(FAHMY_2022, **change)) == digest(FAHMY_2022)


def test_the_two_modes_differ():
    assert digest(FAHMY_2022.in_mode("paper")) != digest(FAHMY_2022.in_mode("sound"))


def test_a_class_that_is_not_allowed_is_refused():
    with pytest.raises(ModelError, match="'Popen'"):
        from_json({"class": "Popen", "args": ["true"]})


def test_unknown_fields_are_refused():
    with pytest.raises(ModelError, match="another"):
        from_json({"class": "Mean", "another": 1})


def test_what_is_no_data_cannot_be_written():
    with pytest.raises(TypeError, match="object"):
        to_json({"x": object()})


def test_numbers_that_json_lacks_become_null():
    assert canonical({"a": float("nan"), "b": float("inf")}) == '{"a":null,"b":null}'


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.json"
    write_json({"a": 1}, path)
    with pytest.raises(TypeError):
        write_json({"a": object()}, path)
    assert json.loads(path.read_text()) == {"a": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]
