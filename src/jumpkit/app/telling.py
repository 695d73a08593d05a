"""Tells one event in plain words: who did what, on what, from where, with what result, why it matters, what to ask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.app.calls import call_of
from jumpkit.app.deeds import at, deed, short
from jumpkit.kit.masking import secret_name
from jumpkit.kit.text import shell, sql_text
from jumpkit.model.finding import SEVERITIES
from jumpkit.store.book.columns import bounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.store.book import Tx
    from jumpkit.store.lake.read import Lake

_NAMED = 5  # things of a request that a sentence names
_ENDINGS = ("name", "id", "arn", "names", "ids", "bucket", "key", "path")
_CALLS = "aws/cloudtrail"


def told(tx: Tx, lake: Lake, case: str, row: Mapping[str, Any], *, unmask: bool) -> list[str]:
    """Return sentences about a row of the lake, with the rules that matched it and the question to ask next."""
    matched = lake.query("SELECT DISTINCT rule FROM hits WHERE uid = ? ORDER BY 1", [row["metadata"]["uid"]])
    infos = [json.loads(each["info"]) for (rule,) in matched for each in tx.rows("rule_applied", case=case, rule=rule)]
    principal = tx.one("principal", case=case, principal=bounded(str(at(row, "principal.uid"))))
    what = [*_what(row, unmask=unmask), *_call(row)]
    sentences = [deed(row), *_who(principal), *what, *_why(infos), _next(case, row)]
    return [sentence for sentence in sentences if sentence]


def _who(principal: Mapping[str, Any] | None) -> list[str]:
    if principal is None:
        return []
    body = json.loads(principal["body"])
    guess = "probably " if body["guess"] else ""
    origin = body["origin"]
    sure = "" if origin["resolved"] else f"; the beginning of its chain is not known: {short(str(origin['why']))}"
    kind = str(body["class"]).replace("_", " ")
    return [f"The caller is {guess}of the class {kind}: {short(body['why'])}{sure}."]


def _what(row: Mapping[str, Any], *, unmask: bool) -> list[str]:
    """Return what the request names, secrets left out, and whether the call reads or changes."""
    data = at(row, "api.request.data")
    try:
        asked = json.loads(data) if data else None
    except ValueError:
        asked = None  # kept as it was in the sealed record, which is shown beside this
    named = [
        f"{short(key)} {short(str(value))}"
        for key, value in (asked.items() if isinstance(asked, dict) else ())
        if isinstance(value, str | int) and key.lower().endswith(_ENDINGS) and (unmask or not secret_name(key))
    ]
    does = {True: "It only reads.", False: "It changes something.", None: ""}[row["is_read"]]
    return [f"It names {', '.join(named[:_NAMED])}." if named else "", does]


def _call(row: Mapping[str, Any]) -> list[str]:
    """Return what the reference tells of the call; it tells of the provider's management and data events."""
    operation, service = at(row, "api.operation"), at(row, "api.service.name")
    if at(row, "metadata.log_name") != _CALLS or not operation:
        return []
    call = call_of(service, operation)
    if call is None:
        return [f"The reference tells nothing of {short(operation)}; that says nothing of how harmless it is."]
    return [
        f"{call.operation}: {call.does} {call.matters} (ATT&CK {', '.join(call.attack)})",
        f"Ask next: {call.ask}",
        "" if call.reads else f"How it is taken back: {call.undo}",
    ]


def _why(infos: Sequence[Mapping[str, Any]]) -> list[str]:
    if not infos:
        return ["No rule of this case matched it; that says what the rules look for, not that it is harmless."]
    ranked = sorted(infos, key=lambda info: (-SEVERITIES.index(info["severity"]), info["title"]))
    return [
        f"Why it matters ({info['severity']}, {', '.join(info['attack']) or 'no ATT&CK id'}): "
        f"{short(info['title'])}. {' '.join(str(info['description'] or '').split())[:500]}".strip()
        for info in ranked
    ]


def _next(case: str, row: Mapping[str, Any]) -> str:
    uid = at(row, "principal.uid")
    if not uid:
        return ""
    command = ["jumpkit", "hunt", case, "--where", f"principal.uid = {sql_text(uid)}"]
    return f"Next question: what else did this caller do? {shell(command)}"
