"""What the doors ask of channels: which survive a loss, which a case still trusts, and the move out of band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.casework import enter
from jumpkit.app.messaging import carrier_of, channels_of, draft_message, send_message
from jumpkit.app.people import known
from jumpkit.app.workspace import reading
from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.comms import OOB, barred, distrusted, mode_of, set_trust, switch
from jumpkit.coordinate.messages import approve
from jumpkit.kit.errors import JumpkitError, Refused
from jumpkit.prepare.comms import LOST, check_names, limits, problems, ways_left

if TYPE_CHECKING:
    from collections.abc import Collection

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.notify import Channel
    from jumpkit.prepare.directory import Directory


def check(desk: Desk, opening: Opening, lost: Collection[str]) -> dict[str, Any]:
    """Return the ways that are left per role when these are lost, and what is wrong.

    Raises:
        NotFound: nothing depends on one of them.

    """
    directory = known(desk)
    check_names(directory, lost, channels_of(opening))
    roles = ways_left(directory, lost)
    wrong = list(problems(directory, roles))
    body = {"assume_lost": sorted(lost), "roles": roles, "problems": wrong, "limits": limits(directory)}
    return {"schema": "comms-check/1", **body}


def shown(desk: Desk, opening: Opening, case: str) -> dict[str, Any]:
    """Return how a case stands: its mode, what it distrusts, and which ways that leaves."""
    directory, channels = known(desk), channels_of(opening)
    with desk.book.read() as tx:
        row = case_row(tx, case)
        out, mode = distrusted(tx, case), mode_of(tx, case)
        rows = [_channel(each, barred(tx, case, carrier_of(tx, each))) for each in channels.values()]
    head = {name: row[name] for name in ("case", "title", "state", "severity")}
    names = ("name", "level", "reason", "recorded", "author")
    trust = [{name: each[name] for name in names} for each in out.values()]
    roles = ways_left(directory, set(out), moved=mode == OOB)
    return {"schema": "comms/1", **head, "mode": mode, "distrusted": trust, "channels": rows, "roles": roles}


def _channel(channel: Channel, why: str | None) -> dict[str, Any]:
    body = {"channel": channel.name, "kind": channel.kind, "tlp": channel.tlp, "out_of_band": channel.out_of_band}
    return {**body, "ours": channel.ours, "usable": why is None, "because": why}


def distrust(opening: Opening, case: str, name: str, level: str, reason: str | None) -> dict[str, Any]:
    """Enter how far something is trusted, and return the case with what that `affects`."""
    made = enter(opening, case, lambda tx, who, row: set_trust(tx, who, row, name, level, reason))
    with reading(opening) as desk:
        directory = known(desk)
        with desk.book.read() as tx:
            hit = [each.name for each in channels_of(opening).values() if name in carrier_of(tx, each).on]
    return made | {"affects": {"channels": hit, "ways": _hit(directory, name)}}


def _hit(directory: Directory, name: str) -> list[str]:
    """Return the ways that rest on something, each once."""
    there = (way for role in ways_left(directory, {name}) for way in role["ways"] if way["state"] == LOST)
    return sorted({f"{way['contact']} {way['kind']}" for way in there})


def move(opening: Opening, case: str, mode: str, reason: str | None, by: str | None) -> dict[str, Any]:
    """Move a case out of band, or back; out of band, our own people are told by the channels that are left.

    The notice is approved by whoever decided the move, where that is somebody else than who enters it.

    Raises:
        Refused: there is nowhere to move to, or it is there already.

    """
    with reading(opening) as desk:
        directory = known(desk)
    outside = [each for each in channels_of(opening).values() if each.out_of_band]
    ways = [way for each in directory.contacts.values() for way in each.channels if way.out_of_band]
    if mode == OOB and not outside and not ways:
        hint = "out_of_band = true on a channel of config.toml, or out_of_band: true on a contact's channel"
        raise Refused("nothing is written down that is out of band", target=case, hint=hint)
    made = enter(opening, case, lambda tx, who, row: switch(tx, who, row, mode, reason))
    told = [_notice(opening, case, each, reason, by) for each in outside if each.ours] if mode == OOB else []
    return made | {"notices": told}


def _notice(opening: Opening, case: str, channel: Channel, reason: str | None, by: str | None) -> dict[str, Any]:
    made = draft_message(opening, case, "switch", channel.name, {"reason": reason})
    message = str(made["messages"][-1]["message"])
    head = {"channel": channel.name, "message": message}
    try:
        enter(opening, case, lambda tx, who, row: approve(tx, who, row, message, by))
        sent = send_message(opening, case, message)
    except JumpkitError as caught:  # the move stands; what became of its notice is said, and the exit code with it
        return {**head, "state": "not_sent", "because": caught.message}
    return {**head, "state": sent["delivery"], "because": sent["messages"][-1]["because"]}
