"""How long detection, triage, containment and the rest took, from the moments that stand; missing is n/a, never 0."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("metrics", help=__doc__)
@click.argument("cases", nargs=-1)
@shared_options
def command(shared: Shared, cases: tuple[str, ...]) -> int:
    """How long things took, of the named cases or of all."""
    from datetime import timedelta

    from jumpkit.app.casebook import metrics_of
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table

    with reading(opening(shared)) as desk:
        told = metrics_of(desk, cases)
    if shared.as_json:
        emit_json(told)
        return 0

    def span(seconds: float | None) -> str:
        return "n/a" if seconds is None else str(timedelta(seconds=seconds))

    for case in told["cases"]:
        line(str(case["case"]))
        table(
            ("what", "took", "why"), [[row["metric"], span(row["seconds"]), row["because"]] for row in case["metrics"]]
        )
    if len(told["cases"]) > 1:
        line("Over all")
        rows = [[row["metric"], row["cases"], span(row["median"]), span(row["greatest"])] for row in told["over_all"]]
        table(("what", "cases", "median", "greatest"), rows)
    return 0
