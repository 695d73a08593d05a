"""Try what the emulator at AWS_ENDPOINT_URL can be trusted for; what it only pretends ends with exit code 1."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options

_WORDS = {True: "holds", False: "LIES", None: "unknown"}


@click.command("check", help=__doc__)
@cloud_options
@shared_options
def command(shared: Shared, *, access: Any) -> int:
    """Try an emulator's claims."""
    from jumpkit.app.emulators import check
    from jumpkit.cli.output import emit_json, line

    body = check(access)
    if shared.as_json:
        emit_json(body)
    else:
        for each in body["claims"]:
            line(f"{_WORDS[each['held']]:<8} {each['claim']}")
            if each["because"]:
                line(f"         {each['because']}")
    return 0 if all(each["held"] is True for each in body["claims"]) else 1
