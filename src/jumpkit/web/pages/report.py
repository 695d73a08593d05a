"""The report of a case: the one that the workspace keeps, to be looked at, and every format to be written anew."""

from __future__ import annotations

import io
from typing import Any

from starlette.responses import Response

from jumpkit.app.reporting import Wish, export, present_report
from jumpkit.kit.errors import NotFound
from jumpkit.report.deliver import format_of, formats
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/cases/{case}/report", needs="report.read", title="Report")
router = page.router
_ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)
_FILE = "default-src 'none'; sandbox"


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return whether a report is kept, and the formats."""
    listed = [{"format": name, "title": format_of(name).TITLE, "file": format_of(name).FILE} for name in formats()]
    shown: dict[str, Any] = {"case": ask.case, "formats": listed}
    with at.reading() as desk:
        try:
            present_report(desk, ask.case, "html")
        except NotFound as error:
            return shown | {"lacks": str(error)}
    return shown | {"lacks": None}


@page.sheet("kept")
def kept(at: Seat, ask: Ask) -> Response:
    """Give the report that is kept; it may run nothing, load nothing and lead nowhere."""
    with at.reading() as desk:
        path = present_report(desk, ask.case, "html")
    try:
        body = path.read_bytes()
    except FileNotFoundError as error:
        hint = f"jumpkit report {ask.case} --format html -o FILE"
        raise NotFound("the report that the book names is not on disk", target=path.name, hint=hint) from error
    return Response(body, 200, {"content-security-policy": _ALONE}, "text/html; charset=utf-8")


@page.deed("write", needs="report.read")
def write(at: Seat, ask: Ask) -> Response:
    """Write a report as it is now, secrets masked; the ledger says so."""
    fmt = ask.form.get("format", "")
    name, sink = format_of(fmt).FILE, io.BytesIO()
    with at.asking() as desk:
        written = export(desk, ask.case, Wish(fmt), sink)
    headers = {
        "content-disposition": f'attachment; filename="{ask.case}-{name}"',
        "x-sha256": written.sha256,
        "content-security-policy": _FILE,
    }
    return Response(sink.getvalue(), 200, headers, "application/octet-stream")
