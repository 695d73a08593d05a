"""The report as one page that needs nothing else: for a screen, a phone and paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.report.content import attack, proposals, templates, text_of, wording
from jumpkit.report.page import environment, style
from jumpkit.report.story.bounds import document_losses
from jumpkit.report.story.chart import BARS_HEIGHT, BARS_TOP, LANE, LEFT, RIGHT, WIDTH
from jumpkit.report.story.tell import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.report.material import Loss, Material

TITLE = "report for people, one self-contained page"
FILE = "report.html"


def prepare() -> None:
    """Compile the templates and read the tables that every page is made with."""
    made = environment(masked=True, html=True)
    for name in templates(".html.j2"):
        made.get_template(name)
    attack(), wording(), proposals()


def measures() -> dict[str, float]:
    """Return where things stand in the picture of the timeline."""
    return {
        "width": WIDTH,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "top": BARS_TOP,
        "base": BARS_TOP + BARS_HEIGHT,
        "lane": LANE,
    }


def write(material: Material, put: Callable[[str], None]) -> Sequence[Loss]:
    """Put the page out; lists are bounded, and what was left out is said in the page and returned."""
    story = tell(material)
    sheet, source = style(text_of("report.css"))
    page = environment(masked=not material.unmasked, html=True).get_template("report.html.j2")
    for piece in page.generate(**story, sheet=sheet, style_source=source, m=measures()):
        put(piece)
    return document_losses(story)
