"""What stands beside events on the axis: gaps, marks, who was seen when, flows, notes; phases and pivots."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.axis.rows import Row, row
from jumpkit.investigate.axis.stretches import stretches
from jumpkit.investigate.titles import TACTICS
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumpkit.model.finding import Finding, Picture

_TOP = 5
_TELLING = {"principal": "principal", "ip": "address", "resource": "resource"}


def gaps(picture: Picture) -> Iterator[Row]:
    """Yield a row for each stretch that the logs cannot show, and for each change of what they hold."""
    for kind, since, spot, told in stretches(picture):
        yield row(kind, since, **told, why=spot.kind.replace("_", " "))


def context(picture: Picture) -> Iterator[Row]:
    """Yield when the principals of findings, and those behind them, were first and last seen."""
    concerned = {uid for finding in picture.findings for uid in (finding.principal.uid, finding.origin.uid)}
    for principal in picture.principals:
        if principal["uid"] in concerned:
            named = {"uid": principal["uid"], "name": principal["name"], "session": None}
            name = principal["name"] or principal["uid"]
            yield row("context", str(principal["first"]), principal=named, text=f"{name} is seen for the first time")
            yield row("context", str(principal["last"]), principal=named, text=f"{name} is seen for the last time")


def flows(items: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """Yield a row for each thing that flow records show."""
    for item in items:
        if item["first"] is None or item["kind"] == "coverage":
            continue
        asset = item["asset"] or {}
        names = [*item["peers"], *asset.get("addresses", ()), asset.get("instance"), asset.get("interface")]
        yield row(
            "network",
            item["first"],
            until=item["last"],
            source="aws/vpcflow",
            state=item["state"],
            why=item["kind"],
            address=(asset.get("addresses") or [None])[0],
            peer=(item["peers"] or [None])[0],
            resource=asset.get("instance") or asset.get("interface"),
            findings=item["findings"],
            events=item["events"],
            more=item["more"],
            text=item["why"],
            names=[name for name in names if name],
        )


def stated(said: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """Yield what people entered: notes at the time of writing, moments of the case at theirs."""
    for each in said:
        yield row(each["kind"], each["time"], text=each["text"], why=each["why"], precision="as entered")


def phases(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return each tactic of findings with its time, techniques and figures, in the order in which they began."""
    found = []
    order = {tactic: place for place, tactic in enumerate(TACTICS)}
    for tactic in sorted({tactic for finding in findings for tactic in finding.tactics}):
        inside = [finding for finding in findings if tactic in finding.tactics]
        found.append(
            {
                "tactic": tactic,
                "first": stamp(min(finding.first for finding in inside)),
                "last": stamp(max(finding.last for finding in inside)),
                "findings": [finding.finding for finding in inside],
                "techniques": sorted({technique for finding in inside for technique in finding.attack}),
                "events": sum(finding.events for finding in inside),
            }
        )
    return sorted(found, key=lambda phase: (phase["first"], order.get(phase["tactic"], len(order))))


def pivots(case: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what appears in most rows, each with the command that shows all about it."""
    counted: dict[str, Counter[str]] = {flag: Counter() for flag in _TELLING}
    for each in rows:
        for flag, key in _TELLING.items():
            value = each[key]
            name = (value or {}).get("name") or (value or {}).get("uid") if key == "principal" else value
            if name:
                counted[flag][str(name)] += 1
    found = []
    for flag, names in counted.items():
        ranked = sorted(names.items(), key=lambda item: (-item[1], item[0]))
        found += [
            {"by": flag, "value": name, "rows": number, "see": f"jumpkit timeline {case} --{flag} {_quoted(name)}"}
            for name, number in ranked[:_TOP]
        ]
    return found


def _quoted(name: str) -> str:
    return name if name.isascii() and not set(name) - _PLAIN else "'" + name.replace("'", "'\\''") + "'"


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:/@+=,")
