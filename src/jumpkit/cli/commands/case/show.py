"""Show a case: state, severity and what it rests on, moments, roles, findings."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_OPEN = {"tasks": "title", "questions": "asked", "hypotheses": "claim"}  # registers, and what tells a row
_SHOWN = 8


@click.command("show", help=__doc__)
@click.argument("case", required=False)
@shared_options
def command(shared: Shared, case: str | None) -> int:
    """Show a case."""
    from jumpkit.app.casebook import one_case
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    with reading(opening(shared)) as desk:
        found = one_case(desk, case)
    if shared.as_json:
        emit_json(found)
        return 0
    _head(found)
    _people(found)
    line(f"  {len(found['incidents'])} incidents, {len(found['findings'])} findings, {found['artifacts']} artifacts")
    line(f"  next: {', '.join(found['next_states'])}")
    return 0


def _head(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    line(f"{found['case']}  {found['title']}")
    marks = [name for name in ("restricted", "privileged") if found[name]]
    marks += [f"TLP:{found['tlp'].upper()}"] if found["tlp"] else []
    line(f"  state {found['state']}, severity {found['severity']}{''.join(', ' + mark for mark in marks)}")
    line(f"  kind {found['kind'] or 'not said'}; cause {found['cause'] or 'open: nobody knows it yet'}")
    for sentence in [*found["severity_basis"], *found["wrong"]]:
        line(f"  {sentence}")
    if found["solo"]:
        line(f"  solo mode: {found['solo']}")
    for moment in found["moments"]:
        known = moment["at"] and (moment["at"][:10] if moment["precision"] == "day" else moment["at"])
        told = known or str(moment["because"])
        if moment["proposed"]:
            told += f": {moment['proposed']['at']}, {moment['proposed']['basis']}"
        line(f"  {moment['kind']}: {told}")


def _people(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    for role in found["roles"]:
        if not role["until"]:
            waits = "" if role["accepted"] or role["because"] else " (asked, and not yet accepted)"
            line(f"  {role['role']}: {role['name'] or role['because']}{waits}")
    for name, column in _OPEN.items():
        rows = [row for row in found[name] if row["state"] == "open"]
        for row in rows[:_SHOWN]:
            line(f"  open: {row[column]}")
        if len(rows) > _SHOWN:
            line(f"  … and {len(rows) - _SHOWN} more open {name}: --json")
    for link in found["links"]:
        line(f"  {link['kind'].replace('_', ' ')} {link['other']}: {link['reason']}")
    counts = [f"{len(found[name])} {name}" for name in ("decisions", "notes", "data", "assets", "observables")]
    line(f"  {', '.join(counts)}")
