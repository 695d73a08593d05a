"""The catalogue as people and scripts see it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from jumpkit.respond.catalog import action, actions
from jumpkit.respond.lint import problems

if TYPE_CHECKING:
    from jumpkit.model.action import Action, Json


def listed(verb: str | None = None, target: str | None = None) -> Json:
    """Return the catalogue, sorted by id, or the part of it that a verb or a kind of target chooses."""
    chosen = [each for each in actions() if verb in {None, each.spec.verb} and target in {None, each.spec.target}]
    return {"schema": "actions/1", "actions": [_row(each) for each in chosen]}


def shown(name: str) -> Json:
    """Return one action whole.

    Raises:
        NotFound: the catalogue has none of that id.

    """
    chosen = action(name)
    told = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(chosen.spec).items()}
    return {"schema": "action/1", **told, **_row(chosen)}


def linted() -> Json:
    """Return what is wrong with the catalogue."""
    found = [{"action": each.id, "problem": said} for each in actions() for said in problems(each)]
    return {"schema": "actions-lint/1", "checked": len(actions()), "problems": found}


def _row(each: Action) -> Json:
    spec = each.spec
    return {
        "action": each.id,
        "title": spec.title,
        "provider": each.id.partition("/")[0],
        "verb": spec.verb,
        "target": spec.target,
        "danger": spec.danger,
        "reversible": each.undo is not None,
        "proof": [asdict(one) for one in spec.proof],
    }
