"""Moments that a nuclear medicine header states: of injection and of acquisition."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from CardioAILib.results import Finding

if TYPE_CHECKING:
    from pydicom import Dataset

INJECTED = "RadiopharmaceuticalStartTime"
"""Time of injection, without a date."""

LONGEST_H = 30.0
"""Hours after injection from which on a delay is not believed: 99mTc has decayed 30-fold."""

ACQUIRED = (
    ("AcquisitionDate", "AcquisitionTime"),
    ("SeriesDate", "SeriesTime"),
    ("ContentDate", "ContentTime"),
)
"""When a scan was acquired, the best first."""

UNTOLD = "00010102"
"""Date, in digits, of what has none."""

OFFSET = re.compile(r"([+-])(\d{2})(\d{2})$")


def acquired_at(header: Dataset) -> datetime | None:
    """Return when the acquisition began, with the zone where it is told.

    Where no date is told it is a day of the year 1, which serves to compare times of a day.
    """
    if moment := moment_of(str(header.get("AcquisitionDateTime") or "")):
        return _zoned(moment, header)
    for day, time in ACQUIRED:
        stated = _digits(header.get(day)) or _digits(header.get("StudyDate")) or UNTOLD
        if len(_digits(header.get(time))) >= 4:
            moment = moment_of(stated[:8] + _digits(header.get(time)))
            return moment and _zoned(moment, header)
    return None


def delay_min(header: Dataset, tracer: Dataset | None) -> tuple[float | None, list[Finding]]:
    """Return the minutes from injection to acquisition, None where they are not told.

    A time of injection without a date lies on the day of acquisition, or on the day before where it
    would be later than the acquisition.

    Args:
        header: Header of the file.
        tracer: Item of Radiopharmaceutical Information Sequence.
    """
    acquired = acquired_at(header)
    if tracer is None or acquired is None:
        return None, []
    injected = moment_of(str(tracer.get("RadiopharmaceuticalStartDateTime") or ""))
    if injected is not None and acquired.year > 1:
        minutes = _between(_zoned(injected, header), acquired)
    else:
        time = f"{injected:%H%M%S}" if injected else _digits(tracer.get(INJECTED))
        injected = moment_of(f"{UNTOLD}{time}") if len(time) >= 4 else None
        if injected is None:
            return None, []
        minutes = _between(injected, acquired.replace(tzinfo=None)) % (24.0 * 60.0)
    if not 0.0 <= minutes <= LONGEST_H * 60.0:
        message = f"the header says {minutes:g} min from injection to acquisition; left out"
        return None, [Finding("delay", message)]
    return round(minutes, 1), []


def moment_of(text: str) -> datetime | None:
    """Read a moment as `YYYYMMDDHHMMSS.FFFFFF&ZZXX` (value representation DT), or None."""
    zone = OFFSET.search(text.strip())
    digits = _digits(OFFSET.sub("", text.strip()).partition(".")[0])
    if len(digits) < 12:
        return None
    try:
        moment = datetime.strptime(digits[:14].ljust(14, "0"), "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return moment if zone is None else moment.replace(tzinfo=_zone(zone))


def _between(start: datetime, stop: datetime) -> float:
    """Return the minutes between two moments, by the clock on the wall where one lacks a zone."""
    if (start.tzinfo is None) != (stop.tzinfo is None):
        start, stop = start.replace(tzinfo=None), stop.replace(tzinfo=None)
    return (stop - start).total_seconds() / 60.0


def _zoned(moment: datetime, header: Dataset) -> datetime:
    """Return the moment with the file's zone where it has none of its own."""
    zone = OFFSET.search(str(header.get("TimezoneOffsetFromUTC") or ""))
    return moment if moment.tzinfo or zone is None else moment.replace(tzinfo=_zone(zone))


def _zone(found: re.Match[str]) -> timezone:
    away = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-away if found[1] == "-" else away)


def _digits(value: object) -> str:
    """Return the digits before a fraction; early files write 1993.11.24 and 09:53:00."""
    text = str(value or "")
    return re.sub(r"\D", "", text if text.count(".") > 1 else text.partition(".")[0])
