"""The verb `with_views`: ask a model of views which clip is which, and whether names are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from CardioAILib.errors import CardioAIError, ModelError
from CardioAILib.io import role_column
from CardioAILib.results import ArmResult, Finding
from CardioAILib.study import Image, Role, Study
from CardioAILib.verbs.clips import is_clip_role
from CardioAILib.verbs.clipunits import OTHER, VIEW
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import warn_of_source
from CardioAILib.verbs.predict import predict
from CardioAILib.verbs.unitviews import SomeImages

KNOWN_VIEWS = ("A4C", "A2C", "PLAX")

SURE = 0.5
"""Least probability of a view that names a clip, or that is worth a warning."""


@dataclass(frozen=True)
class SeenView:
    """What a model of views says of one clip.

    Args:
        role: The clip, as the study names it.
        view: The likeliest view; "other" for one that the model does not tell apart.
        probability: How likely it is, 0 to 1.
    """

    role: Role
    view: str
    probability: float

    @property
    def sure(self) -> bool:
        """Whether it may name the clip."""
        return self.probability >= SURE


@dataclass(frozen=True, eq=False)
class Renamed(Mapping[Role, Image]):
    """Images of a study under other roles, still read only when they are asked for.

    Args:
        images: The images.
        names: The role that each is stored under, by its new one.
    """

    images: Mapping[Role, Image]
    names: Mapping[Role, Role]

    def __getitem__(self, role: Role) -> Image:
        """Read the image of a new role."""
        return self.images[self.names[role]]

    def __iter__(self) -> Iterator[Role]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, role: object) -> bool:
        # Mapping's own answer would read the file.
        return role in self.names


def require_view_model(model: Model) -> None:
    """Refuse a model that does not tell views of echo apart.

    Raises:
        ModelError: Its classes are no views.
    """
    if model.system.task.target != VIEW or model.system.unit != "clip":
        raise ModelError(
            got=f"a model of {model.system.name}",
            wanted="a model of echo views, such as echo_view",
            fix="give the folder that 'cardioai train echo_view' wrote",
        )


def seen_views(model: Model, study: Study) -> tuple[tuple[SeenView, ...], tuple[Finding, ...]]:
    """Judge the view of every clip of a study.

    Returns:
        What was seen of each clip that could be judged, and a warning for each that could not.

    Raises:
        ModelError: The model does not tell views of echo apart.
    """
    require_view_model(model)
    seen, findings = [], []
    for role in filter(is_clip_role, study.images):
        try:
            found = _judged(model, study, role)
        except CardioAIError as error:
            message = f"{role_column(role)}: the view could not be checked ({error})"
            findings.append(Finding(VIEW, message))
            continue
        seen.append(SeenView(role, str(found.decision), found.score))
    return tuple(seen), tuple(findings)


def with_views(model: Model, study: Study) -> tuple[Study, tuple[Finding, ...]]:
    """Name the clips whose view nobody said, and warn of those that look like another one.

    Args:
        model: A trained model of echo views.
        study: The examination; of any system.

    Returns:
        The study with every clip under a view that is known or was seen, and what was found.

    Raises:
        ModelError: The model does not tell views of echo apart.
    """
    seen, findings = seen_views(model, study)
    names = {role: role for role in study.images}
    told = [*findings]
    source = "".join(f"; that model was {f.message}" for f in warn_of_source(model.development))
    for own in seen:
        if own.role.view is None:
            names = renamed(names, own)
        if (message := _told(own)) is not None:
            told.append(Finding(VIEW, message + source))
    return replace(study, images=Renamed(study.images, names)), tuple(told)


def renamed(names: Mapping[Role, Role], own: SeenView) -> dict[Role, Role]:
    """Return the roles of a study with one clip, and its mask, under the view that was seen."""
    if own.view == OTHER or not own.sure:
        return dict(names)
    taken = next_free(names, own.view)
    changed = {own.role: taken, mask_of(own.role): mask_of(taken)}
    return {changed.get(role, role): stored for role, stored in names.items()}


def next_free(names: Mapping[Role, Role], view: str) -> Role:
    """Return the role of one more clip of a view: without a number if it is the first."""
    first = Role("US", "echo", view)
    numbers = (replace(first, phase=str(number)) for number in range(2, len(names) + 3))
    return next(role for role in (first, *numbers) if role not in names)


def mask_of(clip: Role) -> Role:
    """Return the role of a clip's segmentation."""
    return replace(clip, kind="mask")


def _judged(model: Model, study: Study, role: Role) -> ArmResult:
    own = replace(study, images=SomeImages(study.images, (role,)))
    result, _ = predict(model, own)
    return result.arms[result.primary]


def _told(own: SeenView) -> str | None:
    """Return what a reader must know of what was seen of a clip, or None."""
    column, how = role_column(own.role), f"(probability {own.probability:.2f})"
    if own.role.view is not None:
        unlike = own.sure and own.view != _called(own.role.view)
        return f"{column} looks like {own.view} {how}" if unlike else None
    if own.view == OTHER or not own.sure:
        return f"{column} was left out: it looks like none of the known views {how}"
    return f"{column} was taken as {own.view} {how}"


def _called(view: str) -> str:
    """Return what a model of views should say of a view: its name, or that it is another."""
    return view if view in KNOWN_VIEWS else OTHER
