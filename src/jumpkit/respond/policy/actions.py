"""Which IAM actions a call of the API asks for: by its own name, by the table where it differs, or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jumpkit.kit import strictyaml
from jumpkit.kit.errors import Unreadable

_FILE = ("permissions", "aws.yaml")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a call asks for.

    maybe: (action, on what it hangs): it does not show in the call. gap: why the answer is not known, else None.
    """

    actions: tuple[str, ...]
    maybe: tuple[tuple[str, str], ...]
    gap: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """What some calls of a service ask for beside or instead of others, and when."""

    service: str
    calls: frozenset[str]  # empty: all
    but: frozenset[str]
    when: str | None  # a parameter's path with dots
    holds: str | None
    hangs: str | None
    needs: tuple[str, ...]
    instead_of: frozenset[str]

    def about(self, service: str, operation: str) -> bool:
        """Return whether the rule is about an operation."""
        named = not self.calls or operation in self.calls
        return service == self.service and named and operation not in self.but


@dataclass(frozen=True, slots=True)
class Table:
    """The table as the package holds it."""

    services: Mapping[str, str]
    free: frozenset[tuple[str, str]]
    calls: Mapping[tuple[str, str], tuple[str, ...]]
    rules: tuple[Rule, ...]
    undocumented: frozenset[tuple[str, str]]
    verbs: frozenset[str]
    passed_to: Mapping[str, str]  # permission → the service that its call hands a role to
    marked: Mapping[str, frozenset[str]]  # function → permissions that hold for what carries our mark
    lookups: Mapping[str, tuple[str, ...]]  # kind of target → permissions that finding it takes


@cache
def table() -> Table:
    """Return the table of calls and the IAM actions that they ask for."""
    try:
        ((said, _, _),) = strictyaml.documents(files("jumpkit.content").joinpath(*_FILE).read_bytes())
        return Table(
            services=said["services"],
            free=frozenset(_pairs(said["free"])),
            calls={(one, call): tuple(needs) for one, calls in said["calls"].items() for call, needs in calls.items()},
            rules=tuple(_rule(each) for each in (*said["companions"], *said["instead"])),
            undocumented=frozenset(_pairs(said["undocumented"])),
            verbs=frozenset(said["verbs"]),
            passed_to=said["passed_to"],
            marked={function: frozenset(needs) for function, needs in said["marked"].items()},
            lookups={kind: tuple(needs) for kind, needs in said["lookups"].items()},
        )
    except (strictyaml.BadYaml, KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unreadable(f"the table of permissions cannot be understood: {error}", target="/".join(_FILE)) from error


def _pairs(said: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(service, call) for service, calls in said.items() for call in calls]


def _rule(said: dict[str, Any]) -> Rule:
    strange = sorted(set(said) - {"service", "calls", "not", "when", "holds", "hangs", "needs", "for"})
    if strange:
        raise ValueError(f"a rule of {said['service']} has {', '.join(strange)}")
    return Rule(
        service=said["service"],
        calls=frozenset(said.get("calls", ())),
        but=frozenset(said.get("not", ())),
        when=said.get("when"),
        holds=said.get("holds"),
        hangs=said.get("hangs"),
        needs=tuple(said["needs"]),
        instead_of=frozenset(said.get("for", ())),
    )


def wanted(service: str, operation: str, parameters: Mapping[str, Any] | None = None) -> Wanted:
    """Return what a call asks for, by botocore's names; without parameters, what hangs on them is maybe.

    >>> wanted("elbv2", "DeregisterTargets").actions, wanted("s3", "HeadObject", {"VersionId": "1"}).actions
    (('elasticloadbalancing:DeregisterTargets',), ('s3:GetObjectVersion',))
    """
    known = table()
    gap = _gap(known, service, operation)
    if gap:
        return Wanted((), (), gap)
    if (service, operation) in known.free:
        return Wanted((), (), None)
    prefix = known.services.get(service, service)
    actions = list(known.calls.get((service, operation), (f"{prefix}:{operation}",)))
    maybe: list[tuple[str, str]] = []
    for rule in known.rules:
        if rule.about(service, operation):
            _follow(rule, parameters, actions, maybe)
    certain = tuple(dict.fromkeys(actions))
    return Wanted(certain, tuple(dict.fromkeys(each for each in maybe if each[0] not in certain)), None)


def _gap(known: Table, service: str, operation: str) -> str | None:
    if service in known.verbs:
        return f"{service} asks for methods on paths, which are not told from a call's name"
    if (service, operation) in known.undocumented:
        return f"no IAM action is documented for {service} {operation}"
    return None


def _follow(rule: Rule, parameters: Mapping[str, Any] | None, actions: list[str], maybe: list[tuple[str, str]]) -> None:
    """Add what a rule asks for: plainly where its parameter is there, maybe where that does not show."""
    if rule.hangs or (rule.when and parameters is None):
        because = rule.hangs or f"{rule.when} is given"
        maybe += [(action, because) for action in rule.needs]
    elif rule.when is None or any(_holds(rule, value) for value in _values(parameters, rule.when.split("."))):
        actions[:] = [each for each in actions if each not in rule.instead_of]
        actions += rule.needs


def _holds(rule: Rule, value: Any) -> bool:
    return value not in (None, False) if rule.holds is None else isinstance(value, str) and rule.holds in value


def _values(body: Any, path: list[str]) -> list[Any]:
    """Return what stands at a path, in every element of the lists on the way."""
    if isinstance(body, list | tuple):
        return [found for each in body for found in _values(each, path)]
    if not path:
        return [body]
    if not isinstance(body, Mapping) or path[0] not in body:
        return []
    return _values(body[path[0]], path[1:])
