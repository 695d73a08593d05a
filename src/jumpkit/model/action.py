"""What an action on a cloud is: what it says of itself, what it aims at, what it calls, and how it ended; no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Json = dict[str, Any]
Seen = Json  # what `observe` saw: plain JSON, only what the action touches or needs to decide
Verb = Literal["collect", "contain", "eradicate", "recover", "guard"]
Danger = Literal["none", "low", "medium", "high", "critical"]
Progress = Literal["yes", "no", "wait"]  # reached; not reached; under way at the provider

DANGERS = ("none", "low", "medium", "high", "critical")
OUTCOMES = ("done", "already", "failed", "unknown", "refused")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a provider's API, as data. A parameter may be `Later` or NOW; a mapping where text belongs is JSON.

    `name` is how later calls of the same step speak of its answer.
    """

    service: str  # botocore's name of it: iam, ec2, elbv2
    operation: str  # the API's own: PutRolePolicy
    parameters: Mapping[str, Any] = field(default_factory=dict)
    region: str | None = None  # None: the responder's own, or none where the service is global
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """What is known only when an earlier call of the step answered: `Later("group", "GroupId")`."""

    call: str
    path: str  # keys and list indexes with dots: Instances.0.InstanceId


@dataclass(frozen=True, slots=True)
class ProviderTime:
    """The provider's own present time (its Date header) when the call is sent, RFC 3339 in UTC to the second."""


NOW = ProviderTime()


@dataclass(frozen=True, slots=True)
class Reply:
    """A provider's answer."""

    body: Mapping[str, Any]
    request_id: str | None
    date: str | None  # the provider's clock, RFC 3339


class Cloud(Protocol):
    """The calls that an action may make; read and change are kept apart, so that a look can change nothing."""

    def read(self, call: Call) -> Reply:
        """Ask once; a lost answer is asked for again. Raises Denied, NotFound, Unreachable, ProviderError."""

    def pages(self, call: Call) -> Iterator[Reply]:
        """Ask for all pages of a list."""

    def change(self, call: Call) -> Reply:
        """Send once and never again by itself: Unreachable then means that nobody knows whether it took hold."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an action aims at, as the provider's inventory knows it."""

    kind: str  # role, user, access_key, instance, interface, bucket, function, …
    uid: str  # the provider's own id or name
    account: str
    region: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)  # what else addresses it: {"user": "ci"} of an access key

    def label(self) -> str:
        """Return how people name it.

        >>> Target("access_key", "AKIA1", "111122223333").label()
        'access_key AKIA1 in 111122223333'
        """
        where = f"{self.account}, {self.region}" if self.region else self.account
        return f"{self.kind} {self.uid} in {where}"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a step leaves on everything it makes, so that it is known again and never taken for another's."""

    case: str
    plan: str
    step: str
    id: str  # jumpkit-<12 hex>: in names
    responder: str | None = None  # ARN of the principal that acts: never to be locked out
    options: Mapping[str, str] = field(default_factory=dict)  # choices of this step that its SPEC names

    def tags(self, upper: bool = True) -> list[dict[str, str]]:  # noqa: FBT001, FBT002 - the two spellings of AWS
        """Return the tags of what a step makes, with `Key`/`Value` or `key`/`value`."""
        names = ("Key", "Value") if upper else ("key", "value")
        pairs = (("jumpkit:mark", self.id), ("jumpkit:case", self.case))
        return [dict(zip(names, pair, strict=True)) for pair in pairs]


@dataclass(frozen=True, slots=True)
class Proof:
    """Which claim is proven, and on what: `moto 5`, `localemu 1.3`, `own evaluator`, `model stub`, or `nothing`."""

    claim: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What an action says of itself before anybody lets it run; its id is its path."""

    title: str  # Disable an access key
    verb: Verb
    target: str  # the kind of thing it aims at
    effect: str  # in plain words, one or two sentences
    danger: Danger
    reads: tuple[str, ...]  # IAM actions: iam:ListAccessKeys
    writes: tuple[str, ...]
    loses: str  # what stops working, or what evidence goes, in plain words
    undo: str | None  # how it is taken back, in plain words; None: it cannot be
    undo_leaves: tuple[str, ...] = ()  # what undo does not bring back
    new_ids: tuple[str, ...] = ()  # dotted paths of what `observe` sees that undo brings back under another id
    needs_first: tuple[str, ...] = ()  # what must be so before: "disks", "memory", …, see respond/gates
    rearms: bool = False  # undo makes credentials work again that an intruder may hold
    options: Mapping[str, str] = field(default_factory=dict)  # choice → what it means and its default
    d3fend: tuple[str, ...] = ()
    attack: tuple[str, ...] = ()  # techniques that it answers
    proof: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must be so, or must fail, after an action; None: nobody can tell."""

    claim: str
    held: bool | None
    by: str  # read back, evaluated, tried, flows
    because: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Something gathered as evidence, with what was expected and what came."""

    name: str  # iam/authorization-details.json
    data: bytes | Iterator[bytes]
    about: Mapping[str, Any] = field(default_factory=dict)  # request ids, pages, expected, received, throttles, source


@dataclass(frozen=True, slots=True)
class Action:
    """One file of actions, read: its id, what it says of itself, and its functions."""

    id: str
    spec: Spec
    observe: Callable[[Cloud, Target, Mark], Seen]
    apply: Callable[[Target, Seen, Mark], Sequence[Call]] | None  # None: it gathers
    undo: Callable[[Target, Seen, Seen, Mark], Sequence[Call]] | None  # target, before, now, mark
    done: Callable[[Target, Seen, Mark], Progress]
    undone: Callable[[Target, Seen, Seen], bool] | None  # target, before, now; None: equal but for new_ids
    refuses: Callable[[Target, Seen, Mark], Sequence[str]] | None  # why it would do harm here, one sentence each
    proves: Callable[[Cloud, Target, Seen, Mark], Sequence[Check]] | None
    gather: Callable[[Cloud, Target, Mark], Iterator[Piece]] | None
