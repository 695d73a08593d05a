"""Answers for calls that the emulator lacks: written in the stage's file, held against the provider's own model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.validate import ParamValidator

from jumpkit.cloud.aws.calls import Aws
from jumpkit.model.action import Call, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATE = "2026-01-02T03:04:05Z"
SESSION = botocore.session.get_session()


@dataclass
class Modelled:
    """A cloud that asks the stage's model first, and the emulator where that has no answer."""

    model: Callable[[Call], dict[str, Any] | None]
    count: int = 0

    def read(self, call: Call) -> Reply:
        return self._answer(call) or Aws().read(call)

    def change(self, call: Call) -> Reply:
        return self._answer(call) or Aws().change(call)

    def pages(self, call: Call) -> Iterator[Reply]:
        found = self._answer(call)
        if found is None:
            yield from Aws().pages(call)
        else:
            yield found

    def _answer(self, call: Call) -> Reply | None:
        body = self.model(call)
        if body is None:
            return None
        operation = SESSION.get_service_model(call.service).operation_model(call.operation)
        if operation.input_shape is not None:
            report = ParamValidator().validate(dict(call.parameters), operation.input_shape)
            assert not report.has_errors(), report.generate_report()
        held = set(operation.output_shape.members) if operation.output_shape else set()
        assert set(body) <= held, f"{call.operation} answers no {set(body) - held}"
        self.count += 1
        return Reply(body, f"model-{self.count}", DATE)
