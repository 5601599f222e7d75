"""`python -m CardioAILib.worker JOBFOLDER`."""

import sys

from CardioAILib.worker.child import main

sys.exit(main())
