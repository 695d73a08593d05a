"""SQL that users write, taken apart and made again from what is allowed; nothing of it reaches the engine raw."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from jumpkit.kit.errors import BadUsage, Refused
from jumpkit.store.lake.allowed import NAMED, NODES, RELATIONS, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST = 20_000  # characters
_NODES = 4_000
_DEEPEST = 60  # parentheses within each other, and nodes below each other
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}\Z")
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_INSTEAD = "one SELECT over events and hits, with plain functions; jumpkit hunt --help lists them"


def user_where(condition: str, *, limit: int | None = None, columns: Sequence[str] = ("*",)) -> str:
    """Return the SELECT for `columns` of the events that meet a condition, in order of time and id.

    Raises:
        BadUsage: it is no condition.
        Refused: it holds what users may not ask.

    """
    tree = _parsed(condition, into=exp.Condition)
    if isinstance(tree, exp.Query):
        raise BadUsage("this is a whole statement, not a condition", hint="jumpkit hunt --sql takes statements")
    select = (
        exp.select(*columns, dialect="duckdb").from_("events").where(exp.paren(tree)).order_by("time", "metadata.uid")
    )
    return _checked(select, limit)


def user_select(statement: str, *, limit: int | None = None) -> str:
    """Return a user's statement made again from its parts, with at most `limit` rows.

    Raises:
        BadUsage: it cannot be understood.
        Refused: it is not one SELECT over events and hits, or holds what users may not ask.

    """
    tree = _parsed(statement, into=None)
    if not isinstance(tree, exp.Query) or isinstance(tree, exp.Subquery | exp.Table):
        raise Refused(f"only a SELECT can be asked, not {_kind(tree)}", target="query", hint=_INSTEAD)
    return _checked(tree, limit)


def _parsed(text: str, *, into: type[exp.Expr] | None) -> exp.Expr:
    """Return the one expression in `text`."""
    if len(text) > _LONGEST or _depth(text) > _DEEPEST:
        raise Refused("the query is too long or nested too deeply", target="query", hint=_INSTEAD)
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect="duckdb") if tree is not None]
    except (SqlglotError, RecursionError) as error:
        said = str(error).splitlines()[0] if str(error) else "too deep"
        raise BadUsage(f"this is not SQL that can be understood: {said}", target="query", hint=_INSTEAD) from error
    if len(trees) != 1:
        raise Refused(f"one query at a time, not {len(trees)}", target="query", hint=_INSTEAD)
    if into is None and not isinstance(trees[0], exp.Query):
        raise Refused(f"only a SELECT can be asked, not {_kind(trees[0])}", target="query", hint=_INSTEAD)
    return trees[0]


def _depth(text: str) -> int:
    """Return how deeply brackets nest, those in quotes included."""
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _checked(tree: exp.Query, limit: int | None) -> str:
    """Return the SQL of a tree of which every part is allowed, with times understood and rows limited."""
    named = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for name in named:
        if not _PLAIN.match(name):
            raise Refused(f"{name!r} cannot name a part of the query", target="query", hint=_INSTEAD)
    nodes = list(_walk(tree))
    for node in nodes:
        _understand_time(node)
    for node in _walk(tree):
        _check(node, named)
    sql = tree.sql(dialect="duckdb", comments=False)
    if limit is not None:
        sql = f"SELECT * FROM ({sql}) AS asked LIMIT {int(limit)}"  # noqa: S608 - made from checked parts
    return _confirmed(sql)


def _walk(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Yield every node, without recursion; too many or too deep ones are refused."""
    waiting: list[tuple[exp.Expr, int]] = [(tree, 0)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if count > _NODES or depth > 3 * _DEEPEST:
            raise Refused("the query is too long or nested too deeply", target="query", hint=_INSTEAD)
        yield node
        waiting.extend((child, depth + 1) for child in node.iter_expressions())


def _check(node: exp.Expr, named: set[str]) -> None:
    """Refuse a node that is not allowed."""
    if isinstance(node, exp.Anonymous):
        if str(node.this).lower() not in NAMED:
            raise Refused(f"the function {str(node.this)[:60]} cannot be used here", target="query", hint=_INSTEAD)
        return
    if type(node).__name__ not in NODES:
        raise Refused(f"{_kind(node)} cannot be used here", target="query", hint=_INSTEAD)
    if isinstance(node, exp.Table):
        _check_table(node, named)
    elif isinstance(node, exp.DataType):
        _check_type(node)
    elif isinstance(node, exp.With) and node.args.get("recursive"):
        raise Refused("a query cannot call itself (RECURSIVE)", target="query", hint=_INSTEAD)
    elif isinstance(node, exp.Select) and (node.args.get("into") or node.args.get("locks")):
        raise Refused("a query cannot write (INTO)", target="query", hint=_INSTEAD)


def _check_table(table: exp.Table, named: set[str]) -> None:
    """Refuse every relation but the case's own and parts of the query itself."""
    plain = isinstance(table.this, exp.Identifier) and not table.args.get("db") and not table.args.get("catalog")
    name = table.name.lower()
    if not plain or not _PLAIN.match(name) or name not in RELATIONS | named:
        shown = table.sql(dialect="duckdb", comments=False)[:60]
        raise Refused(f"there is no relation {shown}; there are events and hits", target="query", hint=_INSTEAD)


def _check_type(kind: exp.DataType) -> None:
    """Refuse every type but plain ones."""
    name = kind.this.name if isinstance(kind.this, exp.DType) else str(kind.this)
    if name.upper() not in TYPES:
        raise Refused(f"the type {name[:40]} cannot be used here", target="query", hint=_INSTEAD)


def _kind(node: exp.Expr) -> str:
    """Return what a person calls a node."""
    if isinstance(node, exp.Command):
        return str(node.this).upper()[:40]
    return node.sql_name() if isinstance(node, exp.Func) else node.key.upper()


def _understand_time(node: exp.Expr) -> None:
    """Turn texts that `time` is compared with into milliseconds since 1970, in place."""
    if isinstance(node, _COMPARISONS):
        pairs = [(node.left, node.right), (node.right, node.left)]
    elif isinstance(node, exp.Between):
        pairs = [(node.this, node.args["low"]), (node.this, node.args["high"])]
    elif isinstance(node, exp.In):
        pairs = [(node.this, value) for value in node.expressions]
    else:
        return
    for column, value in pairs:
        if _is_time(column):
            _to_milliseconds(value)


def _is_time(node: exp.Expr) -> bool:
    """Return whether a node is the column `time`, perhaps of a named relation."""
    return isinstance(node, exp.Column) and node.name.lower() == "time" and not node.args.get("db")


def _to_milliseconds(value: exp.Expr) -> None:
    """Put a number in the place of a text, or of a text cast to a time."""
    inside = value.this if isinstance(value, exp.Cast) else value
    if not isinstance(inside, exp.Literal) or not inside.is_string:
        return
    try:
        moment = datetime.fromisoformat(inside.name)
    except ValueError as error:
        raise BadUsage(
            f"time is in milliseconds since 1970, and {inside.name[:40]!r} is no ISO 8601 time",
            target="time",
            hint="write time > '2023-07-10T12:00:00Z', or compare time_dt with a TIMESTAMP",
        ) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    value.replace(exp.Literal.number(int(moment.timestamp() * 1000)))


def _confirmed(sql: str) -> str:
    """Return `sql` if the engine's own parser, too, sees exactly one SELECT in it."""
    with duckdb.connect(":memory:") as engine:
        try:
            statements = engine.extract_statements(sql)
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            raise BadUsage(f"the engine does not understand this: {said}", target="query", hint=_INSTEAD) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise Refused("only one SELECT can be asked", target="query", hint=_INSTEAD)
    return sql
