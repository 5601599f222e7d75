"""The module for echo: clips judged by view, played with heatmaps, and measured."""

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


class CardioAIEcho(ScriptedLoadableModule):
    """What Slicer's module list and help tab say about the module."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        parent.title = _("CardioAI Echo")
        parent.categories = [translate("qSlicerAbstractCoreModule", "Cardiac")]
        parent.dependencies = []
        parent.contributors = ["CardioAI contributors"]
        parent.helpText = _(
            "Findings of cardiac MR from echo clips, by networks that see movement (Sahashi et al. "
            "2024): wall motion abnormality from the apical 4-chamber, the apical 2-chamber and "
            "the parasternal long-axis view, each alone and all combined. Scar (LGE), T1, T2 and "
            "extracellular volume can be asked for too; <b>the source study found them near "
            "chance</b>, and the panel says so.<br><br>"
            "Ultrasound clips in DICOM load from Slicer's DICOM browser or with <i>Load clips</i>, "
            "as sequences with their true frame times; what lies outside the ultrasound sector "
            "(names, ECG, text) is blanked. <i>Views</i> tells and corrects the view of each clip, "
            "<i>Play</i> plays them with contours and heatmaps, <i>Wall motion</i> measures "
            "ejection fraction and wall motion on segmentations without a network. "
            "<i>Load sample data</i> gives simulated clips.<br>"
            "<br><b>For research only, not for clinical use.</b>"
        )
        parent.acknowledgementText = _(
            "CardioAI follows the published work of Sahashi et al. 2024 "
            "(doi:10.1101/2024.04.16.24305936). License: Apache-2.0."
        )
        # Outside the application nobody starts up, and there is no Sample Data and no DICOM module.
        if hasattr(slicer.app, "connect"):
            slicer.app.connect("startupCompleted()", registerSampleData)
            slicer.app.connect("startupCompleted()", registerDicomPlugin)


def registerSampleData():
    """Offer the simulated echo in the module Sample Data."""
    from CardioAILib.panel import echosamples

    echosamples.register()


def registerDicomPlugin():
    """Have Slicer's DICOM browser load echo clips."""
    from CardioAILib.panel import echodicom

    echodicom.register()


@parameterNodeWrapper
class CardioAIEchoParameterNode:
    """The options that a saved scene brings back; nodes and paths are kept beside them."""

    device: Annotated[str, Choice(["auto", "cpu", "cuda"])] = "auto"
    explain: bool = True
    train_epochs: Annotated[int, WithinRange(0, 1000)] = 0
    train_width: Annotated[float, WithinRange(0.05, 2.0)] = 1.0


class CardioAIEchoLogic(ScriptedLoadableModuleLogic):
    """What the Python console and batch scripts call; without Qt."""

    def getParameterNode(self):
        """Return the wrapped parameter node of the scene."""
        return CardioAIEchoParameterNode(super().getParameterNode())

    def process(
        self,
        clips=None,
        model=None,
        *,
        segmentations=None,
        facts=None,
        explain=True,
        device="auto",
    ):
        """Judge the echo clips of one examination and show the result in the scene.

        Args:
            clips: Clip of each view by its name, as in {"A4C": node, "PLAX": node}: the volume
                that shows it, its sequence or its browser; or a list of several clips of a view.
                None for the clips of the scene whose view is known.
            model: Model folder, or a system's name for its demonstration model; None for wall
                motion.
            segmentations: Segmentation of each view's clip, as far as there are any.
            facts: What is known beside the clips, as in {"age": 61}; before what the files told.
            explain: Whether to make heatmaps.
            device: "auto", "cpu" or "cuda".

        Returns:
            A `CardioAILib.panel.tasks.Prediction`: result, nodes and report page.
        """
        from CardioAILib.panel import echoconsole

        how = {"segmentations": segmentations, "facts": facts, "explain": explain, "device": device}
        return echoconsole.judge_clips(slicer.mrmlScene, clips, model, **how)

    def loadClips(self, path):
        """Load the echo clips of a file or folder, blanked outside the sector, and show them.

        Args:
            path: A DICOM file, a video, a time series, a cohort table, or a folder.

        Returns:
            A `CardioAILib.panel.echofiles.LoadedClips`: `nodes` of each clip by its name, and
            `findings`: what is doubtful of the files. They are logged as warnings too.
        """
        from CardioAILib.panel.echofiles import load_clips

        return load_clips(slicer.mrmlScene, Path(path))

    def findViews(self, model=None, *, device="auto", again=False):
        """Have a model tell the view of the scene's clips that no file and no user named.

        Args:
            model: Model folder; None for the demonstration model of views.
            device: "auto", "cpu" or "cuda".
            again: Whether to ask of every clip.

        Returns:
            The view of every clip, by the name of its volume; None where it is unknown.
        """
        from CardioAILib.panel.echoconsole import find_views

        return find_views(slicer.mrmlScene, model, device=device, again=again)

    def measureMotion(self, clips, segmentations, csv=None):
        """Measure ejection fraction and wall motion on segmented clips, and show them.

        Args:
            clips: Clip of each view by its name, as for `process`.
            segmentations: Segmentation of each view's clip, with a frame for each of the clip's.
            csv: File to write too: values and findings; or None.

        Returns:
            A `CardioAILib.panel.echomotion.MeasuredMotion`: values, table, charts and findings.
        """
        from CardioAILib.panel.echomotion import measure_clips

        return measure_clips(slicer.mrmlScene, clips, segmentations, csv)

    def runBatch(self, cohort, out, model=None, *, explain=True, device="auto"):
        """Judge the echo studies of a cohort table into a folder; call again to go on.

        Args:
            cohort: Cohort table, a row a study; the README tells its columns.
            out: New or empty folder for results, heatmaps, pages and tables.
            model: As for `process`.
            explain: Whether to make heatmaps.
            device: "auto", "cpu" or "cuda".

        Returns:
            A `CardioAILib.panel.tasks.Batch`: results, failures and table.
        """
        from CardioAILib.panel.echoconsole import judge_cohort

        how = {"explain": explain, "device": device}
        return judge_cohort(slicer.mrmlScene, cohort, out, model, **how)


class CardioAIEchoWidget(PanelWidget):
    """The panel: everything but what is said here is shared by all modules."""

    modality = "US"
    requirements = "CardioAIEchoRequirements.txt"
    logic_class = CardioAIEchoLogic
    demonstrations = DEMONSTRATIONS

    def board_class(self):
        """Return what is behind the widgets: the shared sections, and those of echo clips."""
        from CardioAILib.panel.echoboard import EchoBoard

        return EchoBoard


class CardioAIEchoTest(SelfTest):
    """The module's self-test; what needs PyTorch is skipped where it is not installed."""

    def test_systems_read_clips(self):
        """There are systems for the panel to offer."""
        from CardioAILib.panel.widget import reads
        from CardioAILib.systems import ALL

        self.assertTrue([system.name for system in ALL if reads(system, "US")])

    def test_options_have_defaults(self):
        """A new scene begins with heatmaps asked for, on whatever device there is."""
        options = CardioAIEchoLogic().getParameterNode()
        self.assertEqual((options.device, options.explain), ("auto", True))

    def test_sample_to_ejection_fraction(self):
        """From simulated clips to a low ejection fraction, without a network."""
        from CardioAILib.panel.echosamples import load_sample
        from CardioAILib.panel.packages import lacking

        needed = Path(__file__).parent / "Resources" / "CardioAIEchoRequirements.txt"
        if missing := lacking(needed, torch=False):
            self.skipTest(f"not installed: {', '.join(missing)}")
        nodes = load_sample(slicer.mrmlScene, "hypokinetic")
        self.assertEqual(nodes["A4C"].sequence.GetIndexUnit(), "s")
        clips = {view: own.volume for view, own in nodes.items()}
        masks = {view: own.segmentation for view, own in nodes.items()}
        done = CardioAIEchoLogic().measureMotion(clips, masks)
        self.assertGreater(done.values["EF_percent"], 15.0)
        self.assertLess(done.values["EF_percent"], 45.0)
        self.assertIs(slicer.mrmlScene.GetNodeByID(done.nodes.table.GetID()), done.nodes.table)
