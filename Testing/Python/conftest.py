"""Small simulated cohorts and one small trained model, shared by the tests."""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

if "PYTEST_XDIST_WORKER" in os.environ:
    # Processes share the cores already: torch's own threads would only wait for one another.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

with contextlib.suppress(ImportError):
    # At its first use this looks into every loaded module, which those of torch do not bear.
    import PySide6.QtCore  # noqa: F401
    from __feature__ import true_property  # noqa: F401

from CardioAILib.io import save_cohort
from CardioAILib.learning import Network, Run
from CardioAILib.phantoms import SMALL, hcm_cohort
from CardioAILib.study import Cohort
from CardioAILib.system import System
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs import Fitted, fit, save_model
from CardioAILib.verbs.adapt import adapt

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def small(system: System, steps: int = 25) -> System:
    """The real declaration with thin networks, few folds and short epochs."""
    system = adapt(system, folds=2, width=0.125, inner=2, rate=5e-4)
    arms = {name: _short(arm, steps) for name, arm in system.arms.items()}
    return replace(system, arms=arms)


def _short(arm: object, steps: int) -> object:
    if not isinstance(arm, Network):
        return arm
    return replace(arm, recipe=replace(arm.recipe, steps=steps))


def small_cohort(n: int, seed: int, **how: object) -> Cohort:
    """Simulated subjects on a coarse grid, half of them with a clear scar."""
    how = {"effect": 8.0, "prevalence": 0.5, "size": SMALL, **how}
    return hcm_cohort(n, seed=seed, **how)


@pytest.fixture(scope="session")
def system() -> System:
    return small(FAHMY_2022)


@pytest.fixture(scope="session")
def development() -> Cohort:
    return small_cohort(24, seed=0)


@pytest.fixture(scope="session")
def test_cohort() -> Cohort:
    return small_cohort(12, seed=1)


@pytest.fixture(scope="session")
def fitted(development: Cohort) -> Fitted:
    """All four arms, networks after a few steps: quick to have, not made to find the scar."""
    return fit(small(FAHMY_2022, steps=2), development, run=Run(epochs=2, precision="float32"))


@pytest.fixture(scope="session")
def tiny() -> Fitted:
    """Two arms after one step of training: quick to have, and good for nothing."""
    run = Run(epochs=1, device="cpu", precision="float32")
    cohort = small_cohort(8, seed=2)
    return fit(small(FAHMY_2022, steps=1), cohort, arms=("size", "dl"), run=run)


@pytest.fixture(scope="session")
def tiny_model(tiny: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that model."""
    folder = tmp_path_factory.mktemp("tiny") / "model"
    save_model(tiny.model, folder)
    return folder


@pytest.fixture(scope="module")
def single_thread() -> Iterator[None]:
    """Let torch compute with one thread while the module's tests run."""
    from CardioAILib.cli.demopart import one_thread

    with one_thread():
        yield


@pytest.fixture
def table(tmp_path: Path) -> Callable[[Cohort], Path]:
    """Write a cohort as a user would have it: files and a table."""

    def write(cohort: Cohort, name: str = "cohort") -> Path:
        return save_cohort(cohort, tmp_path / name)

    return write


@pytest.fixture(scope="session")
def acdc() -> Path:
    """The ACDC training set, where it is."""
    folder = SHARED / "acdc"
    if not folder.exists():
        pytest.skip("ACDC is not beside the project: real hearts are not measured")
    return folder


@pytest.fixture(scope="session")
def emidec() -> Path:
    """The EMIDEC cases at hand, where they are."""
    folder = SHARED / "emidec"
    if not folder.exists():
        pytest.skip("EMIDEC is not beside the project: real late enhancement is not read")
    return folder


@pytest.fixture
def scene() -> Any:
    """The embedded scene, empty."""
    from helpers_scene import fresh_scene

    return fresh_scene()


@pytest.fixture
def launch() -> Any:
    """A launcher that starts nothing: the test says what the worker says."""
    from qt_standins.opened import FakeLaunch

    return FakeLaunch()


@pytest.fixture
def panel(scene: Any, tiny_model: Path, launch: Any) -> Iterator[Any]:
    """The opened panel over stand-ins of Slicer's widgets, with a small model."""
    from qt_standins.opened import open_panel

    opened = open_panel(tiny_model, launch)
    yield opened
    opened.cleanup()
    opened.parent.close()


@pytest.fixture
def ui(panel: Any) -> Any:
    """The panel's widgets by name."""
    return panel.board.ui
