"""Pseudonyms, the same for the same thing within one export, and their way into texts, lists and objects."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from jumpkit.preserve.redaction.forms import haystack, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LONG = 10  # characters from which a name is looked for inside other words too
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_PERCENT = re.compile(r"[^\s\"'<>|`]*%[0-9A-Fa-f]{2}[^\s\"'<>|`]*")
_PSEUDONYM = re.compile(r"[a-z]+-[0-9]+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Swap:
    """Which pseudonym stands for what, by the original with its letter case folded."""

    names: Mapping[str, str]
    classes: Mapping[str, str]  # pseudonym → its class
    originals: frozenset[str]  # as they were written
    pattern: re.Pattern[str]

    def text(self, text: str) -> str:
        """Return the text with every original replaced, in other letter case and in the usual encodings too."""
        plain = self.pattern.sub(self._named, text)
        plain = _PERCENT.sub(self._unpercented, plain)
        if _ESCAPED.search(plain):
            plain = self._if_holds(plain, _ESCAPED.sub(lambda found: chr(int(found[1], 16)), plain))
        if "&" in plain:
            plain = self._if_holds(plain, html.unescape(plain))
        return _ENCODED.sub(self._decoded, plain)

    def value(self, value: Any) -> Any:
        """Return a JSON value with every original in its texts, and in its keys, replaced."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(each) for key, each in value.items()}
        return [self.value(each) for each in value] if isinstance(value, list | tuple) else value

    def counts(self, texts: Iterable[str]) -> dict[str, int]:
        """Return how many different things of each class stand under a pseudonym in these texts."""
        there = {name for text in texts for name in _PSEUDONYM.findall(text)}
        return dict(sorted(Counter(self.classes[name] for name in there & self.classes.keys()).items()))

    def _named(self, found: re.Match[str]) -> str:
        return self.names[found[0].casefold()]

    def _if_holds(self, text: str, decoded: str) -> str:
        return self.pattern.sub(self._named, decoded) if self.pattern.search(decoded) else text

    def _unpercented(self, found: re.Match[str]) -> str:
        return self._if_holds(found[0], unquote(found[0]))

    def _decoded(self, found: re.Match[str]) -> str:
        held = {self.names[hit[0].casefold()] for text in unwrapped(found[0]) for hit in self.pattern.finditer(text)}
        return f"[encoded text that held {', '.join(sorted(held))}]" if held else found[0]


def make_swap(values: Iterable[tuple[str, str]], text: str) -> Swap:
    """Return pseudonyms for those values, each with its class, that stand in the text, in the order of their coming.

    Of values that differ in letter case alone the first says the class.
    """
    classes: dict[str, str] = {}
    every: set[str] = set()
    forms: set[str] = set()
    there = haystack(text)
    for value, kind in values:
        every.add(value.strip())
        if value.strip().casefold() in there:
            forms.add(value.strip())
            classes.setdefault(value.strip().casefold(), kind)
    present = pattern_of(forms)
    order = dict.fromkeys(found[0].casefold() for found in present.finditer(text))
    hidden = [low for low in classes if low not in order]  # in encodings, or within a longer one
    numbers: Counter[str] = Counter()
    names: dict[str, str] = {}
    for low in (*order, *hidden):
        kind = classes[low]
        numbers[kind] += 1
        while f"{kind}-{numbers[kind]}" in classes:
            numbers[kind] += 1
        names[low] = f"{kind}-{numbers[kind]}"
    return Swap(names, {name: classes[low] for low, name in names.items()}, frozenset(every), present)


def pattern_of(values: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds the values, the longest first; short words only where they stand alone."""
    parts = [_one(value) for value in sorted(values, key=lambda value: (-len(value), value))]
    return re.compile("|".join(parts) if parts else r"(?!)", re.IGNORECASE)


def _one(value: str) -> str:
    escaped = re.escape(value)
    inside = len(value) >= _LONG and not value.isdigit()
    return escaped if inside else rf"(?<![^\W_]){escaped}(?![^\W_])"
