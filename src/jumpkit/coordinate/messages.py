"""Messages about a case: drafted from a template, approved by somebody else, and then sent once."""

from __future__ import annotations

import string
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import SHORT, Deed, Row, Who, next_id, one_of, said
from jumpkit.coordinate.moments import moment_row, said_of
from jumpkit.kit import strictyaml
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.store.book import Tx

UNMARKED = "red"  # nobody said that it may leave


def template(name: str) -> Mapping[str, Any]:
    """Return a template by its name.

    Raises:
        NotFound: there is none of that name.

    """
    folder = files("jumpkit.content").joinpath("messages")
    known = sorted(each.name.removesuffix(".yaml") for each in folder.iterdir() if each.name.endswith(".yaml"))
    if name not in known:
        raise NotFound(f"there is no template {name!r}", target=name, hint=f"there are: {', '.join(known)}")
    found: Mapping[str, Any] = strictyaml.documents(folder.joinpath(f"{name}.yaml").read_bytes())[0][0]
    return found


def draft(tx: Tx, who: Who, row: Row, name: str, channel: str, words: Mapping[str, str | None]) -> Deed:
    """Enter a draft, filled in from the case and from `words`, one for each thing that the template asks.

    Raises:
        NotFound: there is no such template.
        BadUsage: something that the template asks was not said.

    """
    case, form = str(row["case"]), template(name)
    told = {asked: said(words.get(asked), asked) for asked in form["asks"]}
    tlp = row["tlp"] or UNMARKED
    told |= {column: str(row[column] or "not known") for column in ("case", "title", "state", "severity")}
    told |= {"now": stamp(who.clock()), "tlp": tlp.upper(), "condition_short": told.get("condition", "")[:100]}
    new = {
        "case": case,
        "message": next_id(tx, case, "message", "G"),
        "template": name,
        "channel": channel,
        "tlp": tlp,
        "subject": " ".join(_filled(form["subject"], told).split())[:SHORT],
        "body": _filled(form["body"], told),
        "state": "draft",
        **dict.fromkeys(("approver", "approved", "ended", "receipt", "because")),
        **who.stamps(),
    }
    words_ = f"{new['message']}: drafted for {channel}, TLP:{tlp.upper()}; it leaves once somebody approves it"
    return Deed(case, "message.drafted", words_, said_of(new), {"message": [new]})


def _filled(text: str, told: Mapping[str, str]) -> str:
    """Return the text with its braces filled; what was filled in is not looked at again."""
    return "".join(
        literal + (told[name] if name is not None else "") for literal, name, _, _ in string.Formatter().parse(text)
    )


def approve(tx: Tx, who: Who, row: Row, name: str, approver: str | None) -> Deed:
    """Enter who approves a draft: another person than who drafted it, but in solo mode.

    Raises:
        Refused: it is no draft, or its author approves it though nobody declared solo mode.

    """
    there = _in_state(tx, row, name, "draft")
    person = said(approver or who.actor, "the approver", SHORT)
    if person == there["author"] and not row["solo"]:
        hint = f"another person approves it, or solo mode is declared: jumpkit case role {row['case']} --help"
        raise Refused("who wrote a message does not approve it", target=name, hint=hint)
    new = {**there, "state": "approved", "approver": person, "approved": stamp(who.clock())}
    return _moved(new, "message.approved", f"{name}: approved by {person}, as {who.actor} enters it")


def begin(tx: Tx, who: Who, row: Row, name: str) -> Deed:
    """Enter that an approved message is about to be sent; after this it is never sent again by itself.

    Raises:
        Refused: it is not approved, or was sent already.

    """
    del who
    new = {**_in_state(tx, row, name, "approved"), "state": "sending"}
    return _moved(new, "message.sending", f"{name}: sending")


def end(tx: Tx, who: Who, row: Row, name: str, became: tuple[str, str | None, str | None]) -> Deed:
    """Enter what became of a message: sent, failed or unknown, with the other side's word."""
    state, receipt, because = became
    there = one_of(tx, str(row["case"]), "message", name)
    new = {**there, "state": state, "receipt": receipt, "because": because, "ended": stamp(who.clock())}
    deed = _moved(new, f"message.{state}", f"{name}: {state}{f', {because}' if because else ''}")
    kind = template(there["template"]).get("moment") if state == "sent" else None
    if kind is None:
        return deed
    told = moment_row(tx, who, row, kind, new["ended"]) | {"basis": f"{name} was sent"}
    return replace(deed, rows={**deed.rows, "moment": [told]})


def _in_state(tx: Tx, row: Row, name: str, state: str) -> dict[str, Any]:
    there = one_of(tx, str(row["case"]), "message", name)
    if there["state"] != state:
        raise Refused(f"{name} is {there['state']}, not {state}", target=name, hint="draft it anew to send it again")
    return there


def _moved(new: dict[str, Any], kind: str, told: str) -> Deed:
    names = ("message", "state", "approver", "receipt", "because")
    body = {name: new[name] for name in names if new[name] is not None}
    return Deed(str(new["case"]), kind, told, body, {"message": [new]})
