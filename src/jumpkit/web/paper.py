"""Draws templates: everything in them is escaped, and what an attacker wrote is bounded and made visible."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from jumpkit.kit.text import clip, printable
from jumpkit.web.moments import ago, day, left

if TYPE_CHECKING:
    from starlette.requests import Request

    from jumpkit.web.seat import Seat

_LONGEST = 20_000  # characters of one value on a page


@cache
def papers() -> Environment:
    """Return the templates of pages and of what stands around them."""
    folder = files("jumpkit.web")
    made = Environment(
        loader=FileSystemLoader([str(folder / "pages"), str(folder / "layout")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": day, "ago": ago, "left": left}
    return made


def draw(
    request: Request,
    seat: Seat | None,
    name: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    block: str | None = None,
) -> Response:
    """Return a page, or one block of it, as an answer."""
    around = {
        "nonce": request.state.nonce,
        "seat": seat,
        "csrf": (seat.session or {}).get("csrf", "") if seat else "",
        "nav": request.app.state.nav,
        "here": request.url.path,
        "sheet": sheet()[1],
        "now": request.app.state.house.standing.opening.clock(),
        "failed": None,
        "said": {},
    }
    page = papers().get_template(f"{name}.html")
    full = around | context
    if block is None:
        return HTMLResponse(page.render(**full), status)
    drawn = "".join(page.blocks[block](page.new_context(full)))
    return HTMLResponse(drawn, status)


@cache
def sheet() -> tuple[bytes, str]:
    """Return the one style sheet, the report's with ours, and what names this version of it."""
    report = (files("jumpkit.content") / "reports" / "report.css").read_bytes()
    both = report + (files("jumpkit.web") / "layout" / "desk.css").read_bytes()
    return both, hashlib.sha256(both).hexdigest()[:12]


def _shown(value: Any) -> Any:
    """Return a value as a page shows it: unknown where nobody knows, bounded, control characters made visible."""
    if value is None:
        return "unknown"
    if isinstance(value, Markup | int | float):
        return value
    text = str(value)
    return "\n".join(printable(line) for line in clip(text, _LONGEST).split("\n"))
