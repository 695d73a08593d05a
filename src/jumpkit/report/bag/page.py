"""A page of headings, lines and tables, as HTML and as Markdown, with everything in it treated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.report.content import text_of
from jumpkit.report.page import environment, style

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a page."""

    title: str
    lines: Sequence[str] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    links: Sequence[tuple[str, str]] = ()


def page(title: str, sections: Sequence[Section], *, html: bool) -> str:
    """Return the page; what is not known is `unknown` in it."""
    name = "bag/page.html.j2" if html else "bag/page.md.j2"
    sheet, source = style(text_of("bag/page.css"))
    template = environment(masked=True, html=html).get_template(name)
    return template.render(title=title, sections=sections, sheet=sheet, source=source)
