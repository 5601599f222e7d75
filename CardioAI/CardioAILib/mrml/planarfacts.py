"""What is known of a planar scan beside its counts, kept as attributes of its node."""

from __future__ import annotations

from collections.abc import Mapping

from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import PREFIX
from CardioAILib.study import Fact

FACT = PREFIX + "Fact."
"""Start of the name of an attribute that holds a fact, by the name of its cohort column."""

OF_SCAN = "CardioAI.scan"
"""Role of the reference from what was made of a scan to its volume."""


def write_facts(node: Node, facts: Mapping[str, Fact]) -> None:
    """Write facts, as cells of a cohort table, on a node; a saved scene keeps them.

    Args:
        node: The volume of the anterior view.
        facts: By name of the column, as in {"acquisition": "whole body", "delay_min": 180}; never
            a name or an identifier of the patient.
    """
    for name, value in facts.items():
        node.SetAttribute(FACT + name, f"{value:.10g}" if isinstance(value, float) else str(value))


def facts_of(node: Node) -> dict[str, Fact]:
    """Return the facts that `write_facts` wrote on a node; numbers come back as numbers."""
    known = (name for name in node.GetAttributeNames() if name.startswith(FACT))
    return {name.removeprefix(FACT): value_of(node.GetAttribute(name)) for name in known}


def value_of(text: str) -> Fact:
    """Return a cell's text as a number where it is one."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number
