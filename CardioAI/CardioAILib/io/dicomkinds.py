"""How an MR image was made, in one vocabulary for all vendors and for both ways of storing it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from CardioAILib.io.dicomframes import GE_COMPONENT
from CardioAILib.io.dicomroles import plain

if TYPE_CHECKING:
    from pydicom import Dataset

Echo = Literal["spin", "gradient", "other", ""]
Reconstruction = Literal["magnitude", "PSIR", "unknown"]

ECHOES: dict[str, Echo] = {"SPIN": "spin", "GRADIENT": "gradient"}
"""Values of Echo Pulse Sequence (0018,9008) in enhanced files."""

FULL_EXCITATION_DEG = 80.0
"""Flip angle from which on a train of echoes was refocused: gradient echoes of the heart are
excited by 10 to 70 degrees."""

LONG_INVERSION_MS = 500.0
"""Inversion time from which on myocardium is no longer nulled after contrast: such images look
for thrombus."""

MAGNITUDE = {"M", "MAGNITUDE", "M_IR", "M_FFE", "M_SE"}
SIGNED = {"PSIR", "PS", "R", "REAL", "R_IR", "R_FFE", "CR", "P", "PHASE", "PHASE MAP"}
"""Values of Image Type: Siemens writes M, R and P, Philips M_IR, R_IR and CR (corrected real)."""

INVERTED = {"M_IR", "R_IR"}
"""Values of Image Type by which Philips says that an inversion pulse came first."""

GE_COMPONENTS: dict[int, Reconstruction] = {0: "magnitude", 1: "PSIR", 2: "PSIR"}
"""Values of GE's own attribute of what was reconstructed: magnitude, phase, real."""

PHASE_SENSITIVE = re.compile(r"\b(ps ?ir|ps ?mde|phase sens\w*)\b")
MAGNITUDE_WORDS = re.compile(r"\bmag(nitude)?\b")


@dataclass(frozen=True)
class Signs:
    """What a header says of how its image was made.

    Args:
        types: Values of Image Type (0008,0008), in upper case.
        echo: What is read: refocused "spin" echoes, "gradient" echoes, an "other" mixture, or
            empty where nothing says it.
        inverted: Whether an inversion pulse prepares the image.
        late: Whether its inversion time is too long to null myocardium after contrast.
        sequence: The vendor's name of the sequence, in lower case.
        words: What the series is called, in lower case without accents.
    """

    types: frozenset[str] = frozenset()
    echo: Echo = ""
    inverted: bool = False
    late: bool = False
    sequence: str = ""
    words: str = ""


def signs_of(header: Dataset) -> Signs:
    """Read the signs of an image.

    Args:
        header: Attributes by the names of classic files.
    """
    time = inversion_ms(header)
    types = frozenset(_values(header, "ImageType"))
    prepared = "IR" in _values(header, "ScanningSequence") or bool(types & INVERTED)
    stated = str(header.get("InversionRecovery") or "").upper() == "YES"
    return Signs(
        types=types,
        echo=_echo(header),
        inverted=prepared or stated or time is not None,
        late=time is not None and time >= LONG_INVERSION_MS,
        sequence=_sequence(header),
        words=plain(described(header)),
    )


def described(header: Dataset) -> str:
    """Return what a series is called: its description and its protocol."""
    names = ("SeriesDescription", "ProtocolName")
    return " ".join(str(header.get(name) or "") for name in names)


def inversion_ms(header: Dataset) -> float | None:
    """Return the inversion time in ms, or None where there is none."""
    value = header.get("InversionTime") or header.get("InversionTimes") or 0.0
    try:
        time = float(next(iter(value), 0.0) if isinstance(value, Iterable) else value)
    except (TypeError, ValueError):
        return None
    return time if time > 0 else None


def states_enhancement(header: Dataset) -> bool:
    """Say whether late enhancement is stated by attributes, not by what a series is called."""
    signs = signs_of(header)
    return signs.inverted or "PSIR" in signs.types


def reconstruction_of(header: Dataset) -> Reconstruction:
    """Say whether an image of late enhancement is a magnitude or phase sensitive (signed) image.

    Siemens, which may call both reconstructions by one type, adds _MAG or _PSIR to the
    description of the protocol.
    """
    description, protocol = (
        plain(str(header.get(name) or "")) for name in ("SeriesDescription", "ProtocolName")
    )
    added = description.removeprefix(protocol) if protocol else ""
    types = {*_values(header, "ImageType"), *_values(header, "ComplexImageComponent")}
    if PHASE_SENSITIVE.search(added) or types & SIGNED:
        return "PSIR"
    if MAGNITUDE_WORDS.search(description) or types & MAGNITUDE:
        return "magnitude"
    if (component := _ge_component(header)) is not None:
        return GE_COMPONENTS.get(component, "unknown")
    return "PSIR" if PHASE_SENSITIVE.search(f"{description} {protocol}") else "unknown"


def _echo(header: Dataset) -> Echo:
    """Tell spin from gradient echoes; Philips calls inverted images of both kinds IR alone."""
    enhanced = str(header.get("EchoPulseSequence") or "").upper()
    if enhanced:
        return ECHOES.get(enhanced, "other")
    said = set(_values(header, "ScanningSequence"))
    if "EP" in said or {"SE", "GR"} <= said:
        return "other"
    if "SE" in said:
        return "spin"
    if "GR" in said:
        return "gradient"
    train, angle = (_number(header, name) for name in ("EchoTrainLength", "FlipAngle"))
    return "spin" if train > 1 and angle >= FULL_EXCITATION_DEG else ""


def _sequence(header: Dataset) -> str:
    return str(header.get("SequenceName") or header.get("PulseSequenceName") or "").lower()


def _values(header: Dataset, name: str) -> list[str]:
    value = header.get(name) or ()
    return [str(one).upper() for one in ([value] if isinstance(value, str) else value)]


def _number(header: Dataset, name: str) -> float:
    try:
        return float(header.get(name) or 0.0)
    except (TypeError, ValueError):
        return 0.0


def _ge_component(header: Dataset) -> int | None:
    element = header.get(GE_COMPONENT)
    value = getattr(element, "value", None)
    if isinstance(value, bytes) and len(value) >= 2:
        return int.from_bytes(value[:2], "little")
    return value if isinstance(value, int) else None
