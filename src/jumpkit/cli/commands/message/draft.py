"""Draft a message from a template: condition, actions, needs."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("draft", help=__doc__)
@click.argument("case")
@click.option("--channel", required=True, help="A channel of config.toml.")
@click.option("--template", default="status", show_default=True, help="Which template.")
@click.option("--condition", help="What is.")
@click.option("--actions", help="What is being done.")
@click.option("--needs", help="What is needed, and from whom.")
@click.option("--next", help="When the next one comes.")
@shared_options
def command(shared: Shared, case: str, channel: str, template: str, **words: str | None) -> int:
    """Draft a message from a template."""
    from jumpkit.app.messaging import draft_message
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import line

    made = draft_message(opening(shared), case, template, channel, words)
    code = tell(shared, made)
    if not shared.as_json:
        for text in made["messages"][-1]["body"].splitlines():
            line(f"  {text}")
    return code
