"""Who called, as a record's `userIdentity` says it: a user by key, a session by its issuer, a service, a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from jumpkit.kit.clock import stamp
from jumpkit.lab.live import callers

if TYPE_CHECKING:
    from jumpkit.lab.live.callers import Signed

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who called, and in which account."""

    account: str
    said: Json


def identity_of(by: Signed, service: str | None, account: str | None) -> Identity | None:
    """Return who called; None where the key is nobody's. `service` is the provider's own, in `account`."""
    if service is not None:
        return Identity(str(account), {"type": "AWSService", "invokedBy": service})
    session = callers.session_of(by.key)
    if session is not None:
        return Identity(str(session.account_id), _session(session))
    held = callers.key_holder(by.key)
    if held is None or held[1] is None:
        return None
    account_id, user = held
    said = {
        "type": "IAMUser",
        "principalId": user.id,
        "arn": user.arn,
        "accountId": account_id,
        "accessKeyId": by.key,
        "userName": user.name,
    }
    return Identity(account_id, said)


def foreign(identity: Identity) -> Json:
    """Return a caller as a record in another account shows it."""
    return {
        "type": "AWSAccount",
        "principalId": identity.said.get("principalId"),
        "accountId": identity.account,
    }


def _session(session: Any) -> Json:
    unique = session.user_id.split(":")[0]
    name = session.role_arn.split("/")[-1]
    begun = session.access_key.create_date
    said: Json = {
        "type": "AssumedRole",
        "principalId": f"{unique}:{session.session_name}",
        "arn": session.arn,
        "accountId": session.account_id,
        "accessKeyId": session.access_key_id,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": unique,
                "arn": session.role_arn,
                "accountId": session.account_id,
                "userName": name,
            },
            "attributes": {
                "creationDate": stamp(callers.aware(begun).replace(microsecond=0)),
                "mfaAuthenticated": "false",
            },
        },
    }
    if session.session_name.startswith("i-") and _is_for_instances(session):
        said["sessionContext"]["ec2RoleDelivery"] = "2.0"
    return said


def _is_for_instances(session: Any) -> bool:
    roles = iam_backends[session.account_id]["aws"].roles.values()
    return any(
        role.arn == session.role_arn and "ec2.amazonaws.com" in str(role.assume_role_policy_document) for role in roles
    )
