"""Compiles a source's tables: what each distinct value of a vendor's field means in OCSF, looked up once per value."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from jumpkit.normalize.codes import ABSENT, Distinct, Lut, Words
from jumpkit.normalize.identity import UNKNOWN, principal
from jumpkit.normalize.moments import NONE, moment
from jumpkit.normalize.source import Source
from jumpkit.normalize.split import BROKEN

CALL = "call"  # the group of all fields of kind code and flag
_TEMPORARY = "ASIA"
_VERB = re.compile(r"[A-Z][a-z0-9]*")
_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_TRUE = {True: 1, "true": 1, False: 0, "false": 0}
_PER_CLASS = 100  # OCSF: type_uid = class_uid * 100 + activity_id
_OTHER, _READ = 99, 2
SUCCESS, FAILURE = 1, 2
_SERVICE_EVENT = "AwsServiceEvent"  # the one kind of event that may name nobody

Path = tuple[str, ...]


def path_value(value: Any, path: Path) -> Any:  # noqa: ANN401 (a vendor's value)
    """Return what lies at the end of a path of keys, None where any step is missing."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def decoded(raw: Any) -> Any:  # noqa: ANN401 (a vendor's value)
    """Return a JSON text's value, None where it cannot be decoded."""
    try:
        return msgspec.json.decode(raw)
    except BROKEN:
        return None


class Verdict:
    """Class and activity of an operation, by the source's tables."""

    def __init__(self, source: Source) -> None:
        """Turn the tables around, so that an operation finds its place."""
        tables = source.tables
        self._default: int = tables["default_class"]
        self._named = {
            (service, operation): (class_uid, activity)
            for class_uid, services in tables["classes"].items()
            for service, activities in services.items()
            for activity, operations in activities.items()
            for operation in operations
        }
        self._verbs = {verb: activity for activity, verbs in tables["verbs"].items() for verb in verbs}

    def of(self, service: str | None, operation: str | None, read_only: Any) -> tuple[int, int]:  # noqa: ANN401 (true, "true")
        """Return class_uid and activity_id."""
        named = self._named.get((service or "", operation or ""))
        if named:
            return named
        words = _VERB.findall(operation or "")
        for verb in ("".join(words[:2]), *words[:1]):
            if verb in self._verbs:
                return self._default, self._verbs[verb]
        return self._default, _READ if _TRUE.get(read_only) == 1 else _OTHER


class Epoch:
    """All that was learned about distinct values; thrown away as a whole when it has grown too large."""

    def __init__(self, source: Source, number: int) -> None:
        """Begin with nothing learned."""
        self.number = number
        self.source = source
        self.words: dict[str, Words] = {}
        self.luts: dict[str, dict[str, Lut]] = {}  # group → attribute → numbers of its words, or plain numbers
        self.groups: dict[str, Distinct] = {}
        self.values: dict[str, list[Any]] = {}  # vendor field → its distinct values, objects decoded
        self.fragments: dict[str, list[bytes]] = {}  # group → members of unmapped
        self.call_fields = (*source.fields["code"], *source.fields["flag"])
        self._verdict = Verdict(source)
        self._call = [_Text(self, CALL, name) for name in self.call_fields]
        self._plans = self._planned()
        self.groups[CALL] = Distinct(self._meet_call)
        for name in source.fields["own"]:
            self.groups[name] = Distinct(_Own(self, name).meet)
        for name in source.fields["object"]:
            self.groups[name] = Distinct(_Object(self, name).meet)

    @property
    def size(self) -> int:
        """Return the largest number of distinct values of any group."""
        return max(map(len, self.groups.values()))

    def word(self, attribute: str) -> Words:
        """Return the strings of an attribute."""
        return self.words.setdefault(attribute, Words())

    def lut(self, group: str, attribute: str, kind: str = "i") -> Lut:
        """Return what belongs to a group's numbers for an attribute."""
        return self.luts.setdefault(group, {}).setdefault(attribute, Lut(kind))

    def plan(self, group: str) -> list[tuple[str, Path]]:
        """Return the attributes that a group's fields fill, with their paths."""
        return self._plans.get(group, [])

    def _planned(self) -> dict[str, list[tuple[str, Path]]]:
        """Sort the mapping's paths by the group of their first step."""
        plans: dict[str, list[tuple[str, Path]]] = {}
        fields = self.source.fields
        for attribute, paths in self.source.mapping.items():
            for each in paths:
                root, *steps = each.split(".")
                if root in self.call_fields:
                    plans.setdefault(CALL, []).append((attribute, (root,)))
                elif root in fields["own"] or root in fields["object"]:
                    plans.setdefault(root, []).append((attribute, tuple(steps)))
        return plans

    def _meet_call(self, key: tuple[Any, ...]) -> None:
        """Learn a new combination of the fields of kind code and flag."""
        told = dict(zip(self.call_fields, key, strict=True))
        for each, value in zip(self._call, key, strict=True):
            each.meet(value)
        for attribute, (root,) in self.plan(CALL):
            code = _flag(told[root]) if attribute == "is_read" else self.word(attribute).code(told[root])
            self.lut(CALL, attribute).append(code)
        self._judge(told)
        unmapped = [name for name in self.call_fields if told[name] is not None and not self._is_mapped(name)]
        self.fragments.setdefault(CALL, []).append(members({name: told[name] for name in unmapped}))

    def _judge(self, told: Mapping[str, Any]) -> None:
        """Decide class, activity and status of a combination."""
        tables = self.source.tables
        class_uid, activity = self._verdict.of(told["eventSource"], told["eventName"], told["readOnly"])
        names = tables["activities"][class_uid]
        category = class_uid // 1000
        self.lut(CALL, "class_uid").append(class_uid)
        self.lut(CALL, "category_uid").append(category)
        self.lut(CALL, "activity_id").append(activity)
        self.lut(CALL, "type_uid", "q").append(class_uid * _PER_CLASS + activity)
        self.lut(CALL, "status_id").append(FAILURE if told["errorCode"] else SUCCESS)
        service = told["eventSource"] if told["eventType"] == _SERVICE_EVENT else None
        nobody = (f"service:{service}", service, "service") if service else (UNKNOWN, None, UNKNOWN)
        for part, value in zip(("uid", "name", "kind"), nobody, strict=True):
            self.lut(CALL, f"principal.{part}").append(self.word(f"principal.{part}").code(value))
        self.lut(CALL, "class_name").append(self.word("class_name").code(tables["class_names"][class_uid]))
        self.lut(CALL, "category_name").append(self.word("category_name").code(tables["categories"][category]))
        self.lut(CALL, "activity_name").append(self.word("activity_name").code(names[activity]))

    def _is_mapped(self, name: str) -> bool:
        """Say whether a field fills an attribute."""
        return any(name == paths[0] for paths in self.source.mapping.values())


class _Text:
    """Numbers for the values of one field of the call group."""

    def __init__(self, epoch: Epoch, group: str, name: str) -> None:
        """Begin with none."""
        self._codes: dict[Any, int] = {}
        self._values: list[Any] = epoch.values.setdefault(name, [])
        self._lut = epoch.lut(group, f"column {name}")

    def meet(self, value: Any) -> None:  # noqa: ANN401 (a vendor's value)
        """Append the number of a value, giving a new one the next."""
        if value is None:
            self._lut.append(ABSENT)
            return
        code = self._codes.get(value)
        if code is None:
            code = self._codes[value] = len(self._values)
            self._values.append(value)
        self._lut.append(code)


class _Own:
    """Learns the distinct values of a text field with a dictionary of its own."""

    def __init__(self, epoch: Epoch, name: str) -> None:
        """Find the attributes that it fills."""
        self._values = epoch.values.setdefault(name, [])
        self._fills = [(epoch.lut(name, attribute), epoch.word(attribute)) for attribute, _ in epoch.plan(name)]
        ends = ("src_endpoint.ip", "src_endpoint.domain") if name == "sourceIPAddress" else ()
        self._ends = [(epoch.lut(name, each), epoch.word(each)) for each in ends]

    def meet(self, value: Any) -> None:  # noqa: ANN401 (a vendor's value)
        """Append what belongs to a new value."""
        self._values.append(value)
        for lut, words in self._fills:
            lut.append(words.code(value))
        if self._ends:
            ip = value is not None and is_ip(value)
            for (lut, words), fits in zip(self._ends, (ip, not ip), strict=True):
                lut.append(words.code(value) if fits else ABSENT)


class _Object:
    """Learns the distinct values of a JSON field: the value itself, its attributes, and for an identity who that is."""

    def __init__(self, epoch: Epoch, name: str) -> None:
        """Find the attributes that it fills."""
        self._name = name
        self._values = epoch.values.setdefault(name, [])
        self._texts: list[tuple[Lut, Words, Sequence[Path]]] = []
        self._fragments = epoch.fragments.setdefault(name, [])
        self._who = name == "userIdentity"
        grouped: dict[str, list[Path]] = {}
        for attribute, path in epoch.plan(name):
            grouped.setdefault(attribute, []).append(path)
        for attribute, paths in grouped.items():
            if attribute not in ("actor.session.is_mfa", "actor.session.created_time"):
                self._texts.append((epoch.lut(name, attribute), epoch.word(attribute), paths))
        self._mapped = bool(grouped)
        if self._who:
            self._identity = _Identity(epoch, name, grouped)

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

    def __init__(self, epoch: Epoch, name: str, paths: Mapping[str, Sequence[Path]]) -> None:
        """Find the tables and columns that it fills."""
        self._types: Mapping[str, int] = epoch.source.tables["user_types"]
        self._principal = [
            (epoch.lut(name, f"principal.{each}"), epoch.word(f"principal.{each}")) for each in ("uid", "name", "session", "kind")
        ]
        self._type_id = epoch.lut(name, "actor.user.type_id")
        self._session = epoch.lut(name, "actor.session.uid"), epoch.word("actor.session.uid")
        self._mfa = epoch.lut(name, "actor.session.is_mfa")
        self._created = epoch.lut(name, "actor.session.created_time", "q")
        self._mfa_path = paths["actor.session.is_mfa"][0]
        self._created_path = paths["actor.session.created_time"][0]

    def meet(self, value: Any) -> None:  # noqa: ANN401 (a vendor's value)
        """Append what belongs to a new identity."""
        for (lut, words), each in zip(self._principal, principal(value), strict=True):
            lut.append(words.code(each))
        told = value if isinstance(value, dict) else {}
        kind = told.get("type")
        self._type_id.append(self._types.get(kind, _OTHER) if isinstance(kind, str) and kind else 0)
        key = told.get("accessKeyId")
        lut, words = self._session
        lut.append(words.code(key) if isinstance(key, str) and key.startswith(_TEMPORARY) else ABSENT)
        self._mfa.append(_flag(path_value(told, self._mfa_path)))
        created = path_value(told, self._created_path)
        ms = moment(created) if isinstance(created, str) else None
        self._created.append(int(NONE) if ms is None else ms)


def _flag(value: Any) -> int:  # noqa: ANN401 (a vendor's value)
    """Return 1 for true, 0 for false, ABSENT for what is neither."""
    return _TRUE.get(value, ABSENT) if isinstance(value, (bool, str)) else ABSENT


def is_ip(value: str) -> bool:
    """Say whether a source address is an address, not a service's name.

    >>> is_ip("10.0.0.1"), is_ip("2001:db8::1"), is_ip("ec2.amazonaws.com"), is_ip("1.2.3.999")
    (True, True, False, False)
    """
    if ":" not in value and not _IPV4.fullmatch(value):
        return False
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def members(values: Mapping[str, Any]) -> bytes:
    """Return a JSON object's members without its braces."""
    return msgspec.json.encode(values)[1:-1]
