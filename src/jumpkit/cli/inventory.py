"""What the commands on the inventory share: how they say what is unknown and who is uncovered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SHOWN = 40


def tell_unknown(told: Mapping[str, Any]) -> None:
    """Say which accounts are uncovered and which parts are unknown, equal refusals once."""
    from jumpkit.cli.output import line  # noqa: PLC0415 - loaded when a command runs

    for each in told["uncovered"]:
        name = f" ({each['name']})" if each["name"] else ""
        line(f"UNCOVERED  {each['account']}{name}: {each['because']['code']}: {each['because']['because']}")
    same: dict[tuple[Any, ...], list[str]] = {}
    for gap in told["unknown"]:
        key = gap["account"], gap["kind"], gap["field"], gap["call"], gap["code"], gap["lacks"]
        same.setdefault(key, []).append(gap["region"] or "global")
    for (account, kind, field, call, code, lacks), places in list(same.items())[:_SHOWN]:
        where = places[0] if len(places) == 1 else f"{len(places)} regions"
        what = f"{kind}.{field}" if field else kind
        needs = f"; needs {lacks}" if lacks else ""
        line(f"unknown    {account} {where} {what}: {call} said {code}{needs}")
    more = len(same) - _SHOWN + told.get("more_unknown", 0)
    if more > 0:
        line(f"           … and {more:,} more (--json)")


def tell_limits(limits: Sequence[Mapping[str, Any]]) -> None:
    """Say which lists an answer lacks, equal reasons once."""
    from jumpkit.cli.output import line  # noqa: PLC0415 - loaded when a command runs

    for text in limit_lines(limits):
        line(text)


def limit_lines(limits: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each account, kind and reason, with the number of regions."""
    from jumpkit.kit.text import shown  # noqa: PLC0415 - as above

    same: dict[tuple[Any, ...], list[str]] = {}
    for each in limits:
        same.setdefault((each["account"], each["kind"], each["because"]), []).append(each["region"] or "all regions")
    found = [
        shown(f"not known  {account} {places[0] if len(places) == 1 else f'{len(places)} regions'} {kind}: {because}")
        for (account, kind, because), places in same.items()
    ]
    more = [f"           … and {len(found) - _SHOWN:,} more (--json)"] if len(found) > _SHOWN else []
    return found[:_SHOWN] + more
