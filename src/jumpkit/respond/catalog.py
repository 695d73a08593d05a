"""Reads the catalogue of actions from its folder; the path is the id, nothing is listed anywhere."""

from __future__ import annotations

import functools
from importlib import import_module
from importlib.resources import files
from typing import Any

from jumpkit.kit.errors import NotFound
from jumpkit.model.action import Action

_PACKAGE = "jumpkit.respond.actions"


@functools.cache
def ids() -> tuple[str, ...]:
    """Return the ids of all actions, sorted: aws/disable_access_key."""
    clouds = [entry.name for entry in files(_PACKAGE).iterdir() if entry.is_dir() and not entry.name.startswith("_")]
    found = [
        f"{cloud}/{entry.name.removesuffix('.py')}"
        for cloud in clouds
        for entry in (files(_PACKAGE) / cloud).iterdir()
        if entry.name.endswith(".py") and not entry.name.startswith("_")
    ]
    return tuple(sorted(found))


def action(name: str) -> Action:
    """Return one action by its id.

    Raises:
        NotFound: the catalogue has none of that id.

    """
    if name not in ids():
        near = [each for each in ids() if name.rpartition("/")[2] in each][:8]
        hint = f"perhaps {', '.join(near)}" if near else "jumpkit actions list"
        raise NotFound(f"there is no action {name!r}", target=name, hint=hint)
    return _read(name)


def actions() -> list[Action]:
    """Return the whole catalogue, sorted by id."""
    return [_read(name) for name in ids()]


@functools.cache
def _read(name: str) -> Action:
    module: Any = import_module(f"{_PACKAGE}.{name.replace('/', '.')}")
    optional = ("apply", "undo", "undone", "refuses", "proves", "gather")
    given = {each: getattr(module, each, None) for each in optional}
    return Action(id=name, spec=module.SPEC, observe=module.observe, done=module.done, **given)
