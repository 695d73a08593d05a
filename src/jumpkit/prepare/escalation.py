"""Who is told when nobody answers: a policy unrolled in time, and each of its steps resolved to people; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jumpkit.kit.errors import NotFound
from jumpkit.prepare.contacts import open_now
from jumpkit.prepare.oncall import on_call
from jumpkit.prepare.paths import providers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.escalation import Policy, Step
    from jumpkit.model.people import Way
    from jumpkit.prepare.directory import Directory

Usable = Callable[["Way"], bool]


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of a chain, so many minutes after its start; `turn` counts how often it came already."""

    policy: str
    step: int  # from 1
    turn: int
    after: int
    what: Step


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a step reaches at a moment, and by which way; without one, why not."""

    contact: str | None
    name: str | None
    way: str | None  # kind and address
    channel: str | None  # of config.toml; None: somebody does it by hand
    because: str | None = None


def policy_of(directory: Directory, named: str) -> tuple[str, Policy]:
    """Return a policy by its name, in whatever letter case.

    Raises:
        NotFound: there is none.

    """
    name = named.lower()
    if name not in directory.escalation:
        there = ", ".join(sorted(directory.escalation))
        hint = f"there are: {there}" if there else "jumpkit contact import FILE"
        raise NotFound(f"there is no escalation policy {named!r}", target=named, hint=hint)
    return name, directory.escalation[name]


def links(directory: Directory, name: str) -> list[str]:
    """Return the policies that follow each other from this one on; one that comes twice, a loop, ends the list."""
    found: list[str] = []
    ahead: str | None = name
    while ahead is not None and ahead in directory.escalation:
        found.append(ahead)
        if ahead in found[:-1]:
            break
        ahead = directory.escalation[ahead].then
    return found


def unrolled(directory: Directory, name: str, until: int) -> Iterator[Planned]:
    """Yield the steps up to `until` minutes after the start; a step that repeats comes again and again."""
    offset = 0
    for link in dict.fromkeys(links(directory, name)):
        policy = directory.escalation[link]
        last = offset
        for number, step in enumerate(policy.steps, 1):
            last = offset + step.after
            if last <= until:
                yield Planned(link, number, 0, last, step)
        if policy.then is None and policy.repeat and policy.steps:
            yield from _repeated(Planned(link, len(policy.steps), 0, last, policy.steps[-1]), policy.repeat, until)
        offset = last + (policy.then_after or 0)


def _repeated(last: Planned, every: int, until: int) -> Iterator[Planned]:
    for turn in range(1, max(0, until - last.after) // every + 1):
        yield Planned(last.policy, last.step, turn, last.after + turn * every, last.what)


def target_of(directory: Directory, policy: Policy, step: Step, at: datetime, usable: Usable) -> Target:
    """Return whom a step reaches at a moment, by the first way that may be used."""
    if step.path is not None:
        return _path(directory, policy, step.path)
    if step.rota is not None:
        rota = directory.rotas.get(step.rota)
        people = on_call(rota, at) if rota else ()
        if len(people) != 1:
            why = f"{' and '.join(people)} are on call at once" if people else "nobody is on call"
            if not people:
                return Target(None, None, None, None, f"{why} in {step.rota}")
        return _person(directory, people[0], step, at, usable)
    if step.contact is None:
        return Target(None, None, None, None, "the step names nobody")
    return _person(directory, step.contact, step, at, usable)


def _path(directory: Directory, policy: Policy, path: str) -> Target:
    known = providers_of(directory, policy.provider)[0].paths if policy.provider else {}
    if path not in known:
        return Target(None, None, None, None, f"there is no path {path}")
    return Target(None, f"{policy.provider} by {path}", f"{known[path][0].kind} {known[path][0].reach}", None)


def _person(directory: Directory, name: str, step: Step, at: datetime, usable: Usable) -> Target:
    contact = directory.contacts.get(name)
    if contact is None:
        return Target(name, None, None, None, f"there is no contact {name}")
    instead = directory.contacts.get(contact.deputy) if contact.deputy else None
    if open_now(contact, at) is False and instead is not None and open_now(instead, at) is not False:
        name, contact = str(contact.deputy), instead
    ways = [way for way in contact.channels if step.by in {None, way.kind}] or list(contact.channels)
    ways = sorted((way for way in ways if usable(way)), key=lambda way: way.via is None and step.by is None)
    if not ways:
        return Target(name, contact.name, None, None, f"{contact.name} has no way that may be used")
    return Target(name, contact.name, f"{ways[0].kind} {ways[0].address}", ways[0].via)


def simulated(directory: Directory, name: str, start: datetime, until: int) -> list[dict[str, object]]:
    """Return the chain with times and people, as if nobody answered within `until` minutes."""
    rows: list[dict[str, object]] = []
    for planned in unrolled(directory, name, until):
        at = start + timedelta(minutes=planned.after)
        policy = directory.escalation[planned.policy]
        target = target_of(directory, policy, planned.what, at, lambda way: True)  # noqa: ARG005 - every way counts here
        rows.append({"planned": planned, "at": at, "target": target})
    return rows
