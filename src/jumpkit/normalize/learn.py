"""Learns each distinct value of a vendor's field once: what it means in OCSF, and for an identity who that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

import msgspec
import pyarrow as pa

from jumpkit.normalize.codes import ABSENT, Lut, Words
from jumpkit.normalize.identity import Principal, principal
from jumpkit.normalize.moments import moments
from jumpkit.normalize.values import decoded, flag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.normalize.values import Path

    Plan = Sequence[tuple[str, Path]]  # attribute, path below the field

_NO_TEXT = ("actor.session.is_mfa", "actor.session.created_time")
_TEMPORARY = "ASIA"
OTHER = 99  # OCSF's number for what its list does not name


class Memory:
    """All that was learned about distinct values, by group of fields and by OCSF attribute."""

    def __init__(self) -> None:
        """Begin with nothing learned."""
        self.words: dict[str, Words] = {}
        self.luts: dict[str, dict[str, Lut]] = {}  # group → attribute → numbers of its words, or plain numbers
        self.texts: dict[str, list[Any]] = {}  # vendor field of the call group → its distinct values
        self.objects: dict[str, Objects] = {}  # vendor field of JSON → its distinct values
        self.fragments: dict[str, list[bytes]] = {}  # group → members of unmapped

    def word(self, attribute: str) -> Words:
        """Return the strings of an attribute."""
        if attribute not in self.words:
            self.words[attribute] = Words()
        return self.words[attribute]

    def lut(self, group: str, attribute: str, kind: str = "i") -> Lut:
        """Return what belongs to a group's numbers for an attribute."""
        luts = self.luts.setdefault(group, {})
        if attribute not in luts:
            luts[attribute] = Lut(kind)
        return luts[attribute]


class Objects(Sequence[Any]):
    """Distinct JSON values, decoded when they are asked for: each is looked at once, and decoded takes much room."""

    __slots__ = ("_raws",)

    def __init__(self) -> None:
        """Begin with none."""
        self._raws: list[bytes] = []

    def take(self, raws: Sequence[bytes]) -> None:
        """Give the next numbers to these."""
        self._raws += raws

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> list[Any]: ...
    def __getitem__(self, at: int | slice) -> Any:
        """Return one value, or those of a slice."""
        return [decoded(raw) for raw in self._raws[at]] if isinstance(at, slice) else decoded(self._raws[at])

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self._raws)


class Text:
    """Numbers for the values of one field of the call group."""

    def __init__(self, memory: Memory, group: str, name: str) -> None:
        """Begin with none."""
        self._codes: dict[Any, int] = {}
        self._values: list[Any] = memory.texts.setdefault(name, [])
        self._lut = memory.lut(group, f"column {name}")

    def meet(self, value: Any) -> None:
        """Append the number of a value, giving a new one the next."""
        if value is None:
            self._lut.append(ABSENT)
            return
        code = self._codes.get(value)
        if code is None:
            code = self._codes[value] = len(self._values)
            self._values.append(value)
        self._lut.append(code)


class Object:
    """Learns the distinct values of a JSON field: the value itself, its attributes, and for an identity who that is."""

    def __init__(self, memory: Memory, name: str, plan: Plan, types: Mapping[str, int]) -> None:
        """Find the attributes that it fills."""
        self._name = name
        self._values = memory.objects.setdefault(name, Objects())
        self._fragments = memory.fragments.setdefault(name, [])
        grouped: dict[str, list[Path]] = {}
        for attribute, path in plan:
            grouped.setdefault(attribute, []).append(path)
        self._mapped = bool(grouped)
        self._identity = _Identity(memory, name, grouped, types) if name == "userIdentity" else None
        self._texts = [
            (memory.lut(name, attribute), memory.word(attribute), paths)
            for attribute, paths in grouped.items()
            if attribute not in _NO_TEXT
        ]
        self._waiting: list[bytes] = []
        self.meet = self._waiting.append

    def settle(self) -> None:
        """Learn what belongs to the values that were met since the last time."""
        raws = self._waiting[:]
        self._waiting.clear()
        if not raws:
            return
        fresh = [decoded(raw) for raw in raws]
        self._values.take(raws)
        steps = Steps(fresh)
        for lut, words, paths in self._texts:
            lut.extend(words.codes(steps.first(paths)))
        if self._identity:
            self._identity.settle(fresh, steps)
        name = msgspec.json.encode(self._name) + b":"
        odd = (value is not None and not (self._mapped and isinstance(value, dict)) for value in fresh)
        self._fragments += [name + raw if is_odd else b"" for raw, is_odd in zip(raws, odd, strict=True)]


class Steps:
    """Values by path, of many objects at once; what two paths share is walked once."""

    def __init__(self, values: list[Any]) -> None:
        """Begin at the objects themselves."""
        self._found: dict[Path, list[Any]] = {(): values}

    def at(self, path: Path) -> list[Any]:
        """Return what lies at the end of a path, None where any step is missing."""
        if path not in self._found:
            key = path[-1]
            outer = self.at(path[:-1])
            self._found[path] = [value.get(key) if isinstance(value, dict) else None for value in outer]
        return self._found[path]

    def first(self, paths: Sequence[Path]) -> list[Any]:
        """Return the first value that says something along any of the paths."""
        found = self.at(paths[0])
        for path in paths[1:]:
            found = [value or other for value, other in zip(found, self.at(path), strict=True)]
        return found


class _Identity:
    """Learns what is decided, not copied, about who acted."""

    def __init__(
        self, memory: Memory, name: str, paths: Mapping[str, Sequence[Path]], types: Mapping[str, int]
    ) -> None:
        """Find the tables and columns that it fills."""
        self._types: Mapping[str, int] = types
        self._principal = [
            (memory.lut(name, f"principal.{each}"), memory.word(f"principal.{each}")) for each in Principal._fields
        ]
        self._type_id = memory.lut(name, "actor.user.type_id")
        self._session = memory.lut(name, "actor.session.uid"), memory.word("actor.session.uid")
        self._mfa = memory.lut(name, "actor.session.is_mfa")
        self._created = memory.lut(name, "actor.session.created_time", "q")
        self._mfa_path = paths["actor.session.is_mfa"][0]
        self._created_path = paths["actor.session.created_time"][0]

    def settle(self, fresh: list[Any], steps: Steps) -> None:
        """Append what belongs to new identities."""
        people = map(principal, fresh)
        for (lut, words), each in zip(self._principal, zip(*people, strict=True), strict=True):
            lut.extend(words.codes(each))
        kinds = steps.at(("type",))
        self._type_id.extend([self._types.get(kind, OTHER) if _says(kind) else 0 for kind in kinds])
        keys = steps.at(("accessKeyId",))
        lut, words = self._session
        lut.extend(words.codes([key if _says(key) and key.startswith(_TEMPORARY) else None for key in keys]))
        self._mfa.extend([flag(value) for value in steps.at(self._mfa_path)])
        created = steps.at(self._created_path)
        times = pa.array([each if isinstance(each, str) else None for each in created], pa.string())
        self._created.extend(moments(times).tolist())


def _says(value: Any) -> bool:
    """Say whether a value is text that is not empty."""
    return isinstance(value, str) and value != ""
