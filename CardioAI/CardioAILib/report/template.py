"""Pages out of templates: one HTML file that needs no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from CardioAILib.io.atomic import whole_file
from CardioAILib.results import RESEARCH_ONLY

PAGE = "report.html"
"""Name of a report's page."""


def render(template: str, **parts: Any) -> str:
    """Return the page of a template of this package; text in it is never taken for markup."""
    from jinja2 import Environment, PackageLoader

    loader = PackageLoader("CardioAILib", "report")
    page = Environment(loader=loader, autoescape=True).get_template(template)
    return page.render(research_only=RESEARCH_ONLY, **parts)


def write_page(text: str, path: Path) -> Path:
    """Write a page, whole or not at all."""
    with whole_file(path, ".html") as draft:
        draft.write_text(text, encoding="utf-8")
    return path
