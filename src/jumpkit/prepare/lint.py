"""What is wrong with escalation policies: dead ends, loops, people and paths that nobody knows, empty hours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jumpkit.prepare.escalation import links
from jumpkit.prepare.oncall import gaps
from jumpkit.prepare.paths import providers_of, shipped

if TYPE_CHECKING:
    from jumpkit.model.escalation import Policy, Step
    from jumpkit.prepare.directory import Directory

GRAVE = ("critical", "high")  # severities that wake someone
_AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Outside:
    """What the lint needs to know of others: kinds of moments, and the channels of messages that reach only us."""

    moments: Collection[str]
    channels: Collection[str]
    ours: Collection[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a policy."""

    policy: str
    step: int | None
    kind: str
    because: str


def lint(directory: Directory, now: datetime, outside: Outside) -> list[Fault]:
    """Return everything that is wrong, sorted by policy and step."""
    found = list(_covered(directory))
    for name, policy in directory.escalation.items():
        found += _ends(directory, name, policy)
        found += _names(directory, name, policy, outside)
        found += _order(name, policy)
        for number, step in enumerate(policy.steps, 1):
            for kind, because in _step(directory, policy, step, (now, outside)):
                found.append(Fault(name, number, kind, because))
    return sorted(set(found), key=lambda each: (each.policy, each.step or 0, each.kind, each.because))


def _covered(directory: Directory) -> Iterator[Fault]:
    """Yield severities that no policy, or more than one, is for."""
    for severity in GRAVE:
        named = [name for name, each in directory.escalation.items() if severity in each.severities]
        own = [name for name in named if directory.escalation[name].provider is None]
        if not own:
            yield Fault("", None, "uncovered", f"no policy is for {severity} severity")
        elif len(own) > 1:
            yield Fault(own[0], None, "ambiguous", f"{' and '.join(own)} are for {severity} severity at once")


def _ends(directory: Directory, name: str, policy: Policy) -> Iterator[Fault]:
    if not policy.steps:
        yield Fault(name, None, "dead_end", "it has no step: nobody is told")
    chain = links(directory, name)
    if len(set(chain)) < len(chain):
        yield Fault(name, None, "loop", f"it comes back to itself: {' → '.join(chain)}; `repeat` says that on purpose")
    elif directory.escalation[chain[-1]].then is not None:
        yield Fault(chain[-1], None, "unknown_policy", f"there is no policy {directory.escalation[chain[-1]].then}")
    elif directory.escalation[chain[-1]].repeat is None:
        because = "if nobody answers its last step, nobody else is told: repeat: MINUTES, or then: POLICY"
        yield Fault(chain[-1], len(directory.escalation[chain[-1]].steps) or None, "dead_end", because)
    yield from _alone(directory, name, chain)


def _alone(directory: Directory, name: str, chain: list[str]) -> Iterator[Fault]:
    """Yield where a chain never starts, or where all of it, however long, reaches one and the same person."""
    policy = directory.escalation[name]
    if not policy.severities and policy.provider is None:
        if all(each.then != name for each in directory.escalation.values()):
            yield Fault(name, None, "never_starts", "it is for no severity and no provider, and follows no other")
        return
    steps = [step for link in chain for step in directory.escalation[link].steps]
    if steps and all(step.contact for step in steps) and len({step.contact for step in steps}) == 1:
        yield Fault(name, None, "one_person", f"every step of the chain is {steps[0].contact}")


def _names(directory: Directory, name: str, policy: Policy, outside: Outside) -> Iterator[Fault]:
    for kind in (*policy.starts, policy.stops):
        if kind not in outside.moments:
            yield Fault(name, None, "unknown_moment", f"there is no moment {kind}")
    if policy.provider and policy.provider not in {*directory.providers, *shipped()}:
        yield Fault(name, None, "unknown_provider", f"there is no provider {policy.provider}")


def _order(name: str, policy: Policy) -> Iterator[Fault]:
    if policy.then and policy.repeat:
        yield Fault(name, None, "ambiguous", "it repeats its last step and goes on to another policy; only one can be")
    for number, (one, two) in enumerate(zip(policy.steps, policy.steps[1:], strict=False), 2):
        if two.after < one.after:
            yield Fault(name, number, "not_in_order", f"it comes {two.after} minutes after the start, before the last")


Found = Iterator[tuple[str, str]]


def _step(directory: Directory, policy: Policy, step: Step, seen: tuple[datetime, Outside]) -> Found:
    now, outside = seen
    named = [each for each in (step.contact, step.rota, step.path) if each is not None]
    if len(named) != 1:
        yield "no_target", "a step names one of contact, rota, path"
    if step.contact is not None:
        yield from _contact(directory, step.contact, step, (policy, outside))
    if step.rota is not None:
        yield from _rota(directory, step.rota, now)
        rota = directory.rotas.get(step.rota)
        for person in sorted({person for layer in rota.layers for person in layer.people} if rota else ()):
            yield from _contact(directory, person, step, (policy, outside))
    if step.path is not None:
        yield from _path(directory, policy, step.path)


def _rota(directory: Directory, name: str, now: datetime) -> Found:
    if name not in directory.rotas:
        yield "unknown_rota", f"there is no rota {name}"
        return
    holes = gaps(directory.rotas[name], now, now + _AHEAD)
    if holes:
        yield "dead_end", f"nobody is on call in {name} from {holes[0].start.isoformat()}; {len(holes)} gaps in 90 days"


def _contact(directory: Directory, name: str, step: Step, seen: tuple[Policy, Outside]) -> Found:
    contact = directory.contacts.get(name)
    if contact is None:
        yield "unknown_contact", f"there is no contact {name}"
        return
    ways = [way for way in contact.channels if step.by in {None, way.kind}]
    if not ways:
        yield "dead_end", f"{name} has no {step.by or 'channel'}"
    if contact.hours is None:
        yield "hours_unknown", f"nobody wrote down when {name} can be reached"
    elif contact.hours != "always" and contact.deputy not in directory.contacts:
        yield "dead_end", f"{name} keeps hours, and outside them nobody stands in"
    for via in sorted({way.via for way in ways if way.via}):
        yield from _channel(via, seen)


def _channel(via: str, seen: tuple[Policy, Outside]) -> Found:
    policy, outside = seen
    if via not in outside.channels:
        yield "unknown_channel", f"config.toml has no channel {via}"
    elif policy.pre_approved and via not in outside.ours:
        yield "not_ours", f"{via} is not said to reach our own people only: what goes there is approved each time"


def _path(directory: Directory, policy: Policy, path: str) -> Found:
    if policy.provider is None:
        yield "unknown_path", "the policy names no provider"
    elif policy.provider in {*directory.providers, *shipped()}:
        known: Callable[[str], bool] = providers_of(directory, policy.provider)[0].paths.__contains__
        if not known(path):
            yield "unknown_path", f"{policy.provider} has no path {path}"
