"""Judge every study of a cohort table, in the Slicer application or on slicer-core alone.

    Slicer --no-main-window --no-splash --python-script batch_cohort.py COHORT OUT [MODEL]
    python batch_cohort.py COHORT OUT [MODEL]

COHORT is a CSV (see README), OUT a new folder or one of an interrupted batch, MODEL a model folder;
without one the demonstration model answers, which knows simulated hearts only.
"""

import logging
import sys
from pathlib import Path

import slicer

MODULE = Path(__file__).resolve().parents[2] / "CardioAI" / "CardioAI.py"


def logic_class():
    """The module's Logic: from the application, or brought up on slicer-core."""
    if hasattr(slicer, "app"):
        from CardioAI import CardioAILogic

        return CardioAILogic
    sys.path.insert(0, str(MODULE.parent))
    from CardioAILib.embedded import load_module, start

    start()
    return load_module(MODULE).CardioAILogic


def warn(results):
    """Say once what results are not for, and that simulated images taught the model if they did."""
    from CardioAILib.results import RESEARCH_ONLY

    found = (finding for result in results for finding in result.findings)
    for message in sorted({one.message for one in found if one.check == "demonstration"}):
        logging.warning("DEMONSTRATION: %s", message)
    logging.warning(RESEARCH_ONLY)


def main(words):
    """Run the batch and return the exit status: 0 done, 1 some studies failed, 2 bad call."""
    if len(words) not in (2, 3):
        logging.error(__doc__)
        return 2
    cohort, out, *model = words
    logic = logic_class()()
    batch = logic.runBatch(cohort, model=model[0] if model else None, out=out)
    warn(batch.results)
    for result in batch.results:
        arm = result.arms[result.primary]
        logging.info("%s\t%s\t%.3f\t%s", result.subject, result.study, arm.score, arm.decision)
    for failure in batch.failures:
        logging.error("%s\t%s\tfailed: %s", failure.subject, failure.study, failure.reason)
    return 1 if batch.failures else 0


def leave(status):
    """End with a status; the application stays open unless it is told to exit."""
    if hasattr(slicer, "app") and hasattr(slicer.util, "exit"):
        slicer.util.exit(status)
    sys.exit(status)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        leave(main(sys.argv[1:]))
    except KeyboardInterrupt:
        logging.error("stopped: what is done is kept beside OUT; call again to go on")
        leave(2)
    except Exception as error:
        # Whatever it was: a job that nobody watches must end.
        logging.error("%s: %s", type(error).__name__, error)
        leave(2)
