"""Tell who reaches whom in the estate as a sync found it: one question, all around an asset, or what changed."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("reach", help=__doc__)
@click.argument("asset")
@click.option("--to", "target", help="Can it reach this? An instance, interface, address, or `internet`.")
@click.option("--from", "source", help="Can this reach it? An instance, interface, or `internet`.")
@click.option("--protocol", default="tcp", show_default=True, help="tcp, udp, icmp, icmpv6 or a number.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port that is asked for.")
@click.option("--before", help="What changed since this sync?")
@click.option("--sync", help="In this sync instead of the last.")
@shared_options
def command(shared: Shared, **said: Any) -> int:
    """Tell who reaches whom."""
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json
    from jumpkit.kit.errors import BadUsage

    if sum(said[each] is not None for each in ("target", "source", "before")) > 1:
        raise BadUsage("one question at a time: --to, --from or --before")
    with reading(opening(shared)) as desk:
        told = _asked(desk, **said)
    if shared.as_json:
        emit_json(told)
    else:
        _tell(told)
    return int(bool(told["not_read"]))


def _asked(desk: Any, asset: str, *, target: str | None, source: str | None, before: str | None, **more: Any) -> Any:
    from jumpkit.app.reaching import Question, changed, reached, surroundings

    if target or source:
        question = Question(source or asset, target or asset, more["protocol"], more["port"])
        return reached(desk, question, more["sync"])
    return changed(desk, asset, before, more["sync"]) if before else surroundings(desk, asset, more["sync"])


def _tell(told: dict[str, Any]) -> None:
    from jumpkit.cli.inventory import tell_limits
    from jumpkit.cli.output import line

    {"reach/1": _one, "reach-around/1": _around, "reach-change/1": _change}[told["schema"]](told)
    line()
    for each in told["limits"]:
        line(f"- {each}")
    tell_limits(told["not_read"])


def _one(told: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    line(f"{told['source']} to {told['target']}, {told['flow']}: {told['reaches']}")
    line(told["because"])
    for way in told["ways"]:
        line()
        line(f"{way['from']} → {way['to']}: {way['open']}")
        table(("passes", "at", "because"), [(hop["passes"], hop["at"], hop["because"]) for hop in way["hops"]])


def _around(told: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    for name, title in (("in", "What can begin a flow with it"), ("out", "What it can begin a flow with")):
        line(f"{title}, as far as its own side decides:")
        table(
            ("interface", "flow and peers", "internet"),
            [(i["interface"], i["door"], i["internet"]) for i in told[name]],
        )
        line(f"Interfaces that were read, both sides regarded ({name}):")
        rows = [(each["interface"], each["ports"], each["reaches"]) for each in told[f"neighbors_{name}"]]
        table(("interface", "ports", "reaches"), rows)
    if told["balancers"] is None:
        line("Load balancers or their targets were not read.")
    for each in told["balancers"] or ():
        line(f"{each['balancer']} hands {each['listens']} on to {each['hands_to']}: {each['hands_on']}")
    _exits(told)


def _change(told: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    for name in ("closed", "opened", "still"):
        line(f"{name}:")
        for each in told[name]:
            line(f"  {each}")
    line("May go on, where it was open:")
    rows = [
        (each["interface"], each["direction"], each["ports"], each["peers"], each["until"])
        for each in told["lingering"]
    ]
    table(("interface", "way", "ports", "peers", "until"), rows)
    _exits(told)
    line(f"Nothing new can begin: {told['shut']}. Alone: {told['alone']}. {'; '.join(told['why'])}")


def _exits(told: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    line("Ways out that are open, or not known to be shut:")
    table(("open", "kind", "to", "because"), [(i["open"], i["kind"], i["to"], i["because"]) for i in told["exits"]])
