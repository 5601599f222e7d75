"""The ranges of healthy adults."""

from math import nan
from pathlib import Path

import pytest
from CardioAILib.errors import InputError
from CardioAILib.measurements import MEASUREMENTS, Range, normal_range, standing
from CardioAILib.measurements.normal import NORMAL, SEXES

REPRINT = {
    "LV_EDV_ml": ((132, 23), (160, 27)),
    "LV_EDV_index_ml_per_m2": ((76, 10), (81, 12)),
    "LV_ESV_ml": ((44, 11), (54, 14)),
    "LV_ESV_index_ml_per_m2": ((24, 5), (26, 6)),
    "LV_SV_ml": ((87, 15), (108, 18)),
    "LV_SV_index_ml_per_m2": ((52, 7), (54, 6)),
    "LV_EF_percent": ((67, 5), (67, 5)),
    "LV_mass_g": ((98, 21), (134, 21)),
    "LV_mass_index_g_per_m2": ((61, 10), (67, 9)),
}
"""Mean and standard deviation of women and men, as reprinted (doi 10.21037/cdt-20-530, table 3)."""


@pytest.mark.parametrize("name", REPRINT)
def test_ranges_are_two_standard_deviations_around_the_published_means(name):
    for sex, (mean, deviation) in zip(SEXES, REPRINT[name], strict=True):
        found = normal_range(name, sex)
        assert (found.low, found.high) == (mean - 2 * deviation, mean + 2 * deviation)


def test_ranges_are_those_of_measurements_and_name_their_source():
    assert set(NORMAL) <= set(MEASUREMENTS)
    for name in NORMAL:
        women, men = (normal_range(name, sex) for sex in SEXES)
        assert women.source == men.source
        assert "20" in women.source
        assert women.low <= men.low <= men.high
        assert women.high <= men.high


def test_the_documentation_shows_the_same_ranges():
    page = (Path(__file__).parents[2] / "Resources/Documentation/measurements.md").read_text(
        "utf-8"
    )
    for name in NORMAL:
        spans = (f"{own.low:g} to {own.high:g}" for own in (normal_range(name, s) for s in SEXES))
        assert f"| `{name}` | {' | '.join(spans)} |" in page


def test_what_nobody_checked_has_no_range():
    assert normal_range("sphericity_ED", "male") is None


def test_an_unknown_sex_is_refused():
    with pytest.raises(InputError, match=r"'m'.*female or male.*both"):
        normal_range("LV_EF_percent", "m")


@pytest.mark.parametrize(
    ("value", "word"),
    [(56.9, "below"), (57, "within"), (77, "within"), (77.1, "above"), (nan, "")],
)
def test_a_value_lies_below_within_or_above(value, word):
    assert standing(value, Range(57, 77, "")) == word
