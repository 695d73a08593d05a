"""How answers about a case are told to a person: figures with their unknowns, and limits at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.cli.output import line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def figure(item: Mapping[str, Any], name: str) -> str:
    """Return a figure of an item, `unknown` where it is null, and with a plus where it is a floor.

    >>> figure({"reads": 1200}, "reads"), figure({"bytes": None}, "bytes")
    ('1,200', 'unknown')
    """
    value = item.get(name)
    if value is None:
        return "unknown"
    return f"{value:,}" + ("+" if item.get("at_least") and value else "")


def tell_limits(limits: Iterable[Mapping[str, str]]) -> None:
    """Print what an answer cannot say."""
    told = list(limits)
    if told:
        line()
        line("What this answer cannot say:")
    for each in told:
        line(f"  {each['what']}: {each['because']}")
