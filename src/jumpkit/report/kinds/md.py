"""The report as Markdown: for tickets, wikis and terminals; the pictures become tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.report.material import Loss
from jumpkit.report.page import environment
from jumpkit.report.story.bounds import document_losses
from jumpkit.report.story.tell import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.report.material import Material

TITLE = "report for people, Markdown"
FILE = "report.md"


def write(material: Material, put: Callable[[str], None]) -> Sequence[Loss]:
    """Put the document out; lists are bounded, and what was left out is said in it and returned."""
    story = tell(material)
    for piece in environment(masked=not material.unmasked, html=False).get_template("report.md.j2").generate(**story):
        put(piece)
    pictures = Loss("pictures", None, "Markdown has no drawings; the timeline and the ATT&CK picture are tables.")
    return [pictures, *document_losses(story)]
