"""The functions of response that get a role of their own, and which actions each may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.policy.actions import table
from jumpkit.respond.triggers.find import GATE, READS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.model.action import Action, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """What a role is for: the verbs of its actions (none: to look, for all of them), and its longest session (s)."""

    name: str
    about: str
    verbs: tuple[str, ...]
    longest: int = 3600
    mfa: bool = False  # who takes it on must have used a second factor


_ALL = (
    Function(name="triage-read", about="Looks at all that a response may touch, and changes nothing.", verbs=()),
    Function(name="collect", about="Gathers evidence.", verbs=("collect",), longest=14_400),
    Function(name="contain", about="Protects evidence and contains.", verbs=("contain", "guard")),
    Function(name="eradicate", about="Removes what an intruder left.", verbs=("eradicate",), mfa=True),
    Function(name="recover", about="Brings back what was lost.", verbs=("recover",)),
    Function(
        name="break-glass",
        about="Everything, where the other roles cannot be had.",
        verbs=("collect", "contain", "guard", "eradicate", "recover"),
        mfa=True,
    ),
)
FUNCTIONS = {each.name: each for each in _ALL}


@dataclass(frozen=True, slots=True)
class Need:
    """A permission with what an action wants it for; `beside`: the action's other permissions; `changes`: it writes."""

    permission: str
    action: str
    beside: frozenset[str]
    changes: bool


def needs(function: Function, catalog: Iterable[Action], reads: Iterable[str]) -> list[Need]:
    """Return what a function needs, in order of permissions; `reads`: what looking at the estate takes besides."""
    found = []
    for each in catalog:
        if not function.verbs or each.spec.verb in function.verbs:
            found += _of(each.id, each.spec, changes=bool(function.verbs))
    if not function.verbs:
        found += [Need(each, "inventory", frozenset(), changes=False) for each in reads]
    return sorted(found, key=lambda need: (need.permission, need.action))


def _of(name: str, spec: Spec, *, changes: bool) -> list[Need]:
    beside = frozenset((*spec.reads, *spec.writes))
    looked = (*spec.reads, *table().lookups.get(spec.target, ()))
    looked = (*looked, *(each for each in READS if GATE in spec.needs_first and each not in looked))
    found = [Need(each, name, beside, changes=False) for each in looked]
    return found + [Need(each, name, beside, changes=True) for each in spec.writes if changes]
