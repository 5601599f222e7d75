"""The header table: which DICOM headers are cine, late enhancement or black blood, and which view.

The first rule that applies decides. Vendors say the same in different attributes; what each of
them writes is read into one vocabulary before (see `dicomkinds`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from CardioAILib.io.dicomkinds import Echo, Signs
from CardioAILib.io.dicomroles import view_of

CINE = "cine"
LGE = "LGE"
BLACK_BLOOD = "black-blood"
IMAGE_TYPES = (CINE, LGE, BLACK_BLOOD)
ORIENTATIONS = ("2C", "4C", "SAX")

Moments = Literal["one", "phases", "again"]
"""Images of one slice in a series: one, phases of a heartbeat, or one moment of several beats."""

ONE_IMAGE = "one image a slice, no cardiac phases"

SAME_MOMENT_MS = 20.0
"""Trigger times nearer than this belong to one moment: the phases of a cine fill a heartbeat."""

LATE_WORDS = (
    r"\b(lge|psir|late|delayed|([23] ?d ?)?del enh\w*|viab\w*|tardif|tardio|tardivo|narbe\w*"
    r"|de mr|dhe|(ps ?)?mde)\b"
)
BLACK_WORDS = r"\b(haste|black ?blood|dark ?blood|db|bb|tse|fse|stir|tirm|dir|tir)\b"


@dataclass(frozen=True)
class Rule:
    """A line of the table: what an image is whose header says all that is given here.

    Args:
        kind: "cine", "LGE", "black-blood", or None of what is none of them.
        told_by: What told it; of None, what the image is instead.
        types: Values of Image Type, one of which must be there.
        echo: Echoes that are read (see `Signs.echo`).
        inverted: Whether an inversion pulse prepares the image.
        late: Whether the inversion time is too long for late enhancement.
        moments: Images of one slice in the series.
        sequence: Pattern in the vendor's name of the sequence.
        words: Pattern in what the series is called.
    """

    kind: str | None
    told_by: str
    types: frozenset[str] = frozenset()
    echo: Echo = ""
    inverted: bool | None = None
    late: bool | None = None
    moments: tuple[Moments, ...] = ()
    sequence: str = ""
    words: str = ""

    def applies(self, signs: Signs, moments: Moments) -> bool:
        """Say whether the header says all that the rule asks for."""
        return (
            (not self.types or bool(self.types & signs.types))
            and (not self.echo or self.echo == signs.echo)
            and self.inverted in (None, signs.inverted)
            and self.late in (None, signs.late)
            and (not self.moments or moments in self.moments)
            and bool(re.search(self.sequence, signs.sequence))
            and bool(re.search(self.words, signs.words))
        )


def _types(*values: str) -> frozenset[str]:
    return frozenset(values)


RULES = (
    # What Image Type names. All vendors write DERIVED of reformats and maps made afterwards.
    Rule(None, "derived images", types=_types("DERIVED")),
    Rule(None, "a localizer", types=_types("LOCALIZER")),
    Rule(
        None,
        "a map",
        types=_types("T1", "T2", "T2_STAR", "T1 MAP", "T2 MAP", "T2_STAR MAP", "ECV", "MAP"),
    ),
    # Philips writes VELOCITY MAP, PHASE_M and M_PCA, GE VELOCITY; Siemens names the sequence.
    Rule(
        None,
        "phase contrast",
        types=_types("PHASE CONTRAST", "VELOCITY", "VELOCITY MAP", "FLOW_ENCODED")
        | _types("PCA", "M_PCA", "PHASE_M", "P_PCA"),
    ),
    # A phase image with an inversion pulse belongs to a phase-sensitive reconstruction.
    Rule(None, "phase contrast", types=_types("P", "PHASE", "PHASE MAP"), inverted=False),
    Rule(None, "phase contrast", sequence=r"_v\d+(in|ap|rl|fh)?"),
    # What is named beyond doubt.
    Rule(
        None,
        "a TI scout",
        words=r"\b(ti ?scout\w*|look ?locker|cine ?ir|ir ?cine|ti ?find\w*)\b",
    ),
    Rule(
        None,
        "a localizer",
        words=r"\b(scout\w*|locali[sz]er\w*|loc|survey|planung|reperage|localizador)\b",
    ),
    Rule(
        None,
        "phase contrast",
        words=r"\b(\w*flow\w*|venc\w*|pc|q ?flow|qf|phase contrast|phasecontrast|fluss\w*|flux"
        r"|flujo)\b",
    ),
    Rule(None, "perfusion", words=r"\b(perf\w*|first pass)\b"),
    Rule(None, "tagging", words=r"\b(tag|tags|tagg\w*|c?spamm|grid)\b"),
    Rule(
        None,
        "a map",
        words=r"\b(\w*molli\w*|sasha|t1 ?map\w*|t2 ?map\w*|t2 ?star|ecv|map|maps|mapping|grase)\b",
    ),
    Rule(None, "angiography", words=r"\b(mra|angio\w*|care ?bolus|twist)\b"),
    # Black blood is read by refocused echoes: Siemens (HASTE `*h2d1_144`, TSE `*tse2d1_15`), GE
    # (FSE) and Philips (TSE) all say SE. This stands before inversion, for double and triple
    # inversion fill in the inversion time too.
    Rule(BLACK_BLOOD, "spin echoes", echo="spin", moments=("one",)),
    Rule(None, "spin echoes, several images a slice (a map)", echo="spin"),
    Rule(None, "echo-planar or mixed echoes", echo="other", moments=("one", "again")),
    # Late enhancement: an inversion pulse and one image. Siemens says GR\\IR and a time
    # (`*tfl2d1_25`), GE the time (MDE), Philips GR or IR and the type M_IR, enhanced files
    # Inversion Recovery and its times.
    Rule(
        None,
        "inversion recovery, several images a slice (a TI scout or a map)",
        inverted=True,
        moments=("phases", "again"),
    ),
    Rule(None, "a long inversion time, as to look for thrombus", late=True),
    Rule(LGE, "inversion recovery", inverted=True),
    Rule(LGE, "image type", types=_types("PSIR"), moments=("one",)),
    Rule(LGE, "name", words=LATE_WORDS, moments=("one",)),
    Rule(None, "late enhancement, several images a slice", words=LATE_WORDS),
    # Names that are right only where the header said nothing above.
    Rule(None, "a map", words=r"\b(t1|t2)\b"),
    Rule(None, "black blood by name alone", echo="gradient", words=BLACK_WORDS),
    Rule(BLACK_BLOOD, "name", words=BLACK_WORDS, moments=("one",)),
    Rule(None, "black blood, several images a slice", words=BLACK_WORDS),
    # Cine: all vendors count its phases differently, so the images of a slice are counted.
    Rule(CINE, "several cardiac phases", moments=("phases",)),
    Rule(None, "one moment of several heartbeats (perfusion)", moments=("again",)),
    Rule(None, ONE_IMAGE),
)
"""The table; the last rule applies to everything."""


@dataclass(frozen=True)
class Told:
    """What an image is and what told it.

    Args:
        kind: Image type or orientation, or None.
        by: What told it; of None, why it is none.
    """

    kind: str | None
    by: str


def image_type(signs: Signs, moments: Moments) -> Told:
    """Tell the image type by the table."""
    rule = next(rule for rule in RULES if rule.applies(signs, moments))
    return Told(rule.kind, rule.told_by)


def orientation(normal: np.ndarray, words: str, slices: int) -> Told:
    """Tell the orientation, by place and else by name (see `dicomroles.view_of`).

    Args:
        normal: Unit vector (3,) across the slices, LPS.
        words: What the series is called.
        slices: Parallel slices of the stack.
    """
    view = view_of(normal, words, slices)
    if view.name in ORIENTATIONS:
        return Told(view.name, view.told_by)
    return Told(None, f"the view {view.name}" if view.name else "no known view")


def moments_of(times: Iterable[float | None], stated: int) -> Moments:
    """Tell phases of a heartbeat from one moment of several.

    Args:
        times: Trigger time of each image of one slice in ms, None where it is not said.
        stated: Phases that the header counts (Cardiac Number of Images), 0 where it does not.
    """
    known = list(times)
    if len(known) < 2:
        return "one"
    apart = {time for time in known if time is not None}
    # One time for all tells nothing: some writers leave it at zero.
    if None in known or len(apart) < 2 or stated > 1:
        return "phases"
    return "again" if max(apart) - min(apart) < SAME_MOMENT_MS else "phases"
