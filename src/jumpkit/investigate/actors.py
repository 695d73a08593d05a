"""What kind of actor a principal is: a person, a workload, the provider's automation or its staff; and how we know."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.investigate.identity import Identity
    from jumpkit.investigate.origins import Chain
    from jumpkit.model.estate import Estate

HUMAN = "human"
WORKLOAD = "workload"
AUTOMATION = "provider_automation"
STAFF = "provider_staff"
UNKNOWN = "unknown"

_SUPPORT = ("AWSServiceRoleForSupport", "support.amazonaws.com")
_MACHINE_ISSUERS = (
    "token.actions.githubusercontent.com",
    "oidc.eks.",
    "gitlab",
    "circleci.com",
    "bitbucket.org",
    "buildkite.com",
    "app.terraform.io",
    "vercel.com",
    "spacelift.io",
    "system:serviceaccount:",
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A class, why, and whether that is a guess; statements come from the record or the estate file."""

    kind: str
    why: str
    guess: bool


def classify(identity: Identity, chain: Chain, estate: Estate) -> Actor:
    """Return what kind of actor stands behind an identity."""
    return (
        _declared(identity, estate)
        or _provider(identity)
        or _workload(identity, chain)
        or _person(identity)
        or Actor(UNKNOWN, "nothing in the logs tells a person from a machine here", guess=True)
    )


def _declared(identity: Identity, estate: Estate) -> Actor | None:
    """Return what the estate file says of its ARN, or of its role's."""
    if not estate.automation and not estate.people:
        return None
    names = [name for name in (identity.arn, identity.issuer) if name]
    for kind, globs in ((WORKLOAD, estate.automation), (HUMAN, estate.people)):
        for glob in globs:
            if any(fnmatchcase(name, glob) for name in names):
                return Actor(kind, f"the estate file says so ({glob})", guess=False)
    return None


def _provider(identity: Identity) -> Actor | None:
    """Return the provider's staff or automation where the record itself names it."""
    if identity.name in _SUPPORT or (identity.linked and identity.invoked_by in _SUPPORT):
        return Actor(
            STAFF, "AWS Support acts under this name; whether a person or a tool of theirs is a guess", guess=True
        )
    if identity.kind == "service":
        return Actor(AUTOMATION, f"the record names the provider's own service {identity.name} as caller", guess=False)
    if identity.linked:
        return Actor(AUTOMATION, "a service-linked role, which only the provider's service can take", guess=False)
    return None


def _workload(identity: Identity, chain: Chain) -> Actor | None:
    """Return a machine of the client's own, by who took the role or by what names and agents claim."""
    issue = chain.issues[0] if chain.issues else None
    if identity.kind == "role" and issue is not None and issue.caller_kind == "service":
        return Actor(WORKLOAD, f"{(issue.caller[0] or '').partition(':')[2]} took the role for it", guess=False)
    if identity.kind == "role" and identity.instance:
        return Actor(WORKLOAD, "the session is named after an EC2 instance", guess=True)
    if identity.workload is not None:
        return Actor(WORKLOAD, f"its agent claims to run in {identity.workload}", guess=True)
    if identity.kind == "federated" and any(issuer in identity.uid for issuer in _MACHINE_ISSUERS):
        return Actor(WORKLOAD, "its identity provider vouches for build jobs and workloads", guess=True)
    return None


def _person(identity: Identity) -> Actor | None:
    """Return a person, by how they signed in or what their session is called."""
    if identity.sso:
        return Actor(HUMAN, "IAM Identity Center signs people in, and names them in the session", guess=True)
    if identity.kind == "root":
        return Actor(HUMAN, "the root user belongs to a person", guess=True)
    if identity.console:
        return Actor(HUMAN, "it used the console or a browser", guess=True)
    if "@" in (identity.session or "") or (identity.kind == "federated" and "@" in (identity.name or "")):
        return Actor(HUMAN, "its name is a mail address", guess=True)
    return None


def overall(actors: Iterable[tuple[Actor, int]]) -> Actor:
    """Return the class that most events had, given (actor, events); what is known goes before what is unknown."""
    total: dict[str, int] = {}
    first: dict[str, Actor] = {}
    for actor, events in actors:
        total[actor.kind] = total.get(actor.kind, 0) + events
        held = first.get(actor.kind)
        if held is None or (held.guess and not actor.guess):
            first[actor.kind] = actor
    kind = min(total, key=lambda each: (each == UNKNOWN, -total[each], each))
    actor = first[kind]
    if len(total) > 1:
        others = ", ".join(sorted(set(total) - {kind}))
        return Actor(kind, f"{actor.why}; other sessions: {others}", actor.guess)
    return actor
