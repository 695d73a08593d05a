"""Sweeps an account for lasting access: gathers it as evidence, and judges what was sealed by what the case knows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.app.acting import apply_plan
from jumpkit.app.asking import matter
from jumpkit.app.journal import acting
from jumpkit.app.latest import case_at_hand
from jumpkit.app.planning import kept_plan, provider, who_we_are
from jumpkit.app.shelving import shelve
from jumpkit.cloud.aws.door import Access
from jumpkit.investigate.hits import STRONG
from jumpkit.investigate.items import at
from jumpkit.investigate.origins import chains
from jumpkit.investigate.persistence import persistence
from jumpkit.investigate.persistence.table import table
from jumpkit.investigate.responsible import own_accounts, responsible
from jumpkit.investigate.touched import Grip, touched
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import ProviderError
from jumpkit.kit.masking import mask
from jumpkit.model.action import Piece, Target
from jumpkit.respond.pieces import document
from jumpkit.respond.plans import Wanted
from jumpkit.respond.sweep.answer import answered, evidence_of
from jumpkit.respond.sweep.judging import Known, judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jumpkit.app.asking import Matter
    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.model.action import Json

ACTION = "aws/sweep_persistence"


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep as somebody asks for it: whose rights are used, and which regions are looked at."""

    case: str | None = None
    access: Access = field(default_factory=Access)
    account: str | None = None  # the account that we must be in
    regions: Sequence[str] = ()  # none: all that the account has
    estate: Path | None = None


def sweep(opening: Opening, asked: Sweep) -> Json:
    """Gather and judge; the answer is kept with the case, so that what still stands is known when it is closed.

    Raises:
        NotFound: there is no such case.
        Denied: our credentials are not usable.
        Refused: the case has ended, or we are in another account than the one meant.

    """
    with acting(opening) as desk:
        case = case_at_hand(desk, asked.case)
    caller = who_we_are(provider(asked.access), asked.account)
    target = Target("account", caller.account, caller.account)
    options = {"regions": ",".join(sorted(asked.regions))} if asked.regions else {}
    steps = [Wanted(ACTION, target, options)]
    plan = kept_plan(opening, case, "Swept for lasting access", steps, asked.access)
    [outcome] = apply_plan(opening, plan["plan"], asked.access)["outcomes"]
    if outcome["now"] is None:
        raise ProviderError(f"nothing could be read: {outcome['because']}", target=caller.account)
    with acting(opening) as desk:
        body = _answer(desk, case, asked, outcome["now"]["items"])
        body |= {"plan": plan["plan"], "caller": {"arn": caller.arn, "account": caller.account}}
        body["regions"] = plan["steps"][0]["before"]["regions"]
        body["whole"] = not body["unread"]
        return _kept(desk, case, plan["plan"], body)


def _answer(desk: Desk, case: str, asked: Sweep, items: Sequence[Json]) -> Json:
    """Return what the sealed documents say, judged by what the case knows."""
    sealed = []
    for each in items:
        with desk.shelf.open(each["sha256"]) as file:
            sealed.append(json.load(file))
    with matter(desk, case, asked.estate) as at_hand:
        known, told = _known(at_hand, str(sealed[0]["account"]))
    evidence = evidence_of(sealed)
    logged = {each.kind: each.title for each in table().kinds}
    body = answered(judge(evidence.things, known), evidence, logged)
    body["limits"] += [*told, *_limits(asked, known)]
    body["not_covered"] += [{"what": what, "because": because} for what, because in table().not_covered]
    body["evidence"] = [{"name": each["name"], "sha256": each["sha256"]} for each in items]
    return {"schema": "sweep/1", "case": case, **body}


def _known(here: Matter, account: str) -> tuple[Known, list[Json]]:
    """Return what the case's logs say, and what they cannot."""
    left = persistence(here.lake, here.picture, here.estate)
    strong = [each.first for each in here.picture.findings if each.severity in STRONG]
    ((first,),) = here.lake.query("SELECT min(time) FROM events WHERE metadata.log_name = 'aws/cloudtrail'")
    own = frozenset({account, *own_accounts(here.lake, here.estate)})
    since = stamp(min(strong)) if strong else None
    limits = [each for each in left["limits"] if not each["because"].startswith("known and not detected")]
    begins = at(first) if first is not None else None
    return Known(left["items"], own, since, begins, _changed(here)), [*limits, *here.unsaid]


def _changed(here: Matter) -> dict[str, Json]:
    """Return what those whom findings hold responsible changed, by name."""
    held = responsible(chains(here.lake), here.picture.findings, (), everyone=False)
    if held.chosen != "findings":
        return {}
    found: dict[str, Json] = {}
    for touch in touched(here.lake, [Grip(each.id) for each in held.identities]):
        if touch.changed and touch.done:
            told = found.setdefault(touch.name, {"operations": set(), "events": set(), "first": touch.first})
            told["operations"] |= set(touch.done)
            told["events"] |= touch.events
            told["first"] = min(filter(None, (told["first"], touch.first)), default=None)
    return {name: each | {"first": at(each["first"])} for name, each in found.items()}


def _limits(asked: Sweep, known: Known) -> list[Json]:
    found = []
    if asked.regions:
        why = f"only {', '.join(sorted(asked.regions))} were looked at, as asked"
        found.append({"what": "other regions", "because": why})
    if known.since is None:
        why = "no finding of medium or above says since when somebody is in: what was made lately is not told apart"
        found.append({"what": "when it was made", "because": why})
    return found


def _kept(desk: Desk, case: str, plan: str, body: Json) -> Json:
    """Seal the answer beside its evidence and return it as it is shown."""
    shown: Json = dict(mask(body)) | {"swept": stamp(desk.clock())}
    about: dict[str, Any] = {"expected": 1, "received": 1, "states": body["counts"]}
    shelve(desk, case, plan, Piece(f"sweep/{plan}/answer.json", document(shown), about), ACTION)
    return shown
