"""The model card: what a stranger must know before using a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from CardioAILib.codec import digest
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.system import HoldOut, System
from CardioAILib.task import Quantity
from CardioAILib.verbs.development import EXPLAINED
from CardioAILib.verbs.judge import ERROR
from CardioAILib.verbs.origin import warn_of_source

NEAR_CHANCE = "Near chance in the source study"

if TYPE_CHECKING:
    from CardioAILib.verbs.model import Model


def model_card(model: Model) -> str:
    """Return the card as Markdown."""
    system, development = model.system, model.development
    near_chance = system.published.near_chance
    return "\n".join(
        [
            f"# {system.title}",
            "",
            f"**{RESEARCH_ONLY}**",
            "",
            *([f"**{NEAR_CHANCE}. {system.published.caution}**", ""] if near_chance else []),
            *_warnings(development),
            f"Source: {system.published.citation} doi:{system.published.doi}",
            "",
            *([system.published.about, ""] if system.published.about else []),
            *([] if near_chance else [f"Caution: {system.published.caution}"]),
            "",
            f"- Task: {_asked(system)} (column `{system.task.target}`)",
            f"- Trained in `{model.mode}` mode, {_members(model)}"
            + ("" if system.protocol.validation else "; the held-out part chose a network's epoch"),
            f"- Development data: {development['subjects']} subjects, "
            f"{_counts(development)}; target from: {development['target source']}",
            f"- {_circumstances(development['circumstances'])}",
            f"- Inputs: {', '.join(i.image.column for i in system.inputs.values())}",
            f"- Definition: `{digest(system)}`",
            *_searched(model),
            "",
            *_figure_rows(model),
            "",
            "Measured on the development cohort alone. Test on your own cohort before use.",
            "",
        ]
    )


def _members(model: Model) -> str:
    protocol = model.system.protocol
    if isinstance(protocol, HoldOut):
        return f"one member, {protocol.test:.0%} of the subjects held out once"
    divided = "" if protocol.by == "subject" else f", divided by {protocol.by}: subjects leak"
    return f"{len(model.members)} members, one a fold{divided}"


def _searched(model: Model) -> list[str]:
    """Tell what a search of hyperparameters chose, where an arm made one."""
    told = (
        (arm, number, getattr(member[arm], "told", ""))
        for arm in model.arms
        for number, member in enumerate(model.members, start=1)
    )
    return [f"- Arm `{arm}`, member {number}: {what}" for arm, number, what in told if what]


def _asked(system: System) -> str:
    if isinstance(system.task, Quantity):
        return f"{system.task.label_text} in {system.task.unit}"
    return " or ".join(system.task.names)


def _counts(development: Mapping[str, Any]) -> str:
    if "values" in development:
        known = development["values"]
        spread = f"standard deviation {known['standard deviation']:.4g}"
        return f"{development['studies']} results, mean {known['mean']:.4g}, {spread}"
    if "positives" in development:
        return f"{development['positives']} positive"
    counts = ", ".join(f"{count} {name}" for name, count in development["classes"].items())
    return f"{development['studies']} results ({counts})"


def _figure_rows(model: Model) -> list[str]:
    if model.system.task.measures:
        return _value_rows(model)
    return _class_rows(model) if model.system.task.several else _binary_rows(model)


def _value_rows(model: Model) -> list[str]:
    unit = model.system.task.unit
    figures = [
        f"| {arm} | {_value(model, ERROR, arm)} | {_value(model, EXPLAINED, arm)} |"
        for arm in model.arms
    ]
    head = f"| arm | {ERROR} of held-out studies ({unit}, 95 %, bootstrap) | {EXPLAINED} (95 %) |"
    return [head, "|---|---|---|", *figures]


def _value(model: Model, figure: str, arm: str) -> str:
    low, high = model.development[f"{figure} interval"][arm]
    return f"{model.development[figure][arm]:.3g} ({low:.3g} to {high:.3g})"


def _binary_rows(model: Model) -> list[str]:
    rows = [
        f"| {arm} | {_figure(model.development, 'auc', arm)} | {_number(model.thresholds[arm])} |"
        for arm in model.arms
    ]
    return ["| arm | AUC of held-out studies (95 %, DeLong) | threshold |", "|---|---|---|", *rows]


def _class_rows(model: Model) -> list[str]:
    rows = [f"| {arm} | {_figure(model.development, 'accuracy', arm)} |" for arm in model.arms]
    return ["| arm | accuracy of held-out studies (95 %, Wilson) |", "|---|---|", *rows]


def _warnings(development: Mapping[str, Any]) -> list[str]:
    found = warn_of_source(development)
    return [line for f in found for line in (f"**{f.check.capitalize()}: {f.message}.**", "")]


def _circumstances(known: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in known.items())


def _figure(development: Mapping[str, Any], figure: str, arm: str) -> str:
    low, high = development[f"{figure} interval"][arm]
    return f"{development[figure][arm]:.3f} ({low:.2f} to {high:.2f})"


def _number(value: float | None) -> str:
    return "set on the test cohort" if value is None else f"{value:.4f}"
