"""Pack contacts, on-call, paths, escalation, cases and plans into one encrypted file for when all else is gone."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("make", help=__doc__)
@click.option("-o", "out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Where to.")
@click.option("--to", "recipients", multiple=True, metavar="KEY", help="age1… or ssh-… public key of who may open it.")
@click.option("--passphrase-file", type=_FILE, help="Its first line opens it.")
@click.option("--case", "cases", multiple=True, help="These cases, also restricted ones; all open ones else.")
@click.option("--with", "plans", type=_FILE, multiple=True, metavar="FILE", help="A plan or playbook that goes along.")
@shared_options
def command(
    shared: Shared,
    out: Path,
    passphrase_file: Path | None,
    recipients: tuple[str, ...],
    cases: tuple[str, ...],
    plans: tuple[Path, ...],
) -> int:
    """Pack the bag."""
    from jumpkit.app.bagging import make
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.secret import passphrase_in
    from jumpkit.preserve.sealing import Locks

    if bool(recipients) == (passphrase_file is not None):
        hint = "say one of --to KEY, --passphrase-file FILE"
        raise BadUsage("who may open the bag?", target=str(out), hint=hint)
    locks = Locks(recipients, passphrase_in(passphrase_file))
    body = make(opening(shared), out, locks, {"cases": cases, "plans": plans})
    if shared.as_json:
        emit_json(body)
        return 0
    line(f"{body['files']} files, {len(body['cases'])} cases, {body['size']:,} bytes, encrypted: {out}")
    for case in body["cases_left_out"]:
        line(f"  left out, for it is restricted or privileged: {case} (--case {case} takes it along)")
    if body["rows_withheld"]:
        line(f"  left out, for they are privileged: {body['rows_withheld']} notes and decisions")
    line(f"SHA-256 {body['sha256']}; key {body['key']}")
    return 0
