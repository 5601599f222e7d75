"""The model card: what a stranger must know before using a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from CardioAILib.codec import digest
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.origin import warn_of_source

if TYPE_CHECKING:
    from CardioAILib.verbs.model import Model


def model_card(model: Model) -> str:
    """Return the card as Markdown."""
    system, development = model.system, model.development
    rows = [
        f"| {arm} | {development['auc'][arm]:.3f} ({_interval(development, arm)}) "
        f"| {_number(model.thresholds[arm])} |"
        for arm in model.arms
    ]
    return "\n".join(
        [
            f"# {system.title}",
            "",
            f"**{RESEARCH_ONLY}**",
            "",
            *_warnings(development),
            f"Source: {system.published.citation} doi:{system.published.doi}",
            "",
            f"Caution: {system.published.caution}",
            "",
            f"- Task: {' or '.join(system.task.names)} (column `{system.task.target}`)",
            f"- Trained in `{model.mode}` mode, {len(model.members)} members, one a fold"
            + ("" if system.protocol.validation else "; the held-out part chose a network's epoch"),
            f"- Development data: {development['subjects']} subjects, "
            f"{development['positives']} positive; target from: {development['target source']}",
            f"- {_circumstances(development['circumstances'])}",
            f"- Inputs: {', '.join(i.image.column for i in system.inputs.values())}",
            f"- Definition: `{digest(system)}`",
            "",
            "| arm | AUC out of fold (95 %, DeLong) | threshold |",
            "|---|---|---|",
            *rows,
            "",
            "Measured on the development cohort alone. Test on your own cohort before use.",
            "",
        ]
    )


def _warnings(development: Mapping[str, Any]) -> list[str]:
    found = warn_of_source(development)
    return [line for f in found for line in (f"**{f.check.capitalize()}: {f.message}.**", "")]


def _circumstances(known: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in known.items())


def _interval(development: Mapping[str, Any], arm: str) -> str:
    low, high = development["auc interval"][arm]
    return f"{low:.2f} to {high:.2f}"


def _number(value: float | None) -> str:
    return "set on the test cohort" if value is None else f"{value:.4f}"
