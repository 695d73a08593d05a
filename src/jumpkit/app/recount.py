"""Tells a finding and an incident in plain words, and by which command each is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.app.deeds import short
from jumpkit.app.pictures import finding_of
from jumpkit.kit.clock import stamp
from jumpkit.kit.text import shell, sql_text
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jumpkit.model.finding import Finding, Incident
    from jumpkit.store.book import Tx

_NAMED = 5


def of_finding(item: Finding, case: str, became: Sequence[str]) -> list[str]:
    """Return what was found, by whom, when, by which rule, and the commands that look closer."""
    who = short(item.principal.name or item.principal.uid)
    began = short(item.origin.name or item.origin.uid)
    unsure = "" if item.origin.resolved else f"; where its chain begins is not known: {short(str(item.origin.why))}"
    events = f"{item.events:,} events" if item.events != 1 else "1 event"
    said = [
        f"{item.severity.upper()}  {item.title}",
        f"{events} by {who} (origin {began}{unsure}), {_span(item.first, item.last)}.",
        f"ATT&CK: {', '.join((*item.attack, *item.tactics)) or 'nothing named'}.",
        f"It belongs to {item.incident}." if item.incident else "It belongs to no incident.",
        f"It no longer stands: {', '.join(became)} took its place." if became else "",
    ]
    said += [shell(["jumpkit", "explain", item.rule, event]) for event in item.sample[:1]]
    said += [shell(["jumpkit", "show", event]) for event in item.sample[:_NAMED]]
    rest = item.events - min(_NAMED, len(item.sample))
    if rest > 0:
        where = f"principal.uid = {sql_text(item.principal.uid)}"
        said.append(f"{rest:,} more: {shell(['jumpkit', 'hunt', case, '--where', where])}")
    return [sentence for sentence in said if sentence]


def of_incident(tx: Tx, item: Incident, became: Sequence[str]) -> list[str]:
    """Return what an incident spans, and each of its findings, the heaviest first."""
    rows = [row for name in item.findings if (row := tx.one("finding", finding=name))]
    found = sorted((finding_of(row) for row in rows), key=lambda each: (-SEVERITIES.index(each.severity), each.first))
    head = [
        f"{item.severity.upper()}  {item.title}",
        f"{len(item.findings)} findings, {_span(item.first, item.last)}.",
        f"Tactics: {', '.join(item.tactics) or 'none named'}.",
        f"It no longer stands: {', '.join(became)} took its place." if became else "",
        f"It began with: {', '.join(short(each) for each in item.origins)}.",
    ]
    lines = [
        f"{each.severity:<13} {each.events:>7,}  {each.finding}  {each.title} · {short(each.principal.name or '?')}"
        for each in found
    ]
    return [sentence for sentence in head if sentence] + lines


def _span(first: datetime, last: datetime) -> str:
    return f"{stamp(first)} to {stamp(last)}" if first != last else f"at {stamp(first)}"
