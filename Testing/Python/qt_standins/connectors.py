"""Connectors between plain widgets and parameters, as the application's wrapper has them."""

from __feature__ import true_property  # noqa: F401
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox

PLAIN = (
    (QCheckBox, bool, "checked", "stateChanged"),
    (QSpinBox, int, "value", "valueChanged"),
    (QDoubleSpinBox, float, "value", "valueChanged"),
    (QComboBox, str, "currentText", "currentIndexChanged"),
)
"""Widget class, type of the parameter, property, signal."""


def register_connectors() -> None:
    """Register one connector for each kind of widget; a second call changes nothing."""
    from slicer.parameterNodeWrapper import CONNECTORS, parameterNodeGuiConnector

    if not any(known.__module__ == __name__ for known in CONNECTORS):
        for row in PLAIN:
            parameterNodeGuiConnector(connector(*row))


def connector(kind: type, type_: type, name: str, signal: str) -> type:
    """Make the connector of a widget class and a type."""
    from slicer.parameterNodeWrapper import GuiConnector

    class Connector(GuiConnector):
        def __init__(self, widget: object) -> None:
            self._widget, self._callback = widget, None
            getattr(widget, signal).connect(self._changed)

        @staticmethod
        def canRepresent(widget: object, datatype: object) -> bool:  # noqa: N802
            return type(widget) is kind and datatype is type_

        @staticmethod
        def create(widget: object, datatype: object) -> "Connector":
            return Connector(widget)

        def onChanged(self, callback: object) -> None:  # noqa: N802
            self._callback = callback

        def _changed(self, *_: object) -> None:
            if self._callback is not None:
                self._callback()

        def read(self) -> object:
            return getattr(self._widget, name)

        def write(self, value: object) -> None:
            if name == "currentText":
                self._widget.currentIndex = self._widget.findText(value)
            else:
                setattr(self._widget, name, value)

    return Connector
