"""`python -m CardioAILib.cli`."""

import sys

from CardioAILib.cli import main

sys.exit(main())
