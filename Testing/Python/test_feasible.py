"""Splits that a cohort is too small for, and the way out."""

from dataclasses import replace

import pytest
from CardioAILib.errors import CohortError
from CardioAILib.learning import Run
from CardioAILib.study import Cohort, Study
from CardioAILib.system import System
from CardioAILib.systems import HALME_2022
from CardioAILib.verbs.feasible import require_feasible

ON_CPU = Run(device="cpu")


def folded(folds: int) -> System:
    return replace(HALME_2022, protocol=replace(HALME_2022.protocol, folds=folds))


def graded(each: int) -> Cohort:
    """As many subjects of each of the four grades."""
    return Cohort(tuple(Study(f"s{i}", "1", {}, {"grade": i % 4}) for i in range(4 * each)))


def test_the_number_of_folds_that_would_do_is_told_and_does():
    with pytest.raises(CohortError, match=r"ask for 3 folds \(--folds 3\)"):
        require_feasible(folded(2), graded(3), ("residual",), ON_CPU)
    require_feasible(folded(3), graded(3), ("residual",), ON_CPU)


def test_no_folds_are_advised_where_none_would_do():
    with pytest.raises(CohortError, match="1 are left to learn") as refused:
        require_feasible(folded(2), graded(2), ("residual",), ON_CPU)
    assert "--folds" not in str(refused.value)
    assert "add subjects" in str(refused.value)


def test_two_examinations_of_a_patient_are_no_two_subjects():
    cohort = graded(4)
    first, *others = cohort.studies
    again = replace(others[0], facts={**others[0].facts, "same_patient_as": first.subject})
    told = replace(cohort, studies=(first, again, *others[1:]))
    with pytest.raises(CohortError, match=f"same_patient_as.*{again.subject}"):
        require_feasible(folded(3), told, ("residual",), ON_CPU)
    mended = replace(again, subject=first.subject, study="2")
    whole = replace(told, studies=(first, mended, *others[1:]))
    require_feasible(folded(3), whole, ("residual",), ON_CPU)
    absent = [replace(own, facts={**own.facts, "same_patient_as": "s99"}) for own in others[:2]]
    two = replace(told, studies=(first, *absent, *others[2:]))
    with pytest.raises(CohortError, match="same_patient_as"):
        require_feasible(folded(3), two, ("residual",), ON_CPU)
