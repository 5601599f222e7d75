"""The entry of the command line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from CardioAILib.cli import commands
from CardioAILib.cli.parser import parser
from CardioAILib.cli.worklistcommand import worklist
from CardioAILib.errors import CardioAIError

logger = logging.getLogger(__name__)

BAD_CALL = 2
GO_ON = (commands.train, commands.validate, commands.predict, worklist)
"""Commands that go on where they were interrupted."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: Words after the program's name; those of the process by default.

    Returns:
        0 done, 1 some studies failed (listed in failures.csv), 2 bad call or input.
    """
    given = parser().parse_args(arguments)
    level = logging.DEBUG if given.verbose else logging.INFO
    logging.basicConfig(level=level, format="%(message)s", stream=sys.stderr)
    try:
        return given.command(given)
    except CardioAIError as error:
        logger.error("%s", error)
        return BAD_CALL
    except OSError as error:
        logger.error("%s", error)
        return BAD_CALL
    except KeyboardInterrupt:
        kept = ": finished networks and results are kept" if given.command in GO_ON else ""
        logger.error("interrupted; repeat the same call%s", kept)
        return BAD_CALL
