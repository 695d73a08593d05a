"""Shows one thing by its id: an event, a finding, an incident, a principal, a case, a plan or an effect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.app.calls import as_object, call_of
from jumpkit.app.counting import counted
from jumpkit.app.hunt import address_of
from jumpkit.app.lakes import open_case
from jumpkit.app.pictures import finding_of, incident_of
from jumpkit.app.records import Records
from jumpkit.app.recount import of_finding, of_incident
from jumpkit.app.responses import of_response, plans_of
from jumpkit.app.telling import told
from jumpkit.app.triage.answer import finding_object, incident_object
from jumpkit.coordinate.show import show_case
from jumpkit.detect import explain, load
from jumpkit.kit.errors import NotFound
from jumpkit.kit.masking import mask
from jumpkit.normalize import load_source, ocsf
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.store.book.columns import bounded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jumpkit.app.workspace import Desk
    from jumpkit.store.book import Tx

_ROW = "Its record is row {} (from 0) of a Parquet file, which has no bytes of its own; raw is read from that row."


def show(desk: Desk, name: str, *, unmask: bool = False) -> dict[str, Any]:
    """Return the object of this id; events of all cases are looked through.

    Raises:
        NotFound: nothing has that id.

    """
    with desk.book.read() as tx:
        found = _of_book(tx, name)
    if found is None:
        found = _event(desk, name, unmask=unmask)
    return found if unmask else mask(found)


def _of_book(tx: Tx, name: str) -> dict[str, Any] | None:
    if tx.one("case_", case=name):
        return show_case(tx, name) | {"plans": plans_of(tx, name)}
    if row := tx.one("finding", finding=name):
        item, standing = finding_of(row), _standing(row)
        told_of = of_finding(item, row["case"], standing["superseded_by"] or ())
        return finding_object(item) | standing | {"told": told_of}
    if row := tx.one("incident", incident=name):
        whole, standing = incident_of(row), _standing(row)
        return incident_object(whole) | standing | {"told": of_incident(tx, whole, standing["superseded_by"] or ())}
    return _kept_whole(tx, name)


def _standing(row: Mapping[str, Any]) -> dict[str, Any]:
    became = json.loads(row["superseded_by"]) if row["superseded_by"] else None
    return {"superseded_by": became, "case": row["case"], "superseded_why": row["superseded_why"]}


def _kept_whole(tx: Tx, name: str) -> dict[str, Any] | None:
    """Return what the book keeps as one object."""
    if row := tx.one("principal", principal=bounded(name)):
        return dict(json.loads(row["body"])) | {"case": row["case"]}
    if row := tx.one("certificate", certificate=name):
        body: dict[str, Any] = json.loads(row["body"])
        return body
    return of_response(tx, name)


def find_event(desk: Desk, uid: str, within: str | None = None) -> tuple[str, dict[str, Any]]:
    """Return the case and the lake's row of an event, of all cases or `within` one.

    Raises:
        NotFound: no case of this workspace holds it.

    """
    with desk.book.read() as tx:
        cases = tx.values("case_", "case") if within is None else [within]
    for case in reversed(cases):
        with open_case(desk, case) as lake:
            row = lake.event(uid)
        if row is not None:
            return case, row
    raise NotFound(f"nothing here has the id {uid}", target=uid, hint="ids are listed by triage and hunt")


def show_event(desk: Desk, case: str, uid: str) -> dict[str, Any]:
    """Return an event of one case, in words and whole, without secrets.

    Raises:
        NotFound: the case does not hold it.

    """
    return dict(mask(_event(desk, uid, unmask=False, within=case)))


def _event(desk: Desk, uid: str, *, unmask: bool, within: str | None = None) -> dict[str, Any]:
    case, row = find_event(desk, uid, within)
    if unmask:
        with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
            append(pen, case, "unmask", {"what": f"event {uid}", "to": "stdout"})
    with open_case(desk, case) as lake, desk.book.read() as tx:
        sentences = told(tx, lake, case, row, unmask=unmask)
    if row["record"]["start"] is None:
        sentences.append(_ROW.format(row["record"]["index"]))
    return {
        "event": uid,
        "case": case,
        "told": sentences,
        "ocsf": ocsf(row),
        "raw": raw_of(desk, row),
        "record": row["record"],
        "conflict": bool(row["conflict"]),
        "siblings": _siblings(desk, case, row),
    }


def _siblings(desk: Desk, case: str, row: dict[str, Any]) -> list[str]:
    """Return the other events with the same vendor id: copies that say something else."""
    vendor = row["metadata"]["original_event_uid"]
    with open_case(desk, case) as lake:
        found = lake.query(
            "SELECT metadata.uid FROM events WHERE metadata.original_event_uid = ? AND metadata.uid <> ? ORDER BY 1",
            [vendor, row["metadata"]["uid"]],
        )
    return [uid for (uid,) in found]


def raw_of(desk: Desk, row: dict[str, Any]) -> dict[str, Any]:
    """Return the vendor's own event of a row, decoded from the sealed bytes."""
    return Records(desk.artifact, desk.limits()).event_of(address_of(row), load_source(row["metadata"]["log_name"]))


def explain_event(desk: Desk, uid: str) -> dict[str, Any]:
    """Return an event in plain words, and what the reference tells of its call; None where it tells nothing.

    Raises:
        NotFound: no case holds it.

    """
    case, row = find_event(desk, uid)
    with open_case(desk, case) as lake, desk.book.read() as tx:
        sentences = told(tx, lake, case, row, unmask=False)
    call = call_of((row["api"]["service"] or {}).get("name"), row["api"]["operation"]) if row["api"] else None
    answer = {"schema": "told/1", "event": uid, "case": case, "told": sentences}
    return dict(mask(answer)) | {"call": as_object(call) if call else None}


def explain_match(desk: Desk, rule: str, uid: str, folders: list[Path], within: str | None = None) -> dict[str, Any]:
    """Return why a rule matches an event, or does not: each condition with what was expected and what was there.

    Raises:
        NotFound: no such rule or event.

    """
    rules = load(folders, own=True, cache=desk.home / "cache" / "rules")
    known = {info.rule for info in rules.infos if info.live}
    if rule not in known:
        by_title = [info.rule for info in rules.infos if info.live and rule.lower() in info.title.lower()]
        if len(by_title) != 1:
            raise NotFound(
                f"there is no live rule {rule}", target=rule, hint="jumpkit rules list; --rules DIR for others"
            )
        rule = by_title[0]
    case, row = find_event(desk, uid, within)
    found = explain(rules, rule, raw_of(desk, row))
    info = next(item for item in rules.infos if item.rule == rule and item.live)
    answer: dict[str, Any] = {"rule": rule, "title": info.title, "event": uid, "matched": found.matched}
    count = counted(desk, case, rules, (rule, uid))
    answer["conditions"] = [_shown(dict(item)) for item in (*found.conditions, *((count,) if count else ()))]
    return dict(mask(answer))


def _shown(condition: dict[str, Any]) -> dict[str, Any]:
    """Mask what was there by the name of its field, as it would be in the event."""
    name = str(condition["field"]).rpartition(".")[2]
    return condition | {"actual": mask({name: condition["actual"]})[name]}
