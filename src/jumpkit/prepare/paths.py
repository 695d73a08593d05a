"""The paths to providers: what ships with us and what a client wrote, what each needs, and when it was last tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from jumpkit.kit import strictyaml
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import NotFound
from jumpkit.model.paths import Path, Provider

if TYPE_CHECKING:
    from jumpkit.prepare.directory import Directory

Row = Mapping[str, Any]

PLAN = "support_plan"


@dataclass(frozen=True, slots=True)
class Ordered:
    """One provider: what the client has with it, and its paths in order, each with whose word it is."""

    name: str
    title: str
    own: Provider
    paths: Mapping[str, tuple[Path, str]]  # id → path, and "shipped" or "own"


def shipped() -> dict[str, Provider]:
    """Return what the package knows of providers, by name."""
    folder = files("jumpkit.content") / "paths"
    found = {}
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.name.endswith(".yaml"):
            body = strictyaml.documents(each.read_bytes())[0][0]
            found[each.name.removesuffix(".yaml")] = msgspec.convert(body, Provider)
    return found


def providers_of(directory: Directory, named: str | None = None) -> list[Ordered]:
    """Return one provider, or all that the client wrote down; where it wrote none, those that ship with us.

    Raises:
        NotFound: nobody knows a provider of that name.

    """
    ours = shipped()
    if named is not None and named not in {*ours, *directory.providers}:
        hint = f"there are: {', '.join(sorted({*ours, *directory.providers}))}"
        raise NotFound(f"there is no provider {named!r}", target=named, hint=hint)
    names = [named] if named else sorted(directory.providers or ours)
    return [_ordered(name, ours.get(name, Provider()), directory.providers.get(name, Provider())) for name in names]


def _ordered(name: str, ours: Provider, own: Provider) -> Ordered:
    """Lay what the client wrote over what ships with us: a path of the same id is the client's, whole."""
    known = {path: (each, "shipped") for path, each in ours.paths.items()}
    known |= {path: (each, "own") for path, each in own.paths.items()}
    order = dict.fromkeys((*own.order, *own.paths, *ours.order, *ours.paths))
    left = {path: known[path] for path in order if path in known and path not in own.without}
    return Ordered(name, own.title or ours.title or name, own, left)


def path_of(provider: Ordered, name: str) -> Path:
    """Return one path.

    Raises:
        NotFound: the provider has none of that id.

    """
    if name not in provider.paths:
        hint = f"there are: {', '.join(provider.paths) or 'none'}"
        raise NotFound(f"{provider.name} has no path {name!r}", target=name, hint=hint)
    return provider.paths[name][0]


def needs_of(provider: Ordered, path: Path) -> list[dict[str, str | None]]:
    """Return what a path needs, and whether that is at hand; what nobody wrote down is unknown, not there."""
    has = provider.own.has
    found: list[dict[str, str | None]] = []
    if path.plans:
        plan = provider.own.plan
        state = "unknown" if plan is None else "met" if plan in path.plans else "missing"
        because = "nobody wrote down which plan it is" if plan is None else f"the plan is {plan}"
        found.append({"need": PLAN, "state": state, "because": f"{because}; one of: {', '.join(path.plans)}"})
    for need in path.needs:
        state = "met" if need in has else "unknown"
        found.append({"need": need, "state": state, "because": has.get(need, "nobody wrote down where it is")})
    return found


def standing(provider: Ordered, name: str, tries: Sequence[Row], now: datetime) -> dict[str, Any]:
    """Return when a path was last tried, how long an answer took, and whether that still counts."""
    mine = [row for row in tries if (row["provider"], row["path"]) == (provider.name, name)]
    mine = [row for row in mine if datetime.fromisoformat(row["asked"]) <= now]
    last = max(mine, key=lambda row: datetime.fromisoformat(row["asked"]), default=None)
    if last is None:
        return {"state": "untried", "asked": None, "answered": None, "minutes": None, "person": None}
    shown = {"asked": last["asked"], "answered": last["answered"], "minutes": minutes(last), "person": last["person"]}
    age = (now - datetime.fromisoformat(last["asked"])).days
    if last["answered"] is None:
        return {"state": "failed", **shown}
    return {"state": "stale" if age > provider.own.try_every else "tried", **shown}


def minutes(row: Row) -> float | None:
    """Return how long an answer took, None while there is none."""
    if row["answered"] is None:
        return None
    took = datetime.fromisoformat(row["answered"]) - datetime.fromisoformat(row["asked"])
    return round(took.total_seconds() / 60, 1)


def lacks(provider: Ordered, tries: Sequence[Row], now: datetime) -> list[dict[str, str]]:
    """Return what stands between the client and the provider: paths untried, stale or failed, and needs not at hand."""
    found = []
    for name, (path, _) in provider.paths.items():
        head = {"provider": provider.name, "path": name}
        stands = standing(provider, name, tries, now)
        if stands["state"] != "tried" and not (path.only_when_needed and stands["state"] == "untried"):
            found.append({**head, "kind": stands["state"], "because": _why(provider, stands)})
        found += [
            {**head, "kind": f"need_{each['state']}", "because": f"{each['need']}: {each['because']}"}
            for each in needs_of(provider, path)
            if each["state"] != "met"
        ]
    if not provider.paths:
        found.append({"provider": provider.name, "path": "", "kind": "no_path", "because": "no path is written down"})
    return found


def _why(provider: Ordered, stands: Mapping[str, Any]) -> str:
    if stands["state"] == "untried":
        return "nobody ever tried it"
    if stands["state"] == "failed":
        return f"no answer came when it was tried, on {stands['asked'][:10]}"
    return f"last tried on {stands['asked'][:10]}; it is to be every {provider.own.try_every} days"


def shown(provider: Ordered, tries: Sequence[Row], now: datetime) -> dict[str, Any]:
    """Return a provider as commands show it."""
    rows = []
    for place, (name, (path, whose)) in enumerate(provider.paths.items(), 1):
        body = {"place": place, "path": name, "whose": whose, **msgspec.to_builtins(path)}
        body |= {"needs": needs_of(provider, path), "last": standing(provider, name, tries, now)}
        rows.append(body)
    plan = provider.own.plan
    head = {"provider": provider.name, "title": provider.title, "plan": plan, "at": stamp(now)}
    return {**head, "plan_because": None if plan else "nobody wrote down which plan it is", "paths": rows}
