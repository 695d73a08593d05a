"""Writes docs/reference from the program itself: commands, sources, rules. With --check it only says what is stale."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from jumpkit.app.rulebook import listing
from jumpkit.app.sourcebook import details
from jumpkit.app.sourcebook import listing as sources
from jumpkit.cli.main import jumpkit

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"


def commands() -> str:
    """Return every command's help, in the order of their names."""
    parts = ["# Commands", "", "Made by `tools/reference.py`.", ""]
    root = click.Context(jumpkit, info_name="jumpkit", terminal_width=100)
    for context in _walk(root):
        parts += [f"## {context.command_path}", "", "```", context.get_help(), "```", ""]
    return "\n".join(parts)


def _walk(context: click.Context) -> list[click.Context]:
    found = [context]
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None:
                found += _walk(click.Context(command, info_name=name, parent=context, terminal_width=100))
    return found


def log_sources() -> str:
    """Return each source's mapping and what it leaves out."""
    parts = ["# Log sources", "", "Made by `tools/reference.py`.", ""]
    for source in sources():
        told = details(source["source"])
        parts += [f"## {told['source']}: {told['title']}", "", str(told["about"]).strip(), ""]
        parts += ["| OCSF attribute | from |", "|---|---|"]
        parts += [f"| `{item['attribute']}` | {_cell(item['from'])} |" for item in told["mapping"]]
        parts += ["", "Left out:", "", "| field | because |", "|---|---|"]
        parts += [f"| `{item['field']}` | {_cell(item['because'])} |" for item in told["losses"]]
        parts += [""]
    return "\n".join(parts)


def rules() -> str:
    """Return the package's own rules."""
    head = [
        "# Rules",
        "",
        "Made by `tools/reference.py`.",
        "",
        "| severity | ATT&CK | title | id |",
        "|---|---|---|---|",
    ]
    found = sorted(listing(FOLDER / "none", (), own=True), key=lambda item: (item["path"], item["rule"]))
    rows = [
        f"| {item['severity']} | {' '.join(item['attack'])} | {_cell(item['title'])} | `{item['rule']}` |"
        for item in found
    ]
    return "\n".join([*head, *rows, ""])


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


PAGES = {"commands.md": commands, "sources.md": log_sources, "rules.md": rules}


def main() -> int:
    """Write the pages, or with --check return 1 where one is stale."""
    stale = []
    for name, make in PAGES.items():
        text, path = make(), FOLDER / name
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    print("stale:" if "--check" in sys.argv else "written:", ", ".join(stale) or "none")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
