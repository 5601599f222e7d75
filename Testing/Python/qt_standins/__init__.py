"""Stand-ins for Slicer's widgets, so that the panel's real code and real .ui run without Slicer.

The application has PythonQt, qMRML and CTK widgets; here PySide6 draws offscreen instead. What
passes with these is the panel's own code against stand-ins: it does not show that the panel works
inside the application. PythonQt writes properties (`button.text = "x"`), which PySide6 does only
under its feature `true_property`: every file here that imports PySide6 turns it on.
"""

import PySide6.QtCore  # noqa: F401  (makes the module `__feature__`)

from qt_standins.install import install, process_events

__all__ = ["install", "process_events"]
