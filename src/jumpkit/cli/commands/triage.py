"""Read logs, seal them, and say who did what, what cannot be seen, and what to do now."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage

if TYPE_CHECKING:
    from jumpkit.app.triage.answer import Answer
    from jumpkit.app.triage.request import Request
    from jumpkit.app.workspace import Desk

SEVERITIES = ("informational", "low", "medium", "high", "critical")
_SHOWN = 15
_NOTHING = "The case holds no event: nothing can be said of what happened."
_NO_MATCH = "No rule matched. That says what the rules saw in these logs, not that nothing happened."


@click.command("triage", help=__doc__)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--case", help="Go on with this case instead of finding or opening one.")
@click.option("--rules", multiple=True, type=click.Path(path_type=Path, exists=True), help="Sigma rules to use too.")
@click.option("--no-own-rules", is_flag=True, help="Leave jumpkit's own rules out.")
@click.option("--from", "since", help="Only events at or after this time (RFC 3339).")
@click.option("--to", "until", help="Only events before this time (RFC 3339).")
@click.option("--account", multiple=True, help="Only this account; may be repeated.")
@click.option("--region", multiple=True, help="Only this region; may be repeated.")
@click.option("--follow-links", is_flag=True, help="Read what links out of a folder point to; else it is refused.")
@click.option("--in-place", is_flag=True, help="Read files where they lie instead of copying them.")
@click.option("--estate", type=click.Path(path_type=Path), help="File that says what is yours.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="Exit 1 where a finding is this severe.")
@click.option("--max-inflated", type=int, help="Bytes one input may inflate to.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that read.")
@click.option("--assume-role", help="Role ARN to assume for s3:// inputs.")
@click.option("--external-id", help="External id for that role.")
@click.option("--requester-pays", is_flag=True, help="Pay for reading a requester-pays bucket.")
@shared_options
def command(shared: Shared, **said: Any) -> int:
    """Read logs, seal them, and say who did what, what cannot be seen, and what to do now."""
    from jumpkit.app.reporting import first_steps
    from jumpkit.app.triage.run import triage
    from jumpkit.app.workspace import writing
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import Terminal, emit_json

    how = opening(shared, max_inflated=said["max_inflated"], workers=said["workers"])
    terminal = Terminal(quiet=shared.quiet or shared.as_json)
    with writing(how) as desk:
        try:
            answer = triage(desk, _request(said, desk), terminal)
            steps = [] if shared.as_json else first_steps(desk, answer.body["case"])
        finally:
            terminal.clear()
    if shared.as_json:
        emit_json(answer.body)
    else:
        _tell(answer)
        _tell_steps(steps)
    wanted = said["fail_on"]
    too_severe = wanted is not None and answer.worst() >= SEVERITIES.index(wanted)
    return 1 if answer.fell_short or too_severe else 0


def _request(said: dict[str, Any], desk: Desk) -> Request:
    import os

    from jumpkit.app.triage.request import Request, Window
    from jumpkit.cloud.aws.door import Access
    from jumpkit.cloud.aws.layout import Wanted
    from jumpkit.cloud.aws.s3 import S3Options

    since, until = _moment(said["since"], "--from"), _moment(said["until"], "--to")
    if since and until and since >= until:
        raise BadUsage("--from is not before --to", target="triage", hint="no event could lie between them")
    accounts, regions = said["account"], said["region"]
    estate = said["estate"] or desk.setting("estate")
    return Request(
        paths=said["paths"],
        case=said["case"],
        rules=said["rules"],
        own_rules=not said["no_own_rules"],
        window=Window(since, until, accounts, regions),
        in_place=said["in_place"],
        follow=said["follow_links"],
        estate=Path(estate) if estate else None,
        limits=desk.limits(),
        s3=S3Options(
            access=Access(role_arn=said["assume_role"], external_id=said["external_id"]),
            requester_pays=said["requester_pays"],
            wanted=Wanted(start=since, end=until, accounts=accounts, regions=regions),
        ),
        workers=desk.setting("workers") or len(os.sched_getaffinity(0)),
    )


def _moment(text: str | None, flag: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadUsage(f"{text!r} is no time", target=flag, hint="such as 2023-07-10T12:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tell(answer: Answer) -> None:
    from jumpkit.cli.output import line, table

    body = answer.body
    _tell_intake(body)
    held = body["severity"]
    line()
    line(f"The case is held {held['severity']}: {held['basis'][0] if held['basis'] else 'no reason is recorded'}")
    _tell_incidents(body)
    _tell_intel(body["intel"])
    if body["blind_spots"]:
        line()
        line(f"What these logs cannot show ({len(body['blind_spots'])}):")
        for spot in body["blind_spots"][:_SHOWN]:
            line(f"  {spot['because']}")
        if len(body["blind_spots"]) > _SHOWN:
            line(f"  … and {len(body['blind_spots']) - _SHOWN:,} more: jumpkit coverage {body['case']}")
    line()
    line(f"Ledger: {body['ledger']['size']} entries, root {body['ledger']['root']}, key {body['ledger']['key']}")
    table(("report", "path"), [(name, path) for name, path in sorted(body["reports"].items())])


def _tell_intake(body: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    events, inputs, rules = body["events"], body["inputs"], body["rules"]
    line(f"Case {body['case']}")
    restored = f"{inputs['restored']:,} put back on the shelf; " if inputs["restored"] else ""
    line(
        f"{inputs['files']:,} files: {inputs['sealed']:,} sealed, {inputs['known']:,} known before; "
        f"{restored}of all that they hold, {len(inputs['skipped']):,} skipped as no logs, "
        f"{len(inputs['rejected']):,} rejected"
    )
    names = ("stored", "duplicate", "conflict", "rejected", "outside")
    line(f"{events['in']:,} events: {', '.join(f'{events[name]:,} {name}' for name in names if name in events)}")
    _tell_window(body["window"])
    if body["estate"]:
        whence = "which the case keeps" if body["estate"]["kept"] else "now kept with the case"
        line(f"  estate file {body['estate']['sha256'][:12]}…, {whence}")
    line(f"{rules['loaded']:,} rules: {rules['live']:,} live, {len(rules['not_runnable']):,} not runnable")
    for item in inputs["rejected"][:_SHOWN]:
        place = " : ".join(filter(None, (item["path"], item["member"])))
        line(f"  rejected: {place} ({item['kind']}: {item['reason']})")
    if len(inputs["rejected"]) > _SHOWN:
        line(f"  … and {len(inputs['rejected']) - _SHOWN:,} more; --json lists them all")
    for item in events["rejects"][:_SHOWN]:
        line(f"  record {item['record']['index']} of {item['record']['sha256'][:12]}… rejected: {item['reason']}")
    for item in inputs["links"][:_SHOWN]:
        line(f"  a link that leads out of the folder: {item['path']} is {item['target']}")


def _tell_window(window: dict[str, Any] | None) -> None:
    from jumpkit.cli.output import line

    if window is None:
        return
    asked = [f"{word} {window[word]}" for word in ("from", "to") if window[word]]
    asked += [f"of {word} {', '.join(window[word])}" for word in ("accounts", "regions") if window[word]]
    line(f"  only events {' '.join(asked)}: {window['outside']:,} others were left out")
    if window["known"]:
        line(f"  {window['known']:,} of the files are read no more: {window['why']}")


def _tell_intel(found: dict[str, Any] | None) -> None:
    from jumpkit.cli.output import line

    if found is None:
        return
    counts = found["counts"]
    line()
    line(f"{counts['matched']:,} of the workspace's {counts['indicators']:,} indicators were seen in this run.")
    for item in found["items"][:_SHOWN]:
        line(f"  {item['name']} ({item['source']}): {item['count']:,} events, {item['first']} to {item['last']}")
    if found["items"]:
        line("  jumpkit intel match tells their events, findings and limits")


def _tell_steps(steps: list[dict[str, Any]]) -> None:
    from jumpkit.cli.output import line

    line()
    line("What now (jumpkit changed nothing; the report says what each step costs and how it is undone):")
    for number, step in enumerate(steps, 1):
        line(f"  {number}. {step['title']}")
        for command in [*step["look"], *step["respond"]]:
            line(f"       {command}")
        if step["respond"] and step["do"]:
            line("     or by hand, with no way back but your own:")
        for command in step["do"]:
            line(f"       {command}")


def _tell_incidents(body: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    order = {name: place for place, name in enumerate(reversed(SEVERITIES))}
    findings = sorted(body["findings"], key=lambda item: (order[item["severity"]], item["first"], item["finding"]))
    for incident in sorted(body["incidents"], key=lambda item: (order[item["severity"]], item["first"])):
        line()
        line(f"{incident['severity'].upper()}  {incident['title']}  ({incident['incident']})")
        line(f"  {incident['first']} to {incident['last']}; {', '.join(incident['tactics'])}")
        mine = [item for item in findings if item["incident"] == incident["incident"]]
        rows = [
            (i["severity"], i["events"], i["finding"], f"{i['title']} · {i['origin']['name'] or i['origin']['uid']}")
            for i in mine
        ]
        table(("  severity", "events", "finding", "what · who"), [(f"  {row[0]}", *row[1:]) for row in rows[:_SHOWN]])
        if len(mine) > _SHOWN:
            line(f"  … and {len(mine) - _SHOWN} more: jumpkit show {incident['incident']}")
    alone = sum(item["incident"] is None for item in findings)
    if alone:
        line()
        line(f"{alone} findings outside any incident; the report lists them.")
    if not findings:
        line()
        line(_NOTHING if any(spot["kind"] == "no_events" for spot in body["blind_spots"]) else _NO_MATCH)
