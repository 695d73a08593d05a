"""Sends messages about a case: what was entered, what the channel may carry, and what became of it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from jumpkit.app.casework import enter
from jumpkit.app.workspace import reading
from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.comms import Carrier, refuse_if_barred
from jumpkit.coordinate.deed import one_of
from jumpkit.coordinate.messages import begin, draft, end
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, NotFound, Refused
from jumpkit.notify import Letter, deliver, read_channels
from jumpkit.notify.channel import TLP, may_carry
from jumpkit.prepare.comms import judge, rests
from jumpkit.prepare.directory import directory_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.app.workspace import Opening
    from jumpkit.coordinate.deed import Deed, Row, Who
    from jumpkit.notify import Channel
    from jumpkit.store.book import Tx


def channel_of(opening: Opening, name: str) -> Channel:
    """Return a channel of the workspace's config.toml.

    Raises:
        NotFound: there is none of that name.

    """
    path, told = opening.home / "config.toml", _written(opening)
    if name not in told:
        hint = f"there are: {', '.join(told)}" if told else f"write [channels.{name}] into {path}"
        raise NotFound(f"there is no channel {name!r}", target=name, hint=hint)
    return read_channels({name: told[name]})[name]


def channels_of(opening: Opening) -> dict[str, Channel]:
    """Return all channels of the workspace's config.toml."""
    return read_channels(_written(opening))


def _written(opening: Opening) -> dict[str, Any]:
    path = opening.home / "config.toml"
    found: dict[str, Any] = tomllib.loads(path.read_text("utf-8")).get("channels", {}) if path.is_file() else {}
    return found


def carrier_of(tx: Tx, channel: Channel) -> Carrier:
    """Return a channel as trust sees it, by the services that the directory knows."""
    there = rests(directory_of(tx).services, channel.depends_on)
    _, unknown = judge(there, ())
    return Carrier(channel.name, there.on | {channel.name}, unknown, channel.out_of_band)


def draft_message(
    opening: Opening, case: str, name: str, channel: str, words: Mapping[str, str | None]
) -> dict[str, Any]:
    """Enter a draft for a channel that exists.

    Raises:
        NotFound: there is no such channel or template.
        BadUsage: something that the template asks was not said.

    """
    found = channel_of(opening, channel)
    return enter(opening, case, lambda tx, who, row: draft(tx, who, row, name, found.name, words))


def send_message(opening: Opening, case: str, name: str) -> dict[str, Any]:
    """Send an approved message once, and return the case with what became of it.

    Raises:
        Refused: it is not approved, the channel is not cleared for its TLP or no longer trusted, or its address is
            none to be reached.

    """
    with reading(opening) as desk, desk.book.read() as tx:
        row = case_row(tx, case)
        message = one_of(tx, case, "message", name)
    channel = channel_of(opening, message["channel"])
    why = over_tlp(_tlp(message, row), channel)
    if why:
        hint = f"where the mark is wrong or missing: jumpkit case reclassify {case} --tlp LEVEL, then draft it anew"
        raise Refused(why, target=name, hint=hint)

    def begun(tx: Tx, who: Who, row: Row) -> Deed:
        refuse_if_barred(tx, case, carrier_of(tx, channel))
        return begin(tx, who, row, name)

    enter(opening, case, begun)
    return deliver_begun(opening, case, name, channel)


def _tlp(message: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return the stricter of two marks: the message's own, and the case's as it is now."""
    return str(max(message["tlp"], row["tlp"] or message["tlp"], key=TLP.index))


def over_tlp(tlp: str, channel: Channel) -> str | None:
    """Return why what is marked so may not leave by a channel, None where it may."""
    if may_carry(channel, tlp):
        return None
    return f"TLP:{tlp.upper()} may not leave by {channel.name}, which is cleared for TLP:{channel.tlp.upper()}"


def deliver_begun(opening: Opening, case: str, name: str, channel: Channel) -> dict[str, Any]:
    """Hand a message whose sending was entered to its channel, and enter what became of it."""
    with reading(opening) as desk, desk.book.read() as tx:
        message, row = one_of(tx, case, "message", name), case_row(tx, case)
    letter = Letter(
        f"{case}-{name}", message["subject"], message["body"], _tlp(message, row), case, stamp(opening.clock())
    )
    try:
        became = deliver(letter, channel)
    except (Refused, BadUsage) as caught:  # nothing left: that is entered, and then said
        why = ("failed", None, caught.message)
        enter(opening, case, lambda tx, who, row: end(tx, who, row, name, why))
        raise
    outcome = (became.state, became.receipt, became.because)
    return enter(opening, case, lambda tx, who, row: end(tx, who, row, name, outcome)) | {"delivery": outcome[0]}
