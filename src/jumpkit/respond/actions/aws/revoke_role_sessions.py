"""Denies a role everything for sessions that began before now, by the provider's own clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from jumpkit.kit.clock import stamp
from jumpkit.model.action import NOW, Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import listed
from jumpkit.respond.policy.document import read
from jumpkit.respond.policy.questions import revoked
from jumpkit.respond.policy.request import SESSION, Principal
from jumpkit.respond.truth import unknown

SPEC = Spec(
    title="Revoke a role's sessions",
    verb="contain",
    target="role",
    effect="Every session of the role that was issued before the provider's present time is denied everything.",
    danger="high",
    reads=("iam:ListRolePolicies", "iam:GetRolePolicy"),
    writes=("iam:PutRolePolicy", "iam:DeleteRolePolicy"),
    loses=(
        "Workloads that use the role fail until they fetch new credentials. Who can still assume the role gets a new "
        "session; long-term keys and root are not touched. It takes up to a few minutes to take hold everywhere."
    ),
    undo="Delete the inline policy that this step wrote.",
    rearms=True,
    d3fend=("D3-ANCI", "D3-CRO"),
    attack=("T1550.001", "T1078.004"),
    proof=(
        Proof("the policy is there under our own name, and gone after undo", "moto 5"),
        Proof("a session issued before the moment is denied, one issued after it is not", "localemu 1.3"),
    ),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the names of the role's inline policies, and ours where it is there."""
    names = listed(cloud, Call("iam", "ListRolePolicies", {"RoleName": target.uid}), "PolicyNames")
    ours = None
    if mark.id in names:
        asked = {"RoleName": target.uid, "PolicyName": mark.id}
        ours = dict(cloud.read(Call("iam", "GetRolePolicy", asked)).body["PolicyDocument"])
    return {"inline": sorted(names), "ours": ours}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Write the policy under our own name."""
    del seen
    told = {"RoleName": target.uid, "PolicyName": mark.id, "PolicyDocument": _document()}
    return [Call("iam", "PutRolePolicy", told)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Delete it."""
    del before, now
    return [Call("iam", "DeleteRolePolicy", {"RoleName": target.uid, "PolicyName": mark.id})]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether our policy is there and denies what it must."""
    del target, mark
    statements = (seen["ours"] or {}).get("Statement", [])
    return "yes" if any(_denies(each) for each in statements) else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Ask our own evaluator whether a session that was issued a second before the moment is denied everything."""
    del cloud, mark
    moment = _moment((seen["ours"] or {}).get("Statement", []))
    session = Principal(SESSION, f"arn:aws:sts::{target.account}:assumed-role/{target.uid}/*", target.account)
    before = stamp(datetime.fromisoformat(moment) - timedelta(seconds=1)) if moment else None
    held = revoked(read("ours", seen["ours"]), session, before) if before else unknown("the policy is not there")
    because = "; ".join(held.why) or f"the denial of {target.uid} holds for what was issued before {moment}"
    return [Check("every session that was issued before is refused everything", held.value, "evaluated", because)]


def _moment(statements: list[Seen]) -> str | None:
    found = [each.get("Condition", {}).get("DateLessThan", {}).get("aws:TokenIssueTime") for each in statements]
    return next((str(each) for each in found if each), None)


def _denies(statement: Seen) -> bool:
    expected = _document()["Statement"][0]
    moment = statement.get("Condition", {}).get("DateLessThan", {}).get("aws:TokenIssueTime")
    return moment is not None and {**statement, "Condition": None} == {**expected, "Condition": None}


def _document() -> Seen:
    condition = {"DateLessThan": {"aws:TokenIssueTime": NOW}}
    statement = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}
