"""Show or write the review that every case closes with."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("review", help=__doc__)
@click.argument("case")
@click.option("--fact", multiple=True, help="What happened; may be repeated, as all of these.")
@click.option("--worked", multiple=True, help="What worked.")
@click.option("--failed", multiple=True, help="What did not.")
@click.option("--limit", multiple=True, help="What could not be known, and why.")
@click.option("--improve", multiple=True, help="'WHAT; OWNER; DATE', or 'none; WHY'.")
@click.option("--settle", nargs=2, help="ITEM OUTCOME: an improvement is done, or a limit lifted.")
@shared_options
def command(shared: Shared, case: str, **said: Any) -> int:
    """Show or write the review."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.reviews import add_to_review, settle

    if said["settle"]:
        return tell(shared, enter(opening(shared), case, lambda tx, who, row: settle(tx, who, row, *said["settle"])))
    flags = {"fact": "fact", "worked": "worked", "failed": "failed", "limit": "limit", "improve": "improvement"}
    items = [(section, text) for flag, section in flags.items() for text in said[flag]]
    if not items:
        return _show(shared, case)
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: add_to_review(tx, who, row, items)))


def _show(shared: Shared, case: str) -> int:
    from jumpkit.app.casework import review_of
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table

    with reading(opening(shared)) as desk:
        body = review_of(desk, case)
    if shared.as_json:
        emit_json(body)
        return 0
    line(f"{case}, review of cycle {body['cycle']}")
    rows = [[each[name] for name in ("item", "section", "state", "owner", "due", "text")] for each in body["items"]]
    table(("item", "section", "state", "owner", "due", "text"), rows)
    for sentence in body["lacks"]:
        line(f"  {sentence}")
    for sentence in body["blind_spots"]:
        line(f"  a limit that the logs show: {sentence}")
    return 0
