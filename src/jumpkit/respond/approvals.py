"""Who may let a plan run: signatures over its digest by registered people, or one person who declares to be alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import Clock, stamp
from jumpkit.kit.errors import BadUsage, NotFound, Refused
from jumpkit.respond.signing import fingerprint, public_key, signer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.model.action import Json
    from jumpkit.respond.effects import Journal, Row

SOLO = "solo"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where approvals are kept, and who enters them when."""

    journal: Journal
    clock: Clock
    actor: str
    workspace: str  # the log, and the case, of what belongs to no single case


def register(desk: Desk, person: str, public: str) -> Row:
    """Register a person's public key, with which they approve from now on.

    Raises:
        BadUsage: it is no key, or already somebody's.

    """
    key = public_key(public)
    there = desk.journal.rows("approver", desk.workspace)
    if any(each["public"] == key and each["withdrawn"] is None for each in there):
        raise BadUsage("this key is registered already", target=fingerprint(key), hint="jumpkit approver list")
    row = {"case": desk.workspace, "approver": f"AP-{len(there) + 1}", "person": person, "public": key}
    row |= {"recorded": stamp(desk.clock()), "author": desk.actor}
    body = {"person": person, "fingerprint": fingerprint(key)}
    desk.journal.keep(desk.workspace, "approver.registered", body, {"approver": [row]})
    return row


def withdraw(desk: Desk, name: str) -> Row:
    """Let a key count no longer for what is approved from now on.

    Raises:
        NotFound: there is none of that id.

    """
    there = desk.journal.rows("approver", desk.workspace, approver=name)
    if not there:
        raise NotFound(f"there is no approver {name}", target=name, hint="jumpkit approver list")
    row = there[0] | {"withdrawn": stamp(desk.clock())}
    desk.journal.keep(desk.workspace, "approver.withdrawn", {"approver": name}, {"approver": [row]})
    return row


def approve_alone(desk: Desk, body: Json, reason: str) -> Row:
    """Enter that one person works alone and lets the plan run; the ledger and every report say so.

    Raises:
        BadUsage: no reason is given.

    """
    if not reason.strip():
        raise BadUsage("working alone needs a reason", target=body["plan"], hint="--solo REASON")
    return _enter(desk, body, {"person": desk.actor, "how": SOLO, "reason": reason.strip()})


def approve(desk: Desk, body: Json, armored: str) -> Row:
    """Enter a signature over the plan's digest.

    Raises:
        Refused: it is not over this plan, nobody registered the key, or it is the requester's own.

    """
    key = signer(body["digest"], armored)
    people = [each for each in desk.journal.rows("approver", desk.workspace) if each["public"] == key]
    valid = [each for each in people if each["withdrawn"] is None]
    if not valid:
        hint = "jumpkit approver add PERSON --key FILE.pub registers one"
        raise Refused("this key is registered for nobody", target=fingerprint(key), hint=hint)
    person = str(valid[0]["person"])
    if person == body["requester"]:
        raise Refused(f"{person} asked for this plan and cannot approve it", target=body["plan"], hint="another person")
    if any(each["person"] == person for each in approvals(desk.journal, body)):
        raise Refused(f"{person} has approved this plan already", target=body["plan"], hint="another person")
    return _enter(desk, body, {"person": person, "how": "key", "fingerprint": fingerprint(key), "signature": armored})


def approvals(journal: Journal, body: Mapping[str, Any]) -> list[Row]:
    """Return the approvals of exactly this plan; what cannot be checked does not count."""
    found = journal.rows("approval", body["case"], plan=body["plan"], digest=body["digest"])
    return [each for each in found if each["how"] == SOLO or _holds(each, body["digest"])]


def standing(journal: Journal, body: Mapping[str, Any]) -> Json:
    """Return how many approvals a plan needs and has."""
    have = approvals(journal, body)
    solo = next((each for each in have if each["how"] == SOLO), None)
    people = sorted({str(each["person"]) for each in have})
    return {
        "need": body["need"],
        "have": max(len(people), body["need"]) if solo else len(people),
        "people": people,
        "solo": solo["reason"] if solo else None,
    }


def must_be_approved(journal: Journal, body: Mapping[str, Any]) -> None:
    """Return if enough people approved.

    Raises:
        Refused: they did not.

    """
    told = standing(journal, body)
    if told["have"] < told["need"]:
        hint = f"jumpkit approve {body['plan']} --key PRIVATE_KEY, or --solo REASON where you are alone"
        said = f"{body['plan']} has {told['have']} of {told['need']} approvals"
        raise Refused(said, target=str(body["plan"]), hint=hint)


def _holds(row: Row, digest: str) -> bool:
    try:
        return fingerprint(signer(digest, str(row["signature"]))) == str(row["fingerprint"])
    except Refused:
        return False


def _enter(desk: Desk, body: Json, told: Mapping[str, Any]) -> Row:
    there: Sequence[Row] = desk.journal.rows("approval", body["case"])
    row = {"case": body["case"], "approval": f"A-{len(there) + 1}", "plan": body["plan"], "digest": body["digest"]}
    row |= {**told, "recorded": stamp(desk.clock()), "author": desk.actor}
    said = {name: row.get(name) for name in ("plan", "digest", "person", "how", "fingerprint", "reason")}
    desk.journal.keep(body["case"], "action.approved", said, {"approval": [row]})
    return row
