"""Tasks, decisions, questions, hypotheses, data, impact, observables and assets: entered, changed, never lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import (
    SHORT,
    Deed,
    Row,
    Who,
    chosen,
    entered,
    maybe,
    moment_of,
    next_id,
    one_of,
    said,
    still_open,
)
from jumpkit.coordinate.moments import said_of
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.store.book.casework import CASEWORK
from jumpkit.store.book.rows import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.store.book import Tx

DECISIONS = ("general", "containment", "no_containment", "severity", "disclosure", "evidence", "recovery")
CONFIDENCE = ("low", "medium", "high")
DIMENSIONS = ("functional", "information", "recoverability", "money", "customers", "regulators")
COMPROMISE = ("unknown", "suspected", "compromised", "clean")


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: on what, between which options, by whom, resting on what."""

    choice: str
    question: str
    basis: str
    kind: str = "general"
    decider: str | None = None  # whoever enters it, where nobody is named
    options: Sequence[str] = ()
    supersedes: str | None = None
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """How bad it is in one respect, with what that was made of."""

    dimension: str
    estimate: str
    confidence: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    basis: str | None = None


def add_task(tx: Tx, who: Who, row: Row, title: str, owner: str | None = None, due: str | None = None) -> Deed:
    """Add a task, open until it is done or dropped.

    Raises:
        Refused: the case has ended.

    """
    new = {"title": said(title, "the task", SHORT), "owner": maybe(owner, "the owner", SHORT)}
    new["due"] = moment_of(due, who.clock)[0] if due else None
    return _added(tx, who, row, "task", new | {"state": "open", "outcome": None})


def decide(tx: Tx, who: Who, row: Row, made: Decision) -> Deed:
    """Enter a decision; one that it supersedes stays readable.

    Raises:
        BadUsage: choice, question or basis is missing.
        NotFound: there is no decision that it could supersede.

    """
    if made.supersedes:
        one_of(tx, str(row["case"]), "decision", made.supersedes)
    new = {
        "kind": chosen(made.kind, DECISIONS, "kind of decision"),
        "question": said(made.question, "the question"),
        "options": to_json(list(made.options)),
        "choice": said(made.choice, "the choice"),
        "decider": maybe(made.decider, "the decider", SHORT) or who.actor,
        "basis": said(made.basis, "the basis"),
        "supersedes": made.supersedes,
        "privileged": int(made.privileged),
    }
    return _added(tx, who, row, "decision", new)


def ask(tx: Tx, who: Who, row: Row, asked: str, owner: str | None = None) -> Deed:
    """Enter a question that the case has to answer."""
    new = {"asked": said(asked, "the question"), "owner": maybe(owner, "the owner", SHORT)}
    return _added(tx, who, row, "question", new | {"state": "open", "answer": None})


def suppose(tx: Tx, who: Who, row: Row, claim: str, evidence: Sequence[str] = (), basis: str | None = None) -> Deed:
    """Enter a hypothesis, open until it is supported or refuted."""
    new = {"claim": said(claim, "the hypothesis"), "state": "open", "basis": maybe(basis, "the basis")}
    return _added(tx, who, row, "hypothesis", new | {"evidence": to_json(list(evidence))})


def add_data(tx: Tx, who: Who, row: Row, data_class: str, jurisdiction: str, basis: str | None = None) -> Deed:
    """Enter that data of a class, of people or markets of a jurisdiction, is concerned: duties hang on it.

    Raises:
        BadUsage: it is entered already.

    """
    new = {"data_class": said(data_class, "the class", SHORT).lower()}
    new["jurisdiction"] = said(jurisdiction, "the jurisdiction", SHORT).lower()
    if any(new.items() <= each.items() for each in data_of(tx, str(row["case"]))):
        raise BadUsage("that is entered already", target=f"{data_class}, {jurisdiction}", hint="jumpkit case show")
    return _added(tx, who, row, "data_class", new | {"basis": maybe(basis, "the basis"), "withdrawn": None})


def withdraw_data(tx: Tx, who: Who, row: Row, data_class: str, jurisdiction: str, basis: str | None) -> Deed:
    """Enter that such data is not concerned after all.

    Raises:
        NotFound: it is not entered.
        BadUsage: no reason is given.

    """
    wanted = {"data_class": data_class.strip().lower(), "jurisdiction": jurisdiction.strip().lower()}
    found = [each for each in data_of(tx, str(row["case"])) if wanted.items() <= each.items()]
    if not found:
        raise NotFound("no such data is entered", target=f"{data_class}, {jurisdiction}", hint="jumpkit case show")
    new = {**found[-1], "withdrawn": stamp(who.clock())}
    body = {"id": new["data"], **wanted, "because": said(basis, "the reason")}
    told = f"{new['data']}: {wanted['data_class']}, {wanted['jurisdiction']} withdrawn"
    return Deed(str(row["case"]), "data_class.withdrawn", told, body, {"data_class": [new]})


def data_of(tx: Tx, case: str) -> list[dict[str, Any]]:
    """Return the data that is concerned, as it stands."""
    return [row for row in entered(tx, case, "data_class") if row["withdrawn"] is None]


def estimate(tx: Tx, who: Who, row: Row, made: Estimate) -> Deed:
    """Enter an estimate of impact in one respect; the one before is superseded and stays readable."""
    case = str(row["case"])
    dimension = chosen(made.dimension, DIMENSIONS, "dimension of impact")
    before = [each["impact"] for each in entered(tx, case, "impact") if each["dimension"] == dimension]
    new = {
        "dimension": dimension,
        "estimate": said(made.estimate, "the estimate"),
        "confidence": chosen(made.confidence, CONFIDENCE, "confidence"),
        "inputs": to_json(dict(made.inputs)),
        "basis": maybe(made.basis, "the basis"),
        "supersedes": before[-1] if before else None,
    }
    return _added(tx, who, row, "impact", new)


def observe(tx: Tx, who: Who, row: Row, fields: Mapping[str, str | None]) -> Deed:
    """Enter an observable: an address, an agent, a digest, and whether it is an indicator or an artifact."""
    new = {"type": said(fields["type"], "the type", SHORT).lower(), "value": said(fields["value"], "the value")}
    new["role"] = chosen(fields.get("role") or "artifact", ("ioc", "artifact", "benign"), "role of an observable")
    rest = {"confidence": fields.get("confidence"), "tlp": fields.get("tlp"), "basis": fields.get("basis")}
    return _added(tx, who, row, "observable", new | rest)


def add_asset(tx: Tx, who: Who, row: Row, fields: Mapping[str, str | None]) -> Deed:
    """Enter an asset or an identity of a cloud, by the provider's own id, and how far it is compromised."""
    new: dict[str, Any] = {
        "kind": said(fields["kind"], "the kind", SHORT).lower(),
        "name": said(fields["name"], "the id"),
    }
    new["compromise"] = chosen(fields.get("compromise") or "unknown", COMPROMISE, "degree of compromise")
    names = ("provider", "account", "region", "owner", "basis")
    return _added(tx, who, row, "asset", new | {name: maybe(fields.get(name), name) for name in names})


PREFIXES = {
    "task": "T",
    "decision": "D",
    "question": "Q",
    "hypothesis": "H",
    "data_class": "C",
    "impact": "V",
    "observable": "O",
    "asset": "A",
}
_TITLES = {
    "task": "title",
    "decision": "choice",
    "question": "asked",
    "hypothesis": "claim",
    "data_class": "data_class",
    "impact": "estimate",
    "observable": "value",
    "asset": "name",
}
_LISTS = frozenset({"options", "evidence", "inputs", "open_items", "overrode"})  # columns that hold JSON


def listed(tx: Tx, case: str, table: str) -> list[dict[str, Any]]:
    """Return the rows of a register as commands show them, in the order in which they were entered."""
    return [shown(row) for row in entered(tx, case, table)]


def shown(row: Row) -> dict[str, Any]:
    """Return a row without its case, with what it keeps as JSON as values."""
    kept = {name: value for name, value in row.items() if name != "case"}
    lists = _LISTS | {"what"} if "link" in row else _LISTS  # what a duty came to is a plain word
    parsed = {name: from_json(value) for name, value in kept.items() if name in lists and isinstance(value, str)}
    return kept | parsed


def _added(tx: Tx, who: Who, row: Row, table: str, new: Row) -> Deed:
    case, key = still_open(row), CASEWORK[table]
    made = {"case": case, key: next_id(tx, case, table, PREFIXES[table]), **new, **who.stamps()}
    told = f"{made[key]}: {made[_TITLES[table]]}"
    body = said_of(shown(made))
    if made.get("privileged"):  # the log goes to strangers; the row, which it vouches for, does not
        body = {name: body[name] for name in (key, "kind", "privileged")}
    return Deed(case, f"{table}.entered", told, body, {table: [made]})
