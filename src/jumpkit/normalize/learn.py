"""Learns each distinct value of a vendor's field once: what it means in OCSF, and for an identity who that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from jumpkit.normalize.codes import ABSENT, Lut, Words
from jumpkit.normalize.identity import principal
from jumpkit.normalize.moments import NONE, moment
from jumpkit.normalize.values import decoded, flag, is_ip, path_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.normalize.values import Path

    Plan = Sequence[tuple[str, Path]]  # attribute, path below the field

_TEMPORARY = "ASIA"
OTHER = 99  # OCSF's number for what its list does not name


class Memory:
    """All that was learned about distinct values, by group of fields and by OCSF attribute."""

    def __init__(self) -> None:
        """Begin with nothing learned."""
        self.words: dict[str, Words] = {}
        self.luts: dict[str, dict[str, Lut]] = {}  # group → attribute → numbers of its words, or plain numbers
        self.values: dict[str, list[Any]] = {}  # vendor field → its distinct values, objects decoded
        self.fragments: dict[str, list[bytes]] = {}  # group → members of unmapped

    def word(self, attribute: str) -> Words:
        """Return the strings of an attribute."""
        return self.words.setdefault(attribute, Words())

    def lut(self, group: str, attribute: str, kind: str = "i") -> Lut:
        """Return what belongs to a group's numbers for an attribute."""
        return self.luts.setdefault(group, {}).setdefault(attribute, Lut(kind))


class Text:
    """Numbers for the values of one field of the call group."""

    def __init__(self, memory: Memory, group: str, name: str) -> None:
        """Begin with none."""
        self._codes: dict[Any, int] = {}
        self._values: list[Any] = memory.values.setdefault(name, [])
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


class Own:
    """Learns the distinct values of a text field with a dictionary of its own."""

    def __init__(self, memory: Memory, name: str, plan: Plan) -> None:
        """Find the attributes that it fills."""
        self._values = memory.values.setdefault(name, [])
        self._fills = [(memory.lut(name, attribute), memory.word(attribute)) for attribute, _ in plan]
        ends = ("src_endpoint.ip", "src_endpoint.domain") if name == "sourceIPAddress" else ()
        self._ends = [(memory.lut(name, each), memory.word(each)) for each in ends]

    def meet(self, value: Any) -> None:
        """Append what belongs to a new value."""
        self._values.append(value)
        for lut, words in self._fills:
            lut.append(words.code(value))
        if self._ends:
            ip = value is not None and is_ip(value)
            for (lut, words), fits in zip(self._ends, (ip, not ip), strict=True):
                lut.append(words.code(value) if fits else ABSENT)


class Object:
    """Learns the distinct values of a JSON field: the value itself, its attributes, and for an identity who that is."""

    def __init__(self, memory: Memory, name: str, plan: Plan, types: Mapping[str, int]) -> None:
        """Find the attributes that it fills."""
        self._name = name
        self._values = memory.values.setdefault(name, [])
        self._texts: list[tuple[Lut, Words, Sequence[Path]]] = []
        self._fragments = memory.fragments.setdefault(name, [])
        self._who = name == "userIdentity"
        grouped: dict[str, list[Path]] = {}
        for attribute, path in plan:
            grouped.setdefault(attribute, []).append(path)
        for attribute, paths in grouped.items():
            if attribute not in ("actor.session.is_mfa", "actor.session.created_time"):
                self._texts.append((memory.lut(name, attribute), memory.word(attribute), paths))
        self._mapped = bool(grouped)
        if self._who:
            self._identity = _Identity(memory, name, grouped, types)

    def meet(self, raw: bytes) -> None:
        """Append what belongs to a new value."""
        value = decoded(raw)
        self._values.append(value)
        for lut, words, paths in self._texts:
            found = None
            for path in paths:
                found = path_value(value, path)
                if found:
                    break
            lut.append(words.code(found))
        if self._who:
            self._identity.meet(value)
        odd = value is not None and (not self._mapped or not isinstance(value, dict))
        self._fragments.append(msgspec.json.encode(self._name) + b":" + raw if odd else b"")


class _Identity:
    """Learns what is decided, not copied, about who acted."""

    def __init__(
        self, memory: Memory, name: str, paths: Mapping[str, Sequence[Path]], types: Mapping[str, int]
    ) -> None:
        """Find the tables and columns that it fills."""
        self._types: Mapping[str, int] = types
        self._principal = [
            (memory.lut(name, f"principal.{each}"), memory.word(f"principal.{each}"))
            for each in ("uid", "name", "session", "kind")
        ]
        self._type_id = memory.lut(name, "actor.user.type_id")
        self._session = memory.lut(name, "actor.session.uid"), memory.word("actor.session.uid")
        self._mfa = memory.lut(name, "actor.session.is_mfa")
        self._created = memory.lut(name, "actor.session.created_time", "q")
        self._mfa_path = paths["actor.session.is_mfa"][0]
        self._created_path = paths["actor.session.created_time"][0]

    def meet(self, value: Any) -> None:
        """Append what belongs to a new identity."""
        for (lut, words), each in zip(self._principal, principal(value), strict=True):
            lut.append(words.code(each))
        told = value if isinstance(value, dict) else {}
        kind = told.get("type")
        self._type_id.append(self._types.get(kind, OTHER) if isinstance(kind, str) and kind else 0)
        key = told.get("accessKeyId")
        lut, words = self._session
        lut.append(words.code(key) if isinstance(key, str) and key.startswith(_TEMPORARY) else ABSENT)
        self._mfa.append(flag(path_value(told, self._mfa_path)))
        created = path_value(told, self._created_path)
        ms = moment(created) if isinstance(created, str) else None
        self._created.append(int(NONE) if ms is None else ms)
