"""The verb `viewed`: a model of views, of cine or of echo, looks over the images of a study."""

from __future__ import annotations

from CardioAILib.results import Finding
from CardioAILib.study import Study
from CardioAILib.verbs.echoviews import with_views
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.viewcheck import check_views


def viewed(model: Model | None, study: Study) -> tuple[Study, tuple[Finding, ...]]:
    """Warn of images that look like another view; name echo clips of which nobody said it.

    Args:
        model: A trained model of cine planes (germain2021_plane) or of echo views (echo_view);
            None checks nothing.
        study: The examination; of any system.

    Returns:
        The study, and what was seen.

    Raises:
        ModelError: The model tells neither planes nor views apart.
    """
    if model is None:
        return study, ()
    if names_clips(model):
        return with_views(model, study)
    return study, check_views(model, study)


def names_clips(model: Model | None) -> bool:
    """Say whether a model names echo clips."""
    return model is not None and model.system.unit == "clip"
