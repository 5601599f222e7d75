"""The CardioAI module of 3D Slicer: published cardiac MR systems, run, explained and audited."""

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


class CardioAI(ScriptedLoadableModule):
    """What Slicer's module list and help tab say about the module."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        parent.title = _("CardioAI")
        parent.categories = [translate("qSlicerAbstractCoreModule", "Cardiac")]
        parent.dependencies = []
        parent.contributors = ["CardioAI contributors"]
        parent.helpText = _(
            "Published cardiac AI systems that run, explain, audit and report: scar screening in "
            "hypertrophic cardiomyopathy from contrast-free cine MR (Fahmy et al. 2022), the "
            "choice between normal heart, hypertrophic and dilated cardiomyopathy, and between "
            "view planes, from cine at end-diastole and end-systole (Germain et al. 2021), and "
            "cardiac amyloidosis from late gadolinium enhancement in two or three views beside a "
            "reader's findings (Martini et al. 2020).<br><br>"
            "Choose a system and its images, press Apply, and see the decision, the heatmaps on "
            "the slices and the audit of where the network looked. <i>Findings</i> is a reader's "
            "form, <i>Measurements</i> gives volumes, ejection fraction, mass and wall thickness "
            "beside the ranges of healthy adults, <i>Late enhancement</i> extent and pattern. "
            "<i>Load sample data</i> gives simulated images.<br>"
            "<br><b>For research only, not for clinical use.</b>"
        )
        parent.acknowledgementText = _(
            "CardioAI follows the published work of Fahmy et al. 2022 "
            "(doi:10.1186/s12968-022-00869-x), Germain et al. 2021 "
            "(doi:10.3390/diagnostics11091554) and Martini et al. 2020 "
            "(doi:10.1186/s12968-020-00690-4). "
            "License: Apache-2.0."
        )
        # Outside the application nobody starts up, and there is no Sample Data module.
        if hasattr(slicer.app, "connect"):
            slicer.app.connect("startupCompleted()", registerSampleData)


def registerSampleData():
    """Offer the simulated cines in the module Sample Data."""
    from CardioAILib.panel import samples

    samples.register()


@parameterNodeWrapper
class CardioAIParameterNode:
    """The options that a saved scene brings back; nodes and paths are kept beside them."""

    device: Annotated[str, Choice(["auto", "cpu", "cuda"])] = "auto"
    explain: bool = True
    radiomics_frames: bool = False
    map_radius: Annotated[int, WithinRange(1, 10)] = 1
    train_epochs: Annotated[int, WithinRange(0, 1000)] = 0
    train_width: Annotated[float, WithinRange(0.05, 2.0)] = 1.0


class CardioAILogic(ScriptedLoadableModuleLogic):
    """What the Python console and batch scripts call; without Qt."""

    def getParameterNode(self):
        """Return the wrapped parameter node of the scene."""
        return CardioAIParameterNode(super().getParameterNode())

    def process(
        self,
        volume=None,
        segmentation=None,
        model=None,
        *,
        ed=None,
        es=None,
        segmentation_es=None,
        frames=(None, None),
        view=None,
        height_cm=None,
        weight_kg=None,
        sex=None,
        lge=None,
        lge_segmentations=None,
        findings=None,
        segment=None,
        frame=None,
        explain=True,
        device="auto",
        plane_model=None,
    ):
        """Judge one study and show the result in the scene.

        Load files whose names differ in a number alone (LGE_2C.nii.gz, LGE_4C.nii.gz) each with
        `slicer.util.loadVolume(path, properties={"singleFile": True})`: Slicer takes them for the
        slices of one volume otherwise.

        Args:
            volume: Scalar volume, sequence, its browser, or the volume that the browser shows.
            segmentation: Segmentation or labelmap, or a sequence; systems of a cine do without it.
            model: Model folder, or a system's name for its demonstration model; None for scar's.
            ed: For systems of a cine: the volume at end-diastole, in place of `volume`.
            es: The volume at end-systole.
            segmentation_es: Segmentation at end-systole; `segmentation` is at end-diastole then.
            frames: Indices of end-diastole and end-systole in the cine; None to find them.
            view: "SAX", "4C", "2C", "RV2C" or "3C"; None to tell it by geometry.
            height_cm: Height, for values by body surface area.
            weight_kg: Weight, for the same.
            sex: "female" or "male" for the ranges of healthy adults; None for those of both.
            lge: For amyloidosis, in place of `volume` and `segmentation`: volumes by view ("2C",
                "4C", "SAX"); None to find them.
            lge_segmentations: Segmentations of them by view, for the audit; or None.
            findings: A reader's findings by column, as in {"age": 71, "LGE_present": "yes"}.
            segment: For other systems: ID of the myocardium's segment; None to find it.
            frame: For other systems: index in the sequence; None for the frame that is shown.
            explain: Whether to make heatmaps and audit them.
            device: "auto", "cpu" or "cuda".
            plane_model: Model of view planes that checks the images, or its system's name.

        Returns:
            A `CardioAILib.panel.tasks.Prediction`: result, nodes and report page.
        """
        from CardioAILib.panel import console

        cine = {"ed": ed, "es": es, "segmentation_es": segmentation_es}
        cine |= {"frames": frames, "view": view}
        views = {"lge": lge, "lge_segmentations": lge_segmentations, "findings": findings}
        body = {"height_cm": height_cm, "weight_kg": weight_kg, "sex": sex}
        how = {"segment": segment, "frame": frame, "explain": explain, "device": device}
        how |= {"plane_model": plane_model, **cine, **views, **body}
        return console.judge(slicer.mrmlScene, volume, segmentation, model, **how)

    def computeMeasurements(
        self,
        segmentation_ed,
        segmentation_es=None,
        *,
        height_cm=None,
        weight_kg=None,
        sex=None,
        csv=None,
    ):
        """Measure the heart on segmentations, and show the measurements beside normal ranges.

        Args:
            segmentation_ed: Segmentation or labelmap of a short-axis stack at end-diastole; or a
                sequence of these, in which both phases are found.
            segmentation_es: The same at end-systole, or None.
            height_cm: As for `process`.
            weight_kg: As for `process`.
            sex: As for `process`.
            csv: File to write too, or None.

        Returns:
            A `CardioAILib.panel.heartmeasures.MeasuredHeart`: table node, values, findings.
        """
        from CardioAILib.panel.heartmeasures import measure_heart

        how = {"height_cm": height_cm, "weight_kg": weight_kg, "sex": sex, "csv": csv}
        return measure_heart(slicer.mrmlScene, segmentation_ed, segmentation_es, **how)

    def computeEnhancement(
        self,
        volume,
        segmentation,
        *,
        method="5sd",
        reference="auto",
        segment=None,
        apex="auto",
        insertion=None,
        csv=None,
    ):
        """Measure late enhancement inside a segmented myocardium, and show it.

        Args:
            volume: Short-axis stack of late enhancement.
            segmentation: Its segmentation with myocardium and LV cavity.
            method: "2sd" to "6sd", "fwhm" or "midpoint".
            reference: "auto" (the darkest sector), "stack", or AHA segments such as (8, 9).
            segment: ID of the myocardium's segment; None to find it.
            apex: Where the apex lies in the stack: "first", "last", or "auto" to find it.
            insertion: Direction of the anterior insertion of the right ventricle in degrees,
                counterclockwise from the image's right; None to find it by the RV cavity.
            csv: File to write too, or None.

        Returns:
            A `CardioAILib.panel.enhancing.Enhanced`: nodes, values, findings and suggestions.
        """
        from CardioAILib.measurements import Orientation
        from CardioAILib.mrml import InputNodes
        from CardioAILib.panel.enhancing import measure_late_enhancement

        place = Orientation(apex=apex, anterior_insertion=insertion)
        how = {"method": method, "reference": reference, "orientation": place, "csv": csv}
        nodes = InputNodes(volume, segmentation, segment)
        return measure_late_enhancement(slicer.mrmlScene, nodes, **how)

    def computeEarlyDarkening(self, series, segmentation, *, first_minute=0.0, minutes=None):
        """Measure how fast the blood pool darkens in the first ten minutes after contrast.

        Args:
            series: Sequence of early images, all with one inversion time.
            segmentation: Segmentation with the LV cavity on them.
            first_minute: Minutes from the injection to the first image.
            minutes: Time of each image in minutes, where the sequence's index is no time.

        Returns:
            A `CardioAILib.measurements.lge.Darkening`: decay in percent, finding and reason.
        """
        from CardioAILib.panel.darkening import measure_darkening

        return measure_darkening(series, segmentation, first_minute, minutes=minutes)

    def computeRadiomics(
        self,
        volume,
        segmentation,
        *,
        preset="fahmy2022",
        csv=None,
        segment=None,
        segments=(),
        frame=None,
        frames="one",
    ):
        """Compute the radiomics of the myocardium, or of several segments; no model is needed.

        Args:
            volume: As for `process`.
            segmentation: As for `process`; with `frames="all"` a sequence of segmentations.
            preset: Name, as "fahmy2022" or "ibsi"; a saved preset or pyradiomics' parameter file.
            csv: File to write too, or None.
            segment: As for `process`.
            segments: IDs of segments to measure, a row each; they may overlap.
            frame: As for `process`.
            frames: "all" for a row for every frame of the sequence.

        Returns:
            The table node, a row a slice (a volume with a 3-D preset); see `plotFeature`.

        Raises:
            CardioAIError: The study or the preset cannot be used.
            OSError: The file cannot be written.
        """
        from CardioAILib.panel import console
        from CardioAILib.systems import FAHMY_2022

        nodes = console.same_nodes(FAHMY_2022, volume, segmentation, segment, frame)
        how = {"preset": preset, "csv": csv, "segments": segments, "frames": frames}
        return console.compute_radiomics(slicer.mrmlScene, FAHMY_2022, nodes, **how)

    def plotFeature(self, table, feature, *, by="structure", shown=None):
        """Chart a feature of a table with a row a frame over the cardiac cycle.

        Args:
            table: What `computeRadiomics` returned with `frames="all"`.
            feature: Name of a column.
            by: "structure" for the mean over slices, or "slice" for a series each.
            shown: What an earlier call returned, to change its feature; None for a new chart.

        Returns:
            A `CardioAILib.mrml.featurecurves.FeatureCurve`: chart, table and all nodes.

        Raises:
            CardioAIError: There is no such feature, or a single frame.
        """
        from CardioAILib.mrml.featurecurves import feature_curve

        return feature_curve(slicer.mrmlScene, table, feature, by=by, shown=shown)

    def computeFeatureMap(
        self,
        volume,
        segmentation,
        feature,
        *,
        preset="fahmy2022",
        radius=None,
        segment=None,
        frame=None,
    ):
        """Map a radiomic feature over the myocardium; called again, change the map that is there.

        Args:
            volume: As for `process`.
            segmentation: As for `process`.
            feature: Image type, class and name, as "original_glcm_Contrast".
            preset: As for `computeRadiomics`; its features must be pyradiomics'.
            radius: Pixels from the middle of the window to its edge; None for the preset's.
            segment: ID of the segment to map; None for the myocardium.
            frame: As for `process`.

        Returns:
            The map's volume node, transparent outside the segment, with a color legend.

        Raises:
            CardioAIError: Volume, segmentation, feature or preset cannot be used.
        """
        from CardioAILib.mrml import InputNodes
        from CardioAILib.panel.mapping import compute_map

        nodes = InputNodes(volume, segmentation, segment, frame)
        return compute_map(slicer.mrmlScene, nodes, feature, preset, radius)

    def computeWall(
        self,
        volume,
        segmentation,
        *,
        features=None,
        preset="fahmy2022",
        by="aha",
        orientation=None,
        segment=None,
        frame=None,
    ):
        """Measure the wall of the left ventricle by segment, by layer, or by both.

        Args:
            volume: As for `process`.
            segmentation: As for `process`, with LV and RV cavity.
            features: Names of features of the original image; None for a choice of six.
            preset: As for `computeRadiomics`; its features must be pyradiomics'.
            by: "aha" for the 17 segments, "layers" for endo, mid and epi, "aha-layers" for both.
            orientation: A `CardioAILib.measurements.Orientation`; None to find apex and septum.
            segment: As for `process`.
            frame: As for `process`.

        Returns:
            A `CardioAILib.panel.walling.Walled`, of which `walling.bullseye_of` draws a feature.

        Raises:
            CardioAIError: Volume, segmentation, features or preset cannot be used.
        """
        from CardioAILib.measurements import AUTO
        from CardioAILib.mrml import InputNodes
        from CardioAILib.panel.walling import measure_wall
        from CardioAILib.verbs.features.wall import FEATURES

        nodes = InputNodes(volume, segmentation, segment, frame)
        names = FEATURES if features is None else features
        return measure_wall(slicer.mrmlScene, nodes, names, preset, by, orientation or AUTO)

    def runBatch(self, cohort, out, model=None, *, explain=True, device="auto"):
        """Judge many studies into a folder; call it again to resume an interrupted batch.

        Args:
            cohort: Cohort table; None for the segmented volumes, or the cines, of the scene.
            out: New or empty folder for results, heatmaps, pages and tables.
            model: As for `process`.
            explain: Whether to make heatmaps and audit them.
            device: "auto", "cpu" or "cuda".

        Returns:
            A `CardioAILib.panel.tasks.Batch`: results, failures and the table node.

        Raises:
            CardioAIError: No study can be used, or the folder is not empty.
        """
        from CardioAILib.panel import console, modelfolders

        folder = modelfolders.model_folder(model)
        return console.run_batch(
            slicer.mrmlScene, cohort, out, folder, explain=explain, device=device
        )


class CardioAIWidget(PanelWidget):
    """The panel: everything but what is said here is shared by all modules."""

    logic_class = CardioAILogic
    demonstrations = DEMONSTRATIONS

    def board_class(self):
        """Return what is behind the widgets: the shared sections, and those of hearts."""
        from CardioAILib.panel.heartboard import HeartBoard

        return HeartBoard


class CardioAITest(SelfTest):
    """The module's self-test; what needs PyTorch is skipped where it is not installed."""

    def test_systems_have_names(self):
        """Every system that the library declares has a name of its own."""
        from CardioAILib.systems import ALL

        names = [system.name for system in ALL]
        self.assertTrue(names)
        self.assertEqual(len(names), len(set(names)))

    def test_options_have_defaults(self):
        """A new scene begins with a heatmap asked for, on whatever device there is."""
        options = CardioAILogic().getParameterNode()
        self.assertEqual((options.device, options.explain), ("auto", True))

    def test_sample_to_heatmap(self):
        """From a simulated heart to a result and a heatmap with its legend, without a network."""
        from CardioAILib.panel.packages import lacking
        from CardioAILib.panel.samples import load_sample
        from CardioAILib.systems import FAHMY_2022

        missing = lacking(Path(__file__).parent / "Resources" / "CardioAIRequirements.txt")
        if missing:
            self.skipTest(f"not installed: {', '.join(missing)}")
        (nodes,) = load_sample(slicer.mrmlScene, FAHMY_2022, "scar").values()
        done = CardioAILogic().process(nodes.image, nodes.mask)
        self.assertIn("demonstration", [found.check for found in done.result.findings])
        (heatmap,) = done.nodes.heatmaps.values()
        self.assertIs(slicer.mrmlScene.GetNodeByID(heatmap.GetID()), heatmap)
