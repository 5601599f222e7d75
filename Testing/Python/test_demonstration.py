"""Models of simulated hearts say so wherever their answers appear."""

import csv
from dataclasses import replace

import pytest
from CardioAILib.report import write_results_table
from CardioAILib.verbs import batch, load_model, predict
from CardioAILib.verbs.card import model_card
from CardioAILib.verbs.origin import warn_of_source

WORDS = "simulated images only"


def test_a_model_of_phantoms_says_so_in_result_table_and_card(
    tiny, tiny_model, test_cohort, tmp_path
):
    model = load_model(tiny_model, device="cpu")
    result, _ = predict(model, test_cohort.studies[0])
    assert result.findings[0].check == "demonstration"
    assert WORDS in result.findings[0].message
    batch.write_result(result, {}, tmp_path)
    path = batch.result_path(tmp_path, result.subject, result.study)
    assert WORDS in path.read_text(encoding="utf-8")
    table = write_results_table([result], tmp_path / "results.csv")
    with table.open(encoding="utf-8") as file:
        assert WORDS in next(csv.DictReader(file))["findings"]
    assert WORDS in (tiny_model / "README.md").read_text(encoding="utf-8")


def test_a_model_of_patients_does_not(tiny, test_cohort):
    known = {**tiny.model.development, "target source": "LGE, consensus of two readers"}
    model = replace(tiny.model, development=known)
    result, _ = predict(model, test_cohort.studies[0])
    assert "demonstration" not in [finding.check for finding in result.findings]
    assert "simulated" not in model_card(model)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("simulated", "only"),
        ("simulated; simulated, stronger", "only"),
        ("LGE; simulated", "partly"),
        ("LGE, not simulated", None),
        ("not stated", None),
        ("", None),
    ],
)
def test_the_warning_follows_the_truth_of_the_development_data(source, words):
    found = warn_of_source({"target source": source})
    assert [words in finding.message for finding in found] == ([True] if words else [])
