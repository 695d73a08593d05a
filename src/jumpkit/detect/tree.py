"""The predicate tree that a Sigma rule becomes: small frozen nodes, written to the cache as JSON, without any code."""

from __future__ import annotations

import msgspec


class Leaf(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """One test of one value: an operator, what it expects, and how a person reads it.

    `op` is a key of `leaf.TESTS`, or `exists`, `missing`, `ref`; `text` is folded already unless `cased`.
    """

    op: str
    shown: str
    text: str = ""
    number: int | float = 0
    cased: bool = False
    extra: str = ""  # the part of a time, the anchor of a reference


class Clause(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Tests of the values at one path: any of them (or `every`) has to hold, and the answer may be turned round."""

    path: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    every: bool = False
    negated: bool = False

    @property
    def positive(self) -> bool:
        """Say whether the clause asks for something to be there."""
        return self.negated == all(leaf.op == "missing" for leaf in self.leaves)

    @property
    def refers(self) -> bool:
        """Say whether it compares with another field."""
        return any(leaf.op == "ref" for leaf in self.leaves)


class Atom(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The clauses of one selection map below one top-level field; list elements are shared among them."""

    clauses: tuple[Clause, ...]

    @property
    def head(self) -> str:
        """Return the top-level field."""
        return self.clauses[0].path[0]


class Keyword(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A test of the whole record's text."""

    leaf: Leaf


class And(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """All parts hold."""

    parts: tuple[Node, ...]


class Or(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Some part holds."""

    parts: tuple[Node, ...]


class Not(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The part does not hold."""

    part: Node


class Named(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A part under the name that the rule's author gave it."""

    name: str
    part: Node


Node = And | Or | Not | Named | Atom | Keyword


class Threshold(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A correlation's number: the operator, the count, and what it is taken of."""

    op: str
    count: int | float
    fields: tuple[str, ...] = ()
    percentile: int = 50


class Call(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A node of an extended correlation condition: `rule` names a base rule, else `op` joins `parts`."""

    op: str  # rule, and, or, not
    rule: str = ""
    parts: tuple[Call, ...] = ()


class Correlation(msgspec.Struct, frozen=True):
    """A correlation as its file says it; rules are named as written there."""

    kind: str
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    seconds: int
    aliases: dict[str, dict[str, str]]
    threshold: Threshold | None
    condition: Call | None
    generate: bool


class Filter(msgspec.Struct, frozen=True):
    """The rules that a filter narrows, by id or name; None stands for all of its log source."""

    rules: tuple[str, ...] | None


class LogSource(msgspec.Struct, frozen=True):
    """Where a rule's events come from, in Sigma's words."""

    product: str | None = None
    service: str | None = None
    category: str | None = None


class Document(msgspec.Struct, frozen=True):
    """One YAML document as compiled: what lists show, and either a tree, a correlation, a filter, or a reason."""

    kind: str  # rule, correlation, filter, other
    digest: str
    place: int  # its number in the file
    id: str | None = None
    name: str | None = None
    title: str = ""
    level: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    false_positives: tuple[str, ...] = ()
    logsource: LogSource | None = None
    node: Node | None = None
    correlation: Correlation | None = None
    filter: Filter | None = None
    reason: str | None = None
