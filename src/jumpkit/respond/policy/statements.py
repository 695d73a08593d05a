"""Whether a statement is about a call: its action, its resource, its conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.respond.policy.conditions import holds
from jumpkit.respond.policy.glob import covers, covers_arn
from jumpkit.respond.policy.variables import fill
from jumpkit.respond.truth import NO, YES, Truth, every, opposite, some, unknown

if TYPE_CHECKING:
    from jumpkit.respond.policy.document import Statement
    from jumpkit.respond.policy.request import Request


def applies(statement: Statement, version: str, request: Request) -> Truth:
    """Return whether a statement is about a call, principals aside; what is odd in it makes a yes unknown."""
    about = every([_action(statement, request), _resource(statement, version, request)])
    if about.value is False:
        return NO
    odd = [unknown(f"not understood: {each}") for each in statement.odd]
    return every([about, holds(statement.conditions, version, request), *odd])


def _action(statement: Statement, request: Request) -> Truth:
    if statement.actions is not None:
        return some(_one_action(each, request.action) for each in statement.actions)
    if statement.not_actions is not None:
        return opposite(some(_one_action(each, request.action) for each in statement.not_actions))
    return unknown("a statement without actions")


def _one_action(pattern: str, action: str) -> Truth:
    if pattern == "*" or ":" in pattern:
        return covers(pattern, action, fold=True)
    return unknown(f"the action {pattern[:60]} names no service")


def _resource(statement: Statement, version: str, request: Request) -> Truth:
    """Return whether the resource fits; trust policies have none and are about their role."""
    if statement.resources is not None:
        return some(_one_resource(each, version, request) for each in statement.resources)
    if statement.not_resources is not None:
        return opposite(some(_one_resource(each, version, request) for each in statement.not_resources))
    return YES if statement.principals or statement.not_principals else unknown("a statement without resources")


def _one_resource(pattern: str, version: str, request: Request) -> Truth:
    filled = fill(pattern, version, request)
    if filled.pattern is None:
        return NO
    if filled.doubt is not YES:
        apart = request.resource is not None and covers(filled.pattern, request.resource).value is False
        return NO if apart else filled.doubt
    if set(filled.pattern) == {"*"}:
        return YES
    if request.resource is None:
        return unknown("the call's resource is not known")
    return covers_arn(filled.pattern, request.resource)
