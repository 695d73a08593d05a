"""Answers what flow records say of a case, whether isolation held, and what differs from an older case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.asking import matter
from jumpkit.app.lakes import open_case
from jumpkit.coordinate.case import case_row
from jumpkit.investigate.network import against, isolation
from jumpkit.investigate.network import network as told
from jumpkit.kit.errors import BadUsage
from jumpkit.kit.masking import mask

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from jumpkit.app.workspace import Desk

SCHEMA = "network/1"


def network(desk: Desk, named: str | None, *, estate: Path | None = None) -> dict[str, Any]:
    """Return network/1 of a case.

    Raises:
        NotFound: there is no such case.

    """
    with matter(desk, named, estate) as at:
        answer = told(at.lake, at.picture, at.estate)
    return dict(mask({"schema": SCHEMA, "case": at.case, **answer}))


def isolated(
    desk: Desk, named: str | None, resource: str, since: datetime | None, *, estate: Path | None = None
) -> dict[str, Any]:
    """Return network/1 with `isolation`: what crossed a resource's interfaces after a moment.

    Raises:
        NotFound: there is no such case.
        BadUsage: the moment has no zone.

    """
    if since is not None and since.tzinfo is None:
        raise BadUsage("the moment has no zone", target=str(since), hint="write it as 2026-03-02T09:00:00Z")
    moment = None if since is None else round(since.timestamp() * 1000)
    with matter(desk, named, estate) as at:
        answer = isolation(at.lake, at.picture, at.estate, resource, moment)
    return dict(mask({"schema": SCHEMA, "case": at.case, **answer}))


def compared(desk: Desk, named: str | None, older: str, *, estate: Path | None = None) -> dict[str, Any]:
    """Return network/1 with `baseline`: what assets do that they did not do in an older case.

    Raises:
        NotFound: there is no such case.
        BadUsage: a case was asked to be compared with itself.

    """
    with desk.book.read() as tx:
        past = str(case_row(tx, older)["case"])
    with matter(desk, named, estate) as at, open_case(desk, past) as before:
        if past == at.case:
            raise BadUsage("a case has nothing new against itself", target=past, hint="name an older case")
        answer = against(at.lake, before, at.picture, at.estate)
    return dict(mask({"schema": SCHEMA, "case": at.case, **answer}))
