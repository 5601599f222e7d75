"""Puts the stand-ins where `import qt`, `import ctk` and `slicer.qMRML...` find them."""

import os
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from __feature__ import true_property  # noqa: F401
from PySide6 import QtCore, QtGui, QtUiTools, QtWidgets

from qt_standins.ctkwidgets import ctkCollapsibleButton, ctkPathLineEdit
from qt_standins.mrmlwidgets import qMRMLNodeComboBox, qMRMLWidget

CUSTOM = (ctkCollapsibleButton, ctkPathLineEdit, qMRMLNodeComboBox, qMRMLWidget)


class UiLoader(QtUiTools.QUiLoader):
    """Loads a .ui with the stand-ins for the widgets that Slicer's designer plugins make."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        for widget in CUSTOM:
            self.registerCustomWidget(widget)


def application() -> QtWidgets.QApplication:
    """The one QApplication of the process."""
    return QtWidgets.QApplication.instance() or QtWidgets.QApplication(["test"])


def install() -> QtWidgets.QApplication:
    """Make the stand-ins importable; call after `CardioAILib.embedded.start()`."""
    import slicer
    import slicer.util

    from qt_standins.connectors import register_connectors

    qt, ctk = ModuleType("qt"), ModuleType("ctk")
    qt.QUiLoader, qt.__getattr__ = UiLoader, of_qt
    ctk.ctkCollapsibleButton, ctk.ctkPathLineEdit = ctkCollapsibleButton, ctkPathLineEdit
    sys.modules["qt"], sys.modules["ctk"] = qt, ctk
    slicer.qMRMLNodeComboBox, slicer.qMRMLWidget = qMRMLNodeComboBox, qMRMLWidget
    slicer.util.loadUI = load_ui
    slicer.util.childWidgetVariables = child_widget_variables
    slicer.util.mainWindow = lambda verbose=True: None
    register_connectors()
    return application()


def of_qt(name: str) -> object:
    """A name of PythonQt's `qt`, which has those of all libraries in one."""
    for library in (QtCore, QtGui, QtWidgets):
        if hasattr(library, name):
            return getattr(library, name)
    raise AttributeError(name)


def load_ui(path: str) -> QtWidgets.QWidget:
    """What `slicer.util.loadUI` does."""
    file = QtCore.QFile(str(Path(path)))
    assert file.open(QtCore.QIODevice.OpenModeFlag.ReadOnly), path
    # Qt complains of signals and flags that the stand-ins lack; a test reads the file for them.
    before = QtCore.qInstallMessageHandler(lambda *_: None)
    try:
        return UiLoader().load(file)
    finally:
        QtCore.qInstallMessageHandler(before)
        file.close()


def child_widget_variables(widget: QtWidgets.QWidget) -> SimpleNamespace:
    """What `slicer.util.childWidgetVariables` does; PySide6 has no `name` to go by."""
    named = (child for child in widget.findChildren(QtWidgets.QWidget) if child.objectName)
    return SimpleNamespace(**{child.objectName: child for child in named})


def process_events(seconds: float = 0.0) -> None:
    """Let timers and signals come, for a while."""
    end = time.monotonic() + seconds
    while True:
        application().processEvents()
        if time.monotonic() >= end:
            return
        time.sleep(0.01)
