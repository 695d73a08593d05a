"""A group of commands that is a folder: names come from the listing, nothing is imported before it is run."""

from __future__ import annotations

import ast
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import click

from jumpkit.cli.options import Shared, shared_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable


class Folder(click.Group):
    """A click group whose commands are the files and folders of one package."""

    def __init__(self, *args: Any, package: str, **kwargs: Any) -> None:  # click hands its own arguments through
        """Remember the package whose files are the commands."""
        super().__init__(*args, **kwargs)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names found in the folder, sorted."""
        del ctx
        return sorted(_name(entry) for entry in files(self.package).iterdir() if _is_command(entry))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command by its name, or return None where no such file exists."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = f"{self.package}.{cmd_name.replace('-', '_')}"
        if (files(self.package) / cmd_name.replace("-", "_")).is_dir():
            about = _first_line(files(module) / "__init__.py")
            return click.command(cmd_name, cls=Folder, package=module, help=about)(_handing_down())
        command = import_module(module).command
        assert isinstance(command, click.Command)  # noqa: S101 - a file of this folder without a command is our own fault
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the first line of each file, without importing any."""
        rows = []
        for name in self.list_commands(ctx):
            entry = files(self.package) / name.replace("-", "_")
            source = entry / "__init__.py" if entry.is_dir() else files(self.package) / f"{name.replace('-', '_')}.py"
            rows.append((name, _first_line(source)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _handing_down() -> Callable[..., None]:
    """Return what keeps what was said before the command's name for the command; click empties each when it is used."""

    @shared_options
    @click.pass_context
    def hand_down(context: click.Context, shared: Shared) -> None:
        context.obj = shared

    return hand_down


def _is_command(entry: Traversable) -> bool:
    if entry.name.startswith(("_", ".")):
        return False
    return entry.name.endswith(".py") or (entry.is_dir() and (entry / "__init__.py").is_file())


def _name(entry: Traversable) -> str:
    return entry.name.removesuffix(".py").replace("_", "-")


def _first_line(source: Traversable) -> str:
    docstring = ast.get_docstring(ast.parse(source.read_text("utf-8"))) or ""
    return docstring.partition("\n")[0]
