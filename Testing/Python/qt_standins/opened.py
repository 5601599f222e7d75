"""A panel opened over an empty scene, with what its tests put into it and do with it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import helpers_scene as made
from __feature__ import true_property  # noqa: F401
from CardioAILib.embedded import load_module
from CardioAILib.phantoms import SMALL, hcm_study
from CardioAILib.systems import FAHMY_2022
from CardioAILib.worker.events import line_of
from PySide6.QtCore import QMargins
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qt_standins.install import application, install

MODULE = Path(__file__).resolve().parents[3] / "CardioAI" / "CardioAI.py"
PRELUDE = "from __feature__ import true_property"
NEEDED = FAHMY_2022.inputs["ES"]


@cache
def panel_module():
    """The module's file, loaded once as Slicer would."""
    module = load_module(MODULE, PRELUDE)
    install()
    return module


def open_panel(
    model: Path | str = "",
    launch: object = None,
    width: int = 480,
    others: Mapping[str, Path] | None = None,
):
    """A panel as Slicer opens it; `model` stands for the model that comes with the extension.

    Those of other systems than the first are left out unless they are named.
    """
    module = panel_module()
    kind = type("CardioAIWidget", (module.CardioAIWidget,), {})
    known = {FAHMY_2022.name: model, **(others or {})}
    kind.demonstrations = {name: str(folder) for name, folder in known.items()}
    kind.launch = launch
    return set_up(kind, width)


def set_up(kind: type, width: int):
    """A panel of a class, shown in a window of that width."""
    parent = QWidget()
    QVBoxLayout(parent).contentsMargins = QMargins(4, 4, 4, 4)
    panel = kind(parent)
    panel.setup()
    parent.resize(width, 700)
    parent.show()
    application().processEvents()
    return panel


def heart():
    """A small simulated heart with a scar: the volume's and the mask's image."""
    study = hcm_study("p1", 1, seed=7, size=SMALL)
    return study.images[NEEDED.image], study.images[NEEDED.mask]


def add_heart(scene: object, **segments: object) -> SimpleNamespace:
    """A heart as volume and segmentation nodes; the myocardium alone unless segments are named."""
    image, mask = heart()
    array = mask.of("myocardium")[0]
    volume = made.volume(scene, image.array[0].astype("f4"), image.ijk_to_ras, name="cine")
    named = segments or {"myocardium": array}
    named = {name: array if given is True else given for name, given in named.items()}
    return SimpleNamespace(
        volume=volume,
        segmentation=made.segmentation(scene, mask.ijk_to_ras, **named),
        myocardium=array,
        image=image,
    )


class FakeLaunch:
    """Starts nothing; the test says what the worker says."""

    def __init__(self) -> None:
        self.calls: list[SimpleNamespace] = []
        self.killed = 0

    def __call__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        on_line: Callable[[str], None],
        on_end: Callable[[int], None],
    ) -> SimpleNamespace:
        self.calls.append(
            SimpleNamespace(arguments=arguments, environment=environment, line=on_line, end=on_end)
        )
        return SimpleNamespace(pid=0, kill=self._kill)

    def _kill(self) -> None:
        self.killed += 1

    @property
    def folder(self) -> Path:
        """The job folder of the last call."""
        return Path(self.calls[-1].arguments[-1])

    def say(self, **event: object) -> None:
        """Say one event, as the worker's line."""
        self.calls[-1].line(line_of(event))

    def end(self, event: str, code: int = 0, **more: object) -> None:
        """Say the last event and end."""
        self.say(event=event, **more)
        self.calls[-1].end(code)
