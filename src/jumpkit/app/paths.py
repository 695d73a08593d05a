"""What the doors ask of the paths to providers: listed, tried, checked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.app.people import past, pen_of
from jumpkit.coordinate.deed import SHORT, maybe, next_id
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage
from jumpkit.prepare.directory import directory_of
from jumpkit.prepare.paths import lacks, minutes, path_of, providers_of, shown
from jumpkit.preserve.ledger import append
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk, Opening


def listed(desk: Desk, named: str | None, at: datetime | None) -> dict[str, Any]:
    """Return the paths in order, with what each needs and when it was last tried.

    Raises:
        NotFound: nobody knows such a provider.

    """
    now = at or desk.clock()
    with desk.book.read() as tx:
        directory, tries = directory_of(tx), tx.rows("path_try", case=WORKSPACE)
    found = [shown(each, tries, now) for each in providers_of(directory, named)]
    return {"schema": "provider-paths/1", "at": stamp(now), "providers": found}


def checked(desk: Desk, named: str | None, at: datetime | None) -> dict[str, Any]:
    """Return what stands between the client and its providers; that none is written down counts too."""
    now = at or desk.clock()
    with desk.book.read() as tx:
        directory, tries = directory_of(tx), tx.rows("path_try", case=WORKSPACE)
    found = [each for provider in providers_of(directory, named) for each in lacks(provider, tries, now)]
    if named is None and not directory.providers:
        because = "no provider is written down; these are the paths that ship with jumpkit"
        found.insert(0, {"provider": "", "path": "", "kind": "no_provider", "because": because})
    return {"schema": "provider-check/1", "at": stamp(now), "lacks": found}


def tried(opening: Opening, provider: str, path: str, told: dict[str, Any]) -> dict[str, Any]:
    """Enter that a path was tried: when it was asked, and when an answer came, or that none did.

    Raises:
        NotFound: there is no such provider or path.
        BadUsage: it is not said what came of it, or the times cannot be.

    """
    if bool(told.get("answered")) == bool(told.get("silent")):
        raise BadUsage("say --answered TIME, or --silent", target=path, hint="what came of it is the point of trying")
    with pen_of(opening) as (pen, who):
        [known] = providers_of(directory_of(pen.tx), provider)
        path_of(known, path)
        asked = past(told.get("asked") or "now", who)
        answered = past(told["answered"], who) if told.get("answered") else None
        if answered and datetime.fromisoformat(answered) < datetime.fromisoformat(asked):
            raise BadUsage(f"it was asked only at {asked}", target=answered, hint="--asked TIME before --answered TIME")
        new = {
            "case": WORKSPACE,
            "attempt": next_id(pen.tx, WORKSPACE, "path_try", "P"),
            "provider": provider,
            "path": path,
            "asked": asked,
            "answered": answered,
            "person": maybe(told.get("by"), "who tried", SHORT) or who.actor,
            "note": maybe(told.get("note"), "the note"),
            **who.stamps(),
        }
        vouch(pen, WORKSPACE, "path_try", [new])
        append(pen, WORKSPACE, "path.tried", {name: new[name] for name in ("attempt", "provider", "path", "answered")})
    names = ("attempt", "provider", "path", "asked", "answered", "person", "note")
    return {"schema": "provider-try/1", **{name: new[name] for name in names}, "minutes": minutes(new)}
