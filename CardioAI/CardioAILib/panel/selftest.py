"""The self-test that all modules share: a module adds its own checks.

Nothing else of the library is imported here, since Slicer imports every module's file at its start.
"""

from __future__ import annotations

import unittest

import slicer
from slicer.i18n import tr as _
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleTest


class SelfTest(ScriptedLoadableModuleTest):
    """Runs each method whose name begins with `test`, and goes on where one is skipped."""

    def setUp(self) -> None:
        """Begin with an empty scene."""
        slicer.mrmlScene.Clear(0)

    def runTest(self) -> None:  # noqa: N802 - the name that Slicer calls
        """Run all checks; Slicer's button "Reload and Test" calls this."""
        for name in unittest.defaultTestLoader.getTestCaseNames(type(self)):
            self.setUp()
            try:
                getattr(self, name)()
            except unittest.SkipTest as reason:
                self.delayDisplay(_("Skipped: {reason}").format(reason=reason))

    def test_library_imports(self) -> None:
        """The library is found, also from another module's folder, and tells its version."""
        import CardioAILib

        self.assertRegex(CardioAILib.__version__, r"^\d+\.\d+\.\d+$")  # noqa: PT009
