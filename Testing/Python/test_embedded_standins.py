"""Module files load outside Slicer over stand-ins that behave as what they stand for."""

import enum
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

import pytest
from CardioAILib.embedded import load_module
from CardioAILib.embedded.scripted import install_stand_ins
from CardioAILib.errors import InputError, UnreadableFileError
from helpers_embedded import embedded_scene

slicer = pytest.importorskip("slicer", reason="slicer-core is not installed")

MODULE = '''"""A module of a test."""

from __future__ import annotations

import slicer
from slicer.i18n import tr as _
from slicer.ScriptedLoadableModule import *
from slicer.util import VTKObservationMixin


class Sample(ScriptedLoadableModule):
    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        parent.title = _("Sample {n}").format(n=1)
        parent.categories = ["Cardiac"]
        slicer.app.connect("startupCompleted()", self.later)
        self.started = 0

    def later(self):
        self.started += 1


class SampleWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    def __init__(self, parent=None):
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)


class SampleLogic(ScriptedLoadableModuleLogic):
    pass


class SampleTest(ScriptedLoadableModuleTest):
    ran = []

    def runTest(self):
        self.ran.append(self.messageDelay)
        self.delayDisplay("nearly done")
        self.assertEqual(1, 1)


LINE = 44
'''


@pytest.fixture
def scene():
    install_stand_ins()
    return embedded_scene()


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    path = tmp_path / "Sample.py"
    path.write_text(MODULE, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield path
    sys.modules.pop("Sample", None)


# Module files


def test_a_module_file_is_known_as_the_application_knows_it(scene, file):
    module = load_module(file)
    assert sys.modules["Sample"] is module
    assert slicer.modules.sample.title == "Sample 1"
    assert slicer.modules.sample.categories == ["Cardiac"]
    assert Path(slicer.util.modulePath("Sample")) == file.resolve()
    resource = slicer.modules.SampleInstance.resourcePath("UI/Sample.ui")
    assert Path(resource) == file.resolve().parent / "Resources" / "UI" / "Sample.ui"
    assert Path(module.SampleWidget().resourcePath("UI/Sample.ui")) == Path(resource)


def test_a_star_import_brings_only_what_the_application_brings(scene, file):
    module = load_module(file)
    assert module.ScriptedLoadableModuleTest
    assert not {"Path", "Any", "importlib", "logging", "logger"} & set(vars(module))


def test_each_load_runs_the_file_anew(scene, file):
    first = load_module(file)
    file.write_text(MODULE.replace("LINE = 44", "LINE = 45"), encoding="utf-8")
    assert (first.LINE, load_module(file).LINE) == (44, 45)


def test_a_prelude_runs_first_and_moves_no_line(scene, file):
    module = load_module(file, "GIVEN = 7\nimport json")
    assert module.GIVEN == 7
    assert module.__doc__ == "A module of a test."
    assert (
        module.SampleTest.runTest.__code__.co_firstlineno
        == MODULE[: MODULE.index("    def runTest")].count("\n") + 1
    )


def test_the_self_test_of_a_module_is_run_by_its_name(scene, file):
    module = load_module(file)
    slicer.selfTests["Sample"](msec=5)
    assert module.SampleTest.ran == [5]


def test_what_waits_for_the_start_is_called_when_it_is_told(scene, file):
    load_module(file)
    assert slicer.modules.SampleInstance.started == 0
    slicer.app.emit("startupCompleted()")
    assert slicer.modules.SampleInstance.started == 1


def test_a_widget_has_its_parents_layout(scene, file):
    parent = SimpleNamespace(layout=lambda: "the layout")
    widget = load_module(file).SampleWidget(parent)
    assert (widget.parent, widget.layout, widget.moduleName) == (parent, "the layout", "Sample")
    widget.setup()
    widget.cleanup()


def test_a_widget_can_observe_nodes(scene, file):
    widget, heard = load_module(file).SampleWidget(), []
    node = scene.AddNewNodeByClass("vtkMRMLTextNode")
    widget.addObserver(node, "ModifiedEvent", lambda *_: heard.append(1))
    node.Modified()
    widget.removeObservers()
    node.Modified()
    assert heard == [1]


@pytest.mark.parametrize(
    ("text", "message"),
    [("class Other: pass", "without a class Sample"), ("class Sample(:", "invalid syntax")],
)
def test_a_file_that_is_no_module_is_refused(scene, file, text, message):
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=message):
        load_module(file)


def test_a_missing_file_is_named(scene, tmp_path):
    with pytest.raises(UnreadableFileError, match=r"Nowhere\.py"):
        load_module(tmp_path / "Nowhere.py")


def test_inside_the_application_nothing_is_replaced(scene, file, monkeypatch):
    monkeypatch.setattr(slicer, "app", object())
    with pytest.raises(InputError, match="application that is running"):
        load_module(file)


# Parameter nodes of a logic


def test_a_logic_has_one_parameter_node(scene, file):
    module = load_module(file)
    node = module.SampleLogic().getParameterNode()
    assert module.SampleLogic().getParameterNode() is node
    assert node.GetAttribute("ModuleName") == "Sample"
    assert module.SampleLogic().getAllParameterNodes() == [node]
    scene.Clear(0)
    again = module.SampleLogic().getParameterNode()
    assert again.GetAttribute("ModuleName") == "Sample"
    assert again.GetScene() is scene


def test_a_logic_may_have_several_parameter_nodes(scene, file):
    logic = load_module(file).SampleLogic()
    logic.isSingletonParameterNode = False
    first = logic.getParameterNode()
    second = scene.AddNode(logic.createParameterNode())
    assert logic.getParameterNode() is first
    assert logic.getAllParameterNodes() == [first, second]


# Wrapped parameter nodes


class Device(enum.Enum):
    CPU = "on the processor"
    CUDA = "on the graphics card"


@pytest.fixture
def wrapper(scene):
    from slicer.parameterNodeWrapper import Choice, Default, WithinRange, parameterNodeWrapper

    @parameterNodeWrapper
    class Wrapped:
        """What a panel remembers."""

        image: slicer.vtkMRMLScalarVolumeNode
        folder: Path
        device: Device = Device.CUDA
        system: str = "fahmy2022"
        explain: bool = True
        epochs: Annotated[int, WithinRange(1, 100)] = 12
        rate: Annotated[float, Default(0.5)]
        arm: Annotated[str, Choice(["dl", "size"])] = "dl"

        def doubled(self) -> int:
            return 2 * self.epochs

    return Wrapped


@pytest.fixture
def node(scene):
    return scene.AddNewNodeByClass("vtkMRMLScriptedModuleNode", "parameters")


def test_a_new_node_gets_the_defaults(wrapper, node):
    wrapped = wrapper(node)
    assert wrapped.image is None
    assert wrapped.folder == Path()
    assert wrapped.device is Device.CUDA
    assert (wrapped.system, wrapped.explain, wrapped.epochs) == ("fahmy2022", True, 12)
    assert (wrapped.rate, wrapped.arm, wrapped.doubled()) == (0.5, "dl", 24)


def test_values_are_kept_as_the_application_keeps_them(wrapper, node):
    wrapped = wrapper(node)
    wrapped.device, wrapped.explain, wrapped.epochs = Device.CPU, False, 3
    wrapped.folder, wrapped.rate = Path("a") / "b", 2
    kept = {name: node.GetParameter(name) for name in ("device", "explain", "epochs", "folder")}
    assert kept == {
        "device": "CPU",
        "explain": "False",
        "epochs": "3",
        "folder": str(Path("a") / "b"),
    }
    again = wrapper(node)
    assert (again.device, again.explain, again.epochs) == (Device.CPU, False, 3)
    assert (again.folder, again.rate) == (Path("a") / "b", 2.0)


def test_nodes_are_kept_by_reference(wrapper, node, scene):
    wrapped = wrapper(node)
    volume = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "heart")
    wrapped.image = volume
    assert node.GetNodeReferenceID("image") == volume.GetID()
    assert wrapper(node).image is volume
    scene.RemoveNode(volume)
    assert wrapped.image is None
    wrapped.image = None
    assert wrapped.image is None


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("epochs", 101, "from 1 to 100"),
        ("epochs", "3", "a str for epochs"),
        ("arm", "other", "one of dl, size"),
        ("system", None, "a NoneType for system"),
        ("device", "CPU", "a str for device"),
    ],
)
def test_wrong_values_are_refused_and_the_old_one_stays(wrapper, node, name, value, message):
    wrapped = wrapper(node)
    before = getattr(wrapped, name)
    with pytest.raises(InputError, match=message):
        setattr(wrapped, name, value)
    assert getattr(wrapped, name) == before


def test_a_class_of_another_node_is_refused(wrapper, node, scene):
    table = scene.AddNewNodeByClass("vtkMRMLTableNode")
    with pytest.raises(InputError, match="wanted a vtkMRMLScalarVolumeNode"):
        wrapper(node).image = table


def test_types_that_cannot_be_kept_and_taken_names_are_refused(scene):
    from slicer.parameterNodeWrapper import isParameterNodeWrapper, parameterNodeWrapper

    class Complicated:
        values: complex

    class Taken:
        connectGui: int  # noqa: N815

    with pytest.raises(InputError, match="a parameter of type"):
        parameterNodeWrapper(Complicated)
    with pytest.raises(InputError, match="a parameter connectGui"):
        parameterNodeWrapper(Taken)
    assert not isParameterNodeWrapper(Taken)


# Widgets of parameters


class Box:
    """A widget with one number and the property that names its parameter."""

    def __init__(self, name: str | None):
        self.name, self.value, self.changed = name, None, None

    def property(self, key: str):
        return self.name if key == "SlicerParameterName" else None

    def user_enters(self, value):
        self.value = value
        if self.changed:
            self.changed()


@pytest.fixture
def connector(scene):
    from slicer.parameterNodeWrapper import CONNECTORS, GuiConnector, parameterNodeGuiConnector

    @parameterNodeGuiConnector
    class BoxConnector(GuiConnector):
        def __init__(self, box):
            self.box = box

        @staticmethod
        def canRepresent(widget, datatype):  # noqa: N802
            return isinstance(widget, Box)

        @staticmethod
        def create(widget, datatype):
            return BoxConnector(widget)

        def onChanged(self, callback):  # noqa: N802
            self.box.changed = callback

        def read(self):
            return self.box.value

        def write(self, value):
            self.box.value = value

    yield
    CONNECTORS.remove(BoxConnector)


def test_widgets_show_values_and_write_them_until_they_are_parted(wrapper, node, connector):
    wrapped = wrapper(node)
    ui = SimpleNamespace(epochs=Box("epochs"), system=Box("system"), label=Box(None))
    tag = wrapped.connectGui(ui)
    assert (ui.epochs.value, ui.system.value, ui.label.value) == (12, "fahmy2022", None)
    ui.epochs.user_enters(20)
    assert wrapped.epochs == 20
    wrapped.system = "other"
    assert ui.system.value == "other"
    wrapped.disconnectGui(tag)
    wrapped.epochs = 5
    ui.system.user_enters("ignored")
    assert (ui.epochs.value, wrapped.system) == (20, "other")


def test_a_name_that_no_parameter_has_is_told(wrapper, node, connector):
    with pytest.raises(InputError, match="the parameter epoch; wanted one of image, folder"):
        wrapper(node).connectGui(SimpleNamespace(box=Box("epoch")))


def test_a_widget_without_a_connector_is_told(wrapper, node):
    with pytest.raises(InputError, match="parameterNodeGuiConnector"):
        wrapper(node).connectParametersToGui({"epochs": Box("epochs")})


# Texts and packages


def test_texts_stay_as_written(scene):
    from slicer.i18n import tr, translate

    assert tr("{n} slices").format(n=3) == "3 slices"
    assert translate("context", "Cardiac") == "Cardiac"


def test_requirements_are_read_without_comments_and_options(scene, tmp_path):
    from slicer.packaging import load_requirements

    path = tmp_path / "requirements.txt"
    path.write_text("# for all\nnumpy>=2.0\n\n--index-url https://x\nscipy; python_version>'3'\n")
    assert [wanted.name for wanted in load_requirements(path)] == ["numpy", "scipy"]


def test_missing_packages_are_told_and_never_installed(scene, caplog):
    from slicer.packaging import pip_check, pip_ensure

    assert pip_check("numpy>=1.0 pytest")
    assert pip_check("absent-package; python_version < '3'")
    assert not pip_check(["numpy>=999"])
    pip_ensure("numpy>=1.0", requester="CardioAI")
    assert caplog.messages == []
    pip_ensure(["numpy>=999", "absent-package"], requester="CardioAI", prompt_install=True)
    assert caplog.messages == ["CardioAI needs: pip install numpy>=999 absent-package"]
