"""What ends or stops machines on a schedule or an event: rules and schedules, as far as can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from jumpkit.model.action import Call, Target
from jumpkit.respond.plans import Wanted
from jumpkit.respond.triggers.trigger import Trigger, quoted, read_of, whole

if TYPE_CHECKING:
    from jumpkit.respond.triggers.trigger import Item, Look

_ENDS = "the machine and its memory, or its memory alone where it is only stopped"
_DEED = re.compile(r"(?:terminate|stop|reboot)-?_?(?:ec2)?-?_?instances?", re.IGNORECASE)
_NAMED = re.compile(r"terminat|reap|janitor|nuke|clean.?up|ttl|destroy|wipe|auto.?stop|kill", re.IGNORECASE)
_IDS = re.compile(r"\bi-[0-9a-f]{8,17}\b")
_MOST = 200  # rules, or schedules, that are looked into
_BOUND = 20_000  # characters of a target that are searched


def schedules(look: Look, found: Item) -> None:
    """Look at rules and schedules, and say what is not looked at."""
    del found
    _rules(look)
    _schedules(look)
    look.limits += [
        "not read: rules on event buses beside the default one, State Manager's associations, maintenance windows",
        "what a function, a state machine or a document does is not read: its name and its input are judged",
    ]


def judged(uid: str, arn: str, said: str) -> Literal["armed", "suspected"] | None:
    """Return `armed` for what ends or stops this machine, `suspected` for what may, None for what does not.

    >>> judged("i-0a", "arn:aws:scheduler:::aws-sdk:ec2:terminateInstances", '{"InstanceIds": ["i-0a"]}')
    'armed'
    """
    said = said[:_BOUND]
    here, others = uid in said, bool(set(_IDS.findall(said)) - {uid})
    deed = bool(_DEED.search(arn) or _DEED.search(said))
    if here:
        return "armed" if deed else "suspected"
    if others:
        return None
    return "suspected" if deed or _NAMED.search(arn) else None


def _rules(look: Look) -> None:
    call = Call("events", "ListRules", {}, look.target.region)
    rules = whole(look.ask("event_rule", _ENDS, call) or [], "Rules")
    live = [each for each in rules if each.get("State") != "DISABLED"]
    _bounded(look, "event_rule", read_of(call), len(live))
    for rule in live[:_MOST]:
        name = str(rule["Name"])
        asked = Call("events", "ListTargetsByRule", {"Rule": name}, look.target.region)
        goals = whole(look.ask("event_rule", _ENDS, asked) or [], "Targets")
        calls = [
            (str(each.get("Arn", "")), judged(look.target.uid, str(each.get("Arn", "")), _input(each)))
            for each in goals
        ]
        found = sorted((state, arn) for arn, state in calls if state)
        if found:
            state, arn = found[0]  # armed stands before suspected; the rule is switched off once
            when = quoted(str(rule.get("ScheduleExpression") or "on an event"))
            says = f"the rule {quoted(name)} ({when}) calls {quoted(arn)}"
            cure = Wanted("aws/disable_event_rule", Target("event_rule", name, look.target.account, look.target.region))
            look.found.append(Trigger("event_rule", state, says, read_of(asked), _ENDS, cure))


def _input(goal: Item) -> str:
    return " ".join(str(goal.get(name, "")) for name in ("Input", "InputTransformer", "RunCommandParameters"))


def _schedules(look: Look) -> None:
    call = Call("scheduler", "ListSchedules", {}, look.target.region)
    listed = whole(look.ask("schedule", _ENDS, call) or [], "Schedules")
    live = [each for each in listed if each.get("State") != "DISABLED"]
    _bounded(look, "schedule", read_of(call), len(live))
    for each in live[:_MOST]:
        told = {"Name": each["Name"], "GroupName": each.get("GroupName", "default")}
        asked = Call("scheduler", "GetSchedule", told, look.target.region)
        for page in look.ask("schedule", _ENDS, asked) or ():
            goal = page.get("Target") or {}
            state = judged(look.target.uid, str(goal.get("Arn", "")), str(goal.get("Input", "")))
            if state:
                when = quoted(str(page.get("ScheduleExpression")))
                says = f"the schedule {quoted(str(each['Name']))} ({when}) calls {quoted(str(goal.get('Arn')))}"
                none = "no action switches a schedule off: aws scheduler update-schedule --state DISABLED"
                look.found.append(Trigger("schedule", state, says, read_of(asked), _ENDS, none=none))


def _bounded(look: Look, kind: str, read: str, there: int) -> None:
    if there > _MOST:
        look.unknown(kind, _ENDS, read, f"{there - _MOST} of {there} were not looked into")
