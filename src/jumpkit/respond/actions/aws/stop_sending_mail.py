"""Stops an account from sending mail."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Stop an account's outgoing mail",
    verb="contain",
    target="account",
    effect="The mail service sends nothing for this account in this region.",
    danger="high",
    reads=("ses:GetAccount",),
    writes=("ses:PutAccountSendingAttributes",),
    loses="No mail leaves: order confirmations, passwords, alarms.",
    undo="Let it send again.",
    d3fend=("D3-OTF",),
    attack=("T1534", "T1566"),
    proof=(Proof("sending is off, and on after undo", "model stub"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether it sends."""
    del mark
    return {"sends": bool(cloud.read(Call("sesv2", "GetAccount", {}, target.region)).body["SendingEnabled"])}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Stop it."""
    del seen, mark
    return [_set(target, sends=False)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Let it send."""
    del before, now, mark
    return [_set(target, sends=True)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it sends nothing."""
    del target, mark
    return "no" if seen["sends"] else "yes"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what the account's switch reads."""
    del cloud, target, mark
    because = f"sending reads {'on' if seen['sends'] else 'off'}"
    return [Check("no mail leaves", not seen["sends"], "read back", because)]


def _set(target: Target, *, sends: bool) -> Call:
    return Call("sesv2", "PutAccountSendingAttributes", {"SendingEnabled": sends}, target.region)
