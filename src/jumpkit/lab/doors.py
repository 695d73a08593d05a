"""How people and machines come in: single sign-on, federation of a pipeline, a service for its role."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jumpkit.lab.identity import Role, assume, grant, service, session_of
from jumpkit.lab.mint import Mint
from jumpkit.lab.record import Actor, Call, Diary, Json, note

if TYPE_CHECKING:
    from jumpkit.lab.estate import World

_PORTAL = "AWS-SSO-portal/1.0"


def sso_role(world: World, account: str, permission: str, session: str) -> Role:
    """Return the role that single sign-on keeps in an account for a permission set."""
    tail = Mint.of(world.seed, "sso", account, permission).hex(16)
    return Role(account, f"AWSReservedSSO_{permission}_{tail}", session, "aws-reserved/sso.amazonaws.com/eu-central-1/")


def sign_in(world: World, diary: Diary, person: str, account: str, at: tuple[datetime, str]) -> Actor:
    """Let a person sign in with a second factor and enter an account's console; returns the session."""
    when, region = at
    profile = world.people[person]
    email, ip, agent = profile["email"], profile["ip"], profile["agent"]
    _verify(world, diary, person, (when, region))
    role = sso_role(world, account, profile["permission"], email)
    key, response = grant(world, diary, role, when)
    tail = Mint.of(world.seed, "saml", account).hex(16)
    provider = f"arn:aws:iam::{account}:saml-provider/AWSSSO_{tail}_DO_NOT_DELETE"
    request = {
        "sAMLAssertionID": f"_{diary.mint.uuid()}",
        "roleSessionName": email,
        "roleArn": role.arn,
        "principalArn": provider,
        "durationSeconds": 43200,
    }
    saml = {
        "type": "SAMLUser",
        "principalId": f"{Mint.of(world.seed, 'idp', account).text(27)}=:{email}",
        "userName": email,
        "identityProvider": f"{Mint.of(world.seed, 'idp', account).text(27)}=",
    }
    more = {"resources": [{"accountId": account, "type": "AWS::IAM::Role", "ARN": role.arn}], "readOnly": True}
    door = Actor(saml, account, ip, _PORTAL)
    note(diary, door, when, region, Call("sts", "AssumeRoleWithSAML", request, response, more=more))
    actor = Actor(session_of(world, role, key, when), account, ip, agent)
    _console(diary, actor, (when + timedelta(seconds=2), region))
    return actor


def _verify(world: World, diary: Diary, person: str, at: tuple[datetime, str]) -> None:
    profile = world.people[person]
    identity = {
        "type": "IdentityCenterUser",
        "accountId": world.accounts["tools"],
        "onBehalfOf": {
            "userId": Mint.of(world.seed, "person", person).uuid(),
            "identityStoreArn": f"arn:aws:identitystore::{world.accounts['tools']}:identitystore/d-99672c8f1a",
        },
        "credentialId": diary.mint.uuid(),
    }
    actor = Actor(identity, world.accounts["tools"], profile["ip"], profile["agent"])
    for lead, credential in ((20, "PASSWORD"), (9, "TOTP")):
        more = {
            "eventType": "AwsServiceEvent",
            "readOnly": False,
            "additionalEventData": {"AuthWorkflowID": diary.mint.uuid(), "CredentialType": credential},
            "serviceEventDetails": {"CredentialVerification": "Success"},
        }
        call = Call("signin", "CredentialVerification", more=more)
        note(diary, actor, at[0] - timedelta(seconds=lead), at[1], call)


def _console(diary: Diary, actor: Actor, at: tuple[datetime, str]) -> None:
    keyless = {name: value for name, value in actor.identity.items() if name != "accessKeyId"}
    more = {
        "eventType": "AwsConsoleSignIn",
        "readOnly": False,
        "additionalEventData": {
            "LoginTo": f"https://{at[1]}.console.aws.amazon.com/console/home",
            "MobileVersion": "No",
            "MFAUsed": "No",  # as the provider writes it for federated sign-in: the second factor was asked elsewhere
        },
    }
    call = Call("signin", "ConsoleLogin", response={"ConsoleLogin": "Success"}, more=more)
    note(diary, replace(actor, identity=keyless), at[0], at[1], call)


def federate(world: World, diary: Diary, role: Role, repository: str, at: tuple[datetime, str]) -> Actor:
    """Let a hosted pipeline exchange its OIDC token for a role's session."""
    when, region = at
    key, response = grant(world, diary, role, when)
    issuer = "token.actions.githubusercontent.com"
    subject = f"repo:{repository}:ref:refs/heads/main"
    provider = f"arn:aws:iam::{role.account}:oidc-provider/{issuer}"
    response |= {"subjectFromWebIdentityToken": subject, "audience": "sts.amazonaws.com", "provider": provider}
    identity = {
        "type": "WebIdentityUser",
        "principalId": f"{provider}:sts.amazonaws.com:{subject}",
        "userName": subject,
        "identityProvider": provider,
    }
    ip = diary.mint.pick(world.lists["runner"])
    agent = diary.mint.pick(world.lists["runner_agent"])
    door = Actor(identity, role.account, ip, agent)
    request = {"roleArn": role.arn, "roleSessionName": role.session, "durationSeconds": 3600}
    more = {"resources": [{"accountId": role.account, "type": "AWS::IAM::Role", "ARN": role.arn}], "readOnly": True}
    note(diary, door, when, region, Call("sts", "AssumeRoleWithWebIdentity", request, response, more=more))
    context: Json = {"webIdFederationData": {"federatedProvider": provider, "attributes": {}}}
    return Actor(session_of(world, role, key, when, context), role.account, ip, agent)


def for_service(world: World, diary: Diary, name: str, role: Role, at: tuple[datetime, str]) -> Actor:
    """Let a service of the provider take on its role; the session's calls are made by that service."""
    caller = Actor(service(name), role.account, name, name)
    actor, _ = assume(world, diary, caller, role, at)
    return replace(actor, identity=actor.identity | {"invokedBy": name})


def on_instance(world: World, diary: Diary, role: Role, ip: str, at: tuple[datetime, str]) -> Actor:
    """Let an instance or a function receive its role's session; an instance has an address of its own."""
    name = "lambda.amazonaws.com" if not role.session.startswith("i-") else "ec2.amazonaws.com"
    actor, _ = assume(world, diary, Actor(service(name), role.account, name, name), role, at)
    context = dict(actor.identity["sessionContext"])
    if role.session.startswith("i-"):
        context["ec2RoleDelivery"] = "2.0"
        ip = Mint.of(world.seed, "way out", role.session).pick(world.lists["app_ip"])
    agent = diary.mint.pick(world.lists["app_agent"])
    return Actor(actor.identity | {"sessionContext": context}, role.account, ip, agent)
