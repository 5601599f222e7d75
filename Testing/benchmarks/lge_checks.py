"""Counts what the checks of late enhancement say of sound images, real and simulated.

Run from anywhere with CardioAI's environment:
``python Testing/benchmarks/lge_checks.py --emidec .../emidec --acdc .../acdc``.
EMIDEC is phase-sensitive, so where magnitude images are wanted each case should be told as PSIR;
what its headers said is left out. ACDC holds cines, whose magnitude images tell how bright air is.
Simulated images are magnitude and sound.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.errors import InputError  # noqa: E402
from CardioAILib.io import acdc_cohort, emidec_cohort, read_cohort  # noqa: E402
from CardioAILib.phantoms import lge_cohort  # noqa: E402
from CardioAILib.quality import check_study  # noqa: E402
from CardioAILib.quality.air import air_level, corner_levels  # noqa: E402
from CardioAILib.quality.enhancement import BRIGHT_CORNER  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.study import Role, Study  # noqa: E402
from CardioAILib.system import System  # noqa: E402
from CardioAILib.systems.martini2020 import MARTINI_2020  # noqa: E402

SHORT_AXIS = MARTINI_2020.inputs["SAX"]
ENHANCEMENT, CINE = SHORT_AXIS.image, Role("MR", "cine", "SAX", "ED")


def main() -> None:
    """Check every study and print what is told, how often."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--emidec", type=Path)
    parser.add_argument("--acdc", type=Path)
    parser.add_argument("--subjects", type=int, default=45)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    print(RESEARCH_ONLY)
    simulated = lge_cohort(asked.subjects, seed=asked.seed)
    tell("simulated", MARTINI_2020, simulated)
    tell_air("simulated", simulated, ENHANCEMENT)
    with tempfile.TemporaryDirectory() as work:
        if asked.emidec:
            table = read_cohort(emidec_cohort(asked.emidec, Path(work) / "emidec.csv"))
            silent = [replace(study, facts={}) for study in table]
            tell("EMIDEC", replace(MARTINI_2020, inputs={"SAX": SHORT_AXIS}), silent)
            tell_air("EMIDEC", silent, ENHANCEMENT)
        if asked.acdc:
            table = read_cohort(acdc_cohort(asked.acdc, Path(work) / "acdc.csv"))
            tell_air("ACDC", table, CINE)


def tell(name: str, system: System, studies: Iterable[Study]) -> None:
    """Print how many studies pass, and in how many each check spoke."""
    checks: Counter[str] = Counter()
    count = refused = 0
    for study in studies:
        count += 1
        try:
            checks.update({finding.check for finding in check_study(system, study)})
        except InputError as error:
            refused += 1
            print(f"{name}: {study.subject} refused: {error}")
    print(f"{name}: {count} studies, {refused} refused, told: {dict(checks)}")


def tell_air(name: str, studies: Iterable[Study], role: Role) -> None:
    """Print how bright air is, in the darkest pixels and the second darkest corner.

    The corner is also that of the stack with inverted contrast, which is to be refused.
    """
    stacks = [study.images[role].array[0] for study in studies]
    air = [air_level(stack) for stack in stacks]
    corner = max(corner_levels(stack)[1] for stack in stacks)
    inverted = [corner_levels(stack.max() - stack)[1] >= BRIGHT_CORNER for stack in stacks]
    print(
        f"{name}: {len(air)} stacks, air {min(air):.2f} to {max(air):.2f}, corner at most "
        f"{corner:.2f}; {sum(inverted)} refused when inverted"
    )


if __name__ == "__main__":
    main()
