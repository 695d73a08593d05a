"""A cloud to act on in tests: moto behind the real SDK, a journal in memory, and a hand that can be struck down."""

from __future__ import annotations

import functools
import importlib.util
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from command.modelled import Modelled

from jumpkit.cloud.aws.calls import Aws
from jumpkit.kit.errors import Denied, Throttled, Unreachable
from jumpkit.model.action import Target
from jumpkit.respond.catalog import action
from jumpkit.respond.effects import Writer
from jumpkit.respond.plans import Caller, Head, Wanted, build
from jumpkit.respond.running import Stage, stage_of
from jumpkit.respond.sending import Hands, Watched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType

    from jumpkit.model.action import Call, Cloud, Json, Reply

STAGES = Path(__file__).resolve().parents[1] / "actions"
ACCOUNT = "123456789012"
REGION = "us-east-1"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": REGION}


@dataclass(frozen=True)
class Staged:
    """A thing that was set up for an action: its id, what else addresses it, and the choices to try."""

    uid: str
    details: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None


@dataclass(frozen=True)
class Clients:
    """What stages set things up with: plain clients of the SDK."""

    url: str

    def __call__(self, service: str, region: str = REGION) -> Any:
        return boto3.client(service, region_name=region, endpoint_url=self.url)


@dataclass
class Memory:
    """A journal that forgets when the test ends."""

    tables: dict[str, dict[tuple[str, str], dict[str, Any]]] = field(default_factory=dict)
    lines: list[tuple[str, Json]] = field(default_factory=list)

    def keep(self, case: str, kind: str, body: Mapping[str, Any], rows: Mapping[str, Sequence[dict[str, Any]]]) -> None:
        self.lines.append((kind, dict(body)))
        for table, each in rows.items():
            key = {"effect": "effect", "effect_call": "call", "approval": "approval", "approver": "approver"}[table]
            for row in each:
                self.tables.setdefault(table, {})[case, row[key]] = dict(row)

    def rows(self, table: str, case: str, **equal: Any) -> list[dict[str, Any]]:
        found = [row for (owner, _), row in self.tables.get(table, {}).items() if owner == case]
        columns = ("checks", "after", "before", "because", "verified", "withdrawn")
        whole = [dict.fromkeys(columns) | row for row in found]
        return [row for row in whole if all(row.get(name) == value for name, value in equal.items())]


class Killed(BaseException):
    """The process died here."""


@dataclass
class Struck:
    """A cloud whose changes can be struck: before the call, after the request, after the reply, refused, put off."""

    cloud: Cloud
    when: str = "never"  # before, request, reply, lost, denied, throttled
    at: int = 1  # which change, from 1
    changes: list[Call] = field(default_factory=list)
    reads: list[Call] = field(default_factory=list)
    seen: int = 0

    def read(self, call: Call) -> Reply:
        self.reads.append(call)
        return self.cloud.read(call)

    def pages(self, call: Call) -> Iterator[Reply]:
        self.reads.append(call)
        yield from self.cloud.pages(call)

    def change(self, call: Call) -> Reply:
        self.seen += 1
        here = self.seen == self.at
        if here and self.when == "before":
            raise Killed
        if here and self.when == "denied":
            raise Denied("no right", target=call.operation)
        if self.when == "throttled" and self.seen <= 2:
            raise Throttled("slow down", target=call.operation)
        self.changes.append(call)
        reply = self.cloud.change(call)
        if here and self.when == "lost":
            raise Unreachable("the line broke", target=call.operation)
        if here and self.when in {"request", "reply"}:
            raise Killed
        return reply


@dataclass
class Theatre:
    """One action on one staged thing."""

    clients: Clients
    cloud: Cloud
    stage: Stage
    staged: Staged
    journal: Memory = field(default_factory=Memory)

    def hands(self, when: str = "never", at: int = 1) -> tuple[Hands, Struck]:
        struck = Struck(self.cloud, when, at)
        clock = lambda: datetime.now(UTC)  # noqa: E731 - a clock is one expression
        body = self.stage.body
        writer = Writer(self.journal, clock, "asha", body["case"], body["plan"], "R-1")
        return Hands(Watched(struck), writer, lambda _: None), struck

    def seen(self) -> Json:
        return self.stage.action.observe(self.cloud, self.stage.target, self.stage.mark)


@functools.cache
def script(name: str) -> ModuleType:
    """Return the file that sets up the thing for an action."""
    path = STAGES / f"{name}.py"
    assert path.is_file(), f"tests/actions/{name}.py sets up what {name} is tried on"
    spec = importlib.util.spec_from_file_location(f"stage_{name.replace('/', '_')}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def theatre(name: str, clients: Clients, case: str = "C-1") -> Theatre:
    """Set up what an action is tried on, and plan it."""
    setting = script(name)
    staged: Staged = setting.stage(clients)
    cloud: Cloud = Modelled(setting.model) if hasattr(setting, "model") else Aws()
    chosen = action(name)
    target = Target(chosen.spec.target, staged.uid, ACCOUNT, staged.region, staged.details)
    caller = Caller(f"arn:aws:iam::{ACCOUNT}:role/responder", ACCOUNT, "AIDA")
    head = Head(f"P-{staged.uid[-12:]}", case, caller, "ben", "2026-01-01T00:00:00Z", "a trial")
    body = build(head, [Wanted(name, target, staged.options)], cloud)
    return Theatre(clients, cloud, stage_of(body, body["steps"][0]), staged)


@contextmanager
def surroundings(url: str, monkeypatch: Any) -> Iterator[None]:
    for key, value in {**KEYS, "AWS_ENDPOINT_URL": url}.items():
        monkeypatch.setenv(key, value)
    yield


def replanned(one: Theatre) -> Theatre:
    """Plan the same step again."""
    return replace(one, journal=Memory())
