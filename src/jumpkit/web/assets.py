"""The style sheet, and our scripts, which are files of their own."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from jumpkit.web.paper import sheet

router = APIRouter()
_YEAR = "public, max-age=31536000, immutable"


@router.get("/sheet-{version}.css", include_in_schema=False)
async def style(version: str) -> Response:
    """Give the style sheet; its address changes with it."""
    text, present = sheet()
    kept = _YEAR if version == present else "no-store"
    return Response(text, headers={"cache-control": kept}, media_type="text/css")
