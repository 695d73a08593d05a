"""Write a case's evidence as a bag that a stranger can check offline with a shell and openssl."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("bundle", help=__doc__)
@click.argument("case", required=False)
@click.option(
    "-o", "out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="A folder that is not there yet."
)
@shared_options
def command(shared: Shared, case: str | None, out: Path) -> int:
    """Write a case's evidence as a bag."""
    from jumpkit.app.bundling import NO_WITNESS, bundle_case
    from jumpkit.cli.keyring import HOW
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.kit.text import shell

    place = opening(shared)
    made = bundle_case(place, case, out)
    configured = place.settings["tsa"].value is not None
    unseen = made["witness_because"] not in {None, NO_WITNESS}
    fell_short = int(unseen or (made["timestamp"] is None and configured))
    if shared.as_json:
        emit_json(made)
        return fell_short
    line(f"The bundle of {made['case']} is whole: {made['items']:,} items, {made['bytes']:,} bytes of payload.")
    line(f"Check it anywhere:  {shell(['sh', str(out / 'custody' / 'verify.sh'), made['key']])}")
    line("Give these two to whoever receives it by another way than the bundle itself:")
    line(f"  key        {made['key']}")
    line(f"  verify.sh  {made['verify_sh']}  (SHA-256)")
    line(f"Timestamp: {made['timestamp'] or 'none, ' + made['timestamp_because']}.")
    for each in made["witnesses"]:
        line(f"Witness: {each['witness']} saw {each['size']:,} lines at {each['at']} (key {each['key']}).")
    if made["witness_because"]:
        line(f"Witness: not for this bundle, {made['witness_because']}.")
    for each in made["handovers"]:
        line(f"Lines before {each['line']:,} were sealed by {each['was']}: {HOW[each['how']]}.")
    return fell_short
