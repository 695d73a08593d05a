"""Gathers an account's identities: users, groups, roles, policies, providers, and its credential report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.model.action import Call, Cloud, Mark, Piece, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.pieces import Asking, asked

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Spec(
    title="Gather an account's identities",
    verb="collect",
    target="account",
    effect="Users, groups, roles, policies, federation and the credential report are read and sealed.",
    danger="none",
    reads=(
        "iam:GetAccountSummary",
        "iam:GetAccountAuthorizationDetails",
        "iam:GenerateCredentialReport",
        "iam:GetCredentialReport",
        "iam:ListSAMLProviders",
        "iam:ListOpenIDConnectProviders",
        "iam:ListAccountAliases",
    ),
    writes=(),
    loses="Nothing.",
    undo=None,
    attack=("T1136.003", "T1098"),
    proof=(Proof("every answer is sealed with its request ids; a refused one is named", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return that we may look at the account."""
    del mark
    cloud.read(Call("iam", "GetAccountSummary"))
    return {"account": target.uid}


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell that gathering is never done before it began."""
    del target, seen, mark
    return "no"


def gather(cloud: Cloud, target: Target, mark: Mark) -> Iterator[Piece]:
    """Read it all, and yield the identities as one document and the report as another."""
    del mark
    calls = {
        "authorization details": "GetAccountAuthorizationDetails",
        "SAML providers": "ListSAMLProviders",
        "OIDC providers": "ListOpenIDConnectProviders",
        "aliases": "ListAccountAliases",
        "summary": "GetAccountSummary",
    }
    asking = asked(Asking(cloud), ((name, Call("iam", operation)) for name, operation in calls.items()))
    yield asking.piece(f"aws/{target.uid}/iam/identities.json")
    report = Asking(cloud)
    report.ask("generate", Call("iam", "GenerateCredentialReport"))
    body = report.ask("report", Call("iam", "GetCredentialReport"))
    about = report.piece("").about
    yield Piece(f"aws/{target.uid}/iam/credential-report.csv", body["Content"] if body else b"refused\n", about)
