"""Tells one event in plain words: who did what, on what, from where, with what result, why it matters, what to ask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.kit.masking import secret_name
from jumpkit.kit.text import clip, shell, sql_text
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.store.book import Tx
    from jumpkit.store.lake.read import Lake

_NAMED = 5  # things of a request that a sentence names
_ENDINGS = ("name", "id", "arn", "names", "ids", "bucket", "key", "path")
_LONGEST = 120


def told(tx: Tx, lake: Lake, case: str, row: Mapping[str, Any], *, unmask: bool) -> list[str]:
    """Return sentences about a row of the lake, with the rules that matched it and the question to ask next."""
    matched = lake.query("SELECT DISTINCT rule FROM hits WHERE uid = ? ORDER BY 1", [row["metadata"]["uid"]])
    infos = [json.loads(each["info"]) for (rule,) in matched for each in tx.rows("rule_applied", case=case, rule=rule)]
    principal = tx.one("principal", case=case, principal=_at(row, "principal.uid"))
    sentences = [_deed(row), *_who(principal), *_what(row, unmask=unmask), *_why(infos), _next(case, row)]
    return [sentence for sentence in sentences if sentence]


def _deed(row: Mapping[str, Any]) -> str:
    name = _at(row, "principal.name") or _at(row, "principal.uid") or "somebody whom the record does not name"
    kind = f" ({_short(_at(row, 'actor.user.type'))})" if _at(row, "actor.user.type") else ""
    account, region = _at(row, "cloud.account.uid") or "unknown", _at(row, "cloud.region") or "no region"
    where = _at(row, "src_endpoint.ip") or _at(row, "src_endpoint.domain") or "an address that is not recorded"
    return (
        f"At {_at(row, 'metadata.original_time')}, {_short(name)}{kind} called "
        f"{_short(_at(row, 'api.operation') or 'something')} of "
        f"{_short(_at(row, 'api.service.name') or 'an unnamed service')} in account {_short(account)}, "
        f"{_short(region)}, from {_short(where)}: {_result(row)}."
    )


def _at(row: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path of OCSF names, None where nothing does."""
    found: Any = row
    for name in path.split("."):
        found = found.get(name) if found else None
    return found


def _result(row: Mapping[str, Any]) -> str:
    if not row["status_code"]:
        return "it succeeded" if row["status"] == "Success" else "it failed"
    detail = f" ({_short(row['status_detail'])})" if row["status_detail"] else ""
    return f"it was refused or failed with {_short(row['status_code'])}{detail}"


def _who(principal: Mapping[str, Any] | None) -> list[str]:
    if principal is None:
        return []
    body = json.loads(principal["body"])
    guess = "probably " if body["guess"] else ""
    origin = body["origin"]
    sure = "" if origin["resolved"] else f"; the beginning of its chain is not known: {_short(str(origin['why']))}"
    kind = str(body["class"]).replace("_", " ")
    return [f"The caller is {guess}of the class {kind}: {_short(body['why'])}{sure}."]


def _what(row: Mapping[str, Any], *, unmask: bool) -> list[str]:
    """Return what the request names, secrets left out, and whether the call reads or changes."""
    data = _at(row, "api.request.data")
    try:
        asked = json.loads(data) if data else None
    except ValueError:
        asked = None  # kept as it was in the sealed record, which is shown beside this
    named = [
        f"{_short(key)} {_short(str(value))}"
        for key, value in (asked.items() if isinstance(asked, dict) else ())
        if isinstance(value, str | int) and key.lower().endswith(_ENDINGS) and (unmask or not secret_name(key))
    ]
    does = {True: "It only reads.", False: "It changes something.", None: ""}[row["is_read"]]
    return [f"It names {', '.join(named[:_NAMED])}." if named else "", does]


def _why(infos: Sequence[Mapping[str, Any]]) -> list[str]:
    if not infos:
        return ["No rule of this case matched it; that says what the rules look for, not that it is harmless."]
    ranked = sorted(infos, key=lambda info: (-SEVERITIES.index(info["severity"]), info["title"]))
    return [
        f"Why it matters ({info['severity']}, {', '.join(info['attack']) or 'no ATT&CK id'}): "
        f"{_short(info['title'])}. {' '.join(str(info['description'] or '').split())[:500]}".strip()
        for info in ranked
    ]


def _next(case: str, row: Mapping[str, Any]) -> str:
    uid = _at(row, "principal.uid")
    if not uid:
        return ""
    command = ["jumpkit", "hunt", case, "--where", f"principal.uid = {sql_text(uid)}"]
    return f"Next question: what else did this caller do? {shell(command)}"


def _short(text: str) -> str:
    return " ".join(clip(text, _LONGEST).split())
