"""The module for bone scintigraphy: planar scans graded, measured and read from a worklist."""

from pathlib import Path
from typing import Annotated

import slicer
from CardioAILib.panel.demonstrations import DEMONSTRATIONS
from CardioAILib.panel.selftest import SelfTest
from CardioAILib.panel.widget import PanelWidget
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.parameterNodeWrapper import Choice, WithinRange, parameterNodeWrapper
from slicer.ScriptedLoadableModule import ScriptedLoadableModule, ScriptedLoadableModuleLogic


class CardioAIScintigraphy(ScriptedLoadableModule):
    """What Slicer's module list and help tab say about the module."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        parent.title = _("CardioAI Scintigraphy")
        parent.categories = [translate("qSlicerAbstractCoreModule", "Cardiac")]
        parent.dependencies = []
        parent.contributors = ["CardioAI contributors"]
        parent.helpText = _(
            "Perugini grade of cardiac uptake from planar bone scintigraphy, by convolutional "
            "neural networks (Halme et al. 2022), beside what a nuclear physician measures: "
            "heart-to-contralateral, heart-to-whole-body and heart-to-bone ratios from regions "
            "that are placed automatically and can be moved.<br><br>"
            "Planar scans in DICOM (NM Image Storage) load from Slicer's DICOM browser, anterior "
            "and posterior side by side. Choose a scan and press Apply. <i>Regions</i> measures, "
            "<i>Display</i> shows counts in inverted gray, linear or logarithmic, with heatmaps, "
            "<i>Worklist</i> sorts a folder of scans by the probability of grade 2 or 3. "
            "<i>Load sample data</i> gives simulated scans.<br>"
            "<br><b>For research only, not for clinical use.</b>"
        )
        parent.acknowledgementText = _(
            "CardioAI follows the published work of Halme et al. 2022 "
            "(doi:10.1186/s13550-022-00897-9). License: Apache-2.0."
        )
        # Outside the application nobody starts up, and there is no Sample Data and no DICOM module.
        if hasattr(slicer.app, "connect"):
            slicer.app.connect("startupCompleted()", registerSampleData)
            slicer.app.connect("startupCompleted()", registerDicomPlugin)


def registerSampleData():
    """Offer the simulated bone scans in the module Sample Data."""
    from CardioAILib.panel import scintigraphysamples

    scintigraphysamples.register()


def registerDicomPlugin():
    """Have Slicer's DICOM browser load planar scans."""
    from CardioAILib.panel import dicomplugin

    dicomplugin.register()


@parameterNodeWrapper
class CardioAIScintigraphyParameterNode:
    """The options that a saved scene brings back; nodes and paths are kept beside them."""

    device: Annotated[str, Choice(["auto", "cpu", "cuda"])] = "auto"
    explain: bool = True
    train_epochs: Annotated[int, WithinRange(0, 1000)] = 0
    train_width: Annotated[float, WithinRange(0.05, 2.0)] = 1.0
    train_copies: Annotated[int, WithinRange(0, 20)] = 0


class CardioAIScintigraphyLogic(ScriptedLoadableModuleLogic):
    """What the Python console and batch scripts call; without Qt."""

    def getParameterNode(self):
        """Return the wrapped parameter node of the scene."""
        return CardioAIScintigraphyParameterNode(super().getParameterNode())

    def process(
        self,
        anterior,
        model=None,
        posterior=None,
        *,
        segmentation=None,
        facts=None,
        explain=True,
        device="auto",
    ):
        """Grade one scan and show the result in the scene.

        Args:
            anterior: Volume of the anterior view, as `loadScan` or the DICOM browser loads it.
            model: Model folder, or a system's name for its demonstration model; None for the
                Perugini grade.
            posterior: Volume of the posterior view, shown beside; or None.
            segmentation: Segmentation of the heart; None to have it placed automatically.
            facts: What is known beside the counts, as in {"delay_min": 180}; before what the file
                told.
            explain: Whether to make heatmaps and activation maps.
            device: "auto", "cpu" or "cuda".

        Returns:
            A `CardioAILib.panel.tasks.Prediction`: result, nodes and report page.
        """
        from CardioAILib.panel import scintigraphyconsole

        how = {"segmentation": segmentation, "facts": facts, "explain": explain, "device": device}
        scene = slicer.mrmlScene
        return scintigraphyconsole.judge_scan(scene, anterior, model, posterior, **how)

    def computeUptake(self, anterior, posterior=None, regions=None, csv=None):
        """Measure the ratios of counts in regions of a scan, and show them in a table.

        Args:
            anterior: Volume of the anterior view.
            posterior: Volume of the posterior view, or None.
            regions: Markups ROI nodes by name, as an earlier call returned them; None to place
                them automatically.
            csv: File to write too: values, visual grade and findings; or None.

        Returns:
            A `CardioAILib.panel.uptake.MeasuredUptake`: values, regions, table, suggestion and
            findings.
        """
        from CardioAILib.panel.uptake import measure_scan

        return measure_scan(slicer.mrmlScene, anterior, posterior, regions, csv=csv)

    def loadScan(self, path):
        """Load a planar scan, of several the first that can be used, and show it.

        Args:
            path: A DICOM file, a picture, a cohort table, or a folder of DICOM files.

        Returns:
            A `CardioAILib.mrml.planar.PlanarNodes`: the volumes `anterior` and `posterior`, and
            `findings`: what is doubtful of the files, and whether there are others. They are
            logged as warnings too.
        """
        from CardioAILib.panel.scintigraphyconsole import load_scan

        return load_scan(slicer.mrmlScene, path)

    def worklist(self, folder, out, model=None, *, device="auto"):
        """Judge all scans of a folder, and sort them by the probability of grade 2 or 3.

        Args:
            folder: Folder of DICOM files of any depth, or a cohort table.
            out: New or empty folder for table, page and thumbnails.
            model: As for `process`.
            device: "auto", "cpu" or "cuda".

        Returns:
            What `CardioAILib.verbs.worklist` returns.
        """
        from CardioAILib.panel.scintigraphyconsole import make_worklist

        return make_worklist(folder, out, model, device=device)


class CardioAIScintigraphyWidget(PanelWidget):
    """The panel: everything but what is said here is shared by all modules."""

    modality = "NM"
    requirements = "CardioAIScintigraphyRequirements.txt"
    logic_class = CardioAIScintigraphyLogic
    demonstrations = DEMONSTRATIONS

    def board_class(self):
        """Return what is behind the widgets: the shared sections, and those of planar scans."""
        from CardioAILib.panel.scanboard import ScanBoard

        return ScanBoard


class CardioAIScintigraphyTest(SelfTest):
    """The module's self-test; what needs PyTorch is skipped where it is not installed."""

    def test_systems_read_planar_scans(self):
        """There are systems for the panel to offer."""
        from CardioAILib.panel.widget import reads
        from CardioAILib.systems import ALL

        self.assertTrue([system.name for system in ALL if reads(system, "NM")])

    def test_options_have_defaults(self):
        """A new scene begins with a heatmap asked for, on whatever device there is."""
        options = CardioAIScintigraphyLogic().getParameterNode()
        self.assertEqual((options.device, options.explain), ("auto", True))

    def test_sample_to_ratios(self):
        """From a simulated scan of grade 3 to regions and ratios, without a network."""
        from CardioAILib.panel.packages import lacking
        from CardioAILib.panel.scintigraphysamples import load_sample

        needed = Path(__file__).parent / "Resources" / "CardioAIScintigraphyRequirements.txt"
        if missing := lacking(needed, torch=False):
            self.skipTest(f"not installed: {', '.join(missing)}")
        nodes = load_sample(slicer.mrmlScene, "grade 3")
        done = CardioAIScintigraphyLogic().computeUptake(nodes.anterior)
        self.assertGreater(done.values["heart_to_contralateral"], 1.0)
        self.assertIs(slicer.mrmlScene.GetNodeByID(done.table.GetID()), done.table)
