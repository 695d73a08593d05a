"""What becomes of entered tasks, questions, hypotheses and assets; what they were stays in the ledger's line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jumpkit.coordinate.deed import SHORT, Deed, Row, Who, chosen, maybe, moment_of, one_of
from jumpkit.coordinate.registers import COMPROMISE, PREFIXES
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage
from jumpkit.store.book.rows import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.store.book import Tx

Said = Mapping[str, str | None]


def is_id(table: str, text: str) -> bool:
    """Tell whether a text is an id of a register, such as `Q-1`, and no words.

    >>> is_id("question", "Q-12"), is_id("question", "Who was it?")
    (True, False)
    """
    return re.fullmatch(rf"{PREFIXES[table]}-\d+", text) is not None


def change_task(tx: Tx, who: Who, row: Row, name: str, said: Said) -> Deed:
    """Change a task, or end it as done or dropped.

    Raises:
        NotFound: there is no such task.
        BadUsage: nothing would change.

    """
    new = {"title": maybe(said["title"], "the task", SHORT), "owner": maybe(said["owner"], "the owner", SHORT)}
    new["due"] = moment_of(said["due"], who.clock)[0] if said["due"] else None
    for flag, state in (("done", "done"), ("drop", "dropped")):
        if said[flag]:
            new |= {"state": state, "outcome": maybe(said[flag], "the outcome")}
    return _changed(tx, who, row, "task", (name, new))


def answer_question(tx: Tx, who: Who, row: Row, name: str, said: Said) -> Deed:
    """Answer a question, withdraw it, or give it to somebody.

    Raises:
        NotFound: there is no such question.
        BadUsage: nothing would change.

    """
    new = {"owner": maybe(said["owner"], "the owner", SHORT)}
    for flag, state in (("answer", "answered"), ("withdraw", "withdrawn")):
        if said[flag]:
            new |= {"state": state, "answer": maybe(said[flag], "the answer")}
    return _changed(tx, who, row, "question", (name, new))


def judge_hypothesis(tx: Tx, who: Who, row: Row, name: str, said: Mapping[str, str | Sequence[str] | None]) -> Deed:
    """Say what became of a hypothesis, or add to what it rests on.

    Raises:
        NotFound: there is no such hypothesis.
        BadUsage: nothing would change, or there is no such state.

    """
    there = one_of(tx, str(row["case"]), "hypothesis", name)
    state, basis = said["state"], said["basis"]
    new = {"state": chosen(str(state), ("open", "supported", "refuted"), "state of a hypothesis") if state else None}
    new["basis"] = maybe(str(basis) if basis else None, "the basis")
    more = [each for each in said["evidence"] or () if each not in from_json(there["evidence"])]
    new["evidence"] = to_json([*from_json(there["evidence"]), *more]) if more else None
    return _changed(tx, who, row, "hypothesis", (name, new))


def change_asset(tx: Tx, who: Who, row: Row, name: str, said: Said) -> Deed:
    """Say more of an asset, above all how far it is compromised.

    Raises:
        NotFound: there is no such asset.
        BadUsage: nothing would change.

    """
    new = {key: maybe(said[key], key) for key in ("provider", "account", "region", "owner", "basis")}
    degree = said["compromise"]
    new["compromise"] = chosen(degree, COMPROMISE, "degree of compromise") if degree else None
    return _changed(tx, who, row, "asset", (name, new))


def _changed(tx: Tx, who: Who, row: Row, table: str, change: tuple[str, Said]) -> Deed:
    name, fields = change
    there = one_of(tx, str(row["case"]), table, name)
    given = {key: value for key, value in fields.items() if value is not None}
    was = {key: there[key] for key, value in given.items() if there[key] != value}
    if not was:
        raise BadUsage(f"that changes nothing of {name}", target=name, hint=f"jumpkit case show {row['case']}")
    new = {**there, **given, "updated": stamp(who.clock())}
    told = f"{name}: " + ", ".join(f"{key} is now {given[key]}" for key in was)
    body = {"id": name, "was": was, "now": {key: given[key] for key in was}}
    return Deed(str(row["case"]), f"{table}.changed", told, body, {table: [new]})
