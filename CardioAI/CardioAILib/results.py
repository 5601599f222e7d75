"""What comes out: results of studies, and where each number comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

RESEARCH_ONLY = "Research use only. Not a medical device; not for diagnosis or treatment."


@dataclass(frozen=True)
class Provenance:
    """The origin of a number.

    Args:
        system: Name of the system.
        mode: "sound" or "paper".
        definition: SHA-256 of the canonical declaration.
        weights: SHA-256 over the model's files, or empty before training.
        seed: Seed of every random choice.
        versions: Version of each library that took part.
        inputs: SHA-256 of each file read, by column of the cohort table.
        device: Device that the networks ran on.
        created: Time in UTC, ISO 8601.
    """

    system: str
    mode: str
    definition: str
    weights: str
    seed: int
    versions: Mapping[str, str]
    inputs: Mapping[str, str] = field(default_factory=dict)
    device: str = "cpu"
    created: str = ""


@dataclass(frozen=True)
class Contribution:
    """What one feature of this case adds to the evidence for a class.

    Args:
        feature: Feature name, with its unit.
        value: The case's own value, or None where it could not be measured and the development
            median stood in.
        evidence: Difference that the feature makes to the class's logit, from a case whose
            features are all average to this one.
    """

    feature: str
    value: float | None
    evidence: float


@dataclass(frozen=True)
class ExampleScore:
    """The score of one example: the slice's index in its original stack, and the number.

    Among more than two classes the number is the probability of the study's decided class.
    """

    input: str
    slice: int
    score: float


@dataclass(frozen=True)
class ArmResult:
    """What one arm says of one study.

    Args:
        score: Mean of the members' pooled scores, 0 to 1: the probability of class 1 of two, or
            of the decided class of several; of a measured quantity its value in the task's unit.
        members: Pooled score of each member of a cross-fitted model, of that same class.
        threshold: Score from which on it is positive; None where the test cohort sets it, among
            several classes, and of a measured quantity.
        decision: Class name, or None without a threshold.
        examples: Score of each example, mean over members.
        probabilities: Probability of each class (K,), mean over members; empty for two classes.
        by_member: The same of each member (M, K).
        contributions: What each feature adds to class 1 of two, or to the decided class of several,
            strongest first; empty for arms that do not tell.
        by_input: Pooled score of each input alone, mean over members; empty where the system has
            one input.
    """

    score: float
    members: tuple[float, ...]
    threshold: float | None
    decision: str | None
    examples: tuple[ExampleScore, ...]
    probabilities: tuple[float, ...] = ()
    by_member: tuple[tuple[float, ...], ...] = ()
    contributions: tuple[Contribution, ...] = ()
    by_input: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Attention:
    """Where a heatmap lies.

    Args:
        inside: Share of the maps' positive energy inside the dilated heart, 0 to 1; None for a
            map without energy, which speaks for the positive class nowhere.
        area: Share of the network's field of view that the dilated heart covers: what a map
            that looks everywhere alike would score.
        flagged: Whether the map looks outside the heart more than inside it.
        arm: The network arm whose maps were audited.
        slices: Slices that set that arm's score, and so were audited.
        zone: Where most of the energy lies: "heart", "border" (within the margin around it) or
            "outside"; empty where that was not asked.
        shares: Share of the energy by region, 0 to 1: "heart", "pericardial band" (within the
            margin around it; "margin" on planar scans and in echo clips) and "elsewhere" sum to 1;
            segmented effusions stand beside them.
        by_input: The same shares for the maps of each input alone.
    """

    inside: float | None
    area: float
    flagged: bool
    arm: str = ""
    slices: tuple[int, ...] = ()
    zone: str = ""
    shares: Mapping[str, float] = field(default_factory=dict)
    by_input: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """Something a reader should know of an input: a warning, not a refusal."""

    check: str
    message: str


@dataclass(frozen=True)
class Result:
    """All that is said of one study.

    Args:
        subject: Pseudonym from the cohort table.
        study: Study within the subject.
        arms: Result of each arm.
        primary: Name of the arm that the paper proposes.
        findings: Warnings of the input checks.
        attention: Audit of the heatmap, where one was made.
        files: Files written beside the result, by what they are.
        provenance: Where the numbers come from.
        fold: Held-out part in cross-validation, or None.
        measurements: What was measured on the segmentations, by name with unit.
    """

    subject: str
    study: str
    arms: Mapping[str, ArmResult]
    primary: str
    provenance: Provenance
    findings: tuple[Finding, ...] = ()
    attention: Attention | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    fold: int | None = None
    note: str = RESEARCH_ONLY
    measurements: Mapping[str, float] = field(default_factory=dict)


def arm_names(results: Iterable[Result]) -> tuple[str, ...]:
    """Return the arms that spoke in any of the results, in order of first appearance."""
    return tuple(dict.fromkeys(arm for result in results for arm in result.arms))
