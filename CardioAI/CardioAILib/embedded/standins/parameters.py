"""How a parameter node keeps values of each type: as text, an Enum by name, a node by reference."""

from __future__ import annotations

import enum
import pathlib
import typing
from dataclasses import dataclass
from typing import Any

from CardioAILib.errors import InputError

PLAIN: dict[type, Any] = {int: 0, float: 0.0, bool: False, str: "", pathlib.Path: pathlib.Path()}
"""Types kept as text, and the value of a parameter that declares none."""


@dataclass(frozen=True)
class Default:
    """A default given in `Annotated[...]`."""

    value: Any


@dataclass(frozen=True)
class WithinRange:
    """Values from `minimum` to `maximum`, both allowed; None is no limit."""

    minimum: float | None = None
    maximum: float | None = None

    def validate(self, value: float) -> None:
        """Raise `InputError` for a value outside."""
        low, high = self.minimum, self.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise InputError(
                got=f"{value}",
                wanted=f"a value from {low} to {high}",
                fix="choose one in the range",
            )


def Minimum(minimum: float) -> WithinRange:
    """Return the check that a value is not below."""
    return WithinRange(minimum=minimum)


def Maximum(maximum: float) -> WithinRange:
    """Return the check that a value is not above."""
    return WithinRange(maximum=maximum)


class Choice:
    """One of some values."""

    def __init__(self, choices: typing.Iterable[Any]) -> None:
        self.choices = list(choices)

    def validate(self, value: Any) -> None:
        """Raise `InputError` for another value."""
        if value not in self.choices:
            listed = ", ".join(map(str, self.choices))
            raise InputError(got=f"{value}", wanted=f"one of {listed}", fix="choose one of these")


@dataclass(frozen=True)
class Parameter:
    """One typed value of a parameter node.

    Args:
        name: Its name, which is its key in the node.
        kind: int, float, bool, str, pathlib.Path, an Enum or a class of MRML nodes.
        default: The value of a new node.
        checks: What a value has to pass.
    """

    name: str
    kind: type
    default: Any
    checks: tuple[Any, ...] = ()

    def is_in(self, node: Any) -> bool:
        """Say whether a node has this value."""
        return bool(node.HasParameter(self.name))

    def read(self, node: Any) -> Any:
        """Return the value; a node without it gets the default first."""
        if not self.is_in(node):
            self.write(node, self.default)
        if is_node(self.kind):
            return node.GetNodeReference(self.name)
        return from_text(self.kind, node.GetParameter(self.name))

    def write(self, node: Any, value: Any) -> None:
        """Keep a value.

        Raises:
            InputError: It is of another type, or does not pass a check.
        """
        self._check_type(value)
        for check in self.checks:
            check.validate(value)
        if not is_node(self.kind):
            node.SetParameter(self.name, to_text(value))
            return
        # An empty text tells a reference that was set to None from one that was never set.
        node.SetParameter(self.name, "")
        node.SetNodeReferenceID(self.name, None if value is None else value.GetID())

    def _check_type(self, value: Any) -> None:
        allowed = (int, float) if self.kind is float else self.kind
        if isinstance(value, allowed) or (value is None and is_node(self.kind)):
            return
        raise InputError(
            got=f"a {type(value).__name__} for {self.name}",
            wanted=f"a {self.kind.__name__}",
            fix="convert it first",
        )


def declared(name: str, annotation: Any, given: Any = None) -> Parameter:
    """Return the parameter that a line of the class declares.

    Args:
        name: The attribute.
        annotation: Its type, with checks and a default in `Annotated` where it has some.
        given: The value it is set to in the class; None where there is none.

    Raises:
        InputError: There is no way to keep values of the type.
    """
    kind, *extras = (
        typing.get_args(annotation) if hasattr(annotation, "__metadata__") else (annotation,)
    )
    defaults = [extra.value for extra in extras if isinstance(extra, Default)]
    checks = tuple(extra for extra in extras if hasattr(extra, "validate"))
    default = next((value for value in (given, *defaults) if value is not None), None)
    return Parameter(name, kind, start_value(kind) if default is None else default, checks)


def start_value(kind: Any) -> Any:
    """Return the value of a parameter that declares none."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if is_node(kind):
        return None
    raise InputError(
        got=f"a parameter of type {kind}",
        wanted="int, float, bool, str, pathlib.Path, an Enum or a MRML node",
        fix="keep it as one of these",
    )


def is_node(kind: Any) -> bool:
    """Say whether a type is a class of MRML nodes."""
    import slicer

    return isinstance(kind, type) and issubclass(kind, slicer.vtkMRMLNode)


def to_text(value: Any) -> str:
    """Return what the node keeps."""
    return value.name if isinstance(value, enum.Enum) else str(value)


def from_text(kind: type, text: str) -> Any:
    """Return the value that a text stands for."""
    if issubclass(kind, enum.Enum):
        return kind[text]
    return text == "True" if kind is bool else kind(text)
