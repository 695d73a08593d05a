"""Reports of a case, in every format; writing one is entered in the ledger, secrets are masked."""

from __future__ import annotations

import io
from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from jumpkit.app.reporting import Wish, export
from jumpkit.report.deliver import format_of, formats
from jumpkit.web.answers import answers, part, sends
from jumpkit.web.failing import reply
from jumpkit.web.seat import Seat, needs

router = part("reports")
Reader = Annotated[Seat, Depends(needs("report.read"))]


@router.get("/formats", **answers("formats"))
def kinds(at: Reader) -> Response:
    """List the formats that reports come in."""
    del at
    told = [{"format": name, "title": format_of(name).TITLE, "file": format_of(name).FILE} for name in formats()]
    return reply({"schema": "formats/1", "formats": told})


@router.post("/cases/{case}/reports/{fmt}", **sends("application/octet-stream", "the report, as a file"))
def write(case: str, fmt: str, at: Reader) -> Response:
    """Write a report as it is now."""
    name = format_of(fmt).FILE
    sink = io.BytesIO()
    with at.asking() as desk:
        written = export(desk, case, Wish(fmt), sink)
    headers = {
        "content-disposition": f'attachment; filename="{case}-{name}"',
        "x-sha256": written.sha256,
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(sink.getvalue(), 200, headers, "application/octet-stream")
