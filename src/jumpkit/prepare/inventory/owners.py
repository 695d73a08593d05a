"""Says from tags who owns a thing, how much hangs on it, and which data lies in it; the tags' names are settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARTED = re.compile(r"[,;+/\s]+")


@dataclass(frozen=True, slots=True)
class TagNames:
    """The names of tags, the first that a thing has decides; compared without letter case, `-`, `_` and `:`."""

    owner: tuple[str, ...]
    criticality: tuple[str, ...]
    data: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Belonging:
    """What tags say of a thing; None where none of the tags is there."""

    owner: str | None
    criticality: str | None
    data_classes: tuple[str, ...] | None


def names_of(text: str) -> tuple[str, ...]:
    """Return the names of a setting, which has commas between them.

    >>> names_of("owner, team")
    ('owner', 'team')
    """
    return tuple(name for part in text.split(",") if (name := part.strip()))


def belonging(tags: Mapping[str, str], names: TagNames) -> Belonging:
    """Return what a thing's tags say.

    >>> names = TagNames(("owner", "team"), ("criticality",), ("data-class",))
    >>> belonging({"Team": "shop", "DataClass": "PII, card"}, names)
    Belonging(owner='shop', criticality=None, data_classes=('card', 'pii'))
    """
    folded = {_folded(name): each.strip() for name, each in tags.items() if each.strip()}
    classes = _first(folded, names.data)
    criticality = _first(folded, names.criticality)
    return Belonging(
        _first(folded, names.owner),
        criticality.lower() if criticality else None,
        tuple(sorted({word.lower() for word in _PARTED.split(classes) if word})) if classes else None,
    )


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((tags[name] for name in map(_folded, names) if name in tags), None)


def _folded(name: str) -> str:
    return re.sub(r"[-_:\s]", "", name).lower()
