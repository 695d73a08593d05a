"""How gathering functions ask: every answer whole, with its request ids, pages, and what was refused beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import Denied, NotFound
from jumpkit.model.action import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.model.action import Call, Cloud, Json


@dataclass(slots=True)
class Asking:
    """Answers to several calls, gathered into one piece."""

    cloud: Cloud
    answers: dict[str, Any] = field(default_factory=dict)
    request_ids: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    pages: int = 0
    asked: int = 0
    absent: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)

    def ask(self, name: str, call: Call) -> Any:
        """Ask for all pages; what is absent or refused is noted and not taken for empty. Returns the first page."""
        self.asked += 1
        try:
            bodies = [self._noted(reply) for reply in self.cloud.pages(call)]
        except NotFound:
            self.absent.append(name)
            return None
        except Denied as caught:
            self.denied.append(f"{name} ({call.service}:{call.operation}): {caught}")
            return None
        self.answers[name] = bodies[0] if len(bodies) == 1 else bodies
        return bodies[0] if bodies else None

    def piece(self, name: str) -> Piece:
        """Return what came as one JSON document."""
        told = {"answers": self.answers, "absent": self.absent, "denied": self.denied}
        about = {
            "expected": self.asked,
            "received": len(self.answers) + len(self.absent),
            "pages": self.pages,
            "request_ids": self.request_ids,
            "provider_times": sorted({*self.dates[:1], *self.dates[-1:]}),
            "absent": self.absent,
            "denied": self.denied,
        }
        return Piece(name, document(told), about)

    def _noted(self, reply: Any) -> Json:
        self.pages += 1
        self.request_ids += [reply.request_id] if reply.request_id else []
        self.dates += [reply.date] if reply.date else []
        return dict(reply.body)


def document(value: Any) -> bytes:
    """Return a value as JSON for keeping; times are RFC 3339, bytes base64 as the provider sends them."""
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if hasattr(value, "read"):
        return {"stream": "kept as a piece of its own"}
    raise TypeError(type(value).__name__)


def asked(asking: Asking, calls: Iterable[tuple[str, Call]]) -> Asking:
    """Ask for several things by name."""
    for name, call in calls:
        asking.ask(name, call)
    return asking
