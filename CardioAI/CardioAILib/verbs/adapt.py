"""The same system at another size: fewer folds, thinner networks, another learning rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from CardioAILib.learning import Deep, Ensemble, Network, Tabular
from CardioAILib.system import CrossValidation, HoldOut, System
from CardioAILib.verbs.member import validation_share


@dataclass(frozen=True)
class Sizes:
    """What arms are adapted to; None leaves them as declared. See `adapt`."""

    width: float | None
    inner: int | None
    rate: float | None
    copies: int | None


def adapt(
    system: System,
    *,
    folds: int | None = None,
    width: float | None = None,
    inner: int | None = None,
    rate: float | None = None,
    copies: int | None = None,
    hold_out: bool = False,
) -> System:
    """Return a system that computes less; its digest says that it is another one.

    Args:
        system: The declaration, in the mode wanted.
        folds: Folds instead of the declared ones.
        width: Multiplier of network widths, 1.0 being the paper's.
        inner: Inner folds of deep features, where the system declares any.
        rate: Learning rate of networks instead of the declared one.
        copies: Changed copies of each training image, where the system declares any.
        hold_out: Whether one part is held out instead of each fold once.
    """
    system = replace(system, protocol=divided(system.protocol, folds, hold_out=hold_out))
    sizes = Sizes(width, inner, rate, copies)
    arms = {name: _adapted(arm, sizes) for name, arm in system.arms.items()}
    published = system.as_published
    if published is not None:
        published = adapt(published, folds=folds, hold_out=hold_out, **vars(sizes))
    return replace(system, arms=arms, as_published=published)


def divided(
    protocol: CrossValidation | HoldOut, folds: int | None, *, hold_out: bool
) -> CrossValidation | HoldOut:
    """Return a protocol with other folds, or with one part held out: as declared, else 60/20/20.

    Args:
        protocol: The declared one.
        folds: Folds instead, each held out once.
        hold_out: Whether one part is held out once.
    """
    if hold_out:
        return protocol if isinstance(protocol, HoldOut) else HoldOut()
    if folds is None:
        return protocol
    if isinstance(protocol, HoldOut):
        return CrossValidation(folds, validation_share(protocol))
    return replace(protocol, folds=folds)


def _adapted(arm: Any, sizes: Sizes) -> Any:
    if isinstance(arm, Ensemble):
        return replace(arm, parts={name: _adapted(part, sizes) for name, part in arm.parts.items()})
    if isinstance(arm, Network):
        return _resized(arm, sizes)
    if isinstance(arm, Tabular) and sizes.inner is not None:
        arm = replace(arm, features=tuple(_fewer(own, sizes.inner) for own in arm.features))
    return arm


def _resized(arm: Network, sizes: Sizes) -> Network:
    if sizes.width is not None:
        arm = replace(arm, architecture=replace(arm.architecture, width=sizes.width))
    if sizes.rate is not None:
        optimizer = replace(arm.recipe.optimizer, rate=sizes.rate)
        arm = replace(arm, recipe=replace(arm.recipe, optimizer=optimizer))
    if sizes.copies is not None and arm.copies:
        arm = replace(arm, copies=sizes.copies)
    return arm


def _fewer(feature: Any, inner: int) -> Any:
    if isinstance(feature, Deep) and feature.inner is not None:
        return replace(feature, inner=inner)
    return feature
