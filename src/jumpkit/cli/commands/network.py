"""What flow records say: beacons, scans, egress, moves between machines; whether isolation held; what is new."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jumpkit.cli.options import Shared, shared_options

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk

_SHOWN = 20  # items for a person


@click.command("network", help=__doc__)
@click.argument("case", required=False)
@click.option(
    "--isolation", "resource", metavar="RESOURCE", help="What crossed it: interface, instance, subnet, address."
)
@click.option("--since", metavar="TIME", help="With --isolation: from when on it was to be alone (RFC 3339).")
@click.option("--against", "older", metavar="CASE", help="What is new against an older case.")
@click.option(
    "--kind", multiple=True, help="Only items of this kind: contact, egress, beacon, lateral, inbound, scan …"
)
@click.option("--all", "every", is_flag=True, help="Show every item.")
@click.option(
    "--estate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The estate file (networks)."
)
@shared_options
def command(shared: Shared, case: str | None, *, kind: tuple[str, ...], every: bool, **said: Any) -> int:
    """Tell what flow records say."""
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        answer = _asked(desk, case, **said)
    if kind:
        left = [item for item in answer["items"] if item["kind"] not in kind]
        answer["items"] = [item for item in answer["items"] if item["kind"] in kind]
        if left:
            because = f"{len(left):,} items are of other kinds than asked for"
            answer["limits"].append({"what": "other kinds", "because": because})
    if shared.as_json:
        emit_json(answer)
    else:
        _tell(answer, every=every)
    return _code(answer)


def _asked(desk: Desk, case: str | None, **said: Any) -> dict[str, Any]:
    from jumpkit.app.network import compared, isolated, network
    from jumpkit.cli.times import moment_of

    if said["resource"] and said["older"]:
        raise click.UsageError("ask one thing: --isolation or --against")
    if said["since"] and not said["resource"]:
        raise click.UsageError("--since goes with --isolation")
    if said["resource"]:
        return isolated(desk, case, said["resource"], moment_of(said["since"]), estate=said["estate"])
    if said["older"]:
        return compared(desk, case, said["older"], estate=said["estate"])
    return network(desk, case, estate=said["estate"])


def _code(answer: dict[str, Any]) -> int:
    """Return 1 where isolation is not known to have held, or what is usual is not known."""
    if "isolation" in answer:
        return 0 if answer["isolation"]["held"] == "yes" else 1
    if "baseline" in answer:
        return 0 if answer["baseline"]["usable"] else 1
    return 0


def _tell(answer: dict[str, Any], *, every: bool) -> None:
    from jumpkit.cli.output import line, table
    from jumpkit.cli.telling import tell_limits

    _head(answer)
    shown = answer["items"] if every else answer["items"][:_SHOWN]
    if shown:
        table(
            ("kind", "state", "asset", "peers", "ports", "out", "in", "first", "last"),
            [_cells(item) for item in shown],
        )
    else:
        line("Flow records are there, and nothing in them meets the measures that the limits name.")
    if len(shown) < len(answer["items"]):
        line(f"{len(answer['items']) - len(shown):,} more are not shown: --all, --kind, or --json")
    line()
    for item in shown:
        line(f"{item['kind']} {item['state']}: {item['why']}")
        if item["findings"]:
            line(f"  findings: {', '.join(item['findings'][:5])}" + _more(len(item["findings"]) - 5))
        if item["events"]:
            line(f"  jumpkit show {item['events'][0]}" + _more(len(item["events"]) - 1 + item["more"]))
    tell_limits(answer["limits"])


def _head(answer: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    if "isolation" in answer:
        told = answer["isolation"]
        line(f"{answer['case']}: did the isolation of {told['resource']} hold? {told['held'].upper()}")
        line(f"  {told['why']}")
        if told["since"]:
            line(f"  from {told['since']} ({told['basis']}) to {told['until']}")
            named = ", ".join(told["interfaces"]) or "none known"
            line(f"  interfaces: {named}; addresses: {', '.join(told['addresses'])}")
    elif "baseline" in answer:
        told = answer["baseline"]
        line(f"{answer['case']} against {told['case']}")
        if told["why"]:
            line(f"  not usable: {told['why']}")
        if "records" in told:
            line(f"  {told['records']:,} records, {told['from']} to {told['to']}, confidence {told['confidence']}")
    else:
        line(f"{answer['case']}: what flow records say")
    line()


def _cells(item: dict[str, Any]) -> list[object]:
    asset = item["asset"] or {}
    name = asset.get("instance") or ", ".join(asset.get("addresses", ())) or asset.get("interface") or "-"
    peers = item["peers"]
    return [
        item["kind"],
        item["state"],
        name,
        (peers[0] if peers else "-") + _more(len(peers) - 1 + item["more_peers"]),
        (item["ports"][0] if item["ports"] else "-") + _more(len(item["ports"]) - 1 + item["more_ports"]),
        f"{item['bytes']['sent']:,}",
        f"{item['bytes']['received']:,}",
        item["first"] or "-",
        item["last"] or "-",
    ]


def _more(number: int) -> str:
    return f" and {number:,} more" if number > 0 else ""
