"""Echo examinations among the files of a folder: the clips of each, by view."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from CardioAILib.errors import CardioAIError, InputError
from CardioAILib.io.nm import BROKEN, mixed_patients, odd_header
from CardioAILib.io.nmcopies import Chosen, without_copies
from CardioAILib.io.roles import MODALITY_OF_VIEW, clip_role
from CardioAILib.io.us import color_doppler, read_clip, still_frame
from CardioAILib.io.usclips import facts_of, findings_of
from CardioAILib.io.usdicom import shows_color
from CardioAILib.io.usfiles import is_multi_frame, us_headers
from CardioAILib.io.usviews import OTHER, view_of
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image, Role

if TYPE_CHECKING:
    from pydicom import Dataset


@dataclass(frozen=True, eq=False)
class ClipSeries:
    """One clip of an echo examination, whose frames are read when they are asked for.

    Args:
        role: `Role("US", "echo", view, number)`; the view None where nothing states it.
        path: The file.
        facts: What the header says of patient, scanner and recording, without names and dates.
        study: Study Instance UID; to keep examinations apart, never to be shown.
        patient: Patient ID, likewise.
        findings: What a reader should know.
        error: Why there is nothing to read; raised when frames are asked for.
        files: Every file of the examination, those not taken among them.
    """

    role: Role
    path: Path = field(default_factory=Path, repr=False)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    study: str = field(default="", repr=False)
    patient: str = field(default="", repr=False)
    findings: tuple[Finding, ...] = ()
    error: CardioAIError | None = None
    files: tuple[Path, ...] = field(default=(), repr=False)

    @property
    def image(self) -> Image:
        """The clip (T, 1, H, W), blank outside the sector; read anew at each access.

        Raises:
            CardioAIError: The examination was refused, or `us.read_clip` refuses the clip.
        """
        if self.error is not None:
            raise self.error
        return read_clip(self.path).image


@dataclass(frozen=True, eq=False)
class _Examination:
    """What was found of one examination."""

    files: list[Path] = field(default_factory=list)
    clips: list[Chosen] = field(default_factory=list)
    refused: list[CardioAIError] = field(default_factory=list)


def find_clips(files: Iterable[Path]) -> tuple[ClipSeries, ...]:
    """Return the clips of each echo examination, in the order of its recordings.

    Clips of gray tissue are taken; still frames, color Doppler, M-mode, spectral Doppler and
    whatever cannot be read are left out, and a finding of the first clip counts them.

    Args:
        files: Files; none of them need be ultrasound.

    Returns:
        The clips; of an examination without any, one with its error. Empty where there is no
        ultrasound.
    """
    found = _examinations(files)
    return tuple(clip for uid, own in found.items() for clip in _clips(uid, own))


def _examinations(files: Iterable[Path]) -> dict[str, _Examination]:
    found: dict[str, _Examination] = defaultdict(_Examination)
    alike: dict[tuple[str, str], list[tuple[Path, Dataset]]] = defaultdict(list)
    for path, header in us_headers(files):
        if isinstance(header, CardioAIError):
            # A damaged header tells no examination: that of its folder is a good guess.
            key = next((uid for uid, own in found.items() if _beside(path, own)), str(path))
            found[key].files.append(path)
            found[key].refused.append(header)
            continue
        uid = str(header.get("StudyInstanceUID") or path)
        found[uid].files.append(path)
        alike[uid, str(header.get("SOPInstanceUID") or path)].append((path, header))
    for (uid, _), copies in alike.items():
        for own in without_copies(copies):
            _sort(own, found[uid])
    return found


def _beside(path: Path, own: _Examination) -> bool:
    return any(file.parent == path.parent for file in own.files)


def _sort(own: Chosen, examination: _Examination) -> None:
    try:
        _require_clip(own.path, own.header)
        examination.clips.append(own)
    except CardioAIError as error:
        examination.refused.append(error)
    except BROKEN as error:
        examination.refused.append(odd_header(error))


def _require_clip(path: Path, header: Dataset) -> None:
    """Refuse what is no clip of gray tissue, as far as the header and a few frames tell it."""
    colored = shows_color(path, header)
    if not is_multi_frame(header):
        raise still_frame()
    if colored:
        raise color_doppler()


def _clips(uid: str, own: _Examination) -> list[ClipSeries]:
    patients = {str(one.header.get("PatientID") or "") for one in own.clips} - {""}
    if len(patients) > 1:
        return [_refused(uid, own, mixed_patients(len(patients)))]
    if not own.clips:
        return [_refused(uid, own, _nothing(own.refused))]
    numbers: Counter[str | None] = Counter()
    made = []
    for one in sorted(own.clips, key=_order):
        view = view_of(one.header)
        known = view if view in MODALITY_OF_VIEW else None
        numbers[known] += 1
        findings = [*one.findings, *findings_of(one.header)]
        if view == OTHER:
            findings.append(Finding("view", "the header states another view than those named here"))
        if not made:
            findings += _left_out(own.refused)
        made.append(
            ClipSeries(
                role=clip_role(known, numbers[known]),
                path=one.path,
                facts=facts_of(one.header),
                study=uid,
                patient=str(one.header.get("PatientID") or ""),
                findings=tuple(findings),
                files=tuple(own.files),
            )
        )
    return made


def _refused(uid: str, own: _Examination, error: CardioAIError) -> ClipSeries:
    return ClipSeries(clip_role(None), study=uid, error=error, files=tuple(own.files))


def _nothing(refused: Sequence[CardioAIError]) -> CardioAIError:
    if len({error.got for error in refused}) == 1:
        return refused[0]
    return InputError(
        got=f"an examination without a clip of gray tissue: {_counted(refused)}",
        wanted="one clip of gray tissue (B-mode) at least",
        fix="export the clips of the views themselves; still frames, color, M-mode and Doppler "
        "are not used",
    )


def _left_out(refused: Sequence[CardioAIError]) -> list[Finding]:
    return [Finding("left out", f"not used: {_counted(refused)}")] if refused else []


def _counted(refused: Sequence[CardioAIError]) -> str:
    counts = Counter(error.got for error in refused)
    return "; ".join(f"{count} x {got}" if count > 1 else got for got, count in counts.items())


def _order(own: Chosen) -> tuple[float, float, str]:
    numbers = [own.header.get(name) for name in ("SeriesNumber", "InstanceNumber")]
    series, instance = (float(number) if number is not None else 0.0 for number in numbers)
    return series, instance, own.path.name
