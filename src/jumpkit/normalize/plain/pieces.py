"""Cuts a line whose fields may be quoted or bracketed, and whose quotes clients may have filled with quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Closes = Callable[[str, Sequence[int], int], bool]

_SIMPLE = re.compile(r'"[^"]*"(?= |$)|\[[^\]]*\](?= |$)|[^ "\[][^ ]*')
_NUMBER = re.compile(r"-|-?\d+(?:\.\d+)?")
_PAIRS = ('""', "[]")


def pieces(line: str, least: int, numbers: Sequence[int] = ()) -> list[str]:
    r"""Return the fields of a line without their quotes or brackets; `numbers` are the places that must hold some.

    Clients send quotes too, and not every log escapes them. So several readings are tried, and the first with enough
    fields and numbers where they belong counts.

    >>> pieces('a [06/Feb/2019:00:00:38 +0000] "GET /x" "a "b" c" -', 5)
    ['a', '06/Feb/2019:00:00:38 +0000', 'GET /x', 'a "b" c', '-']
    >>> pieces(r'"GET /?x=\"a" "b \" c" 1', 3), pieces('"a" "b "c" 1', 3, [2]), pieces("[::1]:80 x", 2)
    (['GET /?x=\\"a', 'b \\" c', '1'], ['a', 'b "c', '1'], ['[::1]:80', 'x'])
    """
    found: list[str] = _SIMPLE.findall(line)
    if "\\" not in line and sum(map(len, found)) + len(found) - 1 == len(line):
        return [each[1:-1] if each[0] + each[-1] in _PAIRS and len(each) > 1 else each for each in found]
    most: list[str] = []
    readings = (_escaped, _even, _spaced) if "\\" in line else (_even, _spaced)
    for closes in readings:
        found = _scanned(line, closes)
        if len(found) >= least and all(_NUMBER.fullmatch(found[at]) for at in numbers if at < len(found)):
            return found
        most = max(most, found, key=len)
    return most


def _spaced(line: str, quotes: Sequence[int], at: int) -> bool:
    """Say whether a quote is one that may close: before a space or the end."""
    return line[quotes[at] + 1 : quotes[at] + 2] in (" ", "")


def _escaped(line: str, quotes: Sequence[int], at: int) -> bool:
    """Say whether a quote closes where the log puts a backslash before those within."""
    return line[quotes[at] - 1] != "\\" and _spaced(line, quotes, at)


def _even(line: str, quotes: Sequence[int], at: int) -> bool:
    """Say whether a quote closes where those within come in pairs."""
    return _spaced(line, quotes, at) and (len(quotes) - at) % 2 == 1


def _scanned(line: str, closes: Closes) -> list[str]:
    """Return the fields by one reading of the quotes, none where it leaves a quote open."""
    quotes = [found.start() for found in re.finditer('"', line)]
    fields: list[str] = []
    at = number = 0
    while at < len(line):
        if line[at] == '"':
            while number < len(quotes) and (quotes[number] <= at or not closes(line, quotes, number)):
                number += 1
            if number == len(quotes):
                return []
            end = quotes[number] + 1
            fields.append(line[at + 1 : end - 1])
        else:
            end = _plain_end(line, at)
            fields.append(line[at + 1 : end - 1] if line[at] == "[" and line[end - 1] == "]" else line[at:end])
        at = end + 1
    return fields


def _plain_end(line: str, at: int) -> int:
    """Return where a field without quotes ends: at a space, unless that stands in brackets which a space follows."""
    closed = line.find("]", at) + 1 if line[at] == "[" else 0
    if closed and line[closed : closed + 1] in (" ", ""):
        return closed
    end = line.find(" ", at)
    return len(line) if end < 0 else end
