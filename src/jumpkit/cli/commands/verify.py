"""Check that nothing sealed was changed, in the workspace, a case or a bundle's folder; it writes nothing."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("verify", help=__doc__)
@click.argument("named", metavar="[CASE | BUNDLE]", required=False)
@click.option("--key", "pin", help="The fingerprint that you were given by another way.")
@click.option(
    "--checkpoint",
    "kept_in",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="A checkpoint that was kept elsewhere; may be given more than once.",
)
@shared_options
def command(shared: Shared, named: str | None, pin: str | None, kept_in: tuple[Path, ...]) -> int:
    """Check that nothing sealed was changed."""
    from jumpkit.app.verify import verify_named
    from jumpkit.cli.keyring import HOW
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    found = verify_named(opening(shared), named, pin, kept_in)
    if shared.as_json:
        emit_json(found)
        return 0 if found["intact"] else 1
    checked = found["checked"]
    line("Intact." if found["intact"] else f"NOT intact: {len(found['problems'])} problems.")
    line(f"Checked: {checked['entries']:,} entries, {checked['artifacts']:,} artifacts, {checked['files']:,} files.")
    pinned = "the one you named" if found["key"]["pinned"] else "NOT the one you named"
    if pin is None:
        pinned = "not compared with one from outside"
    line(f"Key {found['key']['fingerprint']} ({pinned}).")
    for each in found["handovers"]:
        line(f"  {each['log']}: lines before {each['line']:,} were sealed by {each['was']}: {HOW[each['how']]}.")
    for each in found["witnesses"]:
        line(f"  {each['log']}: {each['witness']} saw {each['size']:,} lines at {each['at']} (key {each['key']}).")
    for problem in found["problems"]:
        line(f"  {problem['kind']}: {problem['where']}: expected {problem['expected']}, found {problem['found']}")
    return 0 if found["intact"] else 1
