"""The `jumpkit` command: finds its commands by listing a folder, and turns every ending into the promised exit code."""

from __future__ import annotations

import io
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from jumpkit import __version__
from jumpkit.cli.endings import Stopped, ending
from jumpkit.cli.folder import Folder
from jumpkit.cli.options import Bag, Shared, shared_options
from jumpkit.kit.errors import BadUsage

if TYPE_CHECKING:
    from types import FrameType

# Arrow's own allocators hold on to 40 MB more than the system's; it is read once, when Arrow is first loaded.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads would wait in a circle; nothing here multiplies


_PATH = click.Path(path_type=Path, exists=True, dir_okay=False)
_IN_A_BAG = frozenset({"case", "clocks", "comms", "contact", "escalate", "oncall", "provider"})


@click.group(
    cls=Folder,
    package="jumpkit.cli.commands",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 done, 1 fell short, 2 usage, 3 the provider cannot, 4 refused, 5 our fault, 130 stopped.",
)
@click.version_option(__version__, "--version", prog_name="jumpkit")
@click.option("--bag", type=_PATH, help="Read from a bag (jumpkit bag make) in place of a workspace.")
@click.option("--identity", "identities", type=_PATH, multiple=True, help="File with the key that opens the bag.")
@click.option("--passphrase-file", type=_PATH, help="File whose first line opens the bag.")
@shared_options
@click.pass_context
def jumpkit(
    context: click.Context,
    shared: Shared,
    bag: Path | None,
    identities: tuple[Path, ...],
    passphrase_file: Path | None,
) -> None:
    """From a folder of cloud logs to a sealed case with a report, offline; then hunt, explain and verify."""
    if bag is None and (identities or passphrase_file):
        raise BadUsage("what opens a bag is named before the command only with --bag FILE", target="jumpkit")
    if bag is not None and context.invoked_subcommand not in _IN_A_BAG:
        hint = f"a bag holds what these read: {', '.join(sorted(_IN_A_BAG))}"
        raise BadUsage(f"{context.invoked_subcommand} does not read from a bag", target=str(bag), hint=hint)
    context.obj = replace(shared, bag=Bag(bag, identities, passphrase_file) if bag else None)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    Stopped.happened = True
    raise Stopped


def main() -> NoReturn:
    """Run the command line and leave with the exit code of contract."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # a shell's background job is not stopped by Ctrl-C
        signal.signal(signal.SIGINT, _stop)
    for stream in (sys.stdout, sys.stderr):  # what the terminal has no letters for is escaped
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = ending(jumpkit, sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said; a late stroke must not change how it ended
    sys.exit(code)


if __name__ == "__main__":
    main()
