"""Print what a shell needs to complete jumpkit's commands: eval "$(jumpkit completion bash)"."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("completion", help=__doc__)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@shared_options
@click.pass_context
def command(context: click.Context, shared: Shared, shell: str) -> int:
    """Print a shell's completion script."""
    from click.shell_completion import get_completion_class

    del shared
    chosen = get_completion_class(shell)
    assert chosen is not None  # noqa: S101 - the choice above lists only those that exist
    root = context.find_root().command
    click.echo(chosen(root, {}, "jumpkit", "_JUMPKIT_COMPLETE").source())
    return 0
