"""Which of Sigma's log sources jumpkit reads, told by the source files themselves; no list is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jumpkit import content
from jumpkit.detect.tree import LogSource
from jumpkit.kit.strictyaml import BadYaml, documents


@dataclass(frozen=True, slots=True)
class Source:
    """A log source: its id, what Sigma calls it, and the fields that Sigma rules know by other names."""

    source: str
    logsources: tuple[LogSource, ...]
    aliases: dict[str, str]


def content_dir(name: str) -> Path:
    """Return a folder of the package's content."""
    return Path(content.__path__[0]) / name


def read_sources(folder: Path) -> tuple[Source, ...]:
    """Return the sources described below a folder, by id; a file that says no `logsource` is none."""
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        try:
            value = documents(path.read_bytes())[0][0]
        except (BadYaml, IndexError, OSError):
            continue  # the room that reads sources says what is wrong with it
        if isinstance(value, dict) and "logsource" in value:
            name = path.relative_to(folder).with_suffix("").as_posix()
            found.append(Source(name, _logsources(value["logsource"]), _aliases(value.get("aliases"))))
    return tuple(found)


def _logsources(value: Any) -> tuple[LogSource, ...]:
    return tuple(logsource(each) for each in (value if isinstance(value, list) else [value]))


def _aliases(value: Any) -> dict[str, str]:
    return {str(key): str(path) for key, path in value.items()} if isinstance(value, dict) else {}


def logsource(value: Any) -> LogSource:
    """Return a log source from its map; anything but text in it counts as unsaid."""
    said = value if isinstance(value, dict) else {}
    parts = [said.get(key) for key in ("product", "service", "category")]
    return LogSource(*(part.casefold() if isinstance(part, str) else None for part in parts))


def sources_for(asked: LogSource, sources: tuple[Source, ...]) -> tuple[str, ...]:
    """Return the ids of the sources that a rule's log source asks for: what it says, one of theirs says too."""
    return tuple(source.source for source in sources if any(covers(asked, offered) for offered in source.logsources))


def covers(asked: LogSource, offered: LogSource) -> bool:
    """Say whether every part of `asked` is the same in `offered`; a part left out asks for nothing."""
    pairs = ((getattr(asked, part), getattr(offered, part)) for part in ("product", "service", "category"))
    return all(want is None or want == have for want, have in pairs)


def named(asked: LogSource) -> str:
    """Return a log source as a person writes it: aws/cloudtrail."""
    return "/".join(part for part in (asked.product, asked.category, asked.service) if part) or "an unnamed log source"
