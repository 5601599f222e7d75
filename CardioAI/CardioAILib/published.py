"""What a source printed of its own results, beside which ours are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from CardioAILib.added import added


@dataclass(frozen=True)
class PublishedArm:
    """What the paper printed of one arm on one test set: means over folds where it gives them.

    Args:
        auc: Area under the ROC curve, where it is printed.
        confusion: Printed counts, a row a true class, a column a called one, where there are any.
        recall: Printed share of each true class that was called so; None where it is not printed.
        precision: Printed share of each called class that is so.
        by_input: Printed AUC of each input alone.
        r2: Printed coefficient of determination of a measured quantity.
        mae: Printed mean absolute error, in the quantity's unit.
    """

    auc: float | None = None
    auc_sd: float | None = None
    sensitivity: float | None = None
    specificity: float | None = None
    specificity_sd: float | None = None
    accuracy: float | None = added(None)
    accuracy_sd: float | None = added(None)
    confusion: tuple[tuple[int, ...], ...] = added(())
    recall: tuple[float | None, ...] = added(())
    precision: tuple[float | None, ...] = added(())
    by_input: Mapping[str, float] | None = added(None)
    r2: float | None = added(None)
    mae: float | None = added(None)


@dataclass(frozen=True)
class Published:
    """The source of a system and its printed results.

    Args:
        citation: Reference as it is cited.
        doi: Digital object identifier.
        tests: For each test set, its size and the results of each arm.
        caution: What a reader of any result must know of the source's own evidence.
        attention: What the source printed of where its networks looked; empty where it did not.
        sweep: Printed (threshold, false positives, false negatives) of the proposed arm, on the
            test set of which the source prints that arm's confusion.
        readers: What the source printed of how its readers agree; empty where it did not.
        subgroups: What a reader must know of the source's own subgroups; empty for nothing.
        near_chance: Whether the source's own result is near chance, so that `caution` stands above
            every number.
        about: What is asked, and what the answer does not tell, in words; empty for nothing.
    """

    citation: str
    doi: str
    tests: Mapping[str, Mapping[str, PublishedArm]] = field(default_factory=dict)
    caution: str = ""
    attention: str = added("")
    sweep: tuple[tuple[float, int, int], ...] = added(())
    readers: str = added("")
    subgroups: str = added("")
    near_chance: bool = added(False)
    about: str = added("")
