"""What each kind of policy says of a call: whether it allows, whether it denies, and by which statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.respond.policy.principals import LEVELS, named
from jumpkit.respond.policy.request import ROOT
from jumpkit.respond.policy.statements import applies
from jumpkit.respond.truth import NO, YES, Truth, every, some, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.respond.policy.document import Document, Statement
    from jumpkit.respond.policy.request import Request

Documents = tuple["Document", ...]


@dataclass(frozen=True, slots=True)
class Policies:
    """All that may speak of a call. `None`: was not read, which is never taken for none; `()`: there is none.

    identity: the principal's own, inline and managed, its groups' too. session: passed when a session was made.
    scps, rcps: one tuple a level, root, units and account; of the principal's account and of the resource's.
    resource: the bucket, key, queue, … policy, or of a role its trust.
    granted: whether an S3 ACL or a KMS grant allows this call. public_blocked: S3 RestrictPublicBuckets.
    managing: whether the principal's account is the organization's management account, which no SCP binds.
    """

    identity: Documents | None = None
    boundary: Documents | None = None
    session: Documents | None = None
    resource: Documents | None = None
    scps: tuple[Documents, ...] | None = None
    rcps: tuple[Documents, ...] | None = None
    granted: bool | None = None
    public_blocked: bool | None = None
    managing: bool | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """A statement that spoke, by the layer and document it is in."""

    layer: str
    document: str
    statement: str
    effect: str

    def __str__(self) -> str:
        """Return it as it is told."""
        return f"{self.effect} {self.statement} of {self.document} ({self.layer})"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a layer says. `levels`: of a resource policy, by how directly its allows name the caller."""

    allow: Truth
    deny: Truth
    cited: tuple[Cited, ...] = ()
    levels: dict[str, Truth] = field(default_factory=dict)


NOTHING_SAID = Heard(NO, NO)
NO_LIMIT = Heard(YES, NO)


def unread(layer: str) -> Heard:
    """Return what a layer that was not read says: nothing that is known."""
    doubt = unknown(f"{layer} were not read")
    return Heard(doubt, doubt, levels=dict.fromkeys(LEVELS, doubt))


def hear(layer: str, documents: Iterable[Document], request: Request) -> Heard:
    """Return what documents without principals say of a call."""
    allows, denies, cited = [], [], []
    for document in documents:
        odd = [unknown(f"not understood in {document.name}: {each}") for each in document.odd]
        allows += odd
        denies += odd
        for statement in document.statements:
            found = applies(statement, document.version, request)
            _sort(statement, found, allows, denies)
            if found.value is not False:
                cited.append(Cited(layer, document.name, statement.name, statement.effect))
    return Heard(some(allows), some(denies), tuple(cited))


def _sort(statement: Statement, found: Truth, allows: list[Truth], denies: list[Truth]) -> None:
    if statement.effect != "Deny":
        allows.append(found)
    if statement.effect != "Allow":
        denies.append(found)


def limited(layer: str, documents: Documents | None, request: Request) -> Heard:
    """Return what a limit says: without one, all passes."""
    if documents is None:
        return unread(layer)
    return hear(layer, documents, request) if documents else NO_LIMIT


def stacked(layer: str, levels: tuple[Documents, ...] | None, request: Request) -> Heard:
    """Return what an organization's policies say: every level must allow, any may deny."""
    if levels is None:
        return unread(layer)
    heard = [hear(layer, each, request) for each in levels]
    cited = tuple(one for each in heard for one in each.cited)
    return Heard(every(each.allow for each in heard), some(each.deny for each in heard), cited)


def resourced(documents: Documents | None, request: Request, bounded: Truth) -> Heard:
    """Return what a resource's policy says, its allows by how directly they name the caller."""
    layer = "resource policies"
    if documents is None:
        return unread(layer)
    levels: dict[str, list[Truth]] = {level: [] for level in LEVELS}
    denies: list[Truth] = []
    cited = []
    for document in documents:
        odd = [unknown(f"not understood in {document.name}: {each}") for each in document.odd]
        denies += odd
        for level in LEVELS:
            levels[level] += odd
        for statement in document.statements:
            about = applies(statement, document.version, request)
            means = {} if about.value is False else named(statement, request.principal, bounded=bounded)
            found = {level: every([about, means.get(level, NO)]) for level in LEVELS}
            for level in LEVELS:
                _sort(statement, found[level], levels[level], denies)
            if some(found.values()).value is not False:
                cited.append(Cited(layer, document.name, statement.name, statement.effect))
    by_level = {level: some(found) for level, found in levels.items()}
    return Heard(some(by_level.values()), some(denies), tuple(cited), by_level)


def own(policies: Policies, request: Request) -> Heard:
    """Return what the principal's own policies say; root may do everything without any."""
    if request.principal.kind == ROOT:
        return NO_LIMIT
    layer = "identity policies"
    return unread(layer) if policies.identity is None else hear(layer, policies.identity, request)
