"""What to do now, and when it happened: the two parts of the report that a page of the desk shows of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.report.kinds.html import measures
from jumpkit.report.page import environment
from jumpkit.report.story.tell import tell

if TYPE_CHECKING:
    from jumpkit.report.material import Material


def glance(material: Material) -> str:
    """Return the two parts as HTML, for a page that brings the report's style sheet."""
    story = tell(material) | {"numbers": {}}
    page = environment(masked=True, html=True).get_template("glance.html.j2")
    return page.render(**story, m=measures())
