"""Kinds of what gives lasting access, one data file a kind: how it is listed, and what of it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.kit.expressions import checked
from jumpkit.kit.strictyaml import BadYaml, documents
from jumpkit.respond.rights import rights

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

GIVES = ("access", "rights", "reach", "data", "runs", "blinds")
_WORDS = ("keep", "only", "id", "made", "used", "holder", "is", "policy", "to", "expected")
_KNOWN = frozenset(
    {*_WORDS, "title", "gives", "reach", "service", "operation", "with", "list", "absent", "over", "more", "json"}
    | {"outside", "logs", "action", "otherwise", "attack", "example"}
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One call: its parameters (texts that begin with = are expressions), and what of the answer is wanted."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    wanted: str | None
    absent: tuple[str, ...] = ()  # codes by which the provider says that there is none
    field: str = ""  # of `more`: the member that the answer becomes


@dataclass(frozen=True, slots=True)
class Remedy:
    """The action of the catalogue that takes a thing away, with expressions for its target, details and choices."""

    action: str
    target: str
    details: Mapping[str, str]
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One file: what it is, how it is listed, and by which expressions its things are told."""

    kind: str
    title: str
    gives: str
    reach: str  # global, region
    over: Ask | None
    ask: Ask
    more: tuple[Ask, ...]
    json: tuple[str, ...]
    said: Mapping[str, str | None]  # keep, only, id, made, used, holder, is, policy, to, expected
    outside: bool  # told only where somebody beyond the account is let in
    log_kinds: tuple[str, ...]
    log_names: tuple[str, ...]  # by which names logs call it
    log_beside: str | None
    remedy: Remedy | None
    otherwise: str
    attack: tuple[str, ...]
    example: Mapping[str, Any]

    def asks(self) -> list[Ask]:
        """Return every call that looking for it may make."""
        return [*([self.over] if self.over else []), self.ask, *self.more]


@cache
def kinds(provider: str = "aws") -> Mapping[str, Kind]:
    """Return all kinds by name, sorted.

    Raises:
        BadUsage: a file is not understood; the message says which and why.

    """
    folder = files("jumpkit.content") / "sweep" / provider
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    return {path.name.removesuffix(".yaml"): _kind(path) for path in paths}


def needed(provider: str = "aws") -> tuple[str, ...]:
    """Return the IAM actions that a whole sweep reads with, sorted."""
    asks = [ask for kind in kinds(provider).values() for ask in kind.asks()]
    return tuple(sorted({right for ask in asks for right in _rights(ask)}))


def _rights(ask: Ask) -> tuple[str, ...]:
    try:
        return rights(ask.service, ask.operation)
    except NotFound as caught:
        said = f"nobody knows which right {ask.service} {ask.operation} needs"
        raise BadUsage(said, target=ask.operation) from caught


def _kind(path: Traversable) -> Kind:
    name = path.name.removesuffix(".yaml")
    try:
        [(body, _, _)] = documents(path.read_bytes())
        return _read(name, body)
    except (BadYaml, ValueError, KeyError, TypeError) as caught:
        said = f"the kind {name} is not understood: {caught}"
        raise BadUsage(said, target=name, hint="docs/add/sweep.md") from caught


def _read(name: str, body: Mapping[str, Any]) -> Kind:
    unknown = sorted(set(body) - _KNOWN)
    if unknown or body["gives"] not in GIVES or body["reach"] not in ("global", "region"):
        raise ValueError(f"unknown keys {unknown}, or gives or reach is none of those known")
    ask, logs = _ask(body, ""), body["logs"]
    return Kind(
        kind=name,
        title=body["title"],
        gives=body["gives"],
        reach=body["reach"],
        over=_ask(body["over"], ask.service) if "over" in body else None,
        ask=ask,
        more=tuple(_ask(each, ask.service) for each in body.get("more", ())),
        json=tuple(body.get("json", ())),
        said={word: checked(body[word]) if word in body else None for word in _WORDS},
        outside=bool(body.get("outside", False)),
        log_kinds=tuple(logs["kinds"]),
        log_names=tuple(checked(logs[word]) for word in ("name", "or") if word in logs),
        log_beside=checked(logs["beside"]) if "beside" in logs else None,
        remedy=_remedy(body["action"]) if "action" in body else None,
        otherwise=body["otherwise"],
        attack=tuple(body["attack"]),
        example=body["example"],
    )


def _ask(body: Mapping[str, Any], service: str) -> Ask:
    wanted = body.get("list", body.get("take"))
    parameters = body.get("with", {})
    for each in _expressions(parameters):
        checked(each)
    return Ask(
        body.get("service", service),
        body["operation"],
        parameters,
        None if wanted is None else checked(wanted),
        tuple(body.get("absent", ())),
        body.get("as", ""),
    )


def _remedy(body: Mapping[str, Any]) -> Remedy:
    details, options = ({key: checked(each) for key, each in body.get(word, {}).items()} for word in _PARTS)
    return Remedy(body["do"], checked(body["target"]), details, options)


_PARTS = ("details", "options")


def _expressions(parameters: Any) -> Iterator[str]:
    if isinstance(parameters, Mapping | list):
        for each in parameters.values() if isinstance(parameters, Mapping) else parameters:
            yield from _expressions(each)
    elif isinstance(parameters, str) and parameters.startswith("="):
        yield parameters[1:]
