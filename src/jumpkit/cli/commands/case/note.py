"""Write a note, or a new revision of one; who writes at the same time loses nothing."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("note", help=__doc__)
@click.argument("case")
@click.argument("note", required=False)
@click.option("--text", help="The whole text.")
@click.option("--file", "source", type=click.File("rb"), help="The whole text, from a file; - for stdin.")
@click.option("--append", help="Words to put at the end of the note.")
@click.option("--base", type=int, help="The revision that your text was made from.")
@click.option("--tlp", help="clear, green, amber, amber+strict or red.")
@click.option("--privileged", is_flag=True, help="Under legal privilege.")
@shared_options
def command(shared: Shared, case: str, note: str | None, **said: Any) -> int:
    """Write a note."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.notes import Edit, edit_note, new_note

    text = said["source"].read().decode("utf-8", "replace") if said["source"] else said["text"]
    if text is None and said["append"] is None:
        return _show(shared, case, note)
    at_end = said["append"] is not None
    edit = Edit(said["append"] if at_end else text, said["base"], at_end, said["tlp"], said["privileged"])
    if note is None:
        return tell(shared, enter(opening(shared), case, lambda tx, who, row: new_note(tx, who, row, edit)))
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: edit_note(tx, who, row, note, edit)))


def _show(shared: Shared, case: str, note: str | None) -> int:
    """Show the newest revision of each note, or all revisions of one."""
    from jumpkit.app.casework import notes_of
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    with reading(opening(shared)) as desk:
        body = notes_of(desk, case, note)
    if shared.as_json:
        emit_json(body)
        return 0
    for each in body["notes"]:
        line(f"{each['note']}, revision {each['number']}, {each['author']} at {each['recorded']}")
        for text in each["text"].splitlines():
            line(f"  {text}")
    if not body["notes"]:
        line(f"{case} has no notes yet.")
    return 0
