"""Evaluation and pages of measured quantities, and of each view by its own truth."""

import csv
import html
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.cli.telling import tell_figures, told_answer
from CardioAILib.errors import CohortError
from CardioAILib.evaluate import delong_test, mean_absolute_error, r_squared, roc_auc
from CardioAILib.learning import Stack
from CardioAILib.mrml.resultrows import result_rows
from CardioAILib.phantoms.echo import echo_cohort
from CardioAILib.report import Context, write_report, write_single
from CardioAILib.report.byview import view_rows
from CardioAILib.report.population import by_class
from CardioAILib.report.populationtable import population_rows
from CardioAILib.report.quantitywords import with_unit
from CardioAILib.report.viewtable import view_auc_rows
from CardioAILib.report.wording import scoring_of
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort
from CardioAILib.systems.sahashi2024 import SAHASHI_2024
from CardioAILib.systems.sahashi2024_tissue import (
    SAHASHI_2024_ECV_PERCENT,
    SAHASHI_2024_SCAR,
    SAHASHI_2024_T1_MS,
)
from CardioAILib.verbs import QuantityEvaluation, evaluate
from CardioAILib.verbs.origin import target_source
from CardioAILib.verbs.readers import readers_of
from CardioAILib.verbs.viewlabels import view_label
from helpers_echoresults import VIEWS, echo_results, echo_studies, summary

NEAR_CHANCE = "near chance in the source study"


@pytest.fixture(scope="module")
def studies():
    return echo_studies(80)


@pytest.fixture(scope="module")
def motion(studies):
    return evaluate(SAHASHI_2024, echo_results(SAHASHI_2024, studies), studies)


@pytest.fixture(scope="module")
def told(studies):
    return evaluate(SAHASHI_2024_T1_MS, echo_results(SAHASHI_2024_T1_MS, studies), studies)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("echo")


@pytest.fixture(scope="module")
def motion_page(motion, studies, folder):
    context = Context(studies, folder, summary(SAHASHI_2024))
    return plain(write_report(motion, context, folder / "wma"))


@pytest.fixture(scope="module")
def value_page(told, studies, folder):
    context = Context(studies, folder, summary(SAHASHI_2024_T1_MS))
    return plain(write_report(told, context, folder / "t1"))


def plain(path):
    text = path.read_text(encoding="utf-8")
    bare = re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(bare))


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def spoken(results, studies, view):
    """What a view said, its own truth, the study's, and what all views together said."""
    rows = [
        (
            result.arms["views"].by_input[view],
            view_label(SAHASHI_2024.task, study, view),
            SAHASHI_2024.task.label(study),
            result.arms["combined"].score,
        )
        for result, study in zip(results, studies, strict=True)
        if view in result.arms["views"].by_input
    ]
    return np.array(rows, float).T


def test_each_view_is_judged_by_what_it_shows_on_the_studies_that_show_it(motion, studies):
    assert list(motion.views) == list(VIEWS)
    for view, found in motion.views.items():
        scores, own, of_study, joint = spoken(motion.results, studies, view)
        assert found.n == len(scores) < len(studies)
        assert found.positives == own.sum() < of_study.sum()
        assert found.own_truth
        assert found.auc.value == pytest.approx(roc_auc(own, scores))
        assert found.auc_of_study.value == pytest.approx(roc_auc(of_study, scores))
        assert found.p_against_primary == pytest.approx(delong_test(of_study, joint, scores))
        assert "10000 draws" in found.auc.interval.method


def test_views_have_no_evaluation_where_they_have_no_truth_of_their_own(studies):
    alike = replace(SAHASHI_2024, task=replace(SAHASHI_2024.task, by_view=False))
    cohort = Cohort(
        tuple(
            replace(study, facts={"wma": float(study.facts["wma_segments"] != "none")})
            for study in studies
        )
    )
    assert evaluate(alike, echo_results(alike, cohort), cohort).views == {}


def test_a_view_of_one_class_alone_has_no_area(studies):
    cohort = Cohort(
        tuple(replace(study, facts={**study.facts, "wma_A2C": 0.0}) for study in studies)
    )
    found = evaluate(SAHASHI_2024, echo_results(SAHASHI_2024, cohort), cohort)
    assert found.views["A2C"].auc is None
    assert found.views["A2C"].roc is None
    assert view_auc_rows(found, "combined")[2][3] == "-"


def test_the_table_by_view_has_the_printed_areas_beside_ours(motion):
    head, *rows = view_auc_rows(motion, "combined")
    assert head[-1] == "AUC, published"
    assert [row[0] for row in rows] == [*VIEWS, "all views, combined"]
    assert [row[-1] for row in rows] == ["0.817", "0.756", "0.812", "0.873"]
    assert rows[-1][-2] == "reference"


def test_what_a_view_shows_is_no_other_reader(studies):
    facts = {"wma_A4C": 1.0, "wma_segments": "3", "wma_source": "CMR", "wma_reader2": 1.0}
    named = [replace(study, facts=facts) for study in studies]
    assert readers_of(SAHASHI_2024, named) == ["reader2"]


def test_a_quantity_has_error_explained_variance_and_limits(told, studies):
    assert isinstance(told, QuantityEvaluation)
    scores = [result.arms["combined"].score for result in told.results]
    truth = [study.facts["t1_ms"] for study in studies]
    found = told.arms["combined"].figures
    assert found.mae.value == pytest.approx(mean_absolute_error(scores, truth))
    assert found.r2.value == pytest.approx(r_squared(scores, truth))
    assert found.lower.value < found.bias.value < found.upper.value
    assert told.arms["combined"].against_primary is None
    assert told.arms["views"].against_primary is not None


def test_views_of_a_quantity_may_have_values_of_their_own(studies):
    cohort = Cohort(
        tuple(
            replace(study, facts={**study.facts, "t1_ms_A4C": 1000.0 + i})
            for i, study in enumerate(studies)
        )
    )
    found = evaluate(SAHASHI_2024_T1_MS, echo_results(SAHASHI_2024_T1_MS, cohort), cohort)
    assert [own.own_truth for own in found.views.values()] == [True, False, False]


def test_values_that_are_all_alike_are_refused(studies):
    cohort = Cohort(tuple(replace(s, facts={**s.facts, "t1_ms": 1000.0}) for s in studies))
    with pytest.raises(CohortError, match=r"all of 1000 ms; wanted values that differ"):
        evaluate(SAHASHI_2024_T1_MS, echo_results(SAHASHI_2024_T1_MS, cohort), cohort)


def test_the_page_of_a_quantity_warns_above_every_number(value_page):
    assert value_page.index(RESEARCH_ONLY) < value_page.index(NEAR_CHANCE)
    assert value_page.index(NEAR_CHANCE) < value_page.index("Error by arm")
    above = value_page[: value_page.index("Error by arm")]
    assert above.index(NEAR_CHANCE) < above.index("80 studies of")
    assert "MAE 49.8 ms, R2 0.04" in value_page


def test_a_network_that_sees_nothing_is_called_no_better_than_the_average(studies, folder):
    system = SAHASHI_2024_ECV_PERCENT
    found = evaluate(system, echo_results(system, studies, skill=0.0), studies)
    page = plain(write_report(found, Context(studies, folder), folder / "ecv"))
    assert "No better than the average." in page
    assert "is no evidence that it reads extracellular volume off the images" in page
    assert found.arms["combined"].figures.gain.interval.low <= 0


def test_a_network_that_sees_something_is_told_to_err_less(value_page, told):
    assert told.arms["combined"].figures.gain.interval.low > 0
    assert "less on average than naming the average of these studies every time" in value_page


def test_the_tables_of_a_quantity_are_written_for_machines(value_page, told, folder):
    rows = rows_of(folder / "t1" / "results.csv")
    assert float(rows[0]["truth"]) == pytest.approx(told.labels[0], rel=1e-5)
    assert float(rows[0]["combined_score"]) == pytest.approx(
        told.results[0].arms["combined"].score, abs=1e-5
    )
    assert rows_of(folder / "t1" / "views.csv")[0][""] == "A4C"
    known = json.loads((folder / "t1" / "evaluation.json").read_text(encoding="utf-8"))
    assert known["unit"] == "ms"
    assert known["arms"]["combined"]["mean absolute error"]["value"] == pytest.approx(
        told.arms["combined"].figures.mae.value
    )
    assert known["note"] == RESEARCH_ONLY


def test_the_page_of_wall_motion_says_what_it_is_and_what_it_does_not_show(motion_page):
    assert "Wall motion is how far each part of the left ventricle's wall moves" in motion_page
    assert "scar, edema or fibrosis, it does not show" in motion_page
    assert NEAR_CHANCE not in motion_page
    assert "By view" in motion_page


def test_the_page_of_scar_warns_above_every_number(studies, folder):
    system = SAHASHI_2024_SCAR
    found = evaluate(system, echo_results(system, studies, skill=0.1), studies)
    page = plain(write_report(found, Context(studies, folder), folder / "scar"))
    assert page.index(NEAR_CHANCE) < page.index(
        "80 studies" if "80 studies" in page else "subjects"
    )
    assert page.count("AUROC of 0.699") == 1


def test_views_are_evaluated_for_machines_too(motion_page, motion, folder):
    known = json.loads((folder / "wma" / "evaluation.json").read_text(encoding="utf-8"))
    assert known["views"]["PLAX"]["auc"]["value"] == pytest.approx(motion.views["PLAX"].auc.value)
    assert len(rows_of(folder / "wma" / "views.csv")) == 4
    assert (folder / "wma" / "figures" / "roc_by_view.png").stat().st_size > 10_000


def test_characteristics_tell_which_views_a_study_shows_and_leave_the_truth_out(motion, studies):
    by_key = {study.key: study for study in studies}
    rows = {row[0]: row[1:] for row in population_rows(by_class(motion, by_key))}
    assert any(name.startswith("Shows A2C") for name in rows)
    assert "frame rate (1/s)" in rows
    assert "manufacturer: GE" in rows
    assert not any(name.startswith("Wall motion abnormality") for name in rows)


def test_the_page_on_one_value_names_unit_error_and_average(told, folder):
    system = SAHASHI_2024_T1_MS
    page = plain(write_single(told.results[0], system, summary(system), folder / "one.html"))
    score = told.results[0].arms["combined"].score
    assert page.index(NEAR_CHANCE) < page.index(f"{score:.0f} ms")
    assert "± 44 ms" in page
    assert "Average of the development data: 1035 ms, standard deviation 54 ms" in page
    assert "probability" not in page.lower()


def test_the_page_on_one_study_joins_its_views_below_them(motion, folder):
    result = motion.results[0]
    rows = view_rows(result, SAHASHI_2024)
    assert rows[-1] == ["all views, combined", f"{result.arms['combined'].score:.2f}"]
    page = plain(write_single(result, SAHASHI_2024, summary(SAHASHI_2024), folder / "two.html"))
    assert "by each view alone and by all that are there together" in page


def test_a_table_in_the_scene_tells_values_in_their_unit(told):
    rows = result_rows(told.results[0], SAHASHI_2024_T1_MS)
    assert rows[1][1] == "near chance"
    score = told.results[0].arms["combined"].score
    assert rows[2][:3] == ("native T1", "combined (primary)", f"{score:.0f} ms")
    assert any(row[0].startswith("view, views") and row[2].endswith(" ms") for row in rows)
    assert any("mean absolute error 49.8" in row[2] for row in rows)


def test_commands_tell_values_and_that_the_source_was_near_chance(told, caplog):
    found = told.results[0].arms["combined"]
    assert told_answer(found, "combined", told.system) == (
        f"native T1 {found.score:.0f} ms by combined"
    )
    with caplog.at_level("INFO"):
        tell_figures(told)
    assert NEAR_CHANCE in caplog.text
    assert "R2" in caplog.text


def test_a_joined_arm_says_that_its_regression_was_fitted_on_other_subjects():
    assert isinstance(SAHASHI_2024.arms["combined"], Stack)
    words = scoring_of(SAHASHI_2024, ["combined"])
    assert "logistic regression fitted on the subjects that chose the epochs" in words
    assert "clips" in words


def test_values_have_as_many_digits_as_their_range_deserves():
    assert with_unit(SAHASHI_2024_T1_MS.task, 1043.26) == "1043 ms"
    assert with_unit(SAHASHI_2024_ECV_PERCENT.task, 28.46) == "28.5 %"


def test_what_phantoms_tell_of_their_motion_is_no_other_reader():
    named = echo_cohort(2, frames=8)
    assert readers_of(SAHASHI_2024, named.studies) == []
    assert target_source(SAHASHI_2024_T1_MS, named) == "simulated"
