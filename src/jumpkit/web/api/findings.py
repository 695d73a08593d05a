"""Findings of a case, and why a rule matched."""

from __future__ import annotations

from starlette.responses import Response

from jumpkit.app.findinglist import findings_of
from jumpkit.app.show import explain_match
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.said import Asker, Reader

router = part("findings")


@router.get("/cases/{case}/findings", **answers("findings"))
def show(case: str, at: Reader) -> Response:
    """List the findings that stand, the incidents, and what the logs cannot show."""
    with at.reading() as desk:
        return reply(findings_of(desk, case))


@router.get("/cases/{case}/explain", **answers("explain"))
def explain(case: str, rule: str, event: str, at: Asker) -> Response:
    """Tell why a rule matches an event, or does not: each condition, with what was expected and what was there."""
    with at.asking() as desk:
        return reply(explain_match(desk, rule, event, [], case))
