"""The text file that EMIDEC gives with each case: who the patient is, one `key : value` a line."""

from __future__ import annotations

import re
from pathlib import Path

from CardioAILib.errors import CohortError

COLUMNS = {
    "gap": "slice_step_mm",
    "sex": "sex",
    "age": "age",
    "tobacco": "tobacco",
    "overweight": "overweight",
    "arterialhypertension": "hypertension",
    "diabetes": "diabetes",
    "familialhistory": "family_history",
    "ecg": "ST_elevation",
    "troponin": "troponin",
    "killip": "killip",
    "fevg": "LVEF_percent_clinical",
    "ntprobnp": "NT_proBNP",
}
"""How each key begins, in small letters alone, and its column of the cohort table."""

LAST_KEY = "NTProBNP"
YES_NO = {"Y": "1", "N": "0"}


def read_clinical(path: Path) -> dict[str, str]:
    """Read the clinical text of one case.

    Args:
        path: `Case N001.txt` or alike.

    Returns:
        Cells of a cohort table by column; yes and no as 1 and 0, numbers without their unit, all
        else as it was written. The line that names the case is left out, and so are entries that
        are not known or empty.

    Raises:
        CohortError: The file ends before its last entry.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
    entries = {_column(key): _value(value) for key, _, value in pairs}
    if COLUMNS[LAST_KEY.lower()] not in entries:
        raise CohortError(
            got=f"no entry {LAST_KEY} in '{path.name}', so that the text is cut short",
            wanted=f"lines such as 'Age : 65', the last of them '{LAST_KEY} : 36'",
            fix="copy the file again from the data set",
        )
    return {column: value for column, value in entries.items() if column and value}


def _column(key: str) -> str:
    letters = re.sub(r"[^a-z]", "", key.lower())
    return next((column for start, column in COLUMNS.items() if letters.startswith(start)), "")


def _value(text: str) -> str:
    # Some files hold bytes of another alphabet, which read as the replacement character.
    text = text.replace("\ufffd", "").strip()
    number = re.fullmatch(r"([-+]?\d+(?:[.,]\d+)?)\s*(?:mm|%|[a-z]+/[a-z]+)?", text, re.IGNORECASE)
    return number[1].replace(",", ".") if number else YES_NO.get(text.upper(), text)
