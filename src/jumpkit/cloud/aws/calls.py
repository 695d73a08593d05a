"""Makes calls that are given as data: reads that are asked again when lost, changes that are sent once."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from jumpkit.cloud.aws.answers import told_by
from jumpkit.cloud.aws.door import Access, Manner, client, told
from jumpkit.model.action import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.model.action import Call


@dataclass(frozen=True, slots=True)
class Aws:
    """Amazon, with somebody's rights; `agent` is what its logs will show beside our name."""

    access: Access = field(default_factory=Access)
    agent: str | None = None

    def read(self, call: Call) -> Reply:
        """Ask, again where the answer is lost."""
        return self._send(call, Manner(again=True, agent=self.agent))

    def change(self, call: Call) -> Reply:
        """Send once; Unreachable means that nobody knows whether it took hold."""
        return self._send(call, Manner(again=False, agent=self.agent))

    def pages(self, call: Call) -> Iterator[Reply]:
        """Ask for all pages of a list."""
        there = self._client(call, Manner(again=True, agent=self.agent))
        name = _method(call.operation)
        if not there.can_paginate(name):
            yield from self._onward(call)
            return
        with told(_place(call)):
            for page in there.get_paginator(name).paginate(**spelled(there, call)):
                yield _reply(page)

    def _onward(self, call: Call) -> Iterator[Reply]:
        """Ask on while the answer says that there is more, which the SDK has no pages for."""
        while True:
            answer = self.read(call)
            yield answer
            token = answer.body.get("NextToken")
            if not token or token == call.parameters.get("NextToken"):
                return
            call = replace(call, parameters={**call.parameters, "NextToken": token})

    def _send(self, call: Call, manner: Manner) -> Reply:
        there = self._client(call, manner)
        with told(_place(call)):
            return _reply(getattr(there, _method(call.operation))(**spelled(there, call)))

    def _client(self, call: Call, manner: Manner) -> Any:
        access = replace(self.access, region=call.region) if call.region else self.access
        return client(call.service, access, manner)


def regions_of(service: str, partition: str = "aws") -> list[str]:
    """Return the regions in which Amazon's SDK knows a service, sorted."""
    return sorted(_bare().get_available_regions(service, partition_name=partition))


@functools.cache
def _bare() -> Any:
    """Return a session that is asked for nothing but what the SDK itself knows, which takes long to load."""
    import boto3  # noqa: PLC0415 - only who reads from Amazon pays for loading its SDK

    return boto3.Session()


def _place(call: Call) -> str:
    return f"{call.service}:{call.operation}"


def _reply(answer: dict[str, Any]) -> Reply:
    request_id, date = told_by(answer)
    return Reply({name: value for name, value in answer.items() if name != "ResponseMetadata"}, request_id, date)


@functools.cache
def _method(operation: str) -> str:
    from botocore import xform_name  # noqa: PLC0415 - as in regions_of

    return str(xform_name(operation))


def spelled(there: Any, call: Call) -> dict[str, Any]:
    """Return the parameters as the SDK takes them: a mapping where the service wants text becomes JSON."""
    shape = there.meta.service_model.operation_model(call.operation).input_shape
    return _as_shape(shape, dict(call.parameters)) if shape else {}


def _as_shape(shape: Any, value: Any) -> Any:
    kind = shape.type_name
    if kind == "string" and isinstance(value, dict | list):
        return json.dumps(value)
    if kind == "blob" and isinstance(value, dict | list):
        return json.dumps(value).encode()
    if kind == "structure" and isinstance(value, dict):
        return {name: _member(shape, name, each) for name, each in value.items()}
    if kind == "list" and isinstance(value, list | tuple):
        return [_as_shape(shape.member, each) for each in value]
    if kind == "map" and isinstance(value, dict):
        return {name: _as_shape(shape.value, each) for name, each in value.items()}
    return value


def _member(shape: Any, name: str, value: Any) -> Any:
    """Return one member's value; a name that the service does not know is left for the SDK to refuse."""
    known: Mapping[str, Any] = shape.members
    return _as_shape(known[name], value) if name in known else value
