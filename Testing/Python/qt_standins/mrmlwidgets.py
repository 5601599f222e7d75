"""Stand-ins for the qMRML widgets: the panel's root and the node selector, over a real scene."""

from __feature__ import true_property  # noqa: F401
from PySide6.QtCore import Property, QMargins, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget
from shiboken6 import isValid

NONE = ""


class qMRMLWidget(QWidget):  # noqa: N801
    """Hands its scene to the selectors in it, as the .ui's connections do in the application."""

    def setMRMLScene(self, scene: object) -> None:  # noqa: N802
        for selector in self.findChildren(qMRMLNodeComboBox):
            selector.setMRMLScene(scene)


class qMRMLNodeComboBox(QWidget):  # noqa: N801
    """Lists the nodes of some classes in a scene, and None; follows what comes and goes."""

    currentNodeChanged = Signal(object)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = {"nodeTypes": [], "noneDisplay": "None"}
        self._scene, self._tags, self._id = None, [], NONE
        self._list = QComboBox(self)
        layout = QHBoxLayout(self)
        layout.contentsMargins = QMargins(0, 0, 0, 0)
        layout.addWidget(self._list)
        self._list.activated.connect(self._picked)
        self.enabled = False

    def _let_go(self, *_: object) -> None:
        for tag in self._tags:
            self._scene.RemoveObserver(tag)
        self._tags = []

    def setMRMLScene(self, scene: object) -> None:  # noqa: N802
        self._let_go()
        self._scene = scene
        self.enabled = scene is not None
        events = (scene.NodeAddedEvent, scene.NodeRemovedEvent, scene.EndCloseEvent)
        for event in (*events, scene.EndImportEvent, scene.EndBatchProcessEvent):
            self._tags.append(scene.AddObserver(event, lambda *_: self._update()))
        self._update()

    def nodes(self) -> list:
        every = [self._scene.GetNthNode(i) for i in range(self._scene.GetNumberOfNodes())]
        wanted = [n for n in every if n.GetClassName() in self._options["nodeTypes"]]
        return [node for node in wanted if not node.GetHideFromEditors()]

    def currentNode(self):  # noqa: N802
        return self._scene.GetNodeByID(self._id) if self._scene and self._id else None

    def setCurrentNode(self, node: object) -> None:  # noqa: N802
        new = NONE if node is None else node.GetID()
        if new != self._id:
            self._id = new
            self._update(told=False)
            self.currentNodeChanged.emit(node)

    def _update(self, told: bool = True) -> None:
        if not isValid(self._list):
            self._let_go()
            return
        if self._scene is None or self._scene.IsBatchProcessing():
            return
        known = self.nodes()
        lost = self._id and self._id not in [node.GetID() for node in known]
        self._list.blockSignals(True)
        self._list.clear()
        self._list.addItem(self._options["noneDisplay"], NONE)
        for node in known:
            self._list.addItem(node.GetName(), node.GetID())
        if lost:
            self._id = NONE
        self._list.currentIndex = max(0, self._list.findData(self._id))
        self._list.blockSignals(False)
        if lost and told:
            self.currentNodeChanged.emit(None)

    def _picked(self, index: int) -> None:
        self.setCurrentNode(self._scene.GetNodeByID(self._list.itemData(index) or NONE))

    def _option(name: str, kind: str):  # noqa: N805
        def get(self):
            return self._options.get(name)

        def put(self, value) -> None:
            self._options[name] = value
            self._update()

        return Property(kind, get, put)

    nodeTypes = _option("nodeTypes", "QStringList")  # noqa: N815
    noneDisplay = _option("noneDisplay", "QString")  # noqa: N815
    noneEnabled = _option("noneEnabled", "bool")  # noqa: N815
    addEnabled = _option("addEnabled", "bool")  # noqa: N815
    removeEnabled = _option("removeEnabled", "bool")  # noqa: N815
    renameEnabled = _option("renameEnabled", "bool")  # noqa: N815
    showChildNodeTypes = _option("showChildNodeTypes", "bool")  # noqa: N815
