"""Pretraining from the command line, and fits that start from its trunk."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from CardioAILib import verbs
from CardioAILib.cli.main import main
from CardioAILib.cli.parser import parser
from CardioAILib.decide import Mean, Threshold
from CardioAILib.errors import InputError, ResumeError
from CardioAILib.io import save_cohort
from CardioAILib.learning import Run
from CardioAILib.learning.trunk import read_trunk
from CardioAILib.prepare import CropPad, ZScore
from CardioAILib.study import Cohort, Image, Mask, Role, Study
from CardioAILib.system import Classes, HoldOut, Input, Slices, System
from CardioAILib.systems import MARTINI_2020_EMIDEC
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.pretextseries import material_of_cohort
from CardioAILib.verbs.pretrain import pretrain_on, save_trunk
from helpers_learning import placed

LGE, CINE = Role("MR", "LGE", "SAX"), Role("MR", "cine", "SAX", "ED")
MASK = Role("MR", "mask", "SAX", "LGE")
THIN = "0.02"

pytestmark = pytest.mark.usefixtures("single_thread")


def drawn(subject: int) -> Study:
    """A subject with a smooth cine and a grainy late enhancement, bright where ill."""
    random, ill = np.random.default_rng(subject), subject % 2
    late = random.gamma(2, 50, (1, 4, 32, 32)) + 200 * ill
    cine = np.broadcast_to(np.arange(32.0) + subject, (1, 4, 32, 32))
    mask = np.zeros((1, 4, 32, 32), np.uint8)
    mask[..., 8:24, 8:24] = 1
    images = {
        LGE: Image(late.astype(np.float32), placed()),
        CINE: Image(cine.astype(np.float32), placed()),
        MASK: Mask(mask, placed()),
    }
    return Study(f"s{subject}", "1", images, {"pathology": ("normal", "infarct")[ill]})


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return Cohort(tuple(drawn(subject) for subject in range(12)))


@pytest.fixture(scope="module")
def table(cohort: Cohort, tmp_path_factory) -> Path:
    return save_cohort(cohort, tmp_path_factory.mktemp("cohort"))


@pytest.fixture(scope="module")
def trunk(table: Path, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("trunk") / "TRUNK"
    told = ["pretrain", "martini2020_emidec", str(table), "--out", str(out), "--epochs", "1"]
    assert main([*told, "--width", THIN, "--device", "cpu"]) == 0
    return out


def small(width: float = 0.02) -> System:
    """The system on EMIDEC, at a size that trains in seconds."""
    system = replace(
        MARTINI_2020_EMIDEC,
        task=Classes("pathology", ("normal", "infarct")),
        inputs={"SAX": Input(LGE, MASK)},
        examples=Slices(training=1, minimum_pixels=1),
        prepare=(CropPad(32), ZScore()),
        pool=Mean(),
        decide=Threshold(),
        protocol=HoldOut(0.4, 0.2, 0.4),
    )
    return adapt(system, width=width)


def test_the_command_writes_a_trunk_and_nothing_beside_it(trunk: Path):
    assert sorted(path.name for path in trunk.parent.iterdir()) == ["TRUNK"]
    assert read_trunk(trunk)[1]["conv1.weight"].shape == (1, 1, 3, 3)


@pytest.mark.parametrize(
    ("system", "out", "more", "told"),
    [
        ("martini2020", "here", [], "which exists"),
        ("fahmy2022", "new", [], "no trunk in common"),
        ("martini2020", "new", ["--device", "abacus"], "device 'abacus'"),
    ],
    ids=["folder", "system", "device"],
)
def test_what_cannot_be_is_refused_before_any_series_is_read(
    system: str, out: str, more: list[str], told: str, tmp_path: Path, caplog
):
    (tmp_path / "here").mkdir()
    nowhere = str(tmp_path / "absent.csv")
    assert main(["pretrain", system, nowhere, "--out", str(tmp_path / out), *more]) == 2
    assert told in caplog.text


def test_a_fit_records_the_trunk_and_notices_another_when_it_goes_on(cohort: Cohort, tmp_path):
    def pretrained_small(seed: int) -> Path:
        run = Run(seed=seed, epochs=1, device="cpu")
        folder = tmp_path / f"T{seed}"
        save_trunk(pretrain_on(small(), material_of_cohort(cohort), run), folder)
        return folder

    trunk, other = pretrained_small(0), pretrained_small(1)
    run = Run(epochs=1, device="cpu", folder=tmp_path / "work", trunk=trunk)
    fitted = verbs.fit(small(), cohort, arms=("dl",), run=run)
    assert fitted.model.development["circumstances"]["trunk"] == read_trunk(trunk)[0]
    with pytest.raises(ResumeError, match="another trunk"):
        verbs.fit(small(), cohort, arms=("dl",), run=replace(run, trunk=other))


def test_a_fit_refuses_a_trunk_of_images_of_another_size(cohort: Cohort, trunk: Path):
    run = Run(epochs=1, device="cpu", trunk=trunk)
    with pytest.raises(InputError, match=r"CropPad\(size 224"):
        verbs.fit(small(), cohort, arms=("dl",), run=run)


def test_a_fit_of_random_weights_has_no_word_of_a_trunk(cohort: Cohort):
    fitted = verbs.fit(small(), cohort, arms=("dl",), run=Run(epochs=1, device="cpu"))
    assert "trunk" not in fitted.model.development["circumstances"]


def test_weights_and_a_trunk_together_are_refused(capsys):
    told = ["train", "fahmy2022", "c.csv", "--out", "m", "--weights", "w", "--start-from", "t"]
    with pytest.raises(SystemExit):
        parser().parse_args(told)
    assert "not allowed with argument" in capsys.readouterr().err
