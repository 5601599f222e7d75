"""What `slicer.parameterNodeWrapper` is outside the application.

How a value gets into a widget and back is left to connectors, registered under the same
decorator as in the application; there are none here, since there is no Qt.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from CardioAILib.embedded.standins.parameters import Parameter, declared
from CardioAILib.errors import InputError

SlicerParameterNamePropertyName = "SlicerParameterName"


class GuiConnector:
    """A widget that shows a parameter: what `createGuiConnector` looks for and hands back."""

    @staticmethod
    def canRepresent(widget: Any, datatype: Any) -> bool:
        """Say whether this connector is for such a widget and type."""
        raise NotImplementedError

    @staticmethod
    def create(widget: Any, datatype: Any) -> GuiConnector:
        """Return the connector of a widget."""
        raise NotImplementedError

    def onChanged(self, callback: Callable[[], None] | None) -> None:
        """Call back when the user changes the widget; None ends it."""
        raise NotImplementedError

    def read(self) -> Any:
        """Return the widget's value."""
        raise NotImplementedError

    def write(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError


CONNECTORS: list[type[GuiConnector]] = []


def parameterNodeGuiConnector(connector: type[GuiConnector]) -> type[GuiConnector]:
    """Register a connector; the latest one that can represent a widget is taken."""
    CONNECTORS.insert(0, connector)
    return connector


def createGuiConnector(widget: Any, datatype: Any) -> GuiConnector:
    """Return the connector of a widget.

    Raises:
        InputError: None is registered for it.
    """
    for connector in CONNECTORS:
        if connector.canRepresent(widget, datatype):
            return connector.create(widget, datatype)
    raise InputError(
        got=f"a {type(widget).__name__} for a parameter of type {datatype}",
        wanted="a widget with a connector",
        fix="register one with parameterNodeGuiConnector",
    )


class Wrapper:
    """The methods of every wrapped parameter node."""

    allParameters: typing.ClassVar[Mapping[str, Parameter]]

    def __init__(self, parameterNode: Any) -> None:
        self.parameterNode = parameterNode
        self._connected: dict[int, dict[str, GuiConnector]] = {}
        self._observers: dict[int, int] = {}
        self._updating = False
        for parameter in self.allParameters.values():
            parameter.read(parameterNode)

    def getValue(self, name: str) -> Any:
        """Return a parameter's value."""
        return self._parameter(name).read(self.parameterNode)

    def setValue(self, name: str, value: Any) -> None:
        """Set a parameter's value."""
        self._parameter(name).write(self.parameterNode, value)

    def default(self, name: str) -> Any:
        """Return a parameter's default."""
        return self._parameter(name).default

    def dataType(self, name: str) -> type:
        """Return a parameter's type."""
        return self._parameter(name).kind

    def connectGui(self, gui: Any) -> int:
        """Join every widget that has the property `SlicerParameterName`.

        Args:
            gui: A widget, or what `slicer.util.childWidgetVariables` returns.

        Returns:
            The tag for `disconnectGui`.
        """
        named = (
            (widget.property(SlicerParameterNamePropertyName), widget) for widget in inside(gui)
        )
        return self.connectParametersToGui({name: widget for name, widget in named if name})

    def connectParametersToGui(self, mapping: Mapping[str, Any]) -> int:
        """Join widgets to the parameters that they are given for, and show the values."""
        import vtk

        connectors = {
            name: createGuiConnector(widget, self.dataType(name))
            for name, widget in mapping.items()
        }
        tag = max(self._connected, default=-1) + 1
        self._connected[tag] = connectors
        for name, connector in connectors.items():
            connector.write(self.getValue(name))
            connector.onChanged(self._reader(name, connector))
        self._observers[tag] = self.AddObserver(
            vtk.vtkCommand.ModifiedEvent, lambda *_: self._show(connectors)
        )
        return tag

    def disconnectGui(self, tag: int) -> None:
        """Part the widgets from the parameters."""
        for connector in self._connected.pop(tag, {}).values():
            connector.onChanged(None)
        if tag in self._observers:
            self.RemoveObserver(self._observers.pop(tag))

    def StartModify(self) -> int:
        """Hold back the node's events."""
        return self.parameterNode.StartModify()

    def EndModify(self, before: int) -> None:
        """Let the node's events go."""
        self.parameterNode.EndModify(before)

    def AddObserver(self, event: Any, callback: Any, priority: float = 0.0) -> int:
        """Observe the node."""
        return self.parameterNode.AddObserver(event, callback, priority)

    def RemoveObserver(self, tag: int) -> None:
        """End an observation."""
        self.parameterNode.RemoveObserver(tag)

    def Modified(self) -> None:
        """Tell the node's observers that it changed."""
        self.parameterNode.Modified()

    def _parameter(self, name: str) -> Parameter:
        if name not in self.allParameters:
            raise InputError(
                got=f"the parameter {name}",
                wanted=f"one of {', '.join(self.allParameters)}",
                fix="correct the widget's SlicerParameterName, or declare the parameter",
            )
        return self.allParameters[name]

    def _reader(self, name: str, connector: GuiConnector) -> Callable[[], None]:
        def changed() -> None:
            if not self._updating:
                self.setValue(name, connector.read())

        return changed

    def _show(self, connectors: Mapping[str, GuiConnector]) -> None:
        if self._updating:
            return
        self._updating = True
        try:
            for name, connector in connectors.items():
                connector.write(self.getValue(name))
        finally:
            self._updating = False


def inside(gui: Any) -> Iterator[Any]:
    """Yield the widgets below a widget, or those that an object has as attributes."""
    if getattr(gui, "isWidgetType", lambda: False)():
        import qt

        yield from gui.findChildren(qt.QWidget)
    else:
        yield from vars(gui).values()


def parameterNodeWrapper(cls: type | None = None) -> Any:
    """Make a class whose annotated attributes live in a parameter node."""
    if cls is None:
        return parameterNodeWrapper
    hints = typing.get_type_hints(cls, include_extras=True)
    parameters = {
        name: declared(name, hint, getattr(cls, name, None)) for name, hint in hints.items()
    }
    taken = [name for name in parameters if hasattr(Wrapper, name)]
    if taken:
        raise InputError(got=f"a parameter {taken[0]}", wanted="a free name", fix="rename it")
    members = {name: as_property(name) for name in parameters}
    made = type(cls.__name__, (cls, Wrapper), {**members, "__init__": Wrapper.__init__})
    made.__module__, made.__doc__ = cls.__module__, cls.__doc__
    made.allParameters, made._is_parameter_node_wrapper = parameters, True
    return made


def as_property(name: str) -> property:
    """Return the attribute of a parameter."""
    return property(
        lambda self: self.getValue(name), lambda self, value: self.setValue(name, value)
    )


def isParameterNodeWrapper(thing: Any) -> bool:
    """Say whether this is a wrapped parameter node, or its class."""
    return getattr(thing, "_is_parameter_node_wrapper", False)
