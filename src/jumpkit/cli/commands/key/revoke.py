"""Enter that a former key is not to be believed from a time on."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("revoke", help=__doc__)
@click.argument("fingerprint")
@click.option("--since", required=True, metavar="TIME", help="From when on somebody else may have held it.")
@click.option("--because", required=True, help="Why.")
@shared_options
def command(shared: Shared, fingerprint: str, since: str, because: str) -> int:
    """Enter that a former key is not to be believed from a time on."""
    from jumpkit.app.keyring import revoke_key
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    told = revoke_key(opening(shared), fingerprint, since, because)
    if shared.as_json:
        emit_json(told)
    else:
        line(f"{told['key']} is revoked from {told['since']}. Tell those who noted its fingerprint.")
    return 0
