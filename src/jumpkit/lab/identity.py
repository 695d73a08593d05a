"""Principals as records show them, and the calls that issue their credentials, so that every chain can be followed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.lab.record import Actor, Call, Diary, Json, note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.lab.estate import World


@dataclass(frozen=True, slots=True)
class Role:
    """A role to be taken on, where, and under which session name."""

    account: str  # account id
    name: str
    session: str
    path: str = ""
    seconds: int = 3600  # how long a session lasts

    @property
    def arn(self) -> str:
        """Return the role's ARN."""
        return f"arn:aws:iam::{self.account}:role/{self.path}{self.name}"

    @property
    def session_arn(self) -> str:
        """Return the ARN of the session."""
        return f"arn:aws:sts::{self.account}:assumed-role/{self.name}/{self.session}"


def user(world: World, name: str, account: str, key: str | None = None) -> Json:
    """Return an IAM user's identity; `key` defaults to the key that it always had."""
    return {
        "type": "IAMUser",
        "principalId": world.unique("aida", account, name),
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": key or world.unique("akia", account, name),
        "userName": name,
    }


def service(name: str) -> Json:
    """Return the identity of one of the provider's own services."""
    return {"type": "AWSService", "invokedBy": name}


def on_behalf(actor: Actor, by: str) -> Actor:
    """Return the same principal, its calls now made for it by a service."""
    return replace(actor, identity=actor.identity | {"invokedBy": by}, ip=by, agent=by)


def session_of(world: World, role: Role, key: str, since: datetime, more: Mapping[str, Any] | None = None) -> Json:
    """Return the identity of a role's session; `more` goes into its session context."""
    unique = world.unique("aroa", role.account, role.name)
    issuer = {
        "type": "Role",
        "principalId": unique,
        "arn": role.arn,
        "accountId": role.account,
        "userName": role.name,
    }
    attributes = {"creationDate": stamp(since.replace(microsecond=0)), "mfaAuthenticated": "false"}
    return {
        "type": "AssumedRole",
        "principalId": f"{unique}:{role.session}",
        "arn": role.session_arn,
        "accountId": role.account,
        "accessKeyId": key,
        "sessionContext": {"sessionIssuer": issuer, "attributes": attributes, **(more or {})},
    }


def grant(world: World, diary: Diary, role: Role, when: datetime) -> tuple[str, Json]:
    """Return a fresh session key and the response that hands it out."""
    key = diary.mint.make("asia")
    unique = world.unique("aroa", role.account, role.name)
    until = when + timedelta(seconds=role.seconds)
    return key, {
        "credentials": {
            "accessKeyId": key,
            "sessionToken": diary.mint.token(),
            "expiration": until.strftime("%b %d, %Y, %I:%M:%S %p"),
        },
        "assumedRoleUser": {"assumedRoleId": f"{unique}:{role.session}", "arn": role.session_arn},
    }


def assume(world: World, diary: Diary, caller: Actor, role: Role, at: tuple[datetime, str]) -> tuple[Actor, list[str]]:
    """Let `caller` assume a role at (time, region); both accounts get a record where they differ. Returns event ids."""
    when, region = at
    key, response = grant(world, diary, role, when)
    request = {"roleArn": role.arn, "roleSessionName": role.session, "durationSeconds": role.seconds}
    more: Json = {"resources": [{"accountId": role.account, "type": "AWS::IAM::Role", "ARN": role.arn}]}
    crossing = role.account != caller.account
    if crossing or caller.by_service:
        more["sharedEventID"] = diary.mint.uuid()
    more["readOnly"] = True
    more["requestID"] = diary.mint.uuid()
    call = Call("sts", "AssumeRole", request, response, more=more)
    home = replace(caller, account=role.account) if caller.identity["type"] == "AWSService" else caller
    ids = [note(diary, home, when, region, call)]
    if crossing and home is caller:
        foreign = {"type": "AWSAccount", "principalId": caller.identity["principalId"], "accountId": caller.account}
        ids.append(note(diary, Actor(foreign, role.account, caller.ip, caller.agent), when, region, call))
    identity = session_of(world, role, key, when)
    return Actor(identity, role.account, caller.ip, caller.agent), ids
