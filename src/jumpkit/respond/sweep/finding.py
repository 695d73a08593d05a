"""From rows as the provider gave them to things: name, holder, when made, whom it lets in, and what takes it away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.expressions import opened, value, values
from jumpkit.respond.policy.document import read
from jumpkit.respond.policy.exposure import openings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.model.action import Json
    from jumpkit.respond.sweep.kinds import Kind, Remedy

EVERYONE = "everyone"
_ALL = frozenset({"*", "all"})
_NO_STRANGERS = frozenset({"service"})  # openings of policies that let in the provider's own


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that stands now and gives lasting access."""

    kind: Kind
    account: str
    region: str | None
    name: str
    made: str | None
    used: str | None
    holder: str | None  # user:ci, role:web: whose it is
    own: str | None  # what others name as their holder
    lets_in: tuple[str, ...]
    bounds: tuple[str, ...]  # conditions under which somebody is let in
    odd: tuple[str, ...]  # what of its policy was not understood
    expected: bool
    log_names: frozenset[str]
    log_beside: str | None
    action: Json | None

    @property
    def uid(self) -> str:
        """Return what tells it from other things."""
        return f"{self.kind.kind}:{self.account}:{self.region or ''}:{self.name}"


def things(kind: Kind, rows: list[Json], account: str, region: str | None) -> Iterator[Thing]:
    """Yield the things of a kind."""
    for row in rows:
        of = {**row, "_": {"account": account, "region": region}}
        for path in kind.json:
            of = opened(of, path)
        found = _thing(kind, of, account, region)
        if (kind.said["only"] is None or value(kind.said["only"], of)) and (found.lets_in or not kind.outside):
            yield found


def _thing(kind: Kind, of: Mapping[str, Any], account: str, region: str | None) -> Thing:
    said = {word: value(expression, of) for word, expression in kind.said.items() if word not in ("policy", "to")}
    lets_in, bounds, odd = _strangers(kind, of, account)
    beside = value(kind.log_beside, of)
    return Thing(
        kind=kind,
        account=account,
        region=region,
        name=str(said["id"]),
        made=_text(said["made"]),
        used=_text(said["used"]),
        holder=_text(said["holder"]),
        own=_text(said["is"]),
        lets_in=tuple(sorted(lets_in)),
        bounds=bounds,
        odd=odd,
        expected=bool(said["expected"]),
        log_names=frozenset(str(each) for name in kind.log_names for each in values(name, of)),
        log_beside=_text(beside),
        action=_action(kind.remedy, of, account, region) if kind.remedy else None,
    )


def _strangers(kind: Kind, of: Mapping[str, Any], account: str) -> tuple[set[str], tuple[str, ...], tuple[str, ...]]:
    """Return who is let in, under which conditions, and what was not understood."""
    named = {EVERYONE if each in _ALL else str(each) for each in values(kind.said["to"], of)}
    found = {each for each in named if account not in (each, *each.split(":"))}
    if kind.said["policy"] is None:
        return found, (), ()
    document = read(kind.title, value(kind.said["policy"], of) or {})
    outside = [each for each in openings([document], account) if each.kind not in _NO_STRANGERS]
    known = [each for each in outside if each.kind != "not understood"]
    strangers = {EVERYONE if each.kind == EVERYONE else each.principal for each in known if each.held.value is not True}
    bounds = sorted({said for each in known for said in each.conditions})
    odd = sorted({each.principal for each in outside if each.kind == "not understood"})
    return found | strangers, tuple(bounds), tuple(odd)


def _action(remedy: Remedy, of: Mapping[str, Any], account: str, region: str | None) -> Json | None:
    """Return the step that takes it away, None where a choice that it needs is not there to be made."""
    options = {name: value(said, of) for name, said in remedy.options.items()}
    details = {name: value(said, of) for name, said in remedy.details.items()}
    if None in (*options.values(), *details.values()):
        return None
    told: Json = {"action": remedy.action, "target": str(value(remedy.target, of)), "account": account}
    told["region"] = region
    told["details"] = {name: str(each) for name, each in details.items()}
    return told | {"options": {name: str(each) for name, each in options.items()}}


def _text(found: Any) -> str | None:
    return None if found is None else str(found)
