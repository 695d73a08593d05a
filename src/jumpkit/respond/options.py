"""Choices that a responder has about a suspect, from the recipe of its kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import BadUsage
from jumpkit.model.action import DANGERS
from jumpkit.respond.catalog import action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.model.action import Cloud, Json, Target
    from jumpkit.respond.plans import Wanted

_PACKAGE = "jumpkit.respond.recipes.aws"


@dataclass(frozen=True, slots=True)
class Option:
    """A question that a person answers with yes or no, and the steps that a yes means."""

    name: str
    question: str
    gains: str  # what it stops or saves
    costs: str  # what it breaks or loses
    steps: Sequence[Wanted]
    default: bool = True


@dataclass(frozen=True, slots=True)
class Advice:
    """What can be done about a suspect, and what could not be told."""

    gather: Sequence[Wanted]  # reads only: done before anything is asked
    options: Sequence[Option]
    limits: Sequence[str] = field(default_factory=tuple)


def kinds() -> list[str]:
    """Return the kinds of things that there is a recipe for, by name."""
    names = sorted(each.name for each in files(_PACKAGE).iterdir() if each.name.endswith(".py"))
    return [name.removesuffix(".py") for name in names if not name.startswith("_")]


def advise(cloud: Cloud, target: Target, known: Mapping[str, Any]) -> Advice:
    """Return what can be done about a suspect that the provider knows; `known` is what an alert said beside it.

    Raises:
        BadUsage: there is no recipe for this kind of thing.
        NotFound: the provider does not know it.

    """
    if target.kind not in kinds():
        hint = f"kinds: {', '.join(kinds())}"
        raise BadUsage(f"there is no recipe for a {target.kind}", target=target.uid, hint=hint)
    found: Advice = import_module(f"{_PACKAGE}.{target.kind}").advise(cloud, target, known)
    return found


def told(option: Option) -> Json:
    """Return an option as the promised object: question, gain, cost, danger, reversible, steps."""
    specs = [action(each.action) for each in option.steps]
    worst = max((each.spec.danger for each in specs), key=DANGERS.index, default="none")
    return {
        "option": option.name,
        "question": option.question,
        "gains": option.gains,
        "costs": option.costs,
        "default": option.default,
        "danger": worst,
        "reversible": all(each.undo is not None or each.spec.verb == "collect" for each in specs),
        "steps": [{"action": each.action, "target": each.target.uid} for each in option.steps],
    }
