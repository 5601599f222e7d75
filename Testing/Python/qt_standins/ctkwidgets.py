"""Stand-ins for two widgets of CTK: the collapsible section and the path editor."""

from __feature__ import true_property  # noqa: F401
from PySide6.QtCore import Property, QEvent, QMargins, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QWidget,
)

HEADER = 25


class ctkCollapsibleButton(QWidget):  # noqa: N801
    """A section under a title that hides its content; a click on the title turns it."""

    contentsCollapsed = Signal(bool)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._collapsed = "", False
        self._shown: list[QWidget] = []
        self.setContentsMargins(0, HEADER, 0, 0)

    def get_text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.update()

    def get_collapsed(self) -> bool:
        return self._collapsed

    def set_collapsed(self, collapsed: bool) -> None:
        if collapsed != self._collapsed:
            self._collapsed = collapsed
            self._apply()
            self.contentsCollapsed.emit(collapsed)

    text = Property(str, get_text, set_text)
    collapsed = Property(bool, get_collapsed, set_collapsed)

    def _apply(self) -> None:
        self.maximumHeight = HEADER if self._collapsed else 16777215
        self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and event.position().y() < HEADER:
            self.collapsed = not self.collapsed
        return super().event(event)

    def paintEvent(self, event) -> None:  # noqa: N802
        painter, option = QPainter(self), QStyleOptionButton()
        option.initFrom(self)
        option.rect = QRect(0, 0, self.width, HEADER - 3)
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        arrow = "▸" if self._collapsed else "▾"
        area = option.rect.adjusted(9, 0, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, f"{arrow}  {self._text}")
        painter.end()


class ctkPathLineEdit(QWidget):  # noqa: N801
    """A path with a button; nothing opens here when it is pressed."""

    currentPathChanged = Signal(str)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edit, button = QLineEdit(self), QToolButton(self)
        button.text = "..."
        layout = QHBoxLayout(self)
        layout.contentsMargins = QMargins(0, 0, 0, 0)
        layout.spacing = 2
        layout.addWidget(self._edit)
        layout.addWidget(button)
        self._edit.textChanged.connect(self.currentPathChanged.emit)

    def get_path(self) -> str:
        return self._edit.text

    def set_path(self, path: str) -> None:
        self._edit.text = path

    currentPath = Property(str, get_path, set_path)  # noqa: N815
