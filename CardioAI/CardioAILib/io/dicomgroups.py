"""Images of a DICOM study in groups of one kind, each told by the header table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from CardioAILib.io.dicomframes import Frame
from CardioAILib.io.dicomkinds import Signs, signs_of
from CardioAILib.io.mrtypes import Moments, Told, image_type, moments_of

ONE_PLACE_MM = 0.1


@dataclass(frozen=True, eq=False)
class Group:
    """Images of one series that were made in one way.

    Args:
        frames: The images.
        told: What they are.
    """

    frames: tuple[Frame, ...]
    told: Told

    @property
    def series(self) -> str:
        """Series Instance UID; to count series, never to be shown."""
        return str(self.frames[0].header.SeriesInstanceUID)


def groups_of(frames: Iterable[Frame]) -> list[Group]:
    """Divide images by series and by how they were made, and tell what they are.

    A series may hold several kinds: magnitude and phase of one acquisition, or images of several
    planes.
    """
    alike: dict[tuple[str, Signs], list[Frame]] = defaultdict(list)
    for frame in frames:
        alike[str(frame.header.SeriesInstanceUID), signs_of(frame.header)].append(frame)
    return [
        Group(tuple(own), image_type(signs, _moments(own))) for (_, signs), own in alike.items()
    ]


def _moments(frames: Sequence[Frame]) -> Moments:
    """Tell whether the slices of a series are shown once, over a heartbeat, or again and again."""
    places: dict[object, list[Frame]] = defaultdict(list)
    for frame in frames:
        places[frame.plane, round(frame.depth / ONE_PLACE_MM)].append(frame)
    # The fullest slice speaks for all: others may lack images.
    fullest = max(places.values(), key=len)
    header = fullest[0].header
    times = [own.header.get("TriggerTime") for own in fullest]
    known = [None if time is None else float(time) for time in times]
    return moments_of(known, int(header.get("CardiacNumberOfImages") or 0))
