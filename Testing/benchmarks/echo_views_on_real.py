"""Asks the model of echo views that ships what it sees in real clips and stills.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/echo_views_on_real.py --data ../shared/data``. What of the data is
absent is skipped with a line: stills of CAMUS in ``camus_a4c`` (Leclerc et al., IEEE Trans Med
Imaging 38:2198, 2019), clips in ``echo_dicom``, and the apical clip among pydicom's examples. The
model learned from simulated hearts alone; how these are drawn and sampled was chosen with these
very images in sight, so the figures say what it does with them, not what it would with others.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.errors import CardioAIError  # noqa: E402
from CardioAILib.io.us import read_clip  # noqa: E402
from CardioAILib.io.volumes import read_image  # noqa: E402
from CardioAILib.panel.modelfolders import DEMONSTRATIONS  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY, ArmResult  # noqa: E402
from CardioAILib.study import Image, Role, Study  # noqa: E402
from CardioAILib.verbs import Model, load_model, predict  # noqa: E402
from CardioAILib.verbs.echoviews import SURE  # noqa: E402

logger = logging.getLogger(__name__)

CLIPS = {
    "fodicom_DIRW0007_A4C_65f.dcm": "A4C",
    "dcm4che_will-jxl_apical_color_27f.dcm": "apical, color Doppler",
    "US-PAL-8-10x-echo_PLAX_color_10f.dcm": "PLAX, color Doppler",
}
"""Files of ``echo_dicom`` and what they show."""
APICAL = "examples_ybr_color.dcm"
STILLS = "A4C"
"""What all stills show."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A real image.

    Args:
        name: Of its file.
        view: What it shows.
        image: It.
    """

    name: str
    view: str
    image: Image


def main() -> None:
    """Ask, and tell every answer."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    given.add_argument("--model", type=Path, default=DEMONSTRATIONS["echo_view"])
    asked = given.parse_args()
    model = load_model(asked.model, device="cpu")
    for shown in clips(asked.data / "echo_dicom"):
        tell(shown, model.system.task.names, seen(model, shown))
    stills = [(own, seen(model, own)) for own in camus(asked.data / "camus_a4c")]
    for shown, found in stills:
        tell(shown, model.system.task.names, found)
    if stills:
        called = Counter(str(found.decision) for _, found in stills)
        sure = Counter(str(found.decision) for _, found in stills if found.score >= SURE)
        logger.info("%d stills of %s: called %s", len(stills), STILLS, dict(called))
        logger.info("of which with a probability of %.1f and more: %s", SURE, dict(sure))
    logger.info(RESEARCH_ONLY)


def clips(folder: Path) -> Iterator[Shown]:
    """Read the clips that are there, one after the other."""
    from pydicom.data import get_testdata_file

    apical = get_testdata_file(APICAL, download=False)
    paths = {folder / name: view for name, view in CLIPS.items()}
    for path, view in {**paths, **({Path(apical): "apical"} if apical else {})}.items():
        if not path.is_file():
            logger.info("%s: skipped, it is not there", path.name)
            continue
        try:
            yield Shown(path.name, view, read_clip(path, color=True).image)
        except CardioAIError as error:
            logger.info("%s: skipped: %s", path.name, error)


def camus(folder: Path) -> Iterator[Shown]:
    """Read the stills that are there, one after the other."""
    paths = sorted(folder.rglob("*_4CH_E[DS].nii.gz"))
    if not paths:
        logger.info("stills of CAMUS: skipped, there are none in %s", folder.name)
    for path in paths:
        yield Shown(path.name.removesuffix(".nii.gz"), STILLS, read_image(path))


def seen(model: Model, shown: Shown) -> ArmResult:
    """Return what the model says of an image that nobody named."""
    result, _ = predict(model, Study(shown.name, "1", {Role("US", "echo"): shown.image}))
    return result.arms[result.primary]


def tell(shown: Shown, names: tuple[str, ...], found: ArmResult) -> None:
    """Log what an image shows, and what it was called."""
    each = ", ".join(f"{n} {p:.2f}" for n, p in zip(names, found.probabilities, strict=True))
    logger.info("%-38s shows %-22s called %-5s (%s)", shown.name, shown.view, found.decision, each)


if __name__ == "__main__":
    main()
