"""Sends the calls of one step, each entered before it goes and after it came back; sends none twice by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import BadUsage, Denied, NotFound, ProviderError, Throttled, Unreachable
from jumpkit.model.action import Call, Reply
from jumpkit.respond.effects import Row, Writer, calls_of
from jumpkit.respond.filling import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jumpkit.model.action import Cloud, Json, Piece

_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)  # seconds between tries of a call that was throttled


@dataclass(slots=True)
class Watched:
    """A cloud that remembers the provider's clock, and what was asked of it."""

    cloud: Cloud
    date: str | None = None  # the Date header of the newest answer
    used: set[tuple[str, str]] = field(default_factory=set)  # service and operation

    def read(self, call: Call) -> Reply:
        """Ask, as Cloud.read."""
        return self._noted(call, self.cloud.read(call))

    def change(self, call: Call) -> Reply:
        """Send once, as Cloud.change."""
        self.used.add((call.service, call.operation))
        return self._noted(call, self.cloud.change(call))

    def pages(self, call: Call) -> Iterator[Reply]:
        """Ask for all pages, as Cloud.pages."""
        for page in self.cloud.pages(call):
            yield self._noted(call, page)

    def _noted(self, call: Call, reply: Reply) -> Reply:
        self.used.add((call.service, call.operation))
        self.date = reply.date or self.date
        return reply


@dataclass(frozen=True, slots=True)
class Hands:
    """What a run works with: the provider, the journal, and a way to wait."""

    cloud: Watched
    writer: Writer
    sleep: Callable[[float], None]
    shelve: Callable[[Piece, str], Json] | None = None  # seals a piece for an effect, and says what lies where


@dataclass(slots=True)
class Sent:
    """What came of the calls of a step."""

    state: str = "answered"  # answered: all of them; refused: one was, the rest never went; lost: an answer was
    because: str | None = None
    request_ids: list[str] = field(default_factory=list)
    mutated: bool = False  # something may have changed


def send(hands: Hands, row: Row, calls: Sequence[Call]) -> Sent:
    """Send calls in order until one is refused or its answer is lost; times in them are the provider's."""
    sent = Sent()
    answers: dict[str, Mapping[str, Any]] = {}
    offset = len(calls_of(hands.writer.journal, row))
    for number, call in enumerate(calls, offset + 1):
        reply = _one(hands, row, (number, call), filled(call, answers, hands.cloud.date), sent)
        if reply is None:
            break
        if call.name:
            answers[call.name] = reply.body
    return sent


def _one(hands: Hands, row: Row, numbered: tuple[int, Call], parameters: dict[str, Any], sent: Sent) -> Reply | None:
    number, call = numbered
    entry = hands.writer.calling(row, number, call, parameters)
    ready = Call(call.service, call.operation, parameters, call.region)
    try:
        reply = _patiently(hands, ready)
    except (Throttled, Denied, NotFound, BadUsage) as caught:
        _refused(hands, entry, sent, caught)
        return None
    except Unreachable as caught:
        sent.state, sent.because, sent.mutated = "lost", f"the answer to {call.operation} was lost: {caught}", True
        hands.writer.answered(entry, "lost", None, sent.because)
        return None
    except ProviderError as caught:
        _refused(hands, entry, sent, caught)
        return None
    hands.writer.answered(entry, "answered", reply)
    sent.mutated = True
    sent.request_ids += [reply.request_id] if reply.request_id else []
    return reply


def _refused(hands: Hands, entry: Row, sent: Sent, caught: ProviderError | BadUsage) -> None:
    sent.state, sent.because = "refused", f"{entry['operation']}: {caught}"
    known = getattr(caught, "request_id", None)
    sent.request_ids += [known] if known else []
    hands.writer.answered(entry, "refused", Reply({}, known, getattr(caught, "date", None)), sent.because)


def _patiently(hands: Hands, call: Call) -> Reply:
    """Send a call; one that the provider put off did nothing and is sent again, after a while."""
    for pause in _PAUSES:
        try:
            return hands.cloud.change(call)
        except Throttled:
            hands.sleep(pause)
    return hands.cloud.change(call)
