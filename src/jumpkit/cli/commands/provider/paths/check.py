"""Name the paths that nobody tried for too long, that failed, or that lack what they need; exit 1 if any."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("check", help=__doc__)
@click.argument("provider", required=False)
@click.option("--at", metavar="TIME", help="As it stands at another moment.")
@shared_options
def command(shared: Shared, provider: str | None, at: str | None) -> int:
    """Name what stands between us and a provider."""
    from jumpkit.app.paths import checked
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.times import moment_of

    with reading(opening(shared)) as desk:
        body = checked(desk, provider, moment_of(at))
    if shared.as_json:
        emit_json(body)
        return int(bool(body["lacks"]))
    for each in body["lacks"]:
        where = " ".join(filter(None, (each["provider"], each["path"]))) or "providers"
        line(f"{where}: {each['kind'].replace('_', ' ')}: {each['because']}")
    if not body["lacks"]:
        line("Every path was tried, answered, and has what it needs.")
    return int(bool(body["lacks"]))
