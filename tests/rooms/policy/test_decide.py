"""What IAM answers, row by row: documents, call, expected verdict, and why the provider's documentation says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from iam.build import (
    ABROAD,
    ALL,
    ANYONE,
    BUCKET,
    GUEST,
    HOME,
    KEY,
    OBJECT,
    ROLE,
    ROOT,
    SESSION,
    USER,
    allow,
    ask,
    deny,
    doc,
    policies,
    to,
)

from jumpkit.respond.policy.decide import Verdict, decide
from jumpkit.respond.policy.document import read
from jumpkit.respond.policy.layers import Policies
from jumpkit.respond.policy.request import NOTHING, Principal, Request, identify

A, D, I, U = Verdict.ALLOW, Verdict.EXPLICIT_DENY, Verdict.IMPLICIT_DENY, Verdict.UNKNOWN  # noqa: E741 - implicit
CUT = {"DateLessThan": {"aws:TokenIssueTime": "2026-11-22T10:00:00Z"}}
REVOKE = doc(deny(Condition=CUT), name="revoke")
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
SPARED = {"ArnNotLike": {"aws:PrincipalArn": ROLE}}
SARN = SESSION.arn
LINKED = identify(
    f"arn:aws:sts::{HOME}:assumed-role/AWSServiceRoleForX/s",
    issuer=f"arn:aws:iam::{HOME}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
)
TRAIL = Principal("service", "cloudtrail.amazonaws.com")
HUB = Principal("web identity", "repo:acme/app", provider="token.actions.githubusercontent.com")
FED = identify(f"arn:aws:sts::{HOME}:federated-user/bob", issuer=USER.arn)
ASSUME = f"arn:aws:iam::{HOME}:role/target"


def trust(principal: object, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}


S3 = allow("s3:GetObject", f"{BUCKET}/*")
ROWS = [
    # emulators.md 3.2, each row by its own words
    ("user allow *", policies(identity=(ALL,)), ask("ec2:RunInstances"), A, ""),
    ("role session allow *", policies(identity=(ALL,)), ask("ec2:RunInstances", who=SESSION), A, ""),
    ("user inline deny *", policies(identity=(ALL, doc(deny()))), ask("ec2:RunInstances"), D, "denies come first"),
    (
        "token issue time, cutoff later than the session",
        policies(identity=(ALL, REVOKE)),
        ask("s3:ListBucket", who=SESSION, context={"aws:TokenIssueTime": "2026-11-22T09:59:59Z"}),
        D,
        "issued before the cutoff",
    ),
    (
        "token issue time, cutoff before the session",
        policies(identity=(ALL, REVOKE)),
        ask("s3:ListBucket", who=SESSION, context={"aws:TokenIssueTime": "2026-11-22T10:00:01Z"}),
        A,
        "a condition that does not hold makes a statement say nothing; moto denies here",
    ),
    (
        "token issue time does not touch long-term keys",
        policies(identity=(ALL, REVOKE)),
        ask("s3:ListBucket", who=replace(USER, long_term=True), closed=False),
        A,
        "the key is absent for them, and DateLessThan does not hold without it",
    ),
    (
        "token issue time of a session that is not known",
        policies(identity=(ALL, REVOKE)),
        ask("s3:ListBucket", who=SESSION, closed=False),
        U,
        "unknown never becomes allow",
    ),
    ("deny s3:* leaves ec2", policies(identity=(ALL, doc(deny("s3:*")))), ask("ec2:RunInstances", who=SESSION), A, ""),
    ("role without policies", policies(), ask("ec2:RunInstances", who=SESSION), I, "no allow anywhere"),
    (
        "allow on another instance",
        policies(identity=(doc(allow("ec2:StopInstances", "arn:aws:ec2:*:*:instance/i-1")),)),
        ask("ec2:StopInstances", "arn:aws:ec2:eu-central-1:111122223333:instance/i-2"),
        I,
        "",
    ),
    (
        "boundary deny-all",
        policies(identity=(ALL,), boundary=(doc(deny()),)),
        ask("ec2:RunInstances"),
        D,
        "moto allows",
    ),
    (
        "session policy deny-all",
        policies(identity=(ALL,), session=(doc(deny()),)),
        ask("ec2:RunInstances", who=SESSION),
        D,
        "moto allows",
    ),
    (
        "bucket policy deny *",
        policies(identity=(ALL,), resource=(doc(to("*", deny("s3:*"))),)),
        ask("s3:GetObject", OBJECT),
        D,
        "",
    ),
    (
        "bucket deny spares the responder's role",
        policies(identity=(ALL,), resource=(doc(to("*", deny("s3:*", Condition=SPARED))),)),
        ask("s3:GetObject", OBJECT, who=SESSION),
        A,
        "aws:PrincipalArn of a session is its role's ARN; both emulators deny",
    ),
    (
        "and nobody else",
        policies(identity=(ALL,), resource=(doc(to("*", deny("s3:*", Condition=SPARED))),)),
        ask("s3:GetObject", OBJECT),
        D,
        "",
    ),
    (
        "nor a session whose role's path is not known",
        policies(identity=(ALL,), resource=(doc(to("*", deny("s3:*", Condition=SPARED))),)),
        ask("s3:GetObject", OBJECT, who=identify(SARN)),
        U,
        "a session's ARN does not tell its role's path",
    ),
    (
        "mfa wanted, none there",
        policies(identity=(doc(allow(Condition=MFA)),)),
        ask("ec2:RunInstances"),
        I,
        "moto allows",
    ),
    (
        "mfa wanted and there",
        policies(identity=(doc(allow(Condition=MFA)),)),
        ask("ec2:RunInstances", context={"aws:MultiFactorAuthPresent": True}),
        A,
        "",
    ),
    ("scp deny-all", policies(identity=(ALL,), scps=((doc(deny()),),)), ask("ec2:RunInstances"), D, "moto allows"),
    # within one account
    (
        "bucket policy alone suffices",
        policies(resource=(doc(to({"AWS": USER.arn}, S3)),)),
        ask("s3:GetObject", OBJECT),
        A,
        "",
    ),
    (
        "user named by the resource outweighs a boundary's silence",
        policies(boundary=(doc(allow("ec2:*")),), resource=(doc(to({"AWS": USER.arn}, S3)),)),
        ask("s3:GetObject", OBJECT),
        A,
        "an implicit deny of a boundary does not limit what names the user",
    ),
    (
        "role named by the resource does not",
        policies(boundary=(doc(allow("ec2:*")),), resource=(doc(to({"AWS": ROLE}, S3)),)),
        ask("s3:GetObject", OBJECT, who=SESSION),
        I,
        "what names the role is limited by boundary and session policy",
    ),
    (
        "role named, session policy silent",
        policies(session=(doc(allow("ec2:*")),), resource=(doc(to({"AWS": ROLE}, S3)),)),
        ask("s3:GetObject", OBJECT, who=SESSION),
        I,
        "",
    ),
    (
        "session named, session policy and boundary silent",
        policies(
            boundary=(doc(allow("ec2:*")),), session=(doc(allow("ec2:*")),), resource=(doc(to({"AWS": SARN}, S3)),)
        ),
        ask("s3:GetObject", OBJECT, who=SESSION),
        A,
        "what names the session itself is not limited by silence",
    ),
    (
        "session named, session policy denies",
        policies(session=(doc(deny("s3:*")),), resource=(doc(to({"AWS": SARN}, S3)),)),
        ask("s3:GetObject", OBJECT, who=SESSION),
        D,
        "",
    ),
    (
        "another session named",
        policies(resource=(doc(to({"AWS": SARN + "x"}, S3)),)),
        ask("s3:GetObject", OBJECT, SESSION),
        I,
        "",
    ),
    (
        "a session named, any session asked",
        policies(resource=(doc(to({"AWS": SARN}, S3)),)),
        ask("s3:GetObject", OBJECT, who=identify(ROLE)),
        U,
        "it depends on the session's name",
    ),
    (
        "federated user's session named itself",
        policies(
            session=(doc(allow("ec2:*")),),
            resource=(doc(to({"AWS": FED.arn}, S3)),),
        ),
        ask("s3:GetObject", OBJECT, who=FED),
        A,
        "",
    ),
    (
        "federated user's user named",
        policies(session=(doc(allow("ec2:*")),), resource=(doc(to({"AWS": USER.arn}, S3)),)),
        ask("s3:GetObject", OBJECT, who=FED),
        I,
        "then session policies limit it",
    ),
    (
        "account named, no identity policy",
        policies(resource=(doc(to({"AWS": HOME}, S3)),)),
        ask("s3:GetObject", OBJECT),
        I,
        "it only delegates",
    ),
    (
        "everyone, and no limits",
        policies(resource=(doc(to("*", S3)),)),
        ask("s3:GetObject", OBJECT, who=SESSION),
        A,
        "",
    ),
    (
        "everyone, and a boundary that is silent",
        policies(resource=(doc(to("*", S3)),), boundary=(doc(allow("ec2:*")),)),
        ask("s3:GetObject", OBJECT, who=SESSION),
        U,
        "not documented",
    ),
    ("boundary allows nothing by itself", policies(boundary=(ALL,)), ask("s3:GetObject", OBJECT), I, ""),
    (
        "boundary and identity both",
        policies(identity=(ALL,), boundary=(doc(allow("s3:*")),)),
        ask("s3:GetObject", OBJECT),
        A,
        "",
    ),
    (
        "boundary without it",
        policies(identity=(ALL,), boundary=(doc(allow("ec2:*")),)),
        ask("s3:GetObject", OBJECT),
        I,
        "",
    ),
    (
        "session policy without it",
        policies(identity=(ALL,), session=(doc(allow("ec2:*")),)),
        ask("s3:GetObject", OBJECT, SESSION),
        I,
        "",
    ),
    (
        "a user's key carries no session policy",
        policies(identity=(ALL,), session=None),
        ask("s3:GetObject", OBJECT),
        A,
        "",
    ),
    # organizations
    (
        "scp levels all allow",
        policies(identity=(ALL,), scps=((ALL,), (doc(allow("s3:*")),))),
        ask("s3:GetObject", OBJECT),
        A,
        "",
    ),
    (
        "scp one level silent",
        policies(identity=(ALL,), scps=((ALL,), (doc(allow("ec2:*")),))),
        ask("s3:GetObject", OBJECT),
        I,
        "every level must allow",
    ),
    ("scp level without any", policies(identity=(ALL,), scps=((ALL,), ())), ask("s3:GetObject", OBJECT), I, ""),
    ("scp grants nothing", policies(scps=((ALL,),)), ask("s3:GetObject", OBJECT), I, ""),
    ("scp binds root", policies(scps=((ALL,), (doc(deny("s3:*")),))), ask("s3:GetObject", OBJECT, who=ROOT), D, ""),
    (
        "scp does not bind a service-linked role",
        policies(identity=(ALL,), scps=((doc(deny()),),)),
        ask("s3:GetObject", OBJECT, LINKED),
        A,
        "",
    ),
    (
        "scp does not bind the management account",
        policies(identity=(ALL,), scps=((doc(deny()),),), managing=True),
        ask("s3:GetObject", OBJECT),
        A,
        "",
    ),
    (
        "management account or not",
        policies(identity=(ALL,), scps=((doc(deny()),),), managing=None),
        ask("s3:GetObject", OBJECT),
        U,
        "",
    ),
    (
        "scp of the caller's account binds it abroad",
        policies(identity=(ALL,), resource=(doc(to({"AWS": ABROAD}, S3)),), scps=((doc(deny()),),)),
        ask("s3:GetObject", OBJECT, GUEST),
        D,
        "",
    ),
    (
        "scp spares the responder",
        policies(identity=(ALL,), scps=((ALL, doc(deny(Condition=SPARED))),)),
        ask("s3:GetObject", OBJECT, SESSION),
        A,
        "the quarantine that exempts the response role",
    ),
    (
        "rcp denies who is not ours",
        policies(
            identity=(ALL,),
            resource=(doc(to("*", S3)),),
            rcps=((doc(to("*", deny("s3:*", Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}))),),),
        ),
        ask("s3:GetObject", OBJECT, GUEST, context={"aws:PrincipalOrgID": "o-2"}),
        D,
        "",
    ),
    (
        "rcp does not bind a service-linked role",
        policies(identity=(ALL,), rcps=((doc(to("*", deny())),),)),
        ask("s3:GetObject", OBJECT, LINKED),
        A,
        "",
    ),
    (
        "rcp on a service that it may not bind",
        policies(identity=(ALL,), rcps=((doc(to("*", deny())),),)),
        ask("ec2:RunInstances"),
        U,
        "",
    ),
    # across accounts
    ("abroad, identity only", policies(identity=(ALL,)), ask("s3:GetObject", OBJECT, GUEST), I, "both sides must"),
    (
        "abroad, resource only",
        policies(resource=(doc(to({"AWS": GUEST.arn}, S3)),)),
        ask("s3:GetObject", OBJECT, GUEST),
        I,
        "both sides must",
    ),
    (
        "abroad, both",
        policies(identity=(ALL,), resource=(doc(to({"AWS": GUEST.arn}, S3)),)),
        ask("s3:GetObject", OBJECT, GUEST),
        A,
        "",
    ),
    (
        "abroad, by its account",
        policies(identity=(ALL,), resource=(doc(to({"AWS": f"arn:aws:iam::{ABROAD}:root"}, S3)),)),
        ask("s3:GetObject", OBJECT, GUEST),
        A,
        "",
    ),
    (
        "abroad, boundary silent",
        policies(identity=(ALL,), boundary=(doc(allow("ec2:*")),), resource=(doc(to({"AWS": GUEST.arn}, S3)),)),
        ask("s3:GetObject", OBJECT, GUEST),
        I,
        "",
    ),
    (
        "whose resource is not known, only one side",
        policies(identity=(ALL,)),
        ask("s3:GetObject", OBJECT, resource_account=None),
        U,
        "",
    ),
    (
        "whose resource is not known, both sides",
        policies(identity=(ALL,), resource=(doc(to({"AWS": USER.arn}, S3)),)),
        ask("s3:GetObject", OBJECT, resource_account=None),
        A,
        "allowed either way",
    ),
    # the public
    ("anonymous, public bucket", policies(resource=(doc(to("*", S3)),)), ask("s3:GetObject", OBJECT, ANYONE), A, ""),
    (
        "anonymous, public bucket, blocked",
        policies(resource=(doc(to("*", S3)),), public_blocked=True),
        ask("s3:GetObject", OBJECT, ANYONE),
        I,
        "RestrictPublicBuckets",
    ),
    (
        "anonymous, not known whether blocked",
        policies(resource=(doc(to("*", S3)),), public_blocked=None),
        ask("s3:GetObject", OBJECT, ANYONE),
        U,
        "",
    ),
    ("anonymous, an ACL not looked at", policies(granted=None), ask("s3:GetObject", OBJECT, ANYONE), U, ""),
    ("anonymous, an ACL lets in", policies(granted=True), ask("s3:GetObject", OBJECT, ANYONE), A, ""),
    (
        "blocked and shared abroad beside",
        policies(
            identity=(ALL,),
            resource=(doc(to("*", allow("s3:ListBucket", BUCKET)), to({"AWS": GUEST.arn}, S3)),),
            public_blocked=True,
        ),
        ask("s3:GetObject", OBJECT, GUEST),
        I,
        "while the policy is public, no other account gets in",
    ),
    (
        "blocked, policy not public",
        policies(identity=(ALL,), resource=(doc(to({"AWS": GUEST.arn}, S3)),), public_blocked=True),
        ask("s3:GetObject", OBJECT, GUEST),
        A,
        "",
    ),
    (
        "blocked, own account",
        policies(resource=(doc(to("*", S3)),), public_blocked=True),
        ask("s3:GetObject", OBJECT),
        A,
        "",
    ),
    (
        "blocked, everyone held to one network",
        policies(
            resource=(doc(to("*", {**S3, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}})),),
            public_blocked=True,
        ),
        ask("s3:GetObject", OBJECT, ANYONE, context={"aws:SourceVpce": "vpce-1"}),
        A,
        "then it is not public",
    ),
    (
        "anonymous is no account",
        policies(resource=(doc(to({"AWS": HOME}, S3)),)),
        ask("s3:GetObject", OBJECT, ANYONE),
        I,
        "",
    ),
    # services
    (
        "service let in",
        policies(resource=(doc(to({"Service": "cloudtrail.amazonaws.com"}, allow("s3:PutObject", f"{BUCKET}/*"))),)),
        ask("s3:PutObject", OBJECT, TRAIL),
        A,
        "",
    ),
    (
        "service not let in",
        policies(resource=(doc(to({"Service": "config.amazonaws.com"}, allow("s3:PutObject", f"{BUCKET}/*"))),)),
        ask("s3:PutObject", OBJECT, TRAIL),
        I,
        "",
    ),
    (
        "service under a deny for all",
        policies(resource=(doc(to({"Service": "cloudtrail.amazonaws.com"}, allow("s3:*")), to("*", deny("s3:*"))),)),
        ask("s3:PutObject", OBJECT, TRAIL),
        D,
        "",
    ),
    (
        "service spared by its key",
        policies(
            resource=(
                doc(
                    to({"Service": "cloudtrail.amazonaws.com"}, allow("s3:*")),
                    to("*", deny("s3:*", Condition={"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})),
                ),
            )
        ),
        ask("s3:PutObject", OBJECT, TRAIL),
        A,
        "",
    ),
    # root
    ("root needs no policy", policies(), ask("s3:GetObject", OBJECT, ROOT), A, ""),
    (
        "root under its bucket's deny",
        policies(resource=(doc(to("*", deny("s3:*"))),)),
        ask("s3:GetObject", OBJECT, ROOT),
        D,
        "",
    ),
    (
        "root gets its bucket back",
        policies(resource=(doc(to("*", deny("s3:*"))),)),
        ask("s3:DeleteBucketPolicy", BUCKET, ROOT),
        A,
        "the owner's root can always change a bucket policy",
    ),
    (
        "but not under an scp",
        policies(resource=(doc(to("*", deny("s3:*"))),), scps=((ALL, doc(deny())),)),
        ask("s3:DeleteBucketPolicy", BUCKET, ROOT),
        D,
        "",
    ),
    # keys
    (
        "key policy does not delegate",
        policies(identity=(ALL,)),
        ask("kms:Decrypt", KEY),
        I,
        "identity policies count only where the key's policy says so",
    ),
    (
        "key policy delegates",
        policies(identity=(ALL,), resource=(doc(to({"AWS": HOME}, allow("kms:*"))),)),
        ask("kms:Decrypt", KEY),
        A,
        "",
    ),
    (
        "key policy delegates, no identity policy",
        policies(resource=(doc(to({"AWS": HOME}, allow("kms:*"))),)),
        ask("kms:Decrypt", KEY),
        I,
        "",
    ),
    (
        "key policy names the role",
        policies(resource=(doc(to({"AWS": ROLE}, allow("kms:*"))),)),
        ask("kms:Decrypt", KEY, SESSION),
        A,
        "",
    ),
    ("grants not looked at", policies(identity=(ALL,), granted=None), ask("kms:Decrypt", KEY), U, ""),
    ("a grant allows", policies(granted=True), ask("kms:Decrypt", KEY), A, ""),
    ("creating a key asks no key policy", policies(identity=(ALL,)), ask("kms:CreateKey", NOTHING), A, ""),
    (
        "root and a key policy without it",
        policies(),
        ask("kms:Decrypt", KEY, ROOT),
        I,
        "not even root, where the key's policy leaves it out",
    ),
    # trust
    (
        "trust in the account, identity allows",
        policies(identity=(ALL,), resource=(doc(trust({"AWS": HOME})),)),
        ask("sts:AssumeRole", ASSUME),
        A,
        "",
    ),
    (
        "trust in the account, identity does not",
        policies(resource=(doc(trust({"AWS": HOME})),)),
        ask("sts:AssumeRole", ASSUME),
        I,
        "",
    ),
    (
        "trust in the user itself",
        policies(resource=(doc(trust({"AWS": USER.arn})),)),
        ask("sts:AssumeRole", ASSUME),
        A,
        "within one account that is enough",
    ),
    (
        "no trust",
        policies(identity=(ALL,), resource=(doc(trust({"AWS": ROLE})),)),
        ask("sts:AssumeRole", ASSUME),
        I,
        "an administrator is not trusted for that",
    ),
    (
        "trust denied",
        policies(identity=(ALL,), resource=(doc(trust({"AWS": HOME}), {**trust({"AWS": "*"}), "Effect": "Deny"}),)),
        ask("sts:AssumeRole", ASSUME),
        D,
        "both emulators allow",
    ),
    (
        "external id right",
        policies(
            identity=(ALL,),
            resource=(doc(trust({"AWS": ABROAD}, Condition={"StringEquals": {"sts:ExternalId": "x7"}})),),
        ),
        ask("sts:AssumeRole", ASSUME, GUEST, context={"sts:ExternalId": "x7"}),
        A,
        "",
    ),
    (
        "external id wrong",
        policies(
            identity=(ALL,),
            resource=(doc(trust({"AWS": ABROAD}, Condition={"StringEquals": {"sts:ExternalId": "x7"}})),),
        ),
        ask("sts:AssumeRole", ASSUME, GUEST, context={"sts:ExternalId": "X7"}),
        I,
        "both emulators allow",
    ),
    (
        "external id missing",
        policies(
            identity=(ALL,),
            resource=(doc(trust({"AWS": ABROAD}, Condition={"StringEquals": {"sts:ExternalId": "x7"}})),),
        ),
        ask("sts:AssumeRole", ASSUME, GUEST),
        I,
        "",
    ),
    (
        "external id not known",
        policies(
            identity=(ALL,),
            resource=(doc(trust({"AWS": ABROAD}, Condition={"StringEquals": {"sts:ExternalId": "x7"}})),),
        ),
        ask("sts:AssumeRole", ASSUME, GUEST, closed=False),
        U,
        "",
    ),
    (
        "trust wants mfa",
        policies(identity=(ALL,), resource=(doc(trust({"AWS": HOME}, Condition=MFA)),)),
        ask("sts:AssumeRole", ASSUME),
        I,
        "",
    ),
    (
        "trust in everyone, own account",
        policies(resource=(doc(trust({"AWS": "*"})),)),
        ask("sts:AssumeRole", ASSUME),
        U,
        "whether that suffices is not documented",
    ),
    (
        "trust in everyone, abroad",
        policies(identity=(ALL,), resource=(doc(trust({"AWS": "*"})),)),
        ask("sts:AssumeRole", ASSUME, GUEST),
        A,
        "",
    ),
    (
        "a service takes its role",
        policies(resource=(doc(trust({"Service": "ec2.amazonaws.com"})),)),
        ask("sts:AssumeRole", ASSUME, Principal("service", "ec2.amazonaws.com")),
        A,
        "",
    ),
    (
        "web identity of the right repository",
        policies(
            resource=(
                doc(
                    {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRoleWithWebIdentity",
                        "Principal": {"Federated": HUB.provider},
                        "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/*"}},
                    }
                ),
            )
        ),
        ask(
            "sts:AssumeRoleWithWebIdentity",
            ASSUME,
            HUB,
            context={"token.actions.githubusercontent.com:sub": "repo:acme/app:ref"},
        ),
        A,
        "",
    ),
    (
        "web identity of another",
        policies(
            resource=(
                doc(
                    {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRoleWithWebIdentity",
                        "Principal": {"Federated": HUB.provider},
                        "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/*"}},
                    }
                ),
            )
        ),
        ask(
            "sts:AssumeRoleWithWebIdentity",
            ASSUME,
            HUB,
            context={"token.actions.githubusercontent.com:sub": "repo:evil/app:ref"},
        ),
        I,
        "",
    ),
    # principals left over and odd
    (
        "a deleted role's id is another's",
        policies(resource=(doc(to({"AWS": "AROAOLDOLDOLDOLD1"}, S3)),)),
        ask("s3:GetObject", OBJECT, SESSION),
        I,
        "a role made anew under the name has another id",
    ),
    (
        "the caller's own id",
        policies(resource=(doc(to({"AWS": "AROARESPONDERRESP1"}, S3)),)),
        ask("s3:GetObject", OBJECT, SESSION),
        A,
        "",
    ),
    (
        "an id, and the caller's is not known",
        policies(resource=(doc(to({"AWS": "AROARESPONDERRESP1"}, S3)),)),
        ask("s3:GetObject", OBJECT, replace(SESSION, unique_id=None)),
        U,
        "",
    ),
    (
        "a wildcard inside a principal",
        policies(resource=(doc(to({"AWS": f"arn:aws:iam::{HOME}:role/*"}, S3)),)),
        ask("s3:GetObject", OBJECT, SESSION),
        U,
        "",
    ),
    (
        "NotPrincipal, none of the caller's names",
        policies(identity=(ALL,), resource=(doc({**deny("s3:*"), "NotPrincipal": {"AWS": [ROLE, HOME, SARN]}}),)),
        ask("s3:GetObject", OBJECT, GUEST),
        D,
        "",
    ),
    (
        "NotPrincipal with all names",
        policies(identity=(ALL,), resource=(doc({**deny("s3:*"), "NotPrincipal": {"AWS": [ROLE, HOME, SARN]}}),)),
        ask("s3:GetObject", OBJECT, SESSION),
        A,
        "",
    ),
    (
        "NotPrincipal without the session",
        policies(identity=(ALL,), resource=(doc({**deny("s3:*"), "NotPrincipal": {"AWS": [ROLE, HOME]}}),)),
        ask("s3:GetObject", OBJECT, SESSION),
        U,
        "",
    ),
    (
        "NotPrincipal hits who has a boundary",
        policies(
            identity=(ALL,),
            boundary=(ALL,),
            resource=(doc({**deny("s3:*"), "NotPrincipal": {"AWS": [USER.arn, HOME]}}),),
        ),
        ask("s3:GetObject", OBJECT),
        D,
        "whatever it lists",
    ),
    (
        "NotPrincipal with allow",
        policies(resource=(doc({**S3, "NotPrincipal": {"AWS": [ROLE]}}),)),
        ask("s3:GetObject", OBJECT),
        U,
        "not supported",
    ),
    # actions, resources, variables
    (
        "NotAction",
        policies(identity=(doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),)),
        ask("s3:GetObject", OBJECT),
        A,
        "",
    ),
    (
        "NotAction names it",
        policies(identity=(doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),)),
        ask("iam:GetUser"),
        I,
        "",
    ),
    (
        "NotResource",
        policies(identity=(ALL, doc({"Effect": "Deny", "Action": "s3:*", "NotResource": [BUCKET, f"{BUCKET}/*"]}))),
        ask("s3:GetObject", OBJECT),
        A,
        "",
    ),
    (
        "NotResource leaves another",
        policies(identity=(ALL, doc({"Effect": "Deny", "Action": "s3:*", "NotResource": [BUCKET, f"{BUCKET}/*"]}))),
        ask("s3:GetObject", "arn:aws:s3:::other/x"),
        D,
        "",
    ),
    (
        "letters of an action",
        policies(identity=(doc(allow("S3:getobject")),)),
        ask("s3:GetObject", OBJECT),
        A,
        "actions have no case",
    ),
    (
        "letters of a resource",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::Ledger/*")),)),
        ask("s3:GetObject", OBJECT),
        I,
        "resources have",
    ),
    ("bucket is not its objects", policies(identity=(doc(allow("s3:*", BUCKET)),)), ask("s3:GetObject", OBJECT), I, ""),
    (
        "a short ARN is filled with stars",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3")),)),
        ask("s3:GetObject", OBJECT),
        A,
        "",
    ),
    (
        "own folder",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")),)),
        ask("s3:GetObject", "arn:aws:s3:::home/ann/x"),
        A,
        "",
    ),
    (
        "another's folder",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")),)),
        ask("s3:GetObject", "arn:aws:s3:::home/bob/x"),
        I,
        "",
    ),
    (
        "a variable that a role has not",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")),)),
        ask("s3:GetObject", "arn:aws:s3:::home/responder/x", SESSION),
        I,
        "sessions have no aws:username",
    ),
    (
        "a variable's default",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::home/${aws:username, 'all'}/*")),)),
        ask("s3:GetObject", "arn:aws:s3:::home/all/x", SESSION),
        A,
        "",
    ),
    (
        "a variable in an old document",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*"), version="2008-10-17"),)),
        ask("s3:GetObject", "arn:aws:s3:::home/ann/x"),
        I,
        "then it is plain text",
    ),
    (
        "a star that is meant",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::home/${*}/x")),)),
        ask("s3:GetObject", "arn:aws:s3:::home/ann/x"),
        I,
        "",
    ),
    (
        "tag of the caller, not known",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::home/${aws:PrincipalTag/team}/*")),)),
        ask("s3:GetObject", OBJECT, SESSION, closed=False),
        I,
        "whatever the tag is, the bucket is another",
    ),
    (
        "tag of the caller decides, not known",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::ledger/${aws:PrincipalTag/team}/*")),)),
        ask("s3:GetObject", f"{BUCKET}/ir/x", SESSION, closed=False),
        U,
        "",
    ),
    (
        "tag of the caller",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::ledger/${aws:PrincipalTag/Team}/*")),)),
        ask("s3:GetObject", f"{BUCKET}/ir/x", replace(SESSION, tags={"team": "ir"})),
        A,
        "",
    ),
    (
        "a tag that is a wildcard",
        policies(identity=(doc(allow("s3:*", "arn:aws:s3:::ledger/${aws:PrincipalTag/team}/*")),)),
        ask("s3:GetObject", f"{BUCKET}/hr/x", replace(SESSION, tags={"team": "*"})),
        U,
        "whoever may tag must not win by it",
    ),
    (
        "call about nothing single, named resource",
        policies(identity=(doc(allow("ec2:DescribeInstances", "arn:aws:ec2:*:*:instance/*")),)),
        ask("ec2:DescribeInstances", NOTHING),
        I,
        "listing is covered by * alone",
    ),
    (
        "all objects asked, a part denied",
        policies(identity=(ALL, doc(deny("s3:*", f"{BUCKET}/secret/*")))),
        ask("s3:GetObject", f"{BUCKET}/*"),
        U,
        "",
    ),
    ("all actions asked, a part denied", policies(identity=(ALL, doc(deny("s3:Put*")))), ask("s3:*", OBJECT), U, ""),
    ("resource not known", policies(identity=(doc(allow("s3:*", BUCKET)),)), ask("s3:GetObject", None), U, ""),
    ("resource not known, all allowed", policies(identity=(ALL,)), ask("s3:GetObject", None), A, ""),
    # what is not understood
    (
        "an element that is not known",
        policies(identity=(ALL, doc({**deny("s3:*"), "Unless": "x"}))),
        ask("s3:GetObject", OBJECT),
        U,
        "",
    ),
    (
        "the same, about something else",
        policies(identity=(ALL, doc({**deny("s3:*"), "Unless": "x"}))),
        ask("ec2:RunInstances"),
        A,
        "",
    ),
    (
        "an operator that is not known",
        policies(identity=(ALL, doc(deny(Condition={"StringResembles": {"aws:userid": "x"}})))),
        ask("s3:GetObject", OBJECT),
        U,
        "",
    ),
    (
        "an effect in small letters",
        policies(identity=(ALL, doc({"Effect": "deny", "Action": "*", "Resource": "*"}))),
        ask("s3:GetObject", OBJECT),
        U,
        "",
    ),
    ("not JSON", policies(identity=(ALL, read("p", "{"))), ask("s3:GetObject", OBJECT), U, ""),
    (
        "an element twice",
        policies(identity=(ALL, read("p", '{"Statement": [], "Statement": []}'))),
        ask("s3:GetObject", OBJECT),
        U,
        "",
    ),
    (
        "identity policies unread",
        Policies(scps=(), rcps=(), boundary=(), session=(), resource=(), managing=False),
        ask("s3:GetObject", OBJECT),
        U,
        "",
    ),
    ("boundary unread", policies(identity=(ALL,), boundary=None), ask("s3:GetObject", OBJECT), U, ""),
    ("scps unread", policies(identity=(ALL,), scps=None), ask("s3:GetObject", OBJECT), U, ""),
    ("nothing read, root", Policies(), Request(ROOT, "s3:GetObject", OBJECT, HOME), U, ""),
]


@pytest.mark.parametrize(
    ("policies_", "call", "expected", "why"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_iam_answers(policies_: Policies, call: Request, expected: Verdict, why: str) -> None:
    ruling = decide(policies_, call)
    assert ruling.verdict == expected, (why, ruling.because)
    assert ruling.because
    assert bool(ruling.unknowns) == (expected == U)


def test_the_statements_that_decided_are_named() -> None:
    named = doc(deny("s3:*", Sid="NoStorage"), name="guard")
    ruling = decide(policies(identity=(ALL, named)), ask("s3:GetObject", OBJECT))
    assert [str(each) for each in ruling.cited] == ["Deny NoStorage of guard (identity policies)"]
    assert ruling.because == "denied by Deny NoStorage of guard (identity policies)"
    silent = decide(policies(identity=(ALL,), boundary=(doc(allow("ec2:*")),)), ask("s3:GetObject", OBJECT))
    assert "permissions boundary" in silent.because
