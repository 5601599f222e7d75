"""Every way that was tried to tell ACDC's five groups from measurements of its masks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from _acdc_readings import READINGS
from CardioAILib.examples import Examples
from CardioAILib.learning import Logistic, Measurements, Run, Tabular
from CardioAILib.measurements import MEASUREMENTS
from CardioAILib.systems import GERMAIN_2021_ACDC
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

SIX = (
    "LV_EDV_ml",
    "LV_EF_percent",
    "RV_EDV_ml",
    "RV_EF_percent",
    "wall_thickness_ED_sixth_max_mm",
    "wall_thickness_ES_cv_percent",
)
EIGHT = (*SIX, "RV_LV_ESV_ratio", "LV_mass_g")
TEN = (*EIGHT, "wall_thickening_sd_percent", "RV_ESV_ml")
BY_BODY = {
    "LV_EDV_ml": "LV_EDV_index_ml_per_m2",
    "RV_EDV_ml": "RV_EDV_index_ml_per_m2",
    "RV_ESV_ml": "RV_ESV_index_ml_per_m2",
    "LV_mass_g": "LV_mass_index_g_per_m2",
}
THIRTEEN = (
    "LV_EDV_index_ml_per_m2",
    "LV_EF_percent",
    "RV_EDV_index_ml_per_m2",
    "RV_EF_percent",
    "wall_thickness_ED_sixth_max_mm",
    "RV_LV_EDV_ratio",
    "RV_LV_ESV_ratio",
    "LV_mass_index_g_per_m2",
    "LV_mass_EDV_ratio_g_per_ml",
    "LV_mass_ESV_ratio_g_per_ml",
    "wall_thickness_ES_sixth_max_mm",
    "endocardial_shortening_sd_percent",
    "wall_thickening_poor_percent",
)
WHOLE = tuple(
    name for name in MEASUREMENTS if "segment_" not in name and not name.startswith("LV_CO")
)
"""What is measured of the whole heart rather than of a segment."""

REPEATS = {"outlines alone": READINGS[:2], "ends alone": READINGS[2:]}
PENALTIES = (1.0, 10.0, 100.0)


def by_body(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns with volumes and mass by body surface area."""
    return tuple(BY_BODY.get(name, name) for name in columns)


def logistic(
    columns: tuple[str, ...], readings: tuple[str, ...] = (), penalty: tuple[float, ...] = ()
) -> Tabular:
    """Return a logistic regression on measurements."""
    classify = Logistic(penalty) if penalty else Logistic()
    return Tabular((Measurements(columns, readings),), classify, unit="study")


@dataclass(frozen=True)
class Chosen:
    """A logistic regression whose columns are chosen on the training patients alone.

    Args:
        each: How many columns it takes for each pair of classes, those that tell it best apart.
        readings: Further readings that it learns from.
    """

    each: int
    readings: tuple[str, ...] = ()

    def fit(self, examples: Examples, run: Run) -> Any:
        """Choose columns and fit."""
        table, _ = filled(WHOLE, examples)
        kept = best_of_pairs(table, examples.labels, self.each)
        return logistic(tuple(WHOLE[index] for index in kept), self.readings).fit(examples, run)


@dataclass(frozen=True)
class Foreign:
    """A classifier of scikit-learn behind the same contract, for comparison.

    Args:
        make: Makes it.
        columns: Measurements that it sees.
    """

    make: Callable[[], Any]
    columns: tuple[str, ...]

    def fit(self, examples: Examples, run: Run) -> FittedForeign:
        """Fit it."""
        table, fill = filled(self.columns, examples)
        return FittedForeign(self, fill, self.make().fit(table, examples.labels))


@dataclass(frozen=True, eq=False)
class FittedForeign:
    """What it became: the medians that fill holes, and the classifier."""

    arm: Foreign
    fill: np.ndarray
    model: Any

    def predict(self, examples: Examples, fitted: dict[str, Any]) -> np.ndarray:
        """Return the probability of each class (N, K)."""
        return self.model.predict_proba(filled(self.arm.columns, examples, self.fill)[0])


@dataclass(frozen=True)
class MeanOf:
    """The mean of several classifiers' probabilities."""

    arms: tuple[Any, ...]

    def fit(self, examples: Examples, run: Run) -> FittedMeanOf:
        """Fit them all."""
        return FittedMeanOf(tuple(arm.fit(examples, run) for arm in self.arms))


@dataclass(frozen=True, eq=False)
class FittedMeanOf:
    """What they became."""

    fitted: tuple[Any, ...]

    def predict(self, examples: Examples, fitted: dict[str, Any]) -> np.ndarray:
        """Return the probability of each class (N, K)."""
        return np.mean([one.predict(examples, fitted) for one in self.fitted], axis=0)


def filled(
    columns: tuple[str, ...], examples: Examples, fill: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return measurements without holes, and what fills them: their medians unless it is given."""
    table = Measurements(columns).table(examples, {})
    if fill is None:
        fill = np.nan_to_num(np.nanmedian(table, axis=0))
    return np.where(np.isfinite(table), table, fill), fill


def best_of_pairs(table: np.ndarray, labels: np.ndarray, each: int) -> np.ndarray:
    """Return the columns that tell each pair of classes apart best, near copies left out."""
    alike = np.abs(np.nan_to_num(np.corrcoef(table.T)))
    chosen: list[int] = []
    for pair in combinations(np.unique(labels), 2):
        own = np.isin(labels, pair)
        order = np.argsort(-separation(table[own], labels[own] == pair[1]), kind="stable")
        found: list[int] = []
        for column in order:
            if len(found) < each and all(alike[column, other] < 0.9 for other in found):
                found.append(int(column))
        chosen += [c for c in found if all(alike[c, other] < 0.97 for other in chosen)]
    return np.array(chosen)


def separation(table: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Return the AUC of each column, whichever way it points."""
    from scipy.stats import rankdata

    ranks, count = rankdata(table, axis=0)[positive].sum(axis=0), positive.sum()
    auc = (ranks - count * (count + 1) / 2) / (count * (~positive).sum())
    return np.maximum(auc, 1 - auc)


def support_vectors() -> Any:
    """Return a support vector machine with Gaussian kernel."""
    return make_pipeline(StandardScaler(), SVC(C=3.0, probability=True, random_state=0))


def extra_trees() -> Any:
    """Return extremely randomized trees."""
    return ExtraTreesClassifier(200, min_samples_leaf=3, random_state=0)


def variants() -> dict[str, Any]:
    """Return all that was tried, the arms that ship first."""
    shipped = {name: GERMAIN_2021_ACDC.arms[name] for name in ("measurements", "five_readings")}
    sets = {
        "six": SIX,
        "six, by body surface": by_body(SIX),
        "eight": EIGHT,
        "eight, by body surface": by_body(EIGHT),
        "ten": TEN,
        "ten, by body surface": by_body(TEN),
        "thirteen": THIRTEEN,
        "whole heart": WHOLE,
    }
    tried: dict[str, Any] = {f"{name} (ships)": arm for name, arm in shipped.items()}
    for name, columns in sets.items():
        tried[f"logistic, {name}"] = logistic(columns)
        tried[f"logistic, {name}, read again"] = logistic(columns, READINGS)
    for name, readings in REPEATS.items():
        tried[f"logistic, eight, {name}"] = logistic(EIGHT, readings)
    for penalty in PENALTIES:
        tried[f"logistic, eight, C = {penalty:g}"] = logistic(EIGHT, (), (penalty,))
    machine, trees = Foreign(support_vectors, EIGHT), Foreign(extra_trees, EIGHT)
    tried["support vectors, eight"] = machine
    tried["extra trees, eight"] = trees
    tried["extra trees, whole heart"] = Foreign(extra_trees, WHOLE)
    tried["mean of logistic and extra trees, eight"] = MeanOf((logistic(EIGHT), trees))
    tried["mean of those and support vectors, eight"] = MeanOf((logistic(EIGHT), trees, machine))
    for each in (1, 2, 3):
        tried[f"logistic, best {each} of each pair"] = Chosen(each)
        tried[f"logistic, best {each} of each pair, read again"] = Chosen(each, READINGS)
    return tried
