"""Height, weight and sex of the patient: asked beside each study that is measured, kept once."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.panel.bindings import Bindings, ChoiceBinding, NumberBinding
from CardioAILib.report.healthy import SEXES
from CardioAILib.study import Fact

HEIGHT, WEIGHT, SEX = "height_cm", "weight_kg", "sex"
"""Names of the facts, and of the parameters that keep them."""


class Body:
    """The widgets of one place that asks for them.

    Args:
        height: Spin box, in cm; its lowest value stands for a height that is not known.
        weight: Spin box, in kg, alike.
        sex: Combo box, filled here.
    """

    def __init__(self, height: Any, weight: Any, sex: Any) -> None:
        self._height, self._weight, self._sex = height, weight, sex

    def connect(self, bindings: Bindings) -> None:
        """Fill the list and keep what is chosen."""
        words = {"female": _("female"), "male": _("male")}
        self._sex.addItem(_("sex not known"), "")
        for sex in SEXES:
            self._sex.addItem(words[sex], sex)
        bindings.add(NumberBinding(HEIGHT, self._height))
        bindings.add(NumberBinding(WEIGHT, self._weight))
        bindings.add(ChoiceBinding(SEX, self._sex))

    def sex(self) -> str | None:
        """Return "female" or "male", or None where it is not known."""
        return self._sex.itemData(self._sex.currentIndex) or None

    def size(self) -> dict[str, float]:
        """Return height and weight where they are known."""
        widgets = {HEIGHT: self._height, WEIGHT: self._weight}
        return {name: one.value for name, one in widgets.items() if one.value > one.minimum}

    def facts(self) -> dict[str, Fact]:
        """Return all that is known, as columns of a cohort table."""
        sex = self.sex()
        return {**self.size(), **({} if sex is None else {SEX: sex})}
