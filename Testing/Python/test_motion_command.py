"""The command that writes the motion of segmented echo, its pictures, and the arm that learns."""

import csv

import numpy as np
import pytest
from CardioAILib.cli.main import main
from CardioAILib.errors import ArmUnavailable, CohortError, InputError
from CardioAILib.examples import Examples
from CardioAILib.io import save_cohort
from CardioAILib.learning import Motion
from CardioAILib.learning.motion import MOTION
from CardioAILib.measurements.echo import (
    ECHO_COLUMNS,
    ECHO_MEASUREMENTS,
    echo_measurements_of,
    motion_column,
)
from CardioAILib.report.motionbullseye import motion_png, motion_svg
from CardioAILib.report.motioncurves import motion_curves_png
from CardioAILib.report.wall import wall_svgs
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort, Study
from CardioAILib.verbs.motion import CURVES_HEADER, curves_beside, write_motion
from helpers_echo_masks import beat, mask, plane, study

PNG = b"\x89PNG"


def moving(subject="P1", **known):
    planes = [plane(*row) for row in beat(6, [25, 80, 9], [17, 72, 13])]
    made = study({"A4C": mask(planes, **known)})
    return Study(subject, "1", made.images)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def written(tmp_path):
    timed = moving("b", times_ms=tuple(33.0 * k for k in range(6)))
    cohort = Cohort((moving("a"), timed, Study("c", "1", {})))
    out = tmp_path / "motion.csv"
    return out, write_motion(cohort, out)


def test_a_row_a_study_and_the_failures_beside(written):
    out, told = written
    first, second = rows_of(out)
    assert [first["subject"], second["subject"]] == ["a", "b"]
    wanted = echo_measurements_of(moving()).values
    for name in ECHO_MEASUREMENTS:
        assert float(first[name] or "nan") == pytest.approx(wanted[name], nan_ok=True)
    assert first["diagnostics_Frames"] == "A4C ED 0 ES 3"
    assert first["diagnostics_Note"] == RESEARCH_ONLY
    (failure,) = told.failures
    assert failure.subject == "c"
    assert "no segmented echo view" in failure.reason


def test_curves_lie_beside_with_a_row_a_frame(written):
    out, _ = written
    rows = rows_of(curves_beside(out))
    assert tuple(rows[0]) == CURVES_HEADER
    assert len(rows) == 12
    assert [row["phase"] for row in rows[:4]] == ["ED", "", "", "ES"]
    assert [row["time_ms"] for row in (rows[0], rows[7])] == ["", "33.000"]
    values = echo_measurements_of(moving()).values
    name = motion_column("thickening", 9)
    assert float(rows[3][name]) == pytest.approx(values[name], abs=1e-3)
    assert rows[3][motion_column("thickening", 1)] == ""


def test_the_meaning_of_every_column_lies_beside(written):
    out, _ = written
    named = [row["column"] for row in rows_of(out.with_name("motion.names.csv"))]
    assert named == list(ECHO_MEASUREMENTS)


def test_nothing_to_measure_is_an_error_that_says_why(tmp_path):
    with pytest.raises(CohortError, match="no segmented echo view"):
        write_motion(Cohort((Study("c", "1", {}),)), tmp_path / "motion.csv")
    assert not (tmp_path / "motion.csv").exists()


def test_the_command_reads_a_table_and_draws(tmp_path):
    table = save_cohort(Cohort((moving("a"),)), tmp_path / "cohort")
    out = tmp_path / "out" / "motion.csv"
    out.parent.mkdir()
    assert main(["motion", str(table), "--out", str(out), "--pictures"]) == 0
    assert len(rows_of(out)) == 1
    pictures = sorted(path.name for path in out.parent.glob("*.png"))
    assert len(pictures) == 2
    assert pictures[0].endswith("bullseye.png")


def test_pictures_are_for_research_alone():
    found = echo_measurements_of(moving())
    assert motion_png(found.values)[:4] == motion_curves_png(found)[:4] == PNG
    drawn = motion_svg(found.values, "excursion", "Motion of P1")
    assert RESEARCH_ONLY in drawn
    assert "Motion of P1" in drawn


def test_the_page_of_a_study_shows_what_was_measured_of_its_walls():
    shown = wall_svgs(echo_measurements_of(moving()).values)
    assert ["thickening" in shown[0], "excursion" in shown[1]] == [True, True]
    assert len(shown) == 2
    assert wall_svgs({"EF_percent": 60.0, motion_column("excursion", 3): None}) == []


# The arm


def examples(*studies):
    found = [echo_measurements_of(one).values for one in studies]
    table = np.array([[values[name] for name in ECHO_MEASUREMENTS] for values in found])
    count = len(studies)
    zeros, names = np.zeros(count, int), np.array([one.subject for one in studies])
    pixels = np.zeros((count, 2, 2, 2), np.uint8)
    return Examples(
        pixels, pixels > 0, np.ones((count, 2)), zeros, names, names, names, zeros, zeros == 0
    ).with_table(MOTION, table)


def test_the_arm_reads_its_columns_of_any_one_view():
    table = Motion(ECHO_COLUMNS).table(examples(moving()), {})
    assert table.shape == (1, len(ECHO_COLUMNS))
    assert np.isfinite(table).all()


def test_the_arm_refuses_a_study_of_which_little_is_known():
    still = study({"A4C": mask([plane(25, 80)] * 3)})
    with pytest.raises(ArmUnavailable, match="mask_A4C"):
        Motion(ECHO_COLUMNS).table(examples(moving(), still), {})


def test_the_arm_refuses_columns_that_nobody_measures():
    with pytest.raises(InputError, match="LV_mass"):
        Motion(("LV_mass",)).table(examples(moving()), {})
