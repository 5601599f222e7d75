"""The CardioAI module of 3D Slicer."""

from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.ScriptedLoadableModule import ScriptedLoadableModule, ScriptedLoadableModuleTest


class CardioAI(ScriptedLoadableModule):
    """What Slicer's module list and help tab say about the module."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        parent.title = _("CardioAI")
        parent.categories = [translate("qSlicerAbstractCoreModule", "Cardiac")]
        parent.dependencies = []
        # The library is used from the console: there is no panel to open.
        parent.hidden = True
        parent.contributors = ["CardioAI contributors"]
        parent.helpText = _(
            "The library CardioAILib runs, explains, audits and reports published cardiac AI "
            "systems; in this version, scar screening from contrast-free cine MR. It is used from "
            "the Python console: <code>import CardioAILib</code>.<br><br>"
            "<b>For research only, not for clinical use.</b>"
        )
        parent.acknowledgementText = _(
            "CardioAI follows the published work of Fahmy et al. 2022 "
            "(doi:10.1186/s12968-022-00869-x). "
            "License: Apache-2.0."
        )


class CardioAITest(ScriptedLoadableModuleTest):
    """Checks that the library came along with the module and can be imported here."""

    def runTest(self):
        """Run all checks; Slicer's button "Reload and Test" calls this."""
        self.test_library_imports()
        self.test_systems_have_names()

    def test_library_imports(self):
        """The library is on the module's path and tells its version."""
        import CardioAILib

        self.assertRegex(CardioAILib.__version__, r"^\d+\.\d+\.\d+$")

    def test_systems_have_names(self):
        """Every system that the library declares has a name of its own."""
        from CardioAILib.systems import ALL

        names = [system.name for system in ALL]
        self.assertTrue(names)
        self.assertEqual(len(names), len(set(names)))
