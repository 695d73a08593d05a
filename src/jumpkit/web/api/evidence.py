"""Logs brought into a case: kept, then triaged in the background; how far that has come."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, File, Request, UploadFile
from starlette.responses import Response

from jumpkit.app.evidence import refuse_if_full, take_in
from jumpkit.app.jobs import jobs_of
from jumpkit.kit.errors import NotFound
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.said import Reader
from jumpkit.web.seat import Seat, needs

router = part("evidence")


def room(request: Request, at: Annotated[Seat, Depends(needs("evidence.add"))]) -> Seat:
    """Let through who may bring in what there is room for."""
    size = request.headers.get("content-length", "")
    refuse_if_full(at.opening.home, int(size) if size.isdecimal() else 0)
    return at


@router.post("/cases/{case}/evidence", **answers("job", 202, "kept; it is being triaged"))
def bring(case: str, files: Annotated[list[UploadFile], File()], at: Annotated[Seat, Depends(room)]) -> Response:
    """Bring logs into a case; files that the case knows are skipped, so that asking again does no harm."""
    job = take_in(at.house.standing, case, at.actor, [(each.filename or "file", each.file) for each in files])
    return reply(job, 202, {"location": f"/api/v1/cases/{case}/jobs/{job['job']}"})


@router.get("/cases/{case}/jobs", **answers("jobs"))
def jobs(case: str, at: Reader) -> Response:
    """List what goes on, or went on lately, in the background."""
    return reply({"schema": "jobs/1", "jobs": jobs_of(at.house.standing, case)})


@router.get("/cases/{case}/jobs/{job}", **answers("job"))
def one(case: str, job: str, at: Reader) -> Response:
    """Tell how far one has come."""
    found = [each for each in jobs_of(at.house.standing, case) if each["job"] == job]
    if not found:
        raise NotFound(f"{case} has no job {job}", target=job, hint=f"GET /api/v1/cases/{case}/jobs")
    return reply(found[0])
