"""The .ui of each module is what Slicer's loader and the panel's code expect of it."""

import ast
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PANEL = ROOT / "CardioAI" / "CardioAILib" / "panel"
BOARDS = {
    "CardioAI": "heartboard",
    "CardioAIEcho": "echoboard",
    "CardioAIScintigraphy": "scanboard",
}
"""What is behind each module's panel."""

PLAIN = re.compile(r"Q[A-Z]\w+")


@pytest.fixture(scope="module", params=BOARDS)
def module(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def tree(module) -> ElementTree.Element:
    return ElementTree.parse(ROOT / module / "Resources" / "UI" / f"{module}.ui").getroot()


def behind(name: str) -> set[Path]:
    """The files of the panel that a file imports, and those that they import."""
    found, left = set(), [PANEL / f"{name}.py"]
    while left:
        file = left.pop()
        if file in found or not file.exists():
            continue
        found.add(file)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
                own = [one.split(".") for one in names if one.startswith("CardioAILib.panel.")]
                left += [PANEL / f"{parts[2]}.py" for parts in own]
    return found


def widgets(tree) -> dict[str, str]:
    return {one.get("name"): one.get("class") for one in tree.iter("widget")}


def test_names_are_unique(tree):
    names = [one.get("name") for one in tree.iter("widget")]
    assert len(names) == len(set(names))


def test_every_class_of_slicer_is_declared(tree):
    declared = {one.text for one in tree.iter("class")}
    custom = {kind for kind in widgets(tree).values() if not PLAIN.fullmatch(kind)}
    known = {"qMRMLWidget", "ctkCollapsibleButton", "ctkPathLineEdit", "qMRMLNodeComboBox"}
    assert {"qMRMLWidget"} < custom <= known
    assert custom == declared & known


def test_every_node_selector_gets_the_scene_from_the_root(tree):
    connected = {
        one.find("receiver").text
        for one in tree.iter("connection")
        if one.find("signal").text == "mrmlSceneChanged(vtkMRMLScene*)"
        and one.find("slot").text == "setMRMLScene(vtkMRMLScene*)"
    }
    selectors = {name for name, kind in widgets(tree).items() if kind == "qMRMLNodeComboBox"}
    assert connected == selectors
    assert tree.find("widget").get("class") == "qMRMLWidget"


def test_every_widget_that_the_code_names_is_there(tree, module):
    text = "".join(path.read_text(encoding="utf-8") for path in behind(BOARDS[module]))
    used = set(re.findall(r"\b(?:self\.)?_?ui\.(\w+)", text))
    slots = set(re.findall(r'^    slot = "(\w+)"', text, re.MULTILINE))
    assert len(used) > 30
    assert used | slots <= set(widgets(tree))


def test_every_widget_to_press_or_fill_has_a_tool_tip(tree):
    asked = ("QPushButton", "QComboBox", "QCheckBox", "QSpinBox", "QDoubleSpinBox")
    for one in tree.iter("widget"):
        if one.get("class") in (*asked, "ctkPathLineEdit", "qMRMLNodeComboBox"):
            tips = [p for p in one.findall("property") if p.get("name") == "toolTip"]
            assert tips, one.get("name")


def test_every_section_is_opened_by_a_module():
    sections = {file for file in PANEL.glob("*section.py")}
    assert sections <= set.union(*(behind(board) for board in BOARDS.values()))


def test_options_of_the_ui_are_those_of_the_parameter_node(tree, module):
    named = {
        p.find("string").text
        for p in tree.iter("property")
        if p.get("name") == "SlicerParameterName"
    }
    source = (ROOT / module / f"{module}.py").read_text(encoding="utf-8")
    body = source.split(f"class {module}ParameterNode")[1].split("\nclass ")[0]
    assert named == set(re.findall(r"^    (\w+): ", body, re.MULTILINE))
