"""What changed between two syncs, member by member; what one of them did not read is not compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.prepare.inventory.words import without

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from jumpkit.prepare.inventory.kinds import Kind

_MOST = 100  # members of one thing that are told apart

Field = dict[str, Any]


def fields(kind: Kind | None, was: Mapping[str, Any], now: Mapping[str, Any], unread: Collection[str]) -> list[Field]:
    """Return the members that differ, with both values; what changes by itself and what was not read is left out.

    >>> fields(None, {"State": {"Name": "running"}}, {"State": {"Name": "stopped"}}, ())
    [{'field': 'State.Name', 'was': 'running', 'now': 'stopped'}]
    """
    spared = kind.volatile if kind else ()
    found = list(_differ("", without(dict(was), spared), without(dict(now), spared)))
    found = [each for each in found if not _spared(each["field"], unread)]
    return found[:_MOST]


def _differ(path: str, was: Any, now: Any) -> Iterator[Field]:
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted(was.keys() | now.keys()):
            yield from _differ(f"{path}.{name}" if path else name, was.get(name), now.get(name))
    elif was != now:
        yield {"field": path, "was": was, "now": now}


def _spared(path: str, spared: Collection[str]) -> bool:
    return any(path == each or path.startswith(f"{each}.") for each in spared)
