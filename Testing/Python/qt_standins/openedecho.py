"""The panel of echo opened over an empty scene."""

from functools import cache
from pathlib import Path

from __feature__ import true_property  # noqa: F401
from CardioAILib.embedded import load_module

from qt_standins.install import install
from qt_standins.opened import PRELUDE, set_up

ROOT = Path(__file__).resolve().parents[3]
ECHO_MODULE = ROOT / "CardioAIEcho" / "CardioAIEcho.py"


@cache
def echo_module():
    """The module's file, loaded once as Slicer would."""
    module = load_module(ECHO_MODULE, PRELUDE)
    install()
    return module


def open_echo_panel(models: dict[str, Path] | None = None, launch: object = None, width: int = 480):
    """A panel as Slicer opens it; `models` stand for those that come with the extension."""
    module = echo_module()
    kind = type("CardioAIEchoWidget", (module.CardioAIEchoWidget,), {})
    kind.demonstrations = {name: str(folder) for name, folder in (models or {}).items()}
    kind.launch = launch
    return set_up(kind, width)
