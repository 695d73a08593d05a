"""Answers what is logged and what is not, what that hides, and what closing it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.asking import matter
from jumpkit.app.limits import case_limits
from jumpkit.detect import load
from jumpkit.detect.reach import reach
from jumpkit.investigate.coverage import Seen, Watch
from jumpkit.investigate.coverage import coverage as covered
from jumpkit.investigate.coverage.register import register, standing
from jumpkit.kit.masking import mask

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from jumpkit.app.workspace import Desk


def coverage(
    desk: Desk,
    named: str | None,
    estate: Path | None = None,
    *,
    now: bool = False,
    known: Collection[str] | None = None,
) -> dict[str, Any]:
    """Return coverage/1 of a case; ages are told against its newest event, or against the present.

    What earlier cases left open is told of all, or of those that are `known`.

    Raises:
        NotFound: there is no such case.

    """
    moment = int(desk.clock().timestamp() * 1000) if now else None
    with matter(desk, named, estate) as at:
        answer = covered(at.lake, Seen(at.picture, at.estate, watches(desk), moment))
        accounts = frozenset(item["account"] for item in answer["items"] if item["account"])
    with desk.book.read() as tx:
        told = register(case_limits(tx, known))
    answer["standing"] = standing(told, at.case, accounts)
    answer["limits"] += at.unsaid
    return dict(mask({"schema": "coverage/1", "case": at.case, **answer}))


def watches(desk: Desk) -> list[Watch]:
    """Return what the package's own rules read, and what they would tell."""
    rules = load([], own=True, cache=desk.home / "cache" / "rules")
    reads = reach(rules)
    return [
        Watch(info.rule, info.sources, reads[info.rule].operations, reads[info.rule].services, info.attack)
        for info in rules.infos
        if info.live
    ]
