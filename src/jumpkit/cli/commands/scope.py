"""Show how far an intruder got: what is confirmed, suspected, cleared and unknown, and what following stopped at."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_ROWS = {"confirmed": 8, "suspected": 8, "unknown": 5, "cleared": 0}  # of each kind
_ALIKE = 40


@click.command("scope", help=__doc__)
@click.argument("case", required=False)
@click.option("--seed", "seeds", multiple=True, metavar="KIND:VALUE", help="Begin here instead of at the findings.")
@click.option("--like", metavar="RESOURCE", help="Rank what is exposed as this resource is, instead.")
@click.option("--estate", type=click.Path(path_type=Path), help="What the client says is its own (docs/start.md).")
@shared_options
def command(shared: Shared, case: str | None, seeds: tuple[str, ...], like: str | None, estate: Path | None) -> int:
    """Show how far an intruder got."""
    from jumpkit.app.scope import alike, scope
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json
    from jumpkit.cli.telling import tell_limits

    with reading(opening(shared)) as desk:
        found = alike(desk, case, like) if like else scope(desk, case, seeds=seeds, estate=estate)
    if shared.as_json:
        emit_json(found)
        return 0
    if like:
        _alike(found)
    else:
        _states(found)
    tell_limits(found["limits"])
    return 0


def _states(found: dict[str, Any]) -> None:
    """Tell the items by state, those that matter one by one."""
    from jumpkit.cli.output import line

    window = found["window"]
    if window is not None:
        line(f"{len(found['seeds'])} seeds; the intruder's calls are from {window['first']} to {window['last']}")
    elif not found["items"]:
        line(f"UNKNOWN: {found['limits'][0]['because']}")
        return
    for state, shown in _ROWS.items():
        items = [item for item in found["items"] if item["state"] == state]
        kinds = Counter(item["kind"] for item in items)
        ranked = sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
        line()
        line(f"{state.upper()} {len(items)}{': ' if ranked else ''}{', '.join(f'{n} {kind}' for kind, n in ranked)}")
        told: Counter[str] = Counter()
        for item in items:
            told[item["kind"]] += 1
            if told[item["kind"]] <= shown:
                line(f"  {item['kind']} {item['name'] or item['uid']}: {item['why']}")
        left = sum(max(0, count - shown) for count in kinds.values())
        if left:
            line(f"  {left} {'more ' if shown else ''}with --json, each with its events and the way to it")


def _alike(found: dict[str, Any]) -> None:
    """Tell what is exposed alike, the likest first."""
    from jumpkit.cli.output import line

    features = found["features"]
    line(f"{found['resource']}: {', '.join(f'{name} {value}' for name, value in features) or 'no feature is known'}")
    for item in found["items"][:_ALIKE]:
        same = ", ".join(f"{each['feature']} {each['value']}" for each in item["matched"])
        line(f"  {item['name']}: {len(item['matched'])} of {item['of']}: {same}")
