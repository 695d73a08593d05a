"""How a run ends: errors become one sentence or one JSON object, and always the promised exit code."""

from __future__ import annotations

import contextlib
import io
import json
import os
import platform
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from jumpkit import __version__
from jumpkit.kit.errors import BadUsage, JumpkitError, Refused
from jumpkit.kit.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
OUR_FAULT = 5
_ASKS_ABOUT_US = frozenset({"--help", "-h", "--version"})


class Stopped(KeyboardInterrupt):
    """A person stopped us; of a plain KeyboardInterrupt Python itself may make a death by signal at the very end."""

    happened = False  # libraries turn the interruption into errors of their own


def ending(group: click.Group, args: Sequence[str]) -> int:
    """Run `group` on `args` and return the exit code; errors go to stderr, or as JSON to stdout."""
    as_json = "--json" in args
    try:
        return _answered(group, args, as_json=as_json)
    except (KeyboardInterrupt, click.Abort):
        return _tell(
            JumpkitError("stopped", hint="the same command again goes on from here"), INTERRUPTED, as_json=as_json
        )
    except click.UsageError as error:
        return _tell(_usage(error), BadUsage.exit_code, as_json=as_json)
    except JumpkitError as error:
        return _tell(error, error.exit_code, as_json=as_json)
    except BrokenPipeError:
        _silence(sys.stdout)  # the reader left; nothing more can be said
        return 0
    except Exception as error:  # noqa: BLE001 - the outermost edge: our own fault becomes a report and exit code 5
        told = _of_system(error) if isinstance(error, OSError) else _fault(error)
        _drain()
        return _tell(told, told.exit_code, as_json=as_json)


def _run(group: click.Group, args: Sequence[str]) -> int:
    try:
        result = group.main(args=list(args), prog_name="jumpkit", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except BaseException as error:
        if Stopped.happened:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the rest is short; a second stroke must not cut it off
            raise Stopped from error
        raise
    return result if isinstance(result, int) else 0


def _answered(group: click.Group, args: Sequence[str], *, as_json: bool) -> int:
    code = _about_us(group, args) if as_json and _ASKS_ABOUT_US & set(args) else _run(group, args)
    sys.stdout.flush()  # what cannot be written is found out here, while it can still be said
    return code


def _about_us(group: click.Group, args: Sequence[str]) -> int:
    """Run what may end in help or in the version, and make one JSON object of such text."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = _run(group, args)
    text = said.getvalue()
    with contextlib.suppress(ValueError):
        json.loads(text)
        sys.stdout.write(text)  # the word was the value of an option, and the command ran
        return code
    about = "version" if "--version" in args else "help"
    body = {"schema": "about/1", "about": about, "version": __version__, "text": text.rstrip("\n")}
    sys.stdout.write(json.dumps(body, ensure_ascii=True) + "\n")
    return code


def _of_system(error: OSError) -> JumpkitError:
    """Return what the system refused: a right, room, a file that is gone."""
    target = printable(str(error.filename)) if error.filename else None
    why = (error.strerror or type(error).__name__).lower()
    if isinstance(error, FileNotFoundError):
        hint = "a file that jumpkit needs is gone: jumpkit verify names what is missing"
        return Refused(f"the system says: {why}", target=target, hint=hint)
    return Refused(f"the system says: {why}", target=target, hint="another --home, more rights, or more room")


def _usage(error: click.UsageError) -> JumpkitError:
    command = error.ctx.command_path if error.ctx else "jumpkit"
    return BadUsage(error.format_message(), target=command, hint=f"{command} --help")


def _fault(error: Exception) -> JumpkitError:
    """Write what is needed to mend our fault, without any value of a variable, and say where it lies."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"jumpkit {__version__} on Python {platform.python_version()}, {platform.system()}", type(error).__name__]
    lines += [f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames]
    with tempfile.NamedTemporaryFile("w", prefix="jumpkit-fault-", suffix=".log", delete=False) as report:
        report.write("\n".join(lines) + "\n")
    last = frames[-1] if frames else None
    where = f"{Path(last.filename).name}:{last.lineno}" if last else "unknown place"
    if os.environ.get("JUMPKIT_DEBUG"):
        traceback.print_exception(error)
    return JumpkitError(
        f"a fault of ours ({type(error).__name__} at {where}); nothing that was committed is lost",
        target=report.name,
        hint="send that file to the maintainers; it holds no data",
    )


def _tell(error: JumpkitError, code: int, *, as_json: bool) -> int:
    kind = "interrupted" if code == INTERRUPTED else "fault" if code == OUR_FAULT else error.kind
    if as_json:
        body = {"kind": kind, "message": error.message, "target": error.target, "hint": error.hint}
        try:
            sys.stdout.write(json.dumps({"error": body}, ensure_ascii=True) + "\n")
            sys.stdout.flush()
        except OSError:  # the stream itself is what failed; the other one hears of it
            _silence(sys.stdout)
        else:
            return code
    target = f" ({printable(error.target)})" if error.target else ""
    sys.stderr.write(f"jumpkit: {printable(error.message)}{target}\n")
    if error.hint:
        sys.stderr.write(f"  next: {printable(error.hint)}\n")
    return code


def _drain() -> None:
    """Say what still waits to be said, or give it up where the stream is what failed."""
    try:
        sys.stdout.flush()
    except OSError:
        _silence(sys.stdout)


def _silence(stream: TextIO) -> None:
    """Point a stream at nothing, so that its last flush cannot fail too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
