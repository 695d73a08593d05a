"""Report how a case stands to those who lead, from what the case knows; with a channel, as a draft to be approved."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("status", help=__doc__)
@click.argument("case")
@click.option("--audience", default="exec", show_default=True, help="For whom; a template status-AUDIENCE is there.")
@click.option("--channel", help="A channel of config.toml: draft it for that one; message approve and send follow.")
@shared_options
def command(shared: Shared, case: str, audience: str, channel: str | None) -> int:
    """Report how a case stands; exit 1 where the report is overdue."""
    from jumpkit.app.statuses import draft_status, status
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    how = opening(shared)
    if channel is not None:
        body = draft_status(how, case, audience, channel)
    else:
        with reading(how) as desk:
            body = status(desk, how, case, audience)
    if shared.as_json:
        emit_json(body)
    else:
        _tell(body)
    return int(body["due_state"] == "breached" and channel is None)


def _tell(body: dict[str, Any]) -> None:
    from jumpkit.app.statuses import words_of
    from jumpkit.cli.output import line

    line(f"{body['case']}  {body['title']}: {body['state']}, severity {body['severity'] or 'not known'}, {body['at']}")
    for name, told in words_of(body).items():
        head, *rest = told.splitlines()
        line(f"{name.capitalize():<13} {head}")
        for text in rest:
            line(f"{'':<13} {text}")
    late = "OVERDUE since" if body["due_state"] == "breached" else "this one is due by"
    if body["due"]:
        line(f"{'':<13} {late} {body['due']}")
    for text in body["wrong"]:
        line(f"Wrong: {text}")
    if body["message"]:
        name = body["message"]["message"]
        line(f"Drafted as {name}: jumpkit message approve {body['case']} {name}, then jumpkit message send")
