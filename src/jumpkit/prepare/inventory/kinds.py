"""Reads what is to be known of each kind of things, one data file a kind, and refuses files that are not understood."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.kit.expressions import checked
from jumpkit.kit.strictyaml import BadYaml, documents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

REACHES = ("region", "global", "organization")
CATEGORIES = (
    "compute", "network", "storage", "data", "identity", "serverless", "container", "image", "secret", "logging",
    "detection", "messaging", "deployment", "organization",
)  # fmt: skip
MODELS = ("iaas", "paas", "saas")
_ASK = frozenset({"service", "operation", "with", "list", "action", "absent"})
_MORE = _ASK - {"list"} | {"as", "take", "when"}
_KIND = _ASK | {
    "title", "category", "model", "reach", "over", "id", "arn", "name", "created", "region", "tags", "more", "json",
    "drop", "volatile", "one", "around", "example",
}  # fmt: skip
_ONE = frozenset({"with", "operation", "list", "over", "action"})
_AROUND = frozenset({"kind", "as", "ids", "with", "holds", "of"})


@dataclass(frozen=True, slots=True)
class Ask:
    """One call, its parameters (texts that begin with = are expressions), and what of the answer is wanted."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    wanted: str | None  # None: all of the answer
    actions: tuple[str, ...]  # of IAM
    absent: tuple[str, ...] = ()  # codes by which the provider says that there is none

    @property
    def label(self) -> str:
        """Return how people name the call."""
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True)
class More:
    """A call for each item, whose answer becomes one member of the item."""

    ask: Ask
    field: str
    when: str | None  # asked only where this expression over the item holds


@dataclass(frozen=True, slots=True)
class One:
    """How one thing is asked for by its id."""

    ask: Ask | None
    over: Ask | None


@dataclass(frozen=True, slots=True)
class Around:
    """A way from a thing to others: by their ids, by a narrower list, or by what they hold."""

    name: str
    kind: str
    ids: str | None
    parameters: Mapping[str, Any] | None
    holds: str | None
    of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One file: what it is, how it is listed, and which members say who it is."""

    kind: str
    provider: str
    title: str
    category: str
    model: str
    reach: str
    ask: Ask
    over: Ask | None  # listed first; the call is made for each of them
    id: str
    arn: str | None
    name: str | None
    created: str | None
    region: str | None
    tags: str | None
    more: tuple[More, ...]
    json: tuple[str, ...]  # paths of texts that hold JSON
    drop: tuple[str, ...]  # paths of secrets
    volatile: tuple[str, ...]  # paths of what changes by itself
    one: One | None
    around: tuple[Around, ...]
    example: Mapping[str, Any]

    def asks(self) -> list[Ask]:
        """Return every call that reading this kind may make."""
        first = [self.over] if self.over else []
        single = [ask for ask in (self.one.ask, self.one.over) if ask] if self.one else []
        return [*first, self.ask, *(each.ask for each in self.more), *single]

    def actions(self) -> list[str]:
        """Return the IAM actions that reading it needs, sorted."""
        return sorted({action for ask in self.asks() for action in ask.actions})


def load(provider: str = "aws") -> dict[str, Kind]:
    """Return every kind of a provider by its name, sorted.

    Raises:
        BadUsage: a file is not understood; the message says which and why.

    """
    folder = files("jumpkit.content") / "inventory" / provider
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    kinds = {path.name.removesuffix(".yaml"): _kind(provider, path) for path in paths}
    for kind in kinds.values():
        for way in kind.around:
            if way.kind not in kinds:
                raise _wrong(kind.kind, f"there is no kind {way.kind} to go to")
    return kinds


def chosen(kinds: Mapping[str, Kind], names: tuple[str, ...]) -> dict[str, Kind]:
    """Return the named kinds, all where none is named; raises NotFound."""
    for name in names:
        if name not in kinds:
            raise NotFound(f"there is no kind {name}", target=name, hint=f"one of {', '.join(kinds)}")
    return {name: kind for name, kind in kinds.items() if not names or name in names}


def _kind(provider: str, path: Traversable) -> Kind:
    name = path.name.removesuffix(".yaml")
    try:
        [(body, _, _)] = documents(path.read_bytes())
    except (BadYaml, ValueError) as caught:
        raise _wrong(name, str(caught)) from caught
    _whole(name, body)
    ask = _ask(name, body)
    return Kind(
        kind=name,
        provider=provider,
        ask=ask,
        over=_ask(name, body["over"], ask.service) if "over" in body else None,
        more=tuple(_more(name, each, ask.service) for each in body.get("more", ())),
        one=_one(name, body["one"], ask) if "one" in body else None,
        around=tuple(_around(name, each) for each in body.get("around", ())),
        arn=body["arn"] if str(body.get("arn", "")).startswith("arn:") else _word(name, body, "arn"),
        title=body["title"],
        category=body["category"],
        model=body["model"],
        reach=body["reach"],
        example=body["example"],
        json=tuple(body.get("json", ())),
        drop=tuple(body.get("drop", ())),
        volatile=tuple(body.get("volatile", ())),
        id=str(_word(name, body, "id")),
        name=_word(name, body, "name"),
        created=_word(name, body, "created"),
        region=_word(name, body, "region"),
        tags=_word(name, body, "tags"),
    )


def _whole(name: str, body: Any) -> None:
    _known(name, body, _KIND)
    for key, allowed in (("reach", REACHES), ("category", CATEGORIES), ("model", MODELS)):
        if body.get(key) not in allowed:
            raise _wrong(name, f"{key} is none of {', '.join(allowed)}")
    for key in ("title", "service", "operation", "list", "id", "example"):
        if not body.get(key):
            raise _wrong(name, f"{key} is missing")


def _ask(name: str, body: Any, service: str | None = None, allowed: frozenset[str] = _KIND) -> Ask:
    _known(name, body, allowed | _MORE)
    service = body.get("service", service)
    if not service or not body.get("operation"):
        raise _wrong(name, "a call names no service or no operation")
    given = body.get("action", f"{service}:{body['operation']}")
    actions = tuple(given) if isinstance(given, list) else (given,)
    parameters = body.get("with", {})
    if not isinstance(parameters, dict):
        raise _wrong(name, "`with` is no map of parameters")
    _check_words(name, parameters)
    wanted = _word(name, body, "list" if "list" in body else "take")
    return Ask(service, body["operation"], parameters, wanted, actions, tuple(body.get("absent", ())))


def _more(name: str, body: Any, service: str) -> More:
    _known(name, body, _MORE)
    if not body.get("as"):
        raise _wrong(name, "a further call does not say `as` what its answer is kept")
    return More(_ask(name, body, service, _MORE), body["as"], _word(name, body, "when"))


def _one(name: str, body: Any, ask: Ask) -> One:
    _known(name, body, _ONE)
    over = _ask(name, body["over"], ask.service) if "over" in body else None
    if "with" not in body:
        return One(None, over)
    said = {"service": ask.service, "operation": ask.operation, "list": ask.wanted, "absent": list(ask.absent)}
    if "operation" not in body:
        said["action"] = list(ask.actions)
    return One(_ask(name, said | {key: value for key, value in body.items() if key != "over"}), over)


def _around(name: str, body: Any) -> Around:
    _known(name, body, _AROUND)
    ways = sum(key in body for key in ("ids", "with", "holds"))
    if ways != 1 or ("holds" in body) != ("of" in body):
        raise _wrong(name, "a way to others needs `kind` and one of `ids`, `with`, and `holds` with `of`")
    _check_words(name, body.get("with", {}))
    words = {key: _word(name, body, key) for key in ("ids", "holds", "of")}
    return Around(body.get("as", body["kind"]), body["kind"], parameters=body.get("with"), **words)


def _check_words(name: str, value: Any) -> None:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            _check_words(name, each)
    elif isinstance(value, str) and value.startswith("="):
        _word(name, {"with": value[1:]}, "with")


def _word(name: str, body: Mapping[str, Any], key: str) -> str | None:
    said = body.get(key)
    if said is None:
        return None
    try:
        return checked(said)
    except ValueError as error:
        raise _wrong(name, f"{key} is no expression: {error}") from error


def _known(name: str, body: Any, allowed: frozenset[str]) -> None:
    if not isinstance(body, dict):
        raise _wrong(name, "what should be a map is none")
    unknown = sorted(set(body) - allowed)
    if unknown:
        raise _wrong(name, f"unknown keys: {', '.join(unknown)}")


def _wrong(name: str, why: str) -> BadUsage:
    return BadUsage(f"the kind {name} is not understood: {why}", target=name, hint="docs/add/inventory.md")
