"""Templates made into documents: every value that is printed is bounded, made visible and, unless said, masked."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from jumpkit.kit.text import code_span, markdown, mask_text, printable
from jumpkit.report.content import tactic_name, technique_name, text_of
from jumpkit.report.story.rows import series, when

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 600  # characters of one value in a document
_HEAD = 12_000  # characters that are searched for secrets before the value is cut
_COMMAND = 4000  # a command that is cut would be another command


class Plain(str):
    """Text that is ready for its document and printed as it stands."""

    __slots__ = ()


@cache
def environment(*, masked: bool, html: bool) -> Environment:
    """Return a template environment in which nothing that a log says reaches a document untreated."""
    made = Environment(
        loader=FunctionLoader(text_of),
        autoescape=html,  # noqa: S701 -- off for Markdown alone, whose own escaping is in finalize
        undefined=StrictUndefined,
        finalize=_finalizer(masked=masked, html=html),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "when": when,
        "series": series,
        "command": _command(masked=masked, html=html),
        "code": _code(masked),
        "ready": Plain,  # for what a macro has made: its values are treated already
    }
    made.globals |= {"tactic_name": tactic_name, "technique_name": technique_name}
    return made


def style(text: str) -> tuple[Markup, str]:
    """Return a style sheet of ours, ready for a page, and the source expression that alone lets a browser apply it."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"  # noqa: S704 -- the sheet ships with the package


def _treated(value: str, *, masked: bool) -> str:
    """Return text masked, visible and bounded; what lies far behind the bound is not even looked at."""
    head = value[:_HEAD]
    text = printable(mask_text(head) if masked else head)
    if len(text) <= LONGEST and head == value:
        return text
    return f"{text[:LONGEST]}… (cut, {len(value):,} characters in all)"


def _finalizer(*, masked: bool, html: bool) -> Callable[[Any], Any]:
    def finalize(value: Any) -> Any:
        if value is None:
            return "unknown"
        if isinstance(value, Markup | Plain | int | float):
            return value
        text = _treated(str(value), masked=masked)
        return text if html else Plain(markdown(text))

    return finalize


def _command(*, masked: bool, html: bool) -> Callable[[str], str]:
    def command(value: str) -> str:
        """Return a shell line whole, or say that it is too long to be shown."""
        if len(value) > _COMMAND:
            return Plain("(too long to be shown)")
        text = printable(mask_text(value) if masked else value)
        return Markup.escape(text) if html else Plain(text)

    return command


def _code(masked: bool) -> Callable[[Any], str]:  # noqa: FBT001 -- one flag, named where it is made
    def code(value: Any) -> str:
        """Return a value as a Markdown code span."""
        return Plain(code_span(_treated("unknown" if value is None else str(value), masked=masked)))

    return code
