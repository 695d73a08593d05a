"""Text that others wrote, made safe to show: bounded, visible, and inert in terminals, tables, pages and shells."""

from __future__ import annotations

import re
import shlex
import unicodedata
from typing import TYPE_CHECKING

from jumpkit.kit.masking import MASK, mask, mask_text

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "MASK",
    "clip",
    "code_span",
    "counted",
    "csv_cell",
    "markdown",
    "mask",
    "mask_text",
    "printable",
    "scalar",
    "shell",
    "shown",
    "sql_text",
    "visible",
]

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_FORMULA = "=+-@\t\r\n\x00|%＝＋－＠"  # noqa: RUF001 -- spreadsheets read the full-width signs as operators too
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()|~$^]|^\s*[#+\-=:]|(?<=www)\.|:(?=//))")
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])")
_LONE = re.compile("[\ud800-\udfff]")
_DOUBLE_QUOTABLE = re.compile(r"[A-Za-z0-9 '_@%+=:,./<>()*?\[\]#~&|;-]+")
_SHORT = 0x100
_MIDDLE = 0x10000


def visible(char: str) -> str:
    r"""Return the escape by which a character that cannot be seen is written.

    >>> visible(chr(27)), visible(chr(0x202E))
    ('\\x1b', '\\u202e')
    """
    code = ord(char)
    if code < _SHORT:
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < _MIDDLE else f"\\U{code:08x}"


def printable(text: str) -> str:
    r"""Return `text` with every control, bidirectional, zero-width and unpaired character written out.

    >>> printable("a" + chr(27) + "[2Jb" + chr(0x200B))
    'a\\x1b[2Jb\\u200b'
    """
    if text.isprintable():
        return text
    return "".join(visible(char) if unicodedata.category(char) in _HIDDEN else char for char in text)


def clip(text: str, limit: int) -> str:
    """Return at most `limit` characters of `text`, and say so where some were cut.

    >>> clip("abcdef", 4)
    'abcd… (cut, 6 characters in all)'
    """
    return text if len(text) <= limit else f"{text[:limit]}… (cut, {len(text):,} characters in all)"


def shown(text: str, limit: int = 500) -> str:
    """Return `text` bounded to `limit` characters and printable, in this order, so that a huge one costs little."""
    return printable(clip(text, limit))


def scalar(text: str) -> str:
    """Return `text` with unpaired surrogates replaced by U+FFFD, so that it can be written as UTF-8."""
    return text if text.isascii() else _LONE.sub("\ufffd", text)


def csv_cell(text: str) -> str:
    """Return `text` as a spreadsheet shows it and never computes it: an apostrophe goes before what could be a formula.

    >>> csv_cell("=1+1"), csv_cell("plain")
    ("'=1+1", 'plain')
    """
    clean = printable(text)
    risky = text[:1] in _FORMULA or text.lstrip()[:1] in _FORMULA
    return "'" + clean if text and risky else clean


def markdown(text: str) -> str:
    r"""Return `text` for a Markdown paragraph or table cell: no markup, link, HTML or new line can come out of it.

    >>> markdown("[a](b) <img> *x*")
    '\\[a\\]\\(b\\) &lt;img&gt; \\*x\\*'
    """
    flat = printable(text).replace("&", "&amp;")
    return _NUMBERED.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", flat)).replace("<", "&lt;").replace(">", "&gt;")


def code_span(text: str) -> str:
    """Return `text` as a Markdown code span that no backtick in it can leave; a bar is escaped for tables.

    >>> code_span("a`b")
    '``a`b``'
    """
    flat = printable(text).replace("|", "\\|") or " "
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def shell(words: Iterable[str]) -> str:
    """Return a POSIX shell line of `words`, each quoted where it must be; what cannot be seen is written out.

    >>> shell(["jumpkit", "show", "a; rm -rf /"])
    "jumpkit show 'a; rm -rf /'"
    """
    return " ".join(_quoted(printable(word)) for word in words)


def _quoted(word: str) -> str:
    """Quote a word; one that holds apostrophes and nothing that double quotes would let through reads better so."""
    return f'"{word}"' if "'" in word and _DOUBLE_QUOTABLE.fullmatch(word) else shlex.quote(word)


def sql_text(text: str) -> str:
    """Return `text` as an SQL string literal.

    >>> sql_text("O'Brien")
    "'O''Brien'"
    """
    return "'" + text.replace("'", "''") + "'"


def counted(number: int, noun: str, nouns: str | None = None) -> str:
    """Return a number with its noun, in the plural where it is not one.

    >>> counted(1, "event"), counted(2400, "event"), counted(0, "address", "addresses")
    ('1 event', '2,400 events', '0 addresses')
    """
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
