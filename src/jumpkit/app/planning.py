"""Makes plans and lets people approve them; what a plan would do is looked up in the cloud, nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit import __version__
from jumpkit.app.journal import BookJournal, acting
from jumpkit.app.requests import ONLY, Request
from jumpkit.cloud.aws.calls import Aws
from jumpkit.cloud.aws.door import Access, expiry
from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.deed import still_open
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import NotFound, Refused
from jumpkit.model.action import Call, Target
from jumpkit.respond import approvals, signing
from jumpkit.respond.plans import Caller, Head, Wanted, build, checked
from jumpkit.store.book import WORKSPACE
from jumpkit.store.book.rows import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.model.action import Json


@dataclass(frozen=True, slots=True)
class Asked:
    """A step as somebody asks for it: the action, the target's id, and choices or what else addresses the target."""

    action: str
    uid: str
    region: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """A plan as somebody asks for it."""

    title: str
    steps: Sequence[Asked]
    access: Access = field(default_factory=Access)
    account: str | None = None  # the account that we must be in
    waived: Mapping[str, str] = field(default_factory=dict)


def provider(access: Access, case: str | None = None, plan: str | None = None) -> Aws:
    """Return Amazon with somebody's rights; case and plan stand in the user agent that its logs keep."""
    told = [f"jumpkit/{__version__}", f"case/{case}" if case else "", f"plan/{plan}" if plan else ""]
    return Aws(access, " ".join(each for each in told if each))


def who_we_are(cloud: Aws, account: str | None = None) -> Caller:
    """Return who the provider says that we are.

    Raises:
        Denied: our credentials are not usable.
        Refused: we are in another account than the one meant.

    """
    body = cloud.read(Call("sts", "GetCallerIdentity")).body
    caller = Caller(body["Arn"], body["Account"], body["UserId"], expiry(cloud.access))
    if account is not None and account != caller.account:
        hint = "choose another profile or role: --profile, --role-arn, AWS_PROFILE"
        said = f"we are {caller.arn} in {caller.account}, and {account} is meant"
        raise Refused(said, target=account, hint=hint)
    return caller


def make_plan(opening: Opening, case: str, order: Order) -> Json:
    """Look at every target and keep the plan; nothing in the cloud is changed.

    Raises:
        NotFound: there is no such case or action, or the provider does not know a target.
        Refused: the case has ended, or we are in another account than the one meant.

    """
    with acting(opening) as desk:
        return _made(desk, case, order, lambda cloud, caller: wanted_of(cloud, caller, order), opening.request)


def kept_plan(opening: Opening, case: str, title: str, steps: Sequence[Wanted], access: Access) -> Json:
    """Make a plan of steps whose targets are known, and keep it in its case."""
    with acting(opening) as desk:
        return _made(desk, case, Order(title, (), access), lambda _cloud, _caller: steps)


def _made(
    desk: Desk,
    case: str,
    order: Order,
    steps: Callable[[Aws, Caller], Sequence[Wanted]],
    request: Request = ONLY,
) -> Json:
    with desk.book.read() as tx:
        still_open(case_row(tx, case))
        name = f"P-{case.removeprefix('C-')}-{len(tx.rows('plan', case=case)) + 1}"
    cloud = provider(order.access, case, name)
    caller = who_we_are(cloud, order.account)
    head = Head(name, case, caller, desk.actor, stamp(desk.clock()), order.title, order.waived)
    body = build(head, steps(cloud, caller), cloud)
    keep(desk, body, request)
    return told(desk, body)


def keep(desk: Desk, body: Json, request: Request = ONLY) -> None:
    """Keep a plan in its case."""
    row = {name: body[name] for name in ("case", "plan", "title", "digest", "account")}
    row |= {"body": to_json(body), "recorded": body["created"], "author": desk.actor}
    said = {name: body[name] for name in ("plan", "digest", "title", "caller", "account", "waived")}
    said |= {"steps": [{"action": each["action"], "target": each["target"]["uid"]} for each in body["steps"]]}
    BookJournal(desk, request).keep(body["case"], "action.planned", said, {"plan": [row]})


def load(desk: Desk, name: str) -> Json:
    """Return a plan by its id, held against its digest.

    Raises:
        NotFound: no case has it.
        Refused: a byte of it was changed since it was made.

    """
    with desk.book.read() as tx:
        row = tx.one("plan", plan=name)
    if row is None:
        raise NotFound(f"there is no plan {name}", target=name, hint="jumpkit show CASE lists its plans")
    body: Json = from_json(row["body"])
    checked(body)
    return body


def told(desk: Desk, body: Json) -> Json:
    """Return a plan as the promised object, with its approvals."""
    steps = [{**each, "calls": [_with_region(call) for call in each["calls"]]} for each in body["steps"]]
    return {**body, "steps": steps, "approvals": approvals.standing(BookJournal(desk), body)}


def approve_plan(opening: Opening, name: str, *, solo: str | None, key: Path | None, signature: str | None) -> Json:
    """Approve a plan: alone with a reason, or by a signature.

    Raises:
        NotFound: there is no such plan.
        Refused: the signature is not over it, or its signer may not approve it.

    """
    with acting(opening) as desk:
        body = load(desk, name)
        where = approvals.Desk(BookJournal(desk, opening.request), desk.clock, desk.actor, WORKSPACE)
        if solo is not None:
            approvals.approve_alone(where, body, solo)
        else:
            armored = signing.sign(body["digest"], key)[0] if key is not None else signature or ""
            approvals.approve(where, body, armored)
        return told(desk, body)


def wanted_of(cloud: Aws, caller: Caller, order: Order) -> list[Wanted]:
    """Return the steps with their targets as the provider knows them."""
    from jumpkit.respond.targets import find  # noqa: PLC0415 - looked up only here

    found = []
    for each in order.steps:
        chosen = _action(each.action)
        options = {name: value for name, value in each.more.items() if name in chosen.spec.options}
        details = {name: value for name, value in each.more.items() if name not in options}
        target = Target(chosen.spec.target, each.uid, caller.account, each.region, details)
        found.append(Wanted(each.action, find(cloud, target), options))
    return found


def _action(name: str) -> Any:
    from jumpkit.respond.catalog import action  # noqa: PLC0415 - as above

    return action(name)


def _with_region(call: Json) -> Json:
    return {"region": None, **call}
