"""An organisation set up on the emulator."""

from __future__ import annotations

import contextlib
import json
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command.clouds import Clients

EXEMPT = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/responder"}}


def root(clients: Clients) -> str:
    """Return the root of the organisation, made where there is none."""
    organisations = clients("organizations")
    with contextlib.suppress(organisations.exceptions.AlreadyInOrganizationException):
        organisations.create_organization(FeatureSet="ALL")
    found: str = organisations.list_roots()["Roots"][0]["Id"]
    kinds = organisations.list_roots()["Roots"][0].get("PolicyTypes", [])
    if not any(each["Type"] == "SERVICE_CONTROL_POLICY" for each in kinds):
        organisations.enable_policy_type(RootId=found, PolicyType="SERVICE_CONTROL_POLICY")
    return found


def account(clients: Clients) -> str:
    root(clients)
    name = f"shop-{secrets.token_hex(4)}"
    told = {"AccountName": name, "Email": f"{name}@example.com"}
    made: str = clients("organizations").create_account(**told)["CreateAccountStatus"]["AccountId"]
    return made


def control_policy(clients: Clients) -> str:
    """Make a policy that denies everything to all but the responder."""
    root(clients)
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": EXEMPT}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    told = {"Content": text, "Description": "x", "Name": f"q-{secrets.token_hex(4)}", "Type": "SERVICE_CONTROL_POLICY"}
    made: str = clients("organizations").create_policy(**told)["Policy"]["PolicySummary"]["Id"]
    return made


def unit(clients: Clients) -> str:
    told = {"ParentId": root(clients), "Name": f"unit-{secrets.token_hex(4)}"}
    made: str = clients("organizations").create_organizational_unit(**told)["OrganizationalUnit"]["Id"]
    return made
