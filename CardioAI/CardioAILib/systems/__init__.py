"""The published systems: one declaration a file."""

from CardioAILib.errors import InputError
from CardioAILib.system import System
from CardioAILib.systems.echoview import ECHO_VIEW
from CardioAILib.systems.fahmy2022 import FAHMY_2022
from CardioAILib.systems.germain2021 import GERMAIN_2021, GERMAIN_2021_ACDC, GERMAIN_2021_PLANE
from CardioAILib.systems.germain2021_matrix import MATRICES, at_matrix
from CardioAILib.systems.halme2022 import HALME_2022, HALME_2022_GRADE_3, HALME_2022_POSITIVE
from CardioAILib.systems.martini2020 import MARTINI_2020, MARTINI_2020_EMIDEC
from CardioAILib.systems.sahashi2024 import SAHASHI_2024
from CardioAILib.systems.sahashi2024_tissue import (
    SAHASHI_2024_ECV,
    SAHASHI_2024_ECV_PERCENT,
    SAHASHI_2024_SCAR,
    SAHASHI_2024_T1,
    SAHASHI_2024_T1_MS,
    SAHASHI_2024_T2,
    SAHASHI_2024_T2_MS,
)

ALL: tuple[System, ...] = (
    FAHMY_2022,
    GERMAIN_2021,
    GERMAIN_2021_ACDC,
    GERMAIN_2021_PLANE,
    MARTINI_2020,
    MARTINI_2020_EMIDEC,
    HALME_2022,
    HALME_2022_POSITIVE,
    HALME_2022_GRADE_3,
    SAHASHI_2024,
    SAHASHI_2024_SCAR,
    SAHASHI_2024_T1,
    SAHASHI_2024_T2,
    SAHASHI_2024_ECV,
    SAHASHI_2024_T1_MS,
    SAHASHI_2024_T2_MS,
    SAHASHI_2024_ECV_PERCENT,
    ECHO_VIEW,
)


def named(name: str) -> System:
    """Return the system of a name.

    Raises:
        InputError: There is none.
    """
    for system in ALL:
        if system.name == name:
            return system
    raise InputError(
        got=f"system '{name}'",
        wanted=f"one of {', '.join(system.name for system in ALL)}",
        fix="see 'cardioai systems'",
    )


__all__ = [
    "ALL",
    "ECHO_VIEW",
    "FAHMY_2022",
    "GERMAIN_2021",
    "GERMAIN_2021_ACDC",
    "GERMAIN_2021_PLANE",
    "HALME_2022",
    "HALME_2022_GRADE_3",
    "HALME_2022_POSITIVE",
    "MARTINI_2020",
    "MARTINI_2020_EMIDEC",
    "MATRICES",
    "SAHASHI_2024",
    "SAHASHI_2024_ECV",
    "SAHASHI_2024_ECV_PERCENT",
    "SAHASHI_2024_SCAR",
    "SAHASHI_2024_T1",
    "SAHASHI_2024_T1_MS",
    "SAHASHI_2024_T2",
    "SAHASHI_2024_T2_MS",
    "at_matrix",
    "named",
]
