"""Start a cloud to practice on, in the background: accounts, machines, buckets, and a responder's keys."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("up", help=__doc__)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; otherwise a free one.")
@shared_options
def command(shared: Shared, port: int) -> int:
    """Start the lab and say how it is reached."""
    from jumpkit.app.livelab import lab_up
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = lab_up(opening(shared).home, port)
    if shared.as_json:
        emit_json(body)
        return 0
    responder = body["responder"]
    line("The lab runs until `jumpkit lab down`. To act in it as its responder:")
    line()
    line(f"  export AWS_ENDPOINT_URL={body['endpoint_url']}")
    line(f"  export AWS_REGION={body['region']}")
    line(f"  export AWS_ACCESS_KEY_ID={responder['access_key_id']}")
    line(f"  export AWS_SECRET_ACCESS_KEY={responder['secret_access_key']}")
    line()
    names = body["account_names"]
    line("Accounts: " + ", ".join(f"{uid} ({names[uid]})" for uid in body["accounts"]))
    return 0
