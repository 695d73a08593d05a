"""Compiles a source's tables: what each distinct value of a vendor's field means in OCSF, looked up once per value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumpkit.normalize.codes import Distinct
from jumpkit.normalize.identity import UNKNOWN
from jumpkit.normalize.learn import OTHER, Memory, Object, Text
from jumpkit.normalize.values import flag, members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.normalize.source import Source
    from jumpkit.normalize.values import Path

CALL = "call"  # the group of all fields of kind code and flag
_VERB = re.compile(r"[A-Z][a-z0-9]*")
_PER_CLASS = 100  # OCSF: type_uid = class_uid * 100 + activity_id
_PER_CATEGORY = 1000
_READ = 2  # OCSF's number of the activity
SUCCESS, FAILURE = 1, 2
_SERVICE_EVENT = "AwsServiceEvent"  # the one kind of event that may name nobody


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

    def of(self, service: str | None, operation: str | None, read_only: Any) -> tuple[int, int]:
        """Return class_uid and activity_id."""
        named = self._named.get((service or "", operation or ""))
        if named:
            return named
        words = _VERB.findall(operation or "")
        for verb in ("".join(words[:2]), *words[:1]):
            if verb in self._verbs:
                return self._default, self._verbs[verb]
        return self._default, _READ if flag(read_only) == 1 else OTHER


class Epoch(Memory):
    """All that was learned about distinct values; thrown away as a whole when it has grown too large."""

    def __init__(self, source: Source, number: int) -> None:
        """Begin with nothing learned."""
        super().__init__()
        self.number = number
        self.source = source
        self.groups: dict[str, Distinct] = {}
        self.call_fields = (*source.fields["code"], *source.fields["flag"])
        first = {paths[0] for paths in source.mapping.values()}
        self._unmapped = [name for name in self.call_fields if name not in first]
        self._verdict = Verdict(source)
        self._call = [Text(self, CALL, name) for name in self.call_fields]
        plans = self._planned()
        self._plan = plans.get(CALL, [])
        self.groups[CALL] = Distinct(self._meet_call)
        types = source.tables["user_types"]
        self._learners: list[Object] = []
        for name in source.fields["object"]:
            self._learners.append(Object(self, name, plans.get(name, []), types))
            self.groups[name] = Distinct(self._learners[-1].meet)

    @property
    def size(self) -> int:
        """Return the largest number of distinct values of any group."""
        return max(map(len, self.groups.values()))

    def settle(self) -> None:
        """Learn what belongs to the values that were met; before this, their numbers mean nothing yet."""
        for each in self._learners:
            each.settle()

    def _planned(self) -> dict[str, list[tuple[str, Path]]]:
        """Sort the mapping's paths by the group of their first step."""
        plans: dict[str, list[tuple[str, Path]]] = {}
        fields = self.source.fields
        for attribute, paths in self.source.mapping.items():
            for each in paths:
                root, *steps = each.split(".")
                if root in self.call_fields:
                    plans.setdefault(CALL, []).append((attribute, (root,)))
                elif root in fields["object"]:
                    plans.setdefault(root, []).append((attribute, tuple(steps)))
        return plans

    def _meet_call(self, key: tuple[Any, ...]) -> None:
        """Learn a new combination of the fields of kind code and flag."""
        told = dict(zip(self.call_fields, key, strict=True))
        for each, value in zip(self._call, key, strict=True):
            each.meet(value)
        for attribute, (root,) in self._plan:
            code = flag(told[root]) if attribute == "is_read" else self.word(attribute).code(told[root])
            self.lut(CALL, attribute).append(code)
        self._judge(told)
        unmapped = {name: told[name] for name in self._unmapped if told[name] is not None}
        self.fragments.setdefault(CALL, []).append(members(unmapped))

    def _judge(self, told: Mapping[str, Any]) -> None:
        """Decide class, activity and status of a combination."""
        tables = self.source.tables
        class_uid, activity = self._verdict.of(told["eventSource"], told["eventName"], told["readOnly"])
        names = tables["activities"][class_uid]
        category = class_uid // _PER_CATEGORY
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
